package harvest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
)

const article = `<!DOCTYPE html><html lang="en"><head><title>Faster copies on arm64</title>
<meta property="og:site_name" content="Example News"><meta name="author" content="Ann Author"><link rel="canonical" href="http://news.example/faster-copies"></head>
<body><article><h1>Faster copies on arm64</h1><p>` + said + `</p>
<p>“It was worth the wait of these three years, and we would do it again,” said Mara Lindqvist, director of servers at Fenwick.</p>
<p>Read <a href="https://example.com/patch">the patch</a> and the long discussion that came before it on the mailing list.</p></article></body></html>`

// html answers with a page.
func html(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
}

func TestPagesOfNewCandidatesAreReadAndQuoted(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64 copies"), entry("2", "2", "Of x86")))
	w.answers("http://news.example/1", html(article))
	rep := w.run(harvest.Options{})
	if rep.Pages != 1 || rep.New != 1 || rep.Failed != 0 || w.requests() != "news.example/1 news.example/feed" {
		t.Fatalf("%+v", rep)
	}
	c := w.queue()[0]
	if c.Title != "arm64 copies" || c.Site != "Example News" || c.Author != "Ann Author" || c.Language != "en" || c.PageCanonical != "https://news.example/faster-copies" || c.PageError != "" {
		t.Errorf("%+v", c)
	}
	if m := c.Matched; len(m) != 2 || m[0] != (store.Match{Term: "arm64", Where: "title", Weight: 3}) || m[1].Term != "arm64" || m[1].Where != "page" {
		t.Errorf("matched %v", m)
	}
	_, page, err := w.st.SnapshotText(t.Context(), c.ID)
	if err != nil || !strings.Contains(page, said) {
		t.Errorf("%q, %v", page, err)
	}
	quotes, err := w.st.Quotes(t.Context(), []int64{c.ID})
	if err != nil || len(quotes[c.ID]) != 2 {
		t.Fatalf("%+v, %v", quotes, err)
	}
	for i, q := range quotes[c.ID] {
		if q.Rank != i+1 || page[q.Start:q.Start+len(q.Text)] != q.Text {
			t.Errorf("quote %d is not verbatim: %+v", i+1, q)
		}
	}
	var links []string
	err = w.st.Outlinks(t.Context(), []int64{c.ID}, func(_ int64, all []string) { links = all })
	if err != nil || fmt.Sprint(links) != "[https://example.com/patch]" {
		t.Errorf("links: %v, %v", links, err)
	}
	if rep := w.run(harvest.Options{}); rep.Pages != 0 || w.requests() != "" {
		t.Errorf("read again: %+v", rep)
	}
}

func TestPagesMayWaitForALaterRun(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/1", html(article))
	if rep := w.run(harvest.Options{NoPages: true}); rep.New != 1 || w.requests() != "news.example/feed" {
		t.Errorf("%+v", rep)
	}
	if rep := w.run(harvest.Options{}); rep.Polled != 0 || rep.Pages != 1 || w.requests() != "news.example/1" {
		t.Errorf("%+v", rep)
	}
}

// tries runs until no page is due any more, a day apart, and returns how often it was asked for.
func (w *world) tries() int {
	n := 0
	for range 6 {
		w.run(harvest.Options{})
		n += strings.Count(w.requests(), "news.example/1")
		w.later(24 * time.Hour)
	}
	return n
}

