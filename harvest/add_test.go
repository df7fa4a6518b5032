package harvest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
)

// add captures a link, and fails the test where that fails.
func (w *world) add(url, title string) (store.Candidate, bool) {
	w.Helper()
	c, isNew, err := w.harvester().Add(w.Context(), url, title)
	if err != nil {
		w.Fatal(err)
	}
	return c, isNew
}

func TestCapturedLinkIsACandidateWhateverTheTopicSays(t *testing.T) {
	w := newWorld(t)
	c, isNew := w.add(" HTTP://News.example/1?utm_source=mail#top ", "A\x1b[31m title \n of x86")
	if !isNew || c.URL != "http://news.example/1#top" || c.Canonical != "https://news.example/1" || c.Title != "A title of x86" || c.State != store.Queued || len(c.Matched) != 0 {
		t.Errorf("%v, %+v", isNew, c)
	}
	if again, isNew := w.add("https://www.news.example/1", "another title"); isNew || again.ID != c.ID || again.Title != c.Title {
		t.Errorf("%v, %+v", isNew, again)
	}
	if got := w.sightings(c.ID); len(got) != 1 || got[0] != "captured http://news.example/1#top" {
		t.Errorf("sightings: %v", got)
	}
	if c, _ := w.add("http://news.example/arm64", ""); len(c.Matched) != 1 || c.Title != "" {
		t.Errorf("%+v", c)
	}
}

func TestCapturedLinkThatWasHarvestedIsSightedOnceMore(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/1", html(article)) // which calls itself /faster-copies
	w.run(harvest.Options{})
	w.decide(store.Rejected, 1)
	for _, url := range []string{"http://news.example/1", "http://news.example/faster-copies"} {
		if c, isNew := w.add(url, ""); isNew || c.ID != 1 || c.State != store.Rejected {
			t.Errorf("%s: %v, %+v", url, isNew, c)
		}
	}
	if got := w.sightings(1); len(got) != 2 || got[1] != "captured http://news.example/1" {
		t.Errorf("sightings: %v", got)
	}
}

func TestHarvestLeavesCapturedLinksToTheEditor(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	w.add("http://news.example/1", "")
	rep := w.run(all)
	if rep.Sources != 1 || rep.Polled != 1 || rep.New != 0 || w.titles() != "arm64" { // the feed fills the title in
		t.Errorf("%+v, queue: %s", rep, w.titles())
	}
}

func TestCaptureFetchesThePageNow(t *testing.T) {
	w := newWorld(t)
	w.answers("http://news.example/1", html(article))
	c, _ := w.add("http://news.example/1", "")
	if n, err := w.harvester().Capture(t.Context(), c); err != nil || n == 0 {
		t.Errorf("%d, %v", n, err)
	}
	if q := w.queue()[0]; q.Title != "Faster copies on arm64" || q.Author != "Ann Author" || q.SnapshotID == 0 {
		t.Errorf("%+v", q)
	}
	c, _ = w.add("http://news.example/missing", "Gone")
	_, err := w.harvester().Capture(t.Context(), c)
	var bad *harvest.PageError
	if !errors.As(err, &bad) || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	if q := w.queue()[1]; q.Title != "Gone" || !strings.Contains(q.PageError, "404") {
		t.Errorf("%+v", q)
	}
}

func TestLinksThatCannotBeOpenedAreNotCaptured(t *testing.T) {
	w := newWorld(t)
	for _, url := range []string{"", "news.example/1", "javascript:alert(1)", "file:///etc/passwd", "http://", "http://exa mple.org/", "\x1b]0;x\x07"} {
		_, _, err := w.harvester().Add(t.Context(), url, "x")
		var bad *harvest.LinkError
		if !errors.As(err, &bad) || strings.ContainsAny(err.Error(), "\x1b\x07") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if len(w.queue()) != 0 {
		t.Errorf("queue: %s", w.titles())
	}
}

func TestPostsTellByTheirURLWhoAndWhen(t *testing.T) {
	for _, c := range []struct{ url, site, author, at string }{
		{"https://twitter.com/jo_doe/status/1144000000000000000?s=20", "Twitter", "@jo_doe", "2019-06-26T21:50:29Z"},
		{"https://mobile.twitter.com/jo_doe/statuses/1144000000000000000", "Twitter", "@jo_doe", "2019-06-26T21:50:29Z"},
		{"https://x.com/i/web/status/1144000000000000000", "Twitter", "", "2019-06-26T21:50:29Z"},
		{"https://x.com/jo_doe/status/1144000000000000000/photo/1", "Twitter", "@jo_doe", "2019-06-26T21:50:29Z"},
		{"https://twitter.com/jo_doe/status/20", "Twitter", "@jo_doe", ""},
		{"https://twitter.com/jo_doe/status/9144000000000000000", "Twitter", "@jo_doe", ""}, // the year 2079
		{"https://twitter.com/jo_doe", "", "", ""},
		{"https://nottwitter.com/jo_doe/status/1144000000000000000", "", "", ""},
		{"https://social.example/@jo/111111111111111111", "Mastodon", "@jo@social.example", "2023-09-22T22:16:46Z"},
		{"https://social.example/@jo@far.example/111111111111111111", "Mastodon", "@jo@far.example", "2023-09-22T22:16:46Z"},
		{"https://social.example/@jo/1111", "", "", ""},
		{"https://bsky.app/profile/jo.example/post/3l4xyzabcde2a", "Bluesky", "@jo.example", "2024-09-25T11:15:46Z"},
		{"https://bsky.app/profile/did:plc:abc/post/3l4xyzabcde2b", "Bluesky", "", "2024-09-25T11:15:46Z"},
		{"https://bsky.app/profile/jo.example/post/zzzzzzzzzzzzz", "Bluesky", "@jo.example", ""},
	} {
		w := newWorld(t)
		got, _ := w.add(c.url, "")
		at := ""
		if !got.Published.IsZero() {
			at = got.Published.Format(time.RFC3339)
		}
		if got.Site != c.site && c.site != "" || got.Author != c.author || got.Credit.Handle != c.author || at != c.at {
			t.Errorf("%s: %s, %s, %s, %+v", c.url, got.Site, got.Author, at, got.Credit)
		}
		if harvest.KnownByURL(c.url) != (c.site == "Twitter") {
			t.Errorf("%s: to be fetched or not", c.url)
		}
	}
}
