package harvest_test

import (
	"context"
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// The hostile web: one server that plays every fault of the catalogue, each on a host of its own,
// and a harvest that has to survive it. Every case is a source, polled three times, and states what
// must come of it. `go test ./harvest -run Hostile -full` waits as long as wiredesk does, harvests
// in a process of its own whose memory is measured, and writes docs/reliability.md.

var full = flag.Bool("full", false, "run the hostile web at full length, and write docs/reliability.md")

// The bounds that every case has to keep.
const (
	inFlight  = 8                      // cases at once
	mostTime  = 25 * time.Second       // for one poll of one case
	mostBytes = 200 << 20              // of memory, of the whole process
	impatient = 200 * time.Millisecond // the deadline of cases that meet it, unless at full length
	patient   = 20 * time.Second       // the deadline of all others
)

// fault is one case of the catalogue.
type fault struct {
	group, name string
	kind        string                // of the source; empty: feed
	url         string                // of the source; empty: /feed on the host of the case
	set         func(*harvest.Source) // more of the source
	listen      func(w *hostileWeb, host string) net.Listener

	// What the host answers. n is the number of the poll: 1, 2, 3. Where good is set there was a
	// poll 0 before, which brought two good items that must not be lost.
	good   bool
	answer func(w http.ResponseWriter, r *http.Request, n int)
	page   http.HandlerFunc // at every other address; nil: an article
	robots http.HandlerFunc // nil: there is none
	slow   bool             // it meets the deadline

	// What must come of it.
	stage, words string   // of the failure of each poll; empty: none fails
	fresh        [3]int   // new candidates of each poll
	titles       []string // in the queue after the last poll, oldest first; nil: not looked at
	links        []string // the same of links; {host} is the host of the case
	warns        string   // in a warning of the first poll
	pageError    string   // of its first candidate, after its page was asked for
	check        func(t *testing.T, k *kept)
	after        func(k *kept, n int) // what happens after a poll
}

// host is the one that the case has for itself.
func (f *fault) host() string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(f.name)), "-") + "." + f.group + ".example"
}

func (f *fault) source() harvest.Source {
	s := harvest.Source{Name: f.group + ": " + f.name, Kind: f.kind, URL: f.url, Every: time.Hour, Match: "all", Zone: time.UTC}
	if s.Kind == "" {
		s.Kind = harvest.KindFeed
	}
	if s.URL == "" {
		s.URL = "http://" + f.host() + "/feed"
	}
	if f.set != nil {
		f.set(&s)
	}
	return s
}

// kept is what the test remembers of a case: poll 0 to 3.
type kept struct {
	*fault
	web   *hostileWeb
	polls [4]polledCase
	rows  [4]store.Source
	queue [4][]store.Candidate
	asked []http.Header // of each request for the source
}

// out is the outcome of a poll; the zero one where the source was not polled.
func (k *kept) out(n int) harvest.Outcome {
	if len(k.polls[n].Report.Report) == 0 {
		return harvest.Outcome{}
	}
	return k.polls[n].Report.Report[0]
}

// last is the queue as the case left it.
func (k *kept) last() []store.Candidate { return k.queue[3] }

// hostileWeb serves all cases, and harvests them.
type hostileWeb struct {
	testing.TB
	path     string // of the database
	st       *store.Store
	plan     plan
	internal *canary
	addr     string // of the server
	peak     int64  // bytes of memory of the process that harvests

	mu    sync.Mutex
	round int
	cases map[string]*kept // by host
	other map[string]http.HandlerFunc
}

