package harvest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
)

// manner is how one sort of source behaves in the simulated week.
type manner struct {
	name   string
	count  int
	every  time.Duration                                                  // as in feeds.yaml; 0: not stated
	posts  time.Duration                                                  // between two entries
	answer func(s *station, rw http.ResponseWriter, r *http.Request) bool // true: it answered otherwise than with the feed
}

// station is one source of the week, and what was seen of how it is asked.
type station struct {
	*manner
	name, host, path string
	begin            time.Time

	asked       []time.Time
	conditional int  // requests with a validator
	could       int  // requests that could have had one
	tagged      bool // it sent a validator before
	now         func() time.Time
}

func (s *station) age() time.Duration { return s.now().Sub(s.begin) }

// body is the feed as it stands now: the entries of the last ten posts.
func (s *station) body() string {
	n := int(s.age()/s.posts) + 10
	var entries []string
	for i := n; i > n-10; i-- {
		at := s.begin.Add(time.Duration(i-10) * s.posts)
		entries = append(entries, fmt.Sprintf(`<item><guid isPermaLink="false">%s-%d</guid><link>http://%s%s/%d</link><title>arm64 item %d of %s</title><pubDate>%s</pubDate></item>`,
			s.name, i, s.host, s.path, i, i, s.name, at.UTC().Format(time.RFC1123Z)))
	}
	head := ""
	if s.manner.name == "ttl" {
		head = "<ttl>120</ttl>"
	}
	return `<rss version="2.0"><channel><title>` + s.name + `</title>` + head + strings.Join(entries, "") + `</channel></rss>`
}

func (s *station) serve(rw http.ResponseWriter, r *http.Request) {
	s.asked = append(s.asked, s.now())
	if s.tagged {
		s.could++
	}
	etag := r.Header.Get("If-None-Match")
	if etag != "" || r.Header.Get("If-Modified-Since") != "" {
		s.conditional++
	}
	if s.answer != nil && s.answer(s, rw, r) {
		return
	}
	body := s.body()
	mine := fmt.Sprintf(`W/"%d"`, int(s.age()/s.posts))
	switch s.manner.name {
	case "no validators", "ttl":
	default:
		rw.Header().Set("ETag", mine)
		s.tagged = true
		if etag == mine {
			rw.WriteHeader(http.StatusNotModified)
			return
		}
	}
	io.WriteString(rw, body)
}

// manners are those of the wires that an editor reads, with the faults that they have in a week.
func manners() []*manner {
	const day = 24 * time.Hour
	fail := func(code int, when func(age time.Duration) bool) func(*station, http.ResponseWriter, *http.Request) bool {
		return func(s *station, rw http.ResponseWriter, r *http.Request) bool {
			if when(s.age()) {
				rw.WriteHeader(code)
				return true
			}
			return false
		}
	}
	return []*manner{
		{name: "hourly, ETag", count: 40, every: time.Hour, posts: 5 * time.Hour},
		{name: "every 6h, ETag", count: 30, every: 6 * time.Hour, posts: 30 * time.Hour},
		{name: "not stated, busy", count: 20, posts: 3 * time.Hour},
		{name: "not stated, weekly", count: 30, posts: 7 * day},
		{name: "no validators", count: 25, every: 2 * time.Hour, posts: 20 * time.Hour},
		{name: "ttl", count: 10, posts: 8 * time.Hour},
		{name: "max-age", count: 10, posts: 8 * time.Hour, answer: func(s *station, rw http.ResponseWriter, r *http.Request) bool {
			rw.Header().Set("Cache-Control", "max-age=21600")
			return false
		}},
		{name: "busy host", count: 8, every: time.Hour, posts: 12 * time.Hour, answer: func(s *station, rw http.ResponseWriter, r *http.Request) bool {
			if len(s.asked)%5 != 4 {
				return false
			}
			rw.Header().Set("Retry-After", "10800")
			rw.WriteHeader(http.StatusTooManyRequests)
			return true
		}},
		{name: "flaps", count: 10, every: time.Hour, posts: 12 * time.Hour, answer: func(s *station, rw http.ResponseWriter, r *http.Request) bool {
			if len(s.asked)%3 == 0 {
				rw.WriteHeader(http.StatusBadGateway)
			}
			return len(s.asked)%3 == 0
		}},
		{name: "down for two days", count: 6, every: time.Hour, posts: 12 * time.Hour, answer: fail(503, func(age time.Duration) bool { return age > 2*day && age < 4*day })},
		{name: "always refused", count: 4, every: time.Hour, posts: day, answer: fail(403, func(time.Duration) bool { return true })},
		{name: "gone on day three", count: 3, every: time.Hour, posts: day, answer: fail(410, func(age time.Duration) bool { return age > 3*day })},
		{name: "challenge", count: 4, every: time.Hour, posts: day, answer: func(s *station, rw http.ResponseWriter, r *http.Request) bool {
			io.WriteString(rw, "<html><head><title>Just a moment...</title></head></html>")
			return true
		}},
	}
}

