package fetch_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

// site serves a robots.txt, and notes what else is asked for.
type site struct {
	sync.Mutex
	asked  []string
	robots http.HandlerFunc
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	s.asked = append(s.asked, r.URL.RequestURI())
	s.Unlock()
	if r.URL.Path == "/robots.txt" {
		s.robots(w, r)
	}
}

func (s *site) list() string {
	s.Lock()
	defer s.Unlock()
	return strings.Join(s.asked, " ")
}

func robotsText(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, text) }
}

func robotsStatus(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status) }
}

func TestRobotsDecideAboutPages(t *testing.T) {
	for _, c := range []struct {
		name   string
		robots http.HandlerFunc
		path   string
		words  string // empty: the page is fetched
	}{
		{"allowed", robotsText("User-agent: *\nDisallow: /private\n"), "/news", ""},
		{"disallowed", robotsText("User-agent: *\nDisallow: /private\n"), "/private/1", "asks programs not to read this page"},
		{"disallowed by its query", robotsText("User-agent: *\nDisallow: /*?print=\n"), "/news?print=1", "asks programs not to read this page"},
		{"all disallowed", robotsText("User-agent: *\nDisallow: /\n"), "/", "asks programs not to read this page"},
		{"exception", robotsText("User-agent: *\nDisallow: /\nAllow: /news/\n"), "/news/1", ""},
		{"our own group forbids", robotsText("User-agent: *\nDisallow:\n\nUser-agent: wiredesk\nDisallow: /\n"), "/", "asks programs"},
		{"our own group allows", robotsText("User-agent: *\nDisallow: /\n\nUser-agent: Wiredesk\nDisallow: /private\n"), "/news", ""},
		{"another program's group", robotsText("User-agent: otherbot\nDisallow: /\n"), "/", ""},
		{"empty", robotsText(""), "/", ""},
		{"a web page instead", robotsText("<!DOCTYPE html><html><body>Disallow: /</body></html>"), "/", ""},
		{"garbage", robotsText("\x00\xff\xfe\nDisallow\n::::\n"), "/", ""},
		{"missing", robotsStatus(404), "/", ""},
		{"forbidden", robotsStatus(403), "/", ""},
		{"gone", robotsStatus(410), "/", ""},
		{"out of order", robotsStatus(500), "/", "does not hand out its robots.txt"},
		{"busy", robotsStatus(503), "/", "does not hand out its robots.txt"},
		{"endless", func(w http.ResponseWriter, r *http.Request) {
			for line := []byte(strings.Repeat("Disallow: /x\n", 1000)); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}, "/", "does not hand out its robots.txt"},
		{"moved", func(w http.ResponseWriter, r *http.Request) {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, "/robots.txt?moved", http.StatusMovedPermanently)
				return
			}
			robotsText("User-agent: *\nDisallow: /private\n")(w, r)
		}, "/private", "asks programs not to read this page"},
		{"moved in a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, "/", "does not hand out its robots.txt"},
		{"moved to a file", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, "/", "does not hand out its robots.txt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &site{robots: c.robots}
			url, cl := serve(t, s.ServeHTTP), client(t, fetch.Config{})
			if c.words == "" {
				get(t, cl, fetch.Request{URL: url + c.path, Page: true})
				if want := "/robots.txt " + c.path; s.list() != want {
					t.Errorf("asked for %s, want %s", s.list(), want)
				}
				return
			}
			for range 2 {
				refused(t, cl, fetch.Request{URL: url + c.path, Page: true}, "fetch", c.words)
			}
			if got := s.list(); strings.ReplaceAll(strings.ReplaceAll(got, "/robots.txt?moved", ""), "/robots.txt", "") != strings.Repeat(" ", strings.Count(got, " ")) {
				t.Errorf("asked for %s", got)
			}
		})
	}
}

func TestRobotsAreReadOnceAndOnlyForPages(t *testing.T) {
	s := &site{robots: robotsText("User-agent: *\nDisallow: /feed\n")}
	url, cl := serve(t, s.ServeHTTP), client(t, fetch.Config{})
	get(t, cl, fetch.Request{URL: url + "/feed"}) // the editor subscribed to it
	for i := range 3 {
		get(t, cl, fetch.Request{URL: fmt.Sprint(url, "/", i), Page: true})
	}
	if want := "/feed /robots.txt /0 /1 /2"; s.list() != want {
		t.Errorf("asked for %s, want %s", s.list(), want)
	}
}

func TestRobotsOfTheHostBehindARedirectDecide(t *testing.T) {
	back := &site{robots: robotsText("User-agent: *\nDisallow: /\n")}
	backURL := serve(t, back.ServeHTTP)
	front := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		http.Redirect(w, r, backURL+"/page", http.StatusFound)
	})
	refused(t, client(t, fetch.Config{}), fetch.Request{URL: front + "/go", Page: true}, "fetch", "robots.txt of "+host(backURL))
	if back.list() != "/robots.txt" {
		t.Errorf("asked for %s", back.list())
	}
}

func TestRobotsThatHangMeetTheDeadline(t *testing.T) {
	s := &site{robots: func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
	url := serve(t, s.ServeHTTP)
	if e := refused(t, client(t, fetch.Config{Timeout: soon}), fetch.Request{URL: url + "/", Page: true}, "fetch", "no whole answer"); e.Final {
		t.Errorf("%+v", e)
	}
	if s.list() != "/robots.txt" {
		t.Errorf("asked for %s", s.list())
	}
}

func TestCrawlDelayIsKeptBetweenPages(t *testing.T) {
	s := &site{robots: robotsText("User-agent: *\nCrawl-delay: 0.05\n")}
	url, cl := serve(t, s.ServeHTTP), client(t, fetch.Config{})
	begin := time.Now()
	for range 3 {
		get(t, cl, fetch.Request{URL: url + "/", Page: true})
	}
	if took := time.Since(begin); took < 100*time.Millisecond {
		t.Errorf("three pages in %s", took)
	}
}
