package harvest_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"wiredesk/store"
)

var silent = log.New(io.Discard, "", 0)

func pool(pem []byte) *x509.CertPool {
	p := x509.NewCertPool()
	p.AppendCertsFromPEM(pem)
	return p
}

// canary listens where no request may ever come: it stands for the editor's own network.
type canary struct {
	addr string
	hits atomic.Int64
}

func newCanary(t testing.TB) *canary {
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this system has no 127.0.0.2 to listen on")
	}
	c := &canary{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.hits.Add(1)
			conn.Close()
		}
	}()
	return c
}

// catalogue is how many cases each group has to have.
var catalogue = map[string]int{"http": 63, "redir": 40, "cache": 14, "xml": 36, "link": 29, "title": 45, "date": 9, "identity": 14, "mail": 36, "page": 17, "import": 9, "tls": 9}

// TestHostileWeb polls every case three times, and then reads the pages of what is in the queue.
func TestHostileWeb(t *testing.T) {
	cases := slices.Concat(httpFaults(), statusFaults(), redirectFaults(), cacheFaults(), xmlFaults(), linkFaults(), titleFaults(), timeFaults(), mailFaults(), pageFaults(), tlsFaults())
	var logged bytes.Buffer // by Go's own code: nothing of ours writes there
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	w := newHostileWeb(t, cases)
	for n := range 4 {
		w.poll(n)
	}
	pages := w.readPages()
	t.Logf("the pages took %s", pages.Took)
	w.logSlow()
	passed := map[string]bool{}
	for i := range cases {
		k := w.cases[cases[i].host()]
		passed[k.host()] = t.Run(k.group+"/"+k.name, k.judge)
	}
	t.Run("pages", func(t *testing.T) {
		checkClean(t, "the report", pages.Report)
		if s := logged.String(); strings.ContainsFunc(strings.ReplaceAll(s, "\n", ""), dirty) {
			t.Errorf("the log holds %q", s)
		}
	})
	t.Run("output", w.checkOutput)
	imports := importFaults()
	for _, f := range imports {
		passed["import: "+f.name] = t.Run("import/"+f.name, func(t *testing.T) { f.try(t, w) })
	}
	if n := w.internal.hits.Load(); n > 0 {
		t.Errorf("the internal network was reached %d times", n)
	}
	count := map[string]int{"import": len(imports)}
	for i := range cases {
		count[cases[i].group]++
	}
	for group, least := range catalogue {
		if count[group] < least {
			t.Errorf("%d cases of %s, want %d", count[group], group, least)
		}
	}
	if *full {
		w.write(cases, imports, passed)
	}
}

// judge compares what came of a case with what must.
func (k *kept) judge(t *testing.T) {
	for n := 1; n <= 3; n++ {
		o, row := k.out(n), k.rows[n]
		if k.polls[n].Took > mostTime {
			t.Errorf("poll %d took %s", n, k.polls[n].Took)
		}
		checkClean(t, fmt.Sprintf("the report of poll %d", n), k.polls[n].Report)
		checkClean(t, "the source's row", []string{row.Error, row.Stage, row.Moved})
		if k.check == nil || k.stage != "" {
			if o.Stage != k.stage || (o.Error == "") != (k.stage == "") || !strings.Contains(o.Error, k.web.fill(k.words, k.host())) {
				t.Errorf("poll %d: %s: %q %v; want %s: %q", n, o.Stage, o.Error, o.Warnings, k.stage, k.words)
			}
		}
		if got := k.polls[n].Report.New; got != k.fresh[n-1] {
			t.Errorf("poll %d brought %d new candidates, want %d: %+v", n, got, k.fresh[n-1], o)
		}
		if o.Error != "" {
			k.untouched(t, n)
		}
		if o.Error != "" && o.Status != 410 && (!o.Next.After(k.web.plan.Now.Add(time.Duration(n-3)*time.Hour)) || row.NextPoll.IsZero()) {
			t.Errorf("poll %d: no next poll is planned: %+v", n, o)
		}
	}
	if k.warns != "" && !strings.Contains(strings.Join(k.out(1).Warnings, "\n"), k.warns) {
		t.Errorf("warns of %q, want %q", k.out(1).Warnings, k.warns)
	}
	var titles, links []string
	for _, c := range k.last() {
		titles, links = append(titles, c.Title), append(links, c.URL)
		checkCandidate(t, &c)
	}
	if k.good && len(titles) < 2 {
		t.Errorf("what was there is lost: %q", titles)
	}
	if k.titles != nil && !slices.Equal(titles, k.titles) {
		t.Errorf("titles %.300q\nwant   %.300q", titles, k.titles)
	}
	if k.links != nil {
		want := slices.Clone(k.links)
		for i := range want {
			want[i] = k.web.fill(want[i], k.host())
		}
		if !slices.Equal(links, want) {
			t.Errorf("links %.300q\nwant  %.300q", links, want)
		}
	}
	if k.pageError != "" && (len(k.last()) == 0 || !strings.Contains(k.last()[0].PageError, k.pageError)) {
		t.Errorf("the page: %+v, want %q", k.last(), k.pageError)
	}
	if k.check != nil {
		k.check(t, k)
	}
}

