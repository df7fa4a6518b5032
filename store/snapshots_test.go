package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// reads stores what was read of the page of a candidate: its text, each of whose paragraphs is
// proposed as a quote.
func reads(t *testing.T, st *store.Store, candidate int64, body, text string, evidence map[string]string) {
	t.Helper()
	p := store.Page{CandidateID: candidate, URL: "https://example.org/1", ContentType: "text/html", Body: []byte(body), Text: text, Evidence: evidence}
	at := 0
	for para := range strings.SplitSeq(text, "\n\n") {
		p.Quotes = append(p.Quotes, store.Quote{Kind: "key", Text: para, Start: at})
		at += len(para) + 2
	}
	p.Title, p.Author, p.Excerpt = evidence["title"]+" title", evidence["author"], evidence["excerpt"]
	if err := st.AddPage(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

// verbatim returns the quotes of a candidate, after a check that each stands in the snapshot's
// text where it says.
func verbatim(t *testing.T, st *store.Store, candidate int64) []string {
	t.Helper()
	_, text, err := st.SnapshotText(t.Context(), candidate)
	if err != nil {
		t.Fatal(err)
	}
	all, err := st.Quotes(t.Context(), []int64{candidate})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, q := range all[candidate] {
		if !strings.HasPrefix(text[min(q.Start, len(text)):], q.Text) {
			t.Errorf("%q does not stand at %d of %q", q.Text, q.Start, text)
		}
		out = append(out, q.Text)
	}
	return out
}

func pick(t *testing.T, st *store.Store, candidate int64, text string) {
	t.Helper()
	all, err := st.Quotes(t.Context(), []int64{candidate})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range all[candidate] {
		if q.Text == text {
			q.Picked = 1
			if _, err := st.Act(t.Context(), "ed", "quote", func(a *store.Act) error { return a.PickQuote(q) }); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("there is no quote %q", text)
}

func TestAPageThatIsReadBetterKeepsEveryQuoteInPlace(t *testing.T) {
	st := storetest.Open(t)
	add(t, st, source(t, st, "a"), entry(1), entry(2))
	reads(t, st, 1, "<body>", "Menu.\n\nThe news.\n\nMore of it.", nil)
	reads(t, st, 2, "<body>", "Menu.\n\nThe news.\n\nMore of it.", nil) // the same bytes behind another link
	pick(t, st, 1, "The news.")
	reads(t, st, 1, "<body>", "The news.\n\nMore of it.\n\nThe end.", nil)
	if got := fmt.Sprint(verbatim(t, st, 1)); got != "[The news. More of it. The end.]" {
		t.Errorf("read better: %s", got)
	}
	if got := fmt.Sprint(verbatim(t, st, 2)); got != "[The news. More of it.]" {
		t.Errorf("the other candidate: %s", got)
	}

	// What was picked is not in the text any more: that text stays.
	reads(t, st, 1, "<body>", "More of it.\n\nSomething else.", nil)
	if got := fmt.Sprint(verbatim(t, st, 1)); !strings.Contains(got, "The news.") || strings.Contains(got, "Something else.") {
		t.Errorf("a picked quote: %s", got)
	}
}

func TestAPageCorrectsWhatItSaidItself(t *testing.T) {
	st := storetest.Open(t)
	by := entry(2)
	by.Author = "By The Feed"
	add(t, st, source(t, st, "a"), entry(1), by)
	facts := func(id int64) string {
		c, err := st.Candidate(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		e, err := st.Evidence(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s, %s, %s %v", c.Title, c.Author, c.Excerpt, e)
	}
	for id := int64(1); id <= 2; id++ {
		reads(t, st, id, fmt.Sprint(id), "Text.", map[string]string{"author": "Share this", "excerpt": "cookies"})
	}
	if got := facts(1); got != "News 1, Share this, cookies map[author:Share this excerpt:cookies]" {
		t.Errorf("first: %s", got)
	}
	for id := int64(1); id <= 2; id++ {
		reads(t, st, id, fmt.Sprint(id), "Text.", map[string]string{"excerpt": "news"})
	}
	if got := facts(1); got != "News 1, , news map[excerpt:news]" {
		t.Errorf("then: %s", got)
	}
	if got := facts(2); got != "News 2, By The Feed, news map[excerpt:news]" {
		t.Errorf("what the feed says stands: %s", got)
	}
}

func TestPagesThatNobodyTookGo(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	for n := 1; n <= 6; n++ {
		add(t, st, src, entry(n))
		reads(t, st, int64(n), fmt.Sprint("page ", n), fmt.Sprint("Text ", n, "."), nil)
	}
	reads(t, st, 5, "page 6", "Text 6.", nil) // one page behind two links, and page 5 is nobody's any more
	decide := func(id int64, state store.State) {
		t.Helper()
		c, err := st.Candidate(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		c.State = state
		if _, err := st.Act(t.Context(), "ed", string(state), func(a *store.Act) error { return a.SetCandidate(c) }); err != nil {
			t.Fatal(err)
		}
	}
	decide(1, store.Accepted)
	decide(2, store.Held)
	decide(3, store.Rejected)
	pick(t, st, 4, "Text 4.")
	decide(6, store.Published)
	for _, c := range []struct {
		before time.Time
		want   int
	}{{storetest.Start.Add(-time.Hour), 0}, {storetest.Start.Add(time.Hour), 2}, {storetest.Start.Add(time.Hour), 0}} {
		if n, err := st.PruneSnapshots(t.Context(), c.before, 100); err != nil || n != c.want {
			t.Errorf("%d went, want %d, %v", n, c.want, err)
		}
	}
	for id := int64(1); id <= 6; id++ {
		_, _, err := st.SnapshotText(t.Context(), id)
		if gone := errors.Is(err, store.ErrNotFound); gone != (id == 3) || !gone && err != nil {
			t.Errorf("the page of %d: %v", id, err)
		}
	}
}

func TestAQuoteThatHoldsTheTextCostsNobodyElseTheirs(t *testing.T) {
	st := storetest.Open(t)
	add(t, st, source(t, st, "a"), entry(1), entry(2))
	for id := int64(1); id <= 2; id++ {
		reads(t, st, id, "<body>", "Menu.\n\nThe news.\n\nMore of it.", nil)
	}
	pick(t, st, 1, "The news.")
	reads(t, st, 1, "<body>", "Something else.", nil)
	if got := fmt.Sprint(verbatim(t, st, 2)); got != "[Menu. The news. More of it.]" {
		t.Errorf("the other candidate: %s", got)
	}
}

func TestWhatTheSourceStatesLaterStands(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	it := entry(1)
	it.Title = ""
	add(t, st, src, it)
	reads(t, st, 1, "b", "Text.", map[string]string{"title": "og"})
	it.Title, it.Hash = "The source's own title", it.Hash+1
	add(t, st, src, it)
	reads(t, st, 1, "b", "Text.", map[string]string{"title": "og"})
	if c, err := st.Candidate(t.Context(), 1); err != nil || c.Title != "The source's own title" {
		t.Errorf("%q, %v", c.Title, err)
	}
}

func TestLinksOfAPageAreThoseOfItsLastReading(t *testing.T) {
	st := storetest.Open(t)
	it := entry(1)
	it.Links = []string{"https://feed.example/"}
	add(t, st, source(t, st, "a"), it)
	for _, links := range [][]string{{"https://menu.example/a", "https://feed.example/"}, {"https://right.example/"}} {
		if err := st.AddPage(t.Context(), store.Page{CandidateID: 1, Body: []byte("b"), Text: "t", Links: links}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	if err := st.Outlinks(t.Context(), []int64{1}, func(_ int64, links []string) { got = links }); err != nil || fmt.Sprint(got) != "[https://feed.example/ https://right.example/]" {
		t.Errorf("%v, %v", got, err)
	}
}
