package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/curate/web"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// world is a served desk, and a browser without a script that has been let in.
type world struct {
	testing.TB
	desk   *curate.Desk
	dir    string
	url    string // with the secret
	base   string // http://127.0.0.1:PORT
	client *http.Client
	stop   func()
	mu     sync.Mutex
	added  []web.Link
	asked  int       // harvests
	next   time.Time // poll of the first wire
}

// begin serves a desk with n candidates at an address of 127.0.0.1 or ::1; the last is the best.
func begin(t testing.TB, host string, n int) *world {
	t.Helper()
	p, err := issue.ParsePublication("friday 12:00", time.UTC)
	must(t, err)
	w := &world{TB: t, dir: t.TempDir(), next: storetest.Start.Add(time.Hour)}
	w.desk = &curate.Desk{Store: storetest.At(t, filepath.Join(w.dir, "wiredesk.db")), Who: "ed", Now: func() time.Time { return storetest.Start }, Newsletter: curate.Newsletter{
		Title: "Wire", Layout: "classic", Output: "{week}.md", Contents: "In this issue", Wrap: 66, Publication: p, Sections: []string{"Hardware", "Software"},
	}}
	var items []store.Item
	for i := range n {
		items = append(items, item(i+1))
	}
	w.items("wire", items...)
	ln, err := web.Listen(t.Context(), net.JoinHostPort(host, "0"))
	must(t, err)
	srv := web.New(web.Config{
		Desk: func() *curate.Desk { return w.desk }, Dir: w.dir, Sources: func() []string { return []string{"wire", "lists & more"} },
		Wires: w.wires, Add: w.add, Harvest: func() bool { w.mu.Lock(); defer w.mu.Unlock(); w.asked++; return w.asked == 1 },
	}, ln.Addr())
	w.url = srv.URL()
	w.base, _, _ = strings.Cut(w.url, "/?")
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, ln) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	jar, err := cookiejar.New(nil)
	must(t, err)
	w.client = &http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: 30 * time.Second}
	t.Cleanup(func() { w.client.CloseIdleConnections(); w.stop() })
	if page := w.get(w.url); !strings.Contains(page, "<title>Desk") {
		t.Fatalf("not let in: %s", page)
	}
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// item is what a source yields; n makes it different from others, and better.
func item(n int) store.Item {
	link := fmt.Sprintf("https://example.org/%d", n)
	return store.Item{
		Key: int64(n), Alt: int64(n + 1e6), Hash: int64(n + 2e6), URL: link, Canonical: link, Title: fmt.Sprintf("News %s", strings.Repeat("i", n)), Site: "Example", Taken: true,
		Excerpt: "What it is about.", Matched: []store.Match{{Term: "arm64", Where: "title", Weight: float64(n)}},
	}
}

// items is a harvest.
func (w *world) items(source string, items ...store.Item) {
	w.Helper()
	src, err := w.desk.Store.SyncSources(w.Context(), []store.Source{{Name: source, Kind: "feed", URL: "https://" + url.PathEscape(source) + ".example/"}})
	must(w, err)
	_, err = w.desk.Store.AddItems(w.Context(), src[0], items)
	must(w, err)
	must(w, w.desk.Refresh(w.Context()))
}

func (w *world) wires(ctx context.Context) ([]web.Wire, error) {
	share := 0.25
	return []web.Wire{
		{Name: "wire", Kind: "feed", URL: "https://wire.example/", State: "ok", LastSuccess: storetest.Start, Next: w.next, ItemsWeek: 3, AcceptedShare: &share},
		{Name: "lists & more", Kind: "list", URL: "https://lists.example/", State: "never worked", Failures: 3, Stage: "fetch", Error: "no <b>answer</b>"},
		{Name: "fresh", Kind: "feed", URL: "https://fresh.example/", State: "new"},
		{Name: "off", Kind: "feed", URL: "https://off.example/", State: "disabled"},
	}, nil
}

func (w *world) add(ctx context.Context, l web.Link) (web.Added, error) {
	if strings.HasSuffix(l.URL, "/bad") {
		return web.Added{}, web.Wrong("this link leads nowhere")
	}
	w.mu.Lock()
	w.added = append(w.added, l)
	w.mu.Unlock()
	return web.Added{Candidate: 1, Story: 1, Title: l.Title, New: true}, nil
}

