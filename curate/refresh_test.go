package curate

import (
	"fmt"
	"testing"
	"time"

	"wiredesk/store"
)

// arrive stores one more poll of the desk's source, and refreshes: candidates with these numbers,
// titles that say nothing, and links in their texts to these numbers.
func arrive(t *testing.T, d *Desk, links map[int][]int) {
	t.Helper()
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "a", Kind: "feed", URL: "https://a.example/"}})
	must(t, err)
	url := func(n int) string { return fmt.Sprintf("https://example.org/%d", n) }
	var items []store.Item
	for n := range 20000 {
		to, ok := links[n]
		if !ok {
			continue
		}
		it := store.Item{Key: int64(n), Alt: int64(n), Hash: int64(n), URL: url(n), Canonical: url(n), Title: fmt.Sprint("No ", n), Taken: true}
		for _, l := range to {
			it.Links = append(it.Links, url(l))
		}
		items = append(items, it)
	}
	if _, err := d.Store.AddItems(t.Context(), src[0], items); err != nil {
		t.Fatal(err)
	}
	must(t, d.Refresh(t.Context()))
}

// storyOf returns the story of the candidate with a number.
func storyOf(t *testing.T, d *Desk, n int) int64 {
	t.Helper()
	c, err := d.Store.CandidateByURL(t.Context(), fmt.Sprintf("https://example.org/%d", n))
	must(t, err)
	if c.StoryID == 0 {
		t.Errorf("%d has no story", n)
	}
	return c.StoryID
}

func TestStoriesGrowOverHarvests(t *testing.T) {
	d := desk(t, 0)
	many := []int{100}
	for n := 1000; n < 1012; n++ {
		many = append(many, n)
	}
	arrive(t, d, map[int][]int{100: nil, 101: {200}, 102: {203}, 103: many})
	arrive(t, d, map[int][]int{200: nil, 201: {100}, 202: nil, 203: {100, 102}})
	arrive(t, d, map[int][]int{300: {201}, 301: append(many, 202)})
	for _, c := range []struct {
		what string
		a, b int
		same bool
	}{
		{"a new text links to an old candidate", 100, 201, true},
		{"an old text links to what comes later", 101, 200, true},
		{"a third harvest joins the story of the second", 100, 300, true},
		{"two stories stay two, whoever links to both", 100, 102, false},
		{"a list of news ties nothing", 100, 103, false},
		{"nor does it later", 202, 301, false},
		{"strangers", 100, 101, false},
	} {
		if got := storyOf(t, d, c.a) == storyOf(t, d, c.b); got != c.same {
			t.Errorf("%s: %d and %d in one story: %v", c.what, c.a, c.b, got)
		}
	}
	if again := storyOf(t, d, 203); again != storyOf(t, d, 100) && again != storyOf(t, d, 102) {
		t.Errorf("203 links to two stories, and is in neither")
	}
}

// A harvest is stored in batches; who joins whom goes over their bounds.
func TestOneStoryFromTheEndsOfALongHarvest(t *testing.T) {
	d := desk(t, 0)
	links := map[int][]int{}
	for n := range 2*refreshBatch + 10 {
		links[n] = nil
	}
	last := 2*refreshBatch + 9
	links[last] = []int{0}
	links[refreshBatch+1] = []int{last}
	arrive(t, d, links)
	if a, b, c := storyOf(t, d, 0), storyOf(t, d, refreshBatch+1), storyOf(t, d, last); a != b || b != c {
		t.Errorf("stories %d, %d, %d", a, b, c)
	}
	if storyOf(t, d, 5) == storyOf(t, d, 6) {
		t.Error("strangers in one story")
	}
	stale, err := d.Store.Candidates(t.Context(), store.Filter{Stale: true})
	if err != nil || len(stale) != 0 {
		t.Errorf("%d are left, %v", len(stale), err)
	}
}

func TestADecisionWhileStoriesAreFoundStands(t *testing.T) {
	d := desk(t, 0)
	arrive(t, d, map[int][]int{1: nil, 2: nil, 3: nil})
	mine, theirs := storyOf(t, d, 3), storyOf(t, d, 2)
	c, err := d.Store.CandidateByURL(t.Context(), "https://example.org/1")
	must(t, err)
	must(t, d.Store.AddPage(t.Context(), store.Page{CandidateID: c.ID, URL: c.URL, Body: []byte("x"), Text: "x", Links: []string{"https://example.org/2"}}))
	asked, now := 0, d.Now()
	d.Now = func() time.Time {
		if asked++; asked == 2 { // the stories are found, and not stored yet
			c.State, c.StoryID = store.Accepted, mine
			_, err := d.Store.Act(t.Context(), "ed", "accept", func(a *store.Act) error { return a.SetCandidate(c) })
			must(t, err)
		}
		return now
	}
	must(t, d.Refresh(t.Context()))
	if got := storyOf(t, d, 1); got != mine || asked < 2 {
		t.Errorf("in story %d, was put into %d; the other is %d", got, mine, theirs)
	}
}
