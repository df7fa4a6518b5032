package harvest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
)

// check asks sources once, and returns the findings by their source.
func (w *world) check(names ...string) map[string]harvest.Finding {
	w.Helper()
	found, err := w.harvester().Check(w.Context(), names, nil)
	if err != nil {
		w.Fatal(err)
	}
	out := map[string]harvest.Finding{}
	for _, f := range found {
		out[f.Source] = f
	}
	return out
}

func TestCheckSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	w := newWorld(t)
	for name, answer := range map[string]string{
		"good":      rss(entry("1", "1", "arm64", published(w.now.Add(-time.Hour))), entry("2", "2", "x86", published(w.now.AddDate(0, 0, -3)))),
		"empty":     rss(),
		"quiet":     rss(entry("1", "1", "arm64", published(w.now.AddDate(-1, 0, 0)))),
		"undated":   rss(entry("1", "1", "arm64")),
		"page":      `<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/good"></head><body>News</body></html>`,
		"challenge": `<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>`,
	} {
		w.source(name, "http://news.example/"+name)
		w.answers("http://news.example/"+name, text(answer))
	}
	w.source("moved", "http://news.example/moved")
	w.answers("http://news.example/moved", status(301, "Location", "http://news.example/good"))
	w.source("gone", "http://news.example/gone")
	w.answers("http://news.example/gone", status(410))
	w.source("missing", "http://news.example/missing")
	w.source("off", "http://news.example/off").Disabled = true

	found := w.check()
	for name, want := range map[string]harvest.Finding{
		"good":      {State: "ok", Items: 2, Status: 200, Newest: w.now.Add(-time.Hour)},
		"undated":   {State: "ok", Items: 1, Status: 200},
		"empty":     {State: "empty", Problem: "no item", Advice: "browser", Status: 200},
		"quiet":     {State: "quiet", Problem: "newest item is of", Advice: "disabled: true", Items: 1, Status: 200, Newest: w.now.AddDate(-1, 0, 0)},
		"page":      {State: "failing", Problem: "web page, which names a feed", Advice: `url: "http://news.example/good"`, URL: "http://news.example/good", Stage: "parse", Status: 200},
		"challenge": {State: "failing", Problem: "challenge", Advice: "keeps programs out", Stage: "parse", Status: 200},
		"moved":     {State: "moved", Problem: "moved for good", Advice: `url: "http://news.example/good"`, URL: "http://news.example/good", Items: 2, Status: 200, Newest: w.now.Add(-time.Hour)},
		"gone":      {State: "gone", Problem: "410", Advice: "disabled: true", Stage: "fetch", Status: 410},
		"missing":   {State: "failing", Problem: "404", Advice: "home page", Stage: "fetch", Status: 404},
	} {
		got := found[name]
		if got.State != want.State || got.Items != want.Items || !got.Newest.Equal(want.Newest) || got.URL != want.URL || got.Stage != want.Stage || got.Status != want.Status ||
			!strings.Contains(got.Problem, want.Problem) || !strings.Contains(got.Advice, want.Advice) || (want.Problem == "") != (got.Problem == "") || (want.Advice == "") != (got.Advice == "") {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if len(found) != 9 {
		t.Errorf("%d findings", len(found))
	}
	if rows, err := w.st.Sources(t.Context()); err != nil || len(rows) != 0 || w.titles() != "" {
		t.Errorf("stored: %v, %v, %s", rows, err, w.titles())
	}
	w.requests()
	if found := w.check("good"); len(found) != 1 || w.requests() != "news.example/good" {
		t.Errorf("%+v", found)
	}
}

func TestCheckLeavesHostsAloneThatAskedForIt(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64")))
	if err := w.st.SetWait(t.Context(), "news.example", w.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if f := w.check()["news"]; !f.Failed() || w.requests() != "" {
		t.Errorf("%+v", f)
	}
}

func TestDiscover(t *testing.T) {
	w := newWorld(t)
	day := w.now.AddDate(0, 0, -1)
	feed := rss(entry("1", "1", "arm64", published(day)), entry("2", "2", "x86"))
	w.answers("http://news.example/feed", text(feed))
	w.answers("http://news.example/", text(`<html><head><link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" type="application/atom+xml" href="/comments"></head></html>`))
	w.answers("http://news.example/plain", text(`<!DOCTYPE html><html><body>Hello</body></html>`))
	w.answers("http://news.example/old", status(301, "Location", "/feed"))
	w.answers("http://github.com/o/tool/releases.atom", text(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Release notes from tool</title><entry><id>tag:github.com,2008:Repository/1/v1.0</id><updated>`+
		day.Format(time.RFC3339)+`</updated><link href="http://github.com/o/tool/releases/tag/v1.0"/><title>v1.0 for arm64</title></entry></feed>`))
	w.answers("http://lists.example/2026.mbox", text("From a@b.example Thu Nov 19 10:00:00 2026\nFrom: A <a@b.example>\nMessage-ID: <1@b.example>\nSubject: arm64 boots\nDate: Thu, 19 Nov 2026 10:00:00 +0000\n\nIt does.\n"))

	for _, c := range []struct {
		address string
		want    harvest.Discovery
	}{
		{"http://news.example/feed", harvest.Discovery{Kind: "feed", URL: "http://news.example/feed", Title: "News", Items: 2, Matches: 1, Newest: day}},
		{"http://news.example/", harvest.Discovery{Kind: "feed", URL: "http://news.example/feed", Title: "News", Items: 2, Matches: 1, Newest: day, Others: []string{"http://news.example/comments"}}},
		{"http://news.example/old", harvest.Discovery{Kind: "feed", URL: "http://news.example/feed", Title: "News", Items: 2, Matches: 1, Newest: day}},
		{"http://github.com/o/tool", harvest.Discovery{Kind: "releases", URL: "http://github.com/o/tool", Title: "tool", Items: 1, Matches: 1, Newest: day}},
		{"http://github.com/o/tool/releases", harvest.Discovery{Kind: "releases", URL: "http://github.com/o/tool/releases", Title: "tool", Items: 1, Matches: 1, Newest: day}},
		{"http://lists.example/2026.mbox", harvest.Discovery{Kind: "list", URL: "http://lists.example/2026.mbox", Title: "2026.mbox", Items: 1, Matches: 1}},
	} {
		got, err := w.harvester().Discover(t.Context(), "", c.address)
		if err != nil || got.Kind != c.want.Kind || got.URL != c.want.URL || got.Title != c.want.Title || got.Items != c.want.Items || got.Matches != c.want.Matches ||
			strings.Join(got.Others, " ") != strings.Join(c.want.Others, " ") || !c.want.Newest.IsZero() && !got.Newest.Equal(c.want.Newest.Truncate(time.Second)) {
			t.Errorf("%s: %v\n%+v, want\n%+v", c.address, err, got, c.want)
		}
	}
	if _, err := w.harvester().Discover(t.Context(), "", "http://news.example/plain"); !errors.Is(err, harvest.ErrNoFeed) {
		t.Errorf("%v", err)
	}
	if d, err := w.harvester().Discover(t.Context(), "", "http://news.example/missing"); err == nil || d.Kind != "feed" || d.URL != "http://news.example/missing" {
		t.Errorf("%+v, %v", d, err)
	}
}