func TestPageThatFailsKeepsItsLink(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		words  string
		tries  int
	}{
		"missing":        {status(404), "answers 404 Not Found", 1},
		"forbidden":      {status(403), "answers 403 Forbidden", 1},
		"out of order":   {status(500), "answers 500", 3},
		"busy":           {status(503), "answers 503", 3},
		"cut off":        {status(200, "Content-Type", "text/html", "Content-Length", "99"), "broke the answer off", 3},
		"a PDF":          {status(200, "Content-Type", "application/pdf"), "no web page but application/pdf", 1},
		"too long":       {gzipped(t, article+strings.Repeat(" ", fetch.PageLimit)), "longer than the limit of 2 MiB", 3},
		"a challenge":    {html("<html><title>Just a moment...</title></html>"), "a challenge for browsers stands in front of it", 1},
		"private":        {status(302, "Location", "http://10.0.0.1/"), "address 10.0.0.1:80 is refused", 1},
		"endless":        {status(302, "Location", "/1"), "more than 5 redirects", 6},
		"redirect to js": {status(302, "Location", "javascript:1"), "only http and https", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, rss(entry("1", "1", "arm64 copies"), entry("2", "2", "more arm64")))
			w.answers("http://news.example/1", c.answer)
			w.answers("http://news.example/2", html(article))
			rep := w.run(harvest.Options{})
			if rep.Pages != 1 || rep.Failed != 0 || rep.New != 2 {
				t.Errorf("%+v", rep)
			}
			o := rep.Report[0]
			if o.Source != "news" || o.Stage != "page" || o.Error != "" || len(o.Warnings) != 1 || !strings.HasPrefix(o.Warnings[0], "http://news.example/1: ") || !strings.Contains(o.Warnings[0], c.words) {
				t.Errorf("%+v", o)
			}
			if q := w.queue()[0]; q.Title != "arm64 copies" || !strings.Contains(q.PageError, c.words) || q.SnapshotID != 0 {
				t.Errorf("%+v", q)
			}
			asked := strings.Count(w.requests(), "news.example/1")
			if asked += w.tries(); asked != c.tries {
				t.Errorf("asked for %d times, want %d", asked, c.tries)
			}
		})
	}
}

func TestPageThatFailedIsAskedForAgainAndForgiven(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/1", status(500))
	w.run(harvest.Options{})
	w.later(time.Hour)
	w.requests()
	if w.run(harvest.Options{}); strings.Contains(w.requests(), "/1") {
		t.Error("asked for again after an hour")
	}
	w.answers("http://news.example/1", html(article))
	w.later(5 * time.Hour)
	if rep := w.run(harvest.Options{}); rep.Pages != 1 || w.queue()[0].PageError != "" {
		t.Errorf("%+v", rep)
	}
}

func TestPagesOfABusyHostWaitAsLongAsItAsks(t *testing.T) {
	var entries []string
	w := newWorld(t)
	for i := range 5 {
		entries = append(entries, entry(fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint("arm64 ", i)))
		w.answers(fmt.Sprint("http://news.example/", i), status(429, "Retry-After", fmt.Sprint(4*24*3600)))
	}
	w.source("feeds", "http://feeds.example/feed")
	w.answers("http://feeds.example/feed", text(rss(entries...)))
	for range 4 { // more often than a page that fails is tried
		w.run(harvest.Options{})
		if got := w.requests(); strings.Count(got, "news.example") != 1 {
			t.Errorf("asked for %q", got)
		}
		w.later(24 * time.Hour)
		w.run(harvest.Options{})
		if got := w.requests(); strings.Contains(got, "news.example") {
			t.Errorf("asked for %q, against the host's wish", got)
		}
		w.later(3 * 24 * time.Hour)
	}
	for i := range 5 {
		w.answers(fmt.Sprint("http://news.example/", i), html(article))
	}
	if rep := w.run(harvest.Options{}); rep.Pages != 4 { // one was asked for three times and is given up; waiting is no try
		t.Errorf("%+v", rep)
	}
}

func TestBusyHostOfAPageIsLeftAloneWithItsFeeds(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/1", status(503, "Retry-After", "7200"))
	w.run(harvest.Options{})
	w.requests()
	w.later(time.Hour)
	if rep := w.run(harvest.Options{}); rep.Polled != 0 || rep.Failed != 0 || len(rep.Report) != 1 || len(rep.Report[0].Warnings) != 1 || w.requests() != "" {
		t.Errorf("%+v", rep)
	}
}

func TestPagesObeyRobotsAndFeedsDoNot(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/robots.txt", text("User-agent: *\nDisallow: /\n"))
	w.answers("http://news.example/1", html(article))
	if rep := w.run(harvest.Options{}); rep.Pages != 0 || rep.Failed != 0 || w.requests() != "news.example/feed" {
		t.Errorf("%+v", rep)
	}
	if q := w.queue(); len(q) != 1 || !strings.Contains(q[0].PageError, "robots.txt of news.example") {
		t.Errorf("%+v", q)
	}
}

func TestSitesThatShowProgramsNothingAreNotAsked(t *testing.T) {
	w := news(t, strings.ReplaceAll(rss(entry("1", "1", "arm64")), "http://news.example/1", "https://x.com/arm/status/1"))
	if rep := w.run(harvest.Options{}); rep.New != 1 || rep.Pages != 0 || w.requests() != "news.example/feed" || len(rep.Report[0].Warnings) != 0 {
		t.Errorf("%+v", rep)
	}
}
