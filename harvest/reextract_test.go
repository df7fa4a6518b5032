package harvest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
)

func TestStoredPagesAreReadAgainWithoutTheNetwork(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64 copies"), entry("2", "2", "arm64 news")))
	w.answers("http://news.example/1", html(article))
	w.answers("http://news.example/2", html(article))
	w.run(harvest.Options{})
	c := w.queue()[0]
	// An older program read one of them badly.
	err := w.st.AddPage(t.Context(), store.Page{
		CandidateID: c.ID, URL: "http://news.example/1", ContentType: "text/html; charset=utf-8", Body: []byte(article), Text: "Menu and nothing else.",
		Author: "Share this", Evidence: map[string]string{"author": "byline"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.requests()
	h := w.harvester()
	defer h.Close()
	rep, err := h.Reextract(t.Context(), nil)
	if err != nil || rep.Pages != 2 || len(rep.Warnings) != 0 || w.requests() != "" {
		t.Errorf("%+v, %v", rep, err)
	}
	c = w.queue()[0]
	_, text, err := w.st.SnapshotText(t.Context(), c.ID)
	if err != nil || !strings.Contains(text, said) || c.Author != "Ann Author" || c.Title != "arm64 copies" {
		t.Errorf("%q by %q: %q, %v", c.Title, c.Author, text, err)
	}
	quotes, err := w.st.Quotes(t.Context(), []int64{c.ID})
	if err != nil || len(quotes[c.ID]) != 2 {
		t.Errorf("quotes %+v, %v", quotes, err)
	}
}

func TestMailsStayAsTheyCame(t *testing.T) {
	w := list(t, "http://lists.example/new.mbox")
	w.change(thread[0] + thread[1])
	w.poll()
	h := w.harvester()
	defer h.Close()
	before := w.queue()[0]
	if rep, err := h.Reextract(t.Context(), nil); err != nil || rep.Pages != 0 || len(rep.Warnings) != 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if after := w.queue()[0]; after.Author != before.Author || after.SnapshotID != before.SnapshotID || before.SnapshotID == 0 {
		t.Errorf("%+v", after)
	}
}

func TestAPageFetchedAgainIsNotPrunedForItsAge(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64 one")))
	w.answers("http://news.example/1", html(article))
	w.answers("http://news.example/2", html(article))
	w.run(harvest.Options{})
	w.later(100 * 24 * time.Hour)
	w.change(rss(entry("2", "2", "arm64 two")))
	w.run(harvest.Options{All: true})
	for _, c := range w.queue() {
		if _, _, err := w.st.SnapshotText(t.Context(), c.ID); err != nil {
			t.Errorf("%s: %v", c.URL, err)
		}
	}
	w.later(100 * 24 * time.Hour)
	w.run(harvest.Options{All: true})
	if _, _, err := w.st.SnapshotText(t.Context(), 1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody took it for a season: %v", err)
	}
}
