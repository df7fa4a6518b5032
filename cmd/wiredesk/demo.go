package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/harvest"
	"wiredesk/store"
	"wiredesk/store/link"
)

// The demo is a week of invented news: demo/web holds the hosts that tell it, demo/feeds.yaml the
// sources, demo/editor.yaml what the editor decides.
//
//go:embed demo
var demoFiles embed.FS

// demoSilent is the host of the demo that does not answer.
const demoSilent = "oldwire.example"

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Make an issue from an invented week of news, without any network",
		Long: `Takes an invented week of news through the real thing: serves its feeds, pages and
mailing list on loopback, harvests, groups, decides, and drafts the issue, which is
printed. DIR (default wiredesk-demo) is left with feeds.yaml, wiredesk.db and the
issue, for you to look around in.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			dir := "wiredesk-demo"
			if len(words) == 1 {
				dir = words[0]
			}
			return a.demo(cmd.Context(), dir)
		},
	}
}

func (a *app) demo(ctx context.Context, dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return usage("%s is not empty; name a new folder: wiredesk demo DIR", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	feeds, err := demoFiles.ReadFile("demo/feeds.yaml")
	if err != nil {
		return err
	}
	a.configPath, a.dbPath = filepath.Join(dir, "feeds.yaml"), ""
	if err := os.WriteFile(a.configPath, feeds, 0o644); err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	web, err := serveDemo(ctx)
	if err != nil {
		return err
	}
	defer web.close()
	cfg.Fetch.Hosts, cfg.Fetch.RootCAs, cfg.Fetch.Allow = web.hosts, web.roots, web.allow

	a.say("one command harvests:")
	out := a.stdout
	a.stdout = a.stderr // standard output is the issue alone
	_, err = a.harvest(ctx, harvest.Options{})
	if err != nil {
		return err
	}
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	a.say("")
	a.say("the editor decides (here: a script in his place):")
	if err := a.playEditor(ctx, d); err != nil {
		return err
	}
	a.say("")
	a.say("one command drafts:")
	draft, err := d.Draft(ctx, curate.DraftOptions{Dir: dir})
	if err != nil {
		return err
	}
	a.progressLine(draft, true)
	a.stdout = out
	if a.json {
		err = a.printJSON(draft)
	} else {
		_, err = io.WriteString(a.stdout, draft.Text)
	}
	if err != nil {
		return err
	}
	a.say("")
	a.say("the issue is %s; what came in late is left for you: cd %s, then wiredesk triage (a screen of keys), wiredesk serve (a page in your browser), wiredesk queue, wiredesk curate", draft.Path, dir)
	return nil
}

// script is demo/editor.yaml.
type script struct {
	Accepted []struct {
		URL         string `yaml:"url"`
		Headline    string `yaml:"headline"`
		Note        string `yaml:"note"`
		Via         string `yaml:"via"`
		QuoteStarts string `yaml:"quote_starts"`
	} `yaml:"accepted"`
	Rejected []string `yaml:"rejected"`
	Held     []string `yaml:"held"`
}

// playEditor decides as the script says, by the verbs that every front end uses.
func (a *app) playEditor(ctx context.Context, d *curate.Desk) error {
	text, err := demoFiles.ReadFile("demo/editor.yaml")
	if err != nil {
		return err
	}
	var s script
	if err := yaml.Unmarshal(text, &s); err != nil {
		return err
	}
	week := d.Newsletter.Publication.Next(time.Now())
	for _, e := range s.Accepted {
		c, err := a.store.CandidateByURL(ctx, link.Canonical(e.URL))
		if err != nil {
			return err
		}
		if err := d.Decide(ctx, store.Accepted, []curate.Ref{{Story: c.StoryID}}, curate.Marks{Note: e.Note}); err != nil {
			return err
		}
		if e.Via != "" {
			if err := d.Decide(ctx, store.Accepted, []curate.Ref{{Candidate: c.ID}}, curate.Marks{Credit: issue.ParseCredit(e.Via, true)}); err != nil {
				return err
			}
		}
		if err := d.Rename(ctx, c.StoryID, e.Headline); err != nil {
			return err
		}
		if err := d.Move(ctx, c.StoryID, week, 0); err != nil {
			return err
		}
		if e.QuoteStarts != "" {
			if err := a.pickQuote(ctx, d, c.ID, e.QuoteStarts); err != nil {
				return err
			}
		}
		st, err := d.Story(ctx, c.StoryID)
		if err != nil {
			return err
		}
		a.say("  accepted s%-3d %-8s %s", st.ID, plural(len(st.Candidates), "link", "links"), st.Title)
	}
	for verdict, urls := range map[store.State][]string{store.Rejected: s.Rejected, store.Held: s.Held} {
		for _, u := range urls {
			c, err := a.store.CandidateByURL(ctx, link.Canonical(u))
			if err != nil {
				return err
			}
			if err := d.Decide(ctx, verdict, []curate.Ref{{Candidate: c.ID}}, curate.Marks{}); err != nil {
				return err
			}
			a.say("  %s %d  %s", verdict, c.ID, c.Title)
		}
	}
	return nil
}

// pickQuote picks the proposed quote that begins with these words.
func (a *app) pickQuote(ctx context.Context, d *curate.Desk, candidate int64, begin string) error {
	all, err := a.store.Quotes(ctx, []int64{candidate})
	if err != nil {
		return err
	}
	for i, q := range all[candidate] {
		if strings.HasPrefix(strings.TrimLeft(q.Text, "“\""), begin) {
			_, err := d.PickQuote(ctx, candidate, i+1)
			return err
		}
	}
	return fmt.Errorf("no proposed quote of candidate %d begins with %q", candidate, begin)
}

// demoWeb is the small web of the demo.
type demoWeb struct {
	server *http.Server
	hosts  map[string]string
	roots  *x509.CertPool
	allow  []string
}

func (w *demoWeb) close() { w.server.Close() }

// serveDemo serves every host below demo/web at one loopback address, over TLS with a
// certificate made for the occasion.
func serveDemo(ctx context.Context) (*demoWeb, error) {
	dirs, err := demoFiles.ReadDir("demo/web")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range dirs {
		names = append(names, d.Name())
	}
	cert, roots, err := demoCertificate(names)
	if err != nil {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	// A port that was open and is closed again answers nobody.
	dead, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	w := &demoWeb{roots: roots, hosts: map[string]string{demoSilent: dead.Addr().String()}, allow: []string{ln.Addr().String(), dead.Addr().String()}}
	if err := dead.Close(); err != nil {
		return nil, err
	}
	for _, n := range names {
		w.hosts[n] = ln.Addr().String()
	}
	w.server = &http.Server{Handler: demoHandler(time.Now()), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = w.server.Serve(tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}})) }()
	return w, nil
}

func demoCertificate(names []string) (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "wiredesk demo"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots, nil
}

// demoTypes are the content types of the demo's files.
var demoTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".xml": "application/xml", ".atom": "application/atom+xml", ".rss": "application/rss+xml",
	".json": "application/feed+json", ".mbox": "application/mbox", ".txt": "text/plain; charset=utf-8",
}

// demoHandler serves demo/web/HOST/PATH. The files are templates, so that the week is always this
// one.
func demoHandler(now time.Time) http.Handler {
	ago := func(layout string) func(string) (string, error) {
		return func(s string) (string, error) {
			d, err := parseDuration(strings.TrimPrefix(s, "-"))
			return now.Add(-d).UTC().Format(layout), err
		}
	}
	funcs := template.FuncMap{
		"rfc822": ago(time.RFC1123Z), "rfc3339": ago(time.RFC3339), "asctime": ago(time.ANSIC), "day": ago("2 January 2006"), "date": ago(time.DateOnly),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := path.Join("demo/web", path.Clean("/"+r.Host), path.Clean("/"+r.URL.Path))
		for _, name := range []string{base, base + ".html", base + "/index.html"} {
			text, err := fs.ReadFile(demoFiles, name)
			if err != nil {
				continue
			}
			t, err := template.New(name).Funcs(funcs).Parse(string(text))
			var out bytes.Buffer
			if err == nil {
				err = t.Execute(&out, nil)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", demoTypes[path.Ext(name)])
			http.ServeContent(w, r, "", now.Truncate(time.Second), bytes.NewReader(out.Bytes()))
			return
		}
		http.NotFound(w, r)
	})
}
