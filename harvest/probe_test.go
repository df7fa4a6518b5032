package harvest_test

import (
	"strings"
	"testing"

	"wiredesk/harvest"
)

func TestProbeTellsWhatADocumentIs(t *testing.T) {
	h := newWorld(t).harvester()
	for _, c := range []struct {
		name, kind, contentType, body, want string // want: the kind, or an error
	}{
		{"feed", "", "", rss(entry("1", "1", "arm64")), "feed"},
		{"feed served as text", "", "text/plain", rss(entry("1", "1", "arm64")), "feed"},
		{"mbox", "", "text/plain", strings.Join(thread, ""), "list"},
		{"packed mbox", "", "application/gzip", string(pack(t, strings.Join(thread, ""))), "list"},
		{"page", "", "text/html", article, "page"},
		{"page without a type", "", "", article, "page"},
		{"feed of a list", "list", "", inbox, "list"},
		{"feed of releases", "releases", "", releases, "releases"},
		{"feed, but a page is wanted", "page", "", article, "page"},
		{"page, but a feed is wanted", "feed", "text/html", article, "an HTML page instead of a feed"},
		{"nonsense", "", "", "hello", "neither XML nor JSON"},
		{"damaged gzip", "", "", string(pack(t, article)[:60]), "damaged or cut off"},
		{"unknown kind", "podcast", "", article, "there is no kind podcast"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := h.ProbeBytes(t.Context(), harvest.Source{Kind: c.kind, URL: "http://news.example/"}, []byte(c.body), c.contentType)
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v", err)
				}
				return
			}
			if p.Kind != c.want || len(p.Entries)+len(p.Releases)+len(p.Messages) == 0 && p.Page == nil {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestProbeFollowsAPageToTheFeedThatItNames(t *testing.T) {
	w := newWorld(t)
	w.answers("http://news.example/", html(strings.Replace(article, "<head>", `<head><link rel="alternate" type="application/rss+xml" href="/feed">`, 1)))
	w.answers("http://news.example/feed", text(rss(entry("1", "1", "arm64"))))
	for _, kind := range []string{"", harvest.KindFeed} {
		p, err := w.harvester().ProbeURL(t.Context(), harvest.Source{Kind: kind, URL: "http://news.example/"})
		if err != nil || p.Found != "http://news.example/feed" || len(p.Entries) != 1 {
			t.Errorf("%q: %+v, %v", kind, p, err)
		}
	}
	p, err := w.harvester().ProbeURL(t.Context(), harvest.Source{Kind: harvest.KindPage, URL: "http://news.example/"})
	if err != nil || p.Found != "" || p.Page == nil {
		t.Errorf("%+v, %v", p, err)
	}
	if len(w.queue()) != 0 {
		t.Error("a probe stored something")
	}
}

func TestProbeOfATruncatedFeedWarns(t *testing.T) {
	body := rss(entry("1", "1", "arm64"), entry("2", "2", "arm64"))
	p, err := newWorld(t).harvester().ProbeBytes(t.Context(), harvest.Source{URL: "http://news.example/"}, []byte(body[:len(body)-60]), "")
	if err != nil || len(p.Entries) != 1 || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "breaks off") {
		t.Errorf("%+v, %v", p, err)
	}
}
