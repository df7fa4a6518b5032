package harvest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// world is all that a harvest sees in a test: a web on loopback, whose hosts all are one server, a
// feeds.yaml, a clock that moves only when told to, and a database.
type world struct {
	testing.TB
	st      *store.Store
	now     time.Time
	topic   harvest.Topic
	sources []harvest.Source
	fetch   fetch.Config

	mu    sync.Mutex
	pages map[string]http.HandlerFunc // by host and path
	any   http.HandlerFunc            // answers for what pages does not have; nil: 404
	asked []string                    // what was asked for, less robots.txt

	secured string            // where the same web is served over TLS; empty: nowhere yet
	trust   func(host string) // makes a certificate for a host
}

func newWorld(t testing.TB) *world {
	w := &world{
		TB: t, st: storetest.Open(t), now: storetest.Start, pages: map[string]http.HandlerFunc{},
		topic: harvest.Topic{Name: "arm64", Terms: []harvest.Term{{Term: "arm64", Weight: 3}, {Term: "Neoverse", Weight: 2}}, Not: []string{}},
		fetch: fetch.Config{Allow: []string{"127.0.0.1"}, Hosts: map[string]string{}, Concurrency: 8, Timeout: 10 * time.Second},
	}
	w.st.SetClock(func() time.Time { return w.now })
	return w
}

// answers says what the web answers at an address, from now on.
func (w *world) answers(address string, h http.HandlerFunc) {
	u, err := url.Parse(address)
	if err != nil {
		w.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[u.Host+u.RequestURI()] = h
	switch {
	case w.fetch.Hosts[u.Host] != "":
	case u.Scheme == "https":
		if w.secured == "" {
			w.secure()
		}
		w.trust(u.Host)
		w.fetch.Hosts[u.Host] = w.secured
	default:
		if w.fetch.Hosts[""] == "" {
			srv := httptest.NewServer(http.HandlerFunc(w.serve))
			w.Cleanup(srv.Close)
			w.fetch.Hosts[""] = srv.Listener.Addr().String()
		}
		w.fetch.Hosts[u.Host] = w.fetch.Hosts[""]
	}
}

// otherwise says what the web answers at every other address of the hosts that it has.
func (w *world) otherwise(h http.HandlerFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.any = h
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	h := w.pages[r.Host+r.URL.RequestURI()]
	if h == nil && r.URL.Path != "/robots.txt" {
		h = w.any
	}
	if r.URL.Path != "/robots.txt" {
		w.asked = append(w.asked, r.Host+r.URL.RequestURI())
	}
	w.mu.Unlock()
	if h == nil {
		h = http.NotFound
	}
	h(rw, r)
}

// text answers with a body, without validators; its content type is guessed as servers do.
func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) }
}

// tagged answers with a body under an ETag, and with 304 to whoever has it.
func tagged(etag, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		io.WriteString(w, body)
	}
}

// status answers with a status, and with the headers that are given as name, value, …
func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
	}
}

// source puts a feed into feeds.yaml; its answer is for answers to say.
func (w *world) source(name, url string) *harvest.Source {
	w.sources = append(w.sources, harvest.Source{Name: name, Kind: harvest.KindFeed, URL: url, Every: time.Hour, Match: "topic", Zone: time.UTC})
	return &w.sources[len(w.sources)-1]
}

// news is a world with one source, "news", that answers with a body.
func news(t testing.TB, body string) *world {
	w := newWorld(t)
	w.source("news", "http://news.example/feed")
	w.answers("http://news.example/feed", text(body))
	return w
}

// harvester is a new one, as in a new process.
func (w *world) harvester() *harvest.Harvester {
	w.Helper()
	h, err := harvest.New(harvest.Config{Topic: w.topic, Fetch: w.fetch, Sources: slices.Clone(w.sources), Now: func() time.Time { return w.now }}, w.st)
	if err != nil {
		w.Fatal(err)
	}
	return h
}

// run harvests as a new process would.
func (w *world) run(o harvest.Options) harvest.Report {
	w.Helper()
	h := w.harvester()
	defer h.Close()
	rep, err := h.Run(context.Background(), o)
	if err != nil {
		w.Fatal(err)
	}
	return rep
}

// all polls every source and leaves pages alone.
var all = harvest.Options{All: true, NoPages: true}

// poll polls the one source of a world, whatever the schedule says, and returns its outcome.
func (w *world) poll() harvest.Outcome {
	w.Helper()
	rep := w.run(all)
	if len(rep.Report) != 1 {
		w.Fatalf("%+v", rep)
	}
	return rep.Report[0]
}

// change makes the one source answer with something else.
func (w *world) change(body string) { w.answers(w.sources[0].URL, text(body)) }

// later moves the clock.
func (w *world) later(d time.Duration) { w.now = w.now.Add(d) }

// requests returns what was asked for since the last call, sorted.
func (w *world) requests() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.asked
	w.asked = nil
	slices.Sort(out)
	return strings.Join(out, " ")
}

// row is a source as stored.
func (w *world) row(name string) store.Source {
	w.Helper()
	rows, err := w.st.Sources(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range rows {
		if r.Name == name {
			return r.Source
		}
	}
	w.Fatalf("there is no source %s", name)
	return store.Source{}
}

// queue is every candidate, oldest first.
func (w *world) queue() []store.Candidate {
	w.Helper()
	out, err := w.st.Candidates(context.Background(), store.Filter{Sort: "old"})
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// titles are those of the queue, oldest first, parted by commas.
func (w *world) titles() string {
	w.Helper()
	var out []string
	for _, c := range w.queue() {
		out = append(out, c.Title)
	}
	return strings.Join(out, ", ")
}

// sightings are those of one candidate, as "source url".
func (w *world) sightings(id int64) []string {
	w.Helper()
	var out []string
	err := w.st.Sightings(context.Background(), []int64{id}, func(g store.Sighting) { out = append(out, g.Source+" "+g.URL) })
	if err != nil {
		w.Fatal(err)
	}
	return out
}

// rss is a feed of such entries.
func rss(entries ...string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://news.example/</link>` + strings.Join(entries, "\n") + `</channel></rss>`
}

// entry is an entry of a feed: a guid, if any, a path on news.example, a title, and more elements.
func entry(guid, path, title string, more ...string) string {
	if guid != "" {
		guid = `<guid isPermaLink="false">` + guid + `</guid>`
	}
	return fmt.Sprintf(`<item>%s<link>http://news.example/%s</link><title>%s</title>%s</item>`, guid, path, title, strings.Join(more, ""))
}

func published(t time.Time) string { return "<pubDate>" + t.Format(time.RFC1123Z) + "</pubDate>" }