// untouched fails the test where a poll that failed changed more than the source's health, or lost
// something. A feed that breaks off may bring what stands before the break.
func (k *kept) untouched(t *testing.T, n int) {
	before, after := k.rows[n-1], k.rows[n]
	if n == 1 && !k.good {
		if after.ETag != "" || after.LastModified != "" || after.BodyHash != 0 || !after.LastSuccess.IsZero() {
			t.Errorf("poll %d failed and left validators: %+v", n, after)
		}
		return
	}
	if before.ETag != after.ETag || before.LastModified != after.LastModified || before.BodyHash != after.BodyHash || before.Entries != after.Entries || !before.LastSuccess.Equal(after.LastSuccess) || before.URL != after.URL {
		t.Errorf("poll %d failed and changed the source from %+v to %+v", n, before, after)
	}
	for i, c := range k.queue[n-1] {
		if i >= len(k.queue[n]) || k.queue[n][i].ID != c.ID || k.queue[n][i].Title != c.Title || k.queue[n][i].State != c.State {
			t.Errorf("poll %d failed and lost or changed %q", n, c.Title)
		}
	}
}

// dirty reports a character that may not reach a terminal, a file or a page: controls, bidi and
// other formats, private use, unassigned, line and paragraph separators.
func dirty(r rune) bool {
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || !unicode.IsGraphic(r)
}

// checkClean fails the test where a value, as JSON, holds such a character.
func checkClean(t *testing.T, what string, v any) {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var all any
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if strings.ContainsFunc(v, dirty) {
				t.Errorf("%s holds %q", what, v)
			}
			if len(v) > 1000 {
				t.Errorf("%s holds a text of %d bytes", what, len(v))
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(all)
}

// checkCandidate fails the test where a candidate holds something that is not clean, not a web
// link, or too long.
func checkCandidate(t *testing.T, c *store.Candidate) {
	t.Helper()
	for name, s := range map[string]string{"title": c.Title, "site": c.Site, "author": c.Author, "excerpt": c.Excerpt, "language": c.Language, "page error": c.PageError, "section": c.SourceSection} {
		if strings.ContainsFunc(s, dirty) || !utf8.ValidString(s) || s != strings.TrimSpace(s) {
			t.Errorf("its %s is %q", name, s)
		}
		if utf8.RuneCountInString(s) > 500 {
			t.Errorf("its %s has %d bytes", name, len(s))
		}
	}
	if c.URL == "" || c.Canonical == "" {
		t.Errorf("it has no link: %+v", c)
	}
	for _, l := range []string{c.URL, c.Canonical, c.PageCanonical, c.Image} {
		if l == "" {
			continue
		}
		u, err := url.Parse(l)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || len(l) > 4096 {
			t.Errorf("it has the link %.200q", l)
		}
		if strings.ContainsFunc(l, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("its link is not printable ASCII: %q", l)
		}
	}
	if c.Published.After(time.Now().AddDate(1, 0, 0)) || !c.Published.IsZero() && c.Published.Year() < 1990 {
		t.Errorf("published %s", c.Published)
	}
}