func newHostileWeb(t testing.TB, cases []fault) *hostileWeb {
	w := &hostileWeb{TB: t, path: filepath.Join(t.TempDir(), "wiredesk.db"), cases: map[string]*kept{}, other: map[string]http.HandlerFunc{}}
	st, err := store.Open(t.Context(), w.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	w.st = st
	srv := httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	srv.Config.ErrorLog = silent
	w.internal = newCanary(t)
	_, port, _ := net.SplitHostPort(w.internal.addr)
	srv.Config.BaseContext = func(net.Listener) context.Context {
		return context.WithValue(context.Background(), internalPort{}, port)
	}
	srv.Start()
	t.Cleanup(srv.Close)
	w.addr = srv.Listener.Addr().String()
	w.plan = plan{Database: w.path, Now: storetest.Start, Hosts: map[string]string{}, Allow: []string{w.addr}, Slow: map[string]bool{}, Full: *full}
	for name := range spelled {
		w.plan.Hosts[name] = w.internal.addr
	}
	for i := range cases {
		f := &cases[i]
		host, s := f.host(), f.source()
		if w.cases[host] != nil {
			t.Fatalf("two cases %s", host)
		}
		w.cases[host] = &kept{fault: f, web: w}
		w.plan.Hosts[host] = w.addr
		if f.listen != nil {
			l := f.listen(w, host)
			w.plan.Hosts[host] = l.Addr().String()
			w.plan.Allow = append(w.plan.Allow, l.Addr().String())
		}
		s.URL = w.fill(s.URL, host)
		w.plan.Sources = append(w.plan.Sources, s)
		w.plan.Slow[s.Name] = f.slow
	}
	w.elsewhere()
	return w
}

// fill replaces {host} and {internal} in what a case says.
func (w *hostileWeb) fill(s, host string) string {
	_, port, _ := net.SplitHostPort(w.internal.addr)
	return strings.NewReplacer("{host}", host, "{internal}", w.internal.addr, "{port}", port).Replace(s)
}

// serve plays the case whose host is asked.
func (w *hostileWeb) serve(rw http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	w.mu.Lock()
	k, n, other := w.cases[host], w.round, w.other[host]
	w.mu.Unlock()
	switch {
	case other != nil:
		other(rw, r)
	case k == nil:
		http.NotFound(rw, r)
	case r.URL.Path == "/robots.txt":
		if k.robots == nil {
			http.NotFound(rw, r)
			return
		}
		k.robots(rw, r)
	case r.URL.Path == "/article" || strings.HasPrefix(r.URL.Path, "/article/"):
		if k.page == nil {
			html(article)(rw, r)
			return
		}
		k.page(rw, r)
	default:
		w.mu.Lock()
		k.asked = append(k.asked, noted(r))
		w.mu.Unlock()
		if n == 0 {
			rw.Header().Set("ETag", `"good"`)
			text(goodFeed)(rw, r)
			return
		}
		k.answer(rw, r, n)
	}
}

// goodFeed is what a source brought before the trouble began.
var goodFeed = feedOf(itemOf("one", "A good item about arm64"), itemOf("two", "Another good item"))

// feedOf is a feed of such items.
func feedOf(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title><link>/</link>` + strings.Join(items, "\n") + `</channel></rss>`
}

// itemOf is an item of a feed: a name for its id and its link, a title as XML, and more elements.
func itemOf(name, title string, more ...string) string {
	return `<item><guid isPermaLink="false">` + name + `</guid><link>/article/` + name + `</link><title>` + title + `</title>` + strings.Join(more, "") + `</item>`
}

// poll polls the cases that take part in a round, and notes what came of it. The clock goes on by
// an hour between rounds.
func (w *hostileWeb) poll(n int) {
	w.Helper()
	w.mu.Lock()
	w.round = n
	w.mu.Unlock()
	w.plan.Now = storetest.Start.Add(time.Duration(n) * time.Hour)
	w.plan.Names, w.plan.Before = nil, n == 0
	var took []*kept
	for _, s := range w.plan.Sources {
		k := w.named(s.Name)
		if n > 0 || k.good {
			w.plan.Names, took = append(w.plan.Names, s.Name), append(took, k)
		}
	}
	if len(took) == 0 {
		return
	}
	for i, p := range w.harvest() {
		took[i].polls[n] = p
	}
	rows, err := w.st.Sources(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range rows {
		w.named(r.Name).rows[n] = r.Source
	}
	for k, q := range w.queues() {
		k.queue[n] = q
	}
	for _, k := range took {
		if k.after != nil {
			k.after(k, n)
		}
	}
}

// readPages asks for the pages of all candidates, at the time of the last poll.
func (w *hostileWeb) readPages() polledCase {
	w.Helper()
	w.plan.Names = nil
	p := w.harvest()[0]
	for k, q := range w.queues() {
		k.queue[3] = q
	}
	return p
}

// named finds a case by the name of its source.
func (w *hostileWeb) named(source string) *kept {
	group, name, _ := strings.Cut(source, ": ")
	f := fault{group: group, name: name}
	return w.cases[f.host()]
}

// queues are the candidates of each case, oldest first.
func (w *hostileWeb) queues() map[*kept][]store.Candidate {
	w.Helper()
	all, err := w.st.Candidates(context.Background(), store.Filter{Sort: "old"})
	if err != nil {
		w.Fatal(err)
	}
	at := map[int64]store.Candidate{}
	var ids []int64
	for _, c := range all {
		at[c.ID] = c
		ids = append(ids, c.ID)
	}
	out := map[*kept][]store.Candidate{}
	seen := map[int64]bool{}
	err = w.st.Sightings(context.Background(), ids, func(g store.Sighting) {
		if !seen[g.CandidateID] {
			seen[g.CandidateID] = true
			k := w.named(g.Source)
			out[k] = append(out[k], at[g.CandidateID])
		}
	})
	if err != nil {
		w.Fatal(err)
	}
	for _, q := range out {
		slices.SortFunc(q, func(a, b store.Candidate) int { return int(a.ID - b.ID) })
	}
	return out
}

// harvest works off the plan, at full length in a process of its own.
func (w *hostileWeb) harvest() []polledCase {
	w.Helper()
	if *full {
		return w.harvestApart()
	}
	out, err := w.plan.pollAll(w.st)
	if err != nil {
		w.Fatal(err)
	}
	return out
}