// page gives a candidate its page.
func (w *world) page(candidate int64, text string, quotes ...store.Quote) {
	w.Helper()
	must(w, w.desk.Store.AddPage(w.Context(), store.Page{CandidateID: candidate, URL: "https://example.org/", Body: []byte(text), Text: text, Quotes: quotes}))
	must(w, w.desk.Refresh(w.Context()))
}

func (w *world) do(r *http.Request) (int, string) {
	w.Helper()
	res, err := w.client.Do(r)
	must(w, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(w, err)
	return res.StatusCode, string(b)
}

// get follows a link.
func (w *world) get(path string) string {
	w.Helper()
	if strings.HasPrefix(path, "/") {
		path = w.base + path
	}
	r, err := http.NewRequestWithContext(w.Context(), http.MethodGet, path, nil)
	must(w, err)
	_, page := w.do(r)
	return page
}

// press fills in a form of a page and presses the button that says label: what a browser without a
// script does.
func (w *world) press(page, label string, fields url.Values) (int, string) {
	w.Helper()
	root, err := html.Parse(strings.NewReader(page))
	must(w, err)
	button := find(root, func(n *html.Node) bool {
		return n.Data == "button" && (attr(n, "aria-label") == label || attr(n, "aria-label") == "" && strings.TrimSpace(words(n)) == label)
	})
	if button == nil {
		w.Fatalf("no button %q in\n%s", label, page)
	}
	form := button
	if id := attr(button, "form"); id != "" {
		form = find(root, func(n *html.Node) bool { return n.Data == "form" && attr(n, "id") == id })
	}
	for form.Data != "form" {
		form = form.Parent
	}
	values := url.Values{}
	each(form, func(n *html.Node) {
		if n.Data == "input" && attr(n, "type") != "checkbox" || n.Data == "textarea" {
			v := attr(n, "value")
			if n.Data == "textarea" {
				v = words(n)
			}
			values.Add(attr(n, "name"), strings.ReplaceAll(v, "\n", "\r\n")) // as forms are sent
		}
	})
	for k, v := range fields {
		values[k] = v
	}
	if name := attr(button, "name"); name != "" {
		values.Add(name, attr(button, "value"))
	}
	return w.post(attr(form, "action"), values)
}

func (w *world) post(path string, values url.Values) (int, string) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.base+path, strings.NewReader(values.Encode()))
	must(w, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var b strings.Builder
	each(n, func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	})
	return b.String()
}

func each(n *html.Node, f func(*html.Node)) {
	f(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, f)
	}
}

func find(root *html.Node, ok func(*html.Node) bool) (found *html.Node) {
	each(root, func(n *html.Node) {
		if found == nil && n.Type == html.ElementNode && ok(n) {
			found = n
		}
	})
	return found
}

// state is where a candidate stands.
func (w *world) state(id int64) store.State {
	w.Helper()
	c, err := w.desk.Store.Candidate(w.Context(), id)
	must(w, err)
	return c.State
}

// states are the states of the candidates from 1 on.
func (w *world) states() string {
	w.Helper()
	all, err := w.desk.Store.Candidates(w.Context(), store.Filter{Sort: "old"})
	must(w, err)
	var out []string
	for _, c := range all {
		out = append(out, string(c.State))
	}
	return strings.Join(out, " ")
}

// file is the text of the draft of the coming issue.
func (w *world) file() (path, text string) {
	w.Helper()
	path = filepath.Join(w.dir, w.desk.Coming()+".md")
	b, err := os.ReadFile(path)
	must(w, err)
	return path, string(bytes.TrimSpace(b))
}

// order are the stories of the coming issue, by the ends of their titles.
func (w *world) order() string {
	w.Helper()
	all, err := w.desk.IssueStories(w.Context(), "2026-W47")
	must(w, err)
	var out []string
	for _, s := range all {
		out = append(out, strings.TrimPrefix(s.Title, "News "))
	}
	return strings.Join(out, " ")
}
