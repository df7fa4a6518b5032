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

// endless repeats a text until nobody listens any more.
func endless(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for lines := []byte(strings.Repeat(text, 1000)); ; {
			if _, err := w.Write(lines); err != nil {
				return
			}
		}
	}
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
		{"endless", endless("User-agent: *\nDisallow: /x\n"), "/", ""},
		{"endless, and its beginning counts", endless("User-agent: *\nDisallow: /x\n"), "/x", "asks programs"},
		{"endless in a line", endless("Disallow: "), "/", ""},
		{"bad lines before and among the rules", robotsText("Disallow: /a\nhello\nUser-agent: *\nCrawl-delay: soon\nDisallow: /private\n%%:\n"), "/private", "asks programs"},
		{"mark before the rules", robotsText("\ufeffUser-agent: *\r\nDisallow: /private\r\n"), "/private", "asks programs"},
		{"comments", robotsText("User-agent: * # all\n# none\nDisallow: /private # please\n"), "/private", "asks programs"},
		{"several names before the rules", robotsText("User-agent: otherbot\nUser-agent: *\nDisallow: /private\n"), "/private", "asks programs"},
		{"a group behind the one for all", robotsText("User-agent: *\nDisallow: /a\n\nUser-agent: otherbot\nDisallow: /b\n"), "/b", ""},
		{"bomb of wildcards", robotsText("User-agent: *\nDisallow: /" + strings.Repeat("*a", 200000) + "\n" + strings.Repeat("Disallow: /*a*b*c*d$\n", 20000)), "/" + strings.Repeat("a", 2000), ""},
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

func TestRobotsShareThePagesDeadline(t *testing.T) {
	s := &site{robots: func(w http.ResponseWriter, r *http.Request) {
		<-time.After(soon / 4)
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	}}
	url := serve(t, s.ServeHTTP)
	begin := time.Now()
	refused(t, client(t, fetch.Config{Timeout: soon}), fetch.Request{URL: url + "/", Page: true}, "fetch", "no whole answer")
	if took := time.Since(begin); took > never/2 || strings.Count(s.list(), "robots") > 4 {
		t.Errorf("took %s; asked for %s", took, s.list())
	}
}

func TestRobotsHoldForADay(t *testing.T) {
	now := noon
	cl := client(t, fetch.Config{Now: func() time.Time { return now }})
	for _, c := range []struct {
		robots http.HandlerFunc
		again  time.Duration
	}{
		{robotsText("User-agent: *\nDisallow: /\n"), 24 * time.Hour},
		{robotsStatus(404), 24 * time.Hour},
		{robotsStatus(500), 10 * time.Minute},
		{func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, 10 * time.Minute},
	} {
		s := &site{robots: c.robots}
		url := serve(t, s.ServeHTTP)
		for i, later := range []time.Duration{0, c.again - 1, 1} {
			now = now.Add(later)
			cl.Get(t.Context(), fetch.Request{URL: url + "/", Limit: limit, Page: true})
			if got, want := strings.Count(s.list(), "/robots.txt"), 1+i/2; got != want {
				t.Errorf("%s: asked %d times, want %d", now.Sub(noon), got, want)
			}
		}
	}
}

func TestRobotsMayAskToBeLeftAloneToo(t *testing.T) {
	s := &site{robots: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}}
	url, cl := serve(t, s.ServeHTTP), client(t, fetch.Config{Now: func() time.Time { return noon }})
	for _, page := range []bool{true, true, false} {
		e := refused(t, cl, fetch.Request{URL: url + "/", Page: page}, "fetch", "left alone until 2026-11-18T13:00:00Z")
		if !e.Retry.Equal(noon.Add(time.Hour)) || e.Host != "127.0.0.1" {
			t.Errorf("%+v", e)
		}
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