// TestWeek harvests 200 sources of mixed manners every half hour for a week, by a clock that
// moves only between the harvests.
func TestWeek(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.topic.Window = 14 * 24 * time.Hour
	begin := w.now
	var stations []*station
	n := 0
	for _, m := range manners() {
		for range m.count {
			s := &station{manner: m, name: fmt.Sprintf("s%03d", n), host: fmt.Sprintf("h%02d.example", n%60), path: fmt.Sprintf("/%d", n), begin: begin, now: func() time.Time { return w.now }}
			if m.name == "busy host" {
				s.host = "busy.example"
			}
			n++
			stations = append(stations, s)
			w.answers("http://"+s.host+s.path, s.serve)
			src := w.source(s.name, "http://"+s.host+s.path)
			src.Every = m.every
		}
	}
	if n != 200 {
		t.Fatalf("%d sources", n)
	}
	var before, after runtime.MemStats
	const runs = 7 * 48
	for i := range runs {
		h := w.harvester()
		if _, err := h.Run(t.Context(), harvest.Options{NoPages: true}); err != nil {
			t.Fatal(err)
		}
		h.Close()
		if i == runs/7 { // the first day is for warming up
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		w.later(30 * time.Minute)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)

	end := w.now
	type sum struct{ requests, conditional, could, polled int }
	hosts := map[string]int{}
	byManner := map[string]*sum{}
	longest := map[string]time.Duration{}
	for _, s := range stations {
		if byManner[s.manner.name] == nil {
			byManner[s.manner.name] = &sum{}
		}
		b := byManner[s.manner.name]
		b.requests += len(s.asked)
		b.conditional += s.conditional
		b.could += s.could
		b.polled++
		hosts[s.host] += len(s.asked)
		last := begin
		for _, at := range append(append([]time.Time{}, s.asked...), end) {
			longest[s.manner.name] = max(longest[s.manner.name], at.Sub(last))
			last = at
		}
		row := w.row(s.name)
		switch gone := s.manner.name == "gone on day three"; {
		case gone != row.Gone:
			t.Errorf("%s (%s): gone is %v", s.name, s.manner.name, row.Gone)
		case gone && end.Sub(s.asked[len(s.asked)-1]) < 3*24*time.Hour:
			t.Errorf("%s: asked again after 410", s.name)
		case !gone && end.Sub(s.asked[len(s.asked)-1]) > 24*time.Hour+30*time.Minute:
			t.Errorf("%s (%s): silently dead since %s", s.name, s.manner.name, s.asked[len(s.asked)-1])
		case row.Failures > 0 && row.Error == "":
			t.Errorf("%s (%s): failing without a word", s.name, s.manner.name)
		case !gone && s.manner.name != "always refused" && s.manner.name != "challenge" && s.manner.name != "flaps" && s.manner.name != "busy host" && row.Failures > 0:
			t.Errorf("%s (%s): not well at the end: %s", s.name, s.manner.name, row.Error)
		}
		if s.conditional != s.could {
			t.Errorf("%s (%s): %d of %d requests that could be conditional were", s.name, s.manner.name, s.conditional, s.could)
		}
	}
	busy := 0 // requests to the busy host within three hours of its 429
	for _, s := range stations {
		if s.manner.name == "busy host" {
			for i, at := range s.asked {
				if i > 0 && at.Sub(s.asked[i-1]) < 3*time.Hour && i%5 == 4 {
					busy++
				}
			}
		}
	}
	if busy > 0 {
		t.Errorf("%d requests to a host within its Retry-After", busy)
	}
	// Every entry that stood in a feed that could be read is a sighting.
	q, err := w.st.Candidates(context.Background(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, c := range q {
		have[c.URL] = true
	}
	lost := 0
	for _, s := range stations {
		switch s.manner.name {
		case "always refused", "challenge", "gone on day three":
			continue
		}
		for i := 1; i <= int((end.Sub(begin)-25*time.Hour)/s.posts)+10; i++ { // of the last day it may not have been asked yet
			at := begin.Add(time.Duration(i-10) * s.posts)
			if begin.Sub(at) < w.topic.Window && !have[fmt.Sprintf("http://%s%s/%d", s.host, s.path, i)] {
				lost++
			}
		}
	}
	if lost > 0 {
		t.Errorf("%d entries were never seen", lost)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the heap grew by %d KiB in six days", grown>>10)
	}
	total, could, conditional := 0, 0, 0
	var names []string
	for name := range byManner {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		b := byManner[name]
		total, could, conditional = total+b.requests, could+b.could, conditional+b.conditional
		t.Logf("%-20s %3d sources %6d requests, %5.1f a day each, %5d conditional, longest gap %s", name, b.polled, b.requests, float64(b.requests)/float64(b.polled)/7, b.conditional, longest[name])
	}
	var perHost []int
	for _, n := range hosts {
		perHost = append(perHost, n)
	}
	sort.Ints(perHost)
	t.Logf("%d requests in a week to %d hosts; a host and day: median %.1f, most %.1f; conditional %.1f %% of all, %d of %d that could be",
		total, len(hosts), float64(perHost[len(perHost)/2])/7, float64(perHost[len(perHost)-1])/7, 100*float64(conditional)/float64(total), conditional, could)
	t.Logf("%d candidates; heap %d KiB after a day, %d KiB after a week", len(q), before.HeapAlloc>>10, after.HeapAlloc>>10)
}
