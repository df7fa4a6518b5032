package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// backIssue is an issue with one story of the given links.
func backIssue(week, heading string, urls ...string) store.BackIssue {
	b := store.BackIssue{Issue: store.Issue{Week: week, Number: 3, Path: week + ".md", Published: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)}}
	p := store.BackPart{Kind: store.StoryPart, Level: 3, Heading: heading, Line: 9}
	for i, u := range urls {
		p.List = append(p.List, u)
		p.Links = append(p.Links, store.BackLink{Item: i + 1, URL: u, Line: 10 + i})
	}
	b.Parts = append(b.Parts, p)
	return b
}

func setBack(t *testing.T, st *store.Store, all ...store.BackIssue) {
	t.Helper()
	for _, b := range all {
		if _, err := st.SetBackIssue(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func TestABackIssueComesBackAsItWasStored(t *testing.T) {
	st := storetest.Open(t)
	b := store.BackIssue{
		Issue:  store.Issue{Week: "2026-W02", Number: 7, Path: "2026-W02.md", Published: time.Date(2026, 1, 9, 17, 0, 0, 0, time.UTC)},
		Layout: "labelled", FrontMatter: "---\ntitle: x\n---\n",
		Parts: []store.BackPart{
			{Kind: store.IntroPart, Level: 1, Heading: "The Wire, Issue 7", Body: "Hello.\n", Line: 4},
			{Kind: store.StoryPart, Level: 3, Section: "Boards", Heading: "A `board`", Credit: store.Credit{Via: true, Person: "Ann", Organisation: "Org"},
				Body: "Prose.\n\n> Lazy\nquote.\n", List: []string{"[Board, Shop](https://WWW.shop.example/b?utm_source=x)\n  wrapped"}, Tail: "After.\n",
				Links: []store.BackLink{{Item: 1, URL: "https://WWW.shop.example/b?utm_source=x", Canonical: "https://shop.example/b", Label: "Board, Shop", Note: "wrapped", Line: 12},
					{URL: "javascript:alert(1)", Line: 13}},
				Quotes: []store.BackQuote{{Text: "Lazy quote.", Speaker: "Ann", LeadIn: "Ann writes:", Line: 10}},
				Images: []string{"i.png"}, RawHTML: []string{"<br>"}, Line: 6},
		},
	}
	for i, want := range []bool{true, false} {
		if changed, err := st.SetBackIssue(t.Context(), b); err != nil || changed != want {
			t.Fatalf("stored %d times: changed %v, %v", i+1, changed, err)
		}
	}
	var got []store.BackIssue
	read := func() {
		got = nil
		if err := st.BackIssues(t.Context(), func(b store.BackIssue) error { got = append(got, b); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if read(); len(got) != 1 || cmp.Diff(b, got[0]) != "" {
		t.Errorf("%s", cmp.Diff(b, got[0]))
	}
	if s := got[0].Stories(); len(s) != 1 || s[0].Heading != "A `board`" {
		t.Errorf("stories %+v", s)
	}
	shorter := backIssue("2026-W02", "Another", "https://a.example/")
	setBack(t, st, shorter, backIssue("2025-W50", "Older"))
	if read(); len(got) != 2 || got[0].Week != "2025-W50" || len(got[1].Parts) != 1 || got[1].Parts[0].Heading != "Another" || len(got[1].Parts[0].Links) != 1 {
		t.Errorf("replaced: %+v", got)
	}
}

func TestCoverageTellsRepeatsFromFollowUps(t *testing.T) {
	st := storetest.Open(t)
	setBack(t, st,
		backIssue("2026-W03", "Pump 1.1", "https://github.com/reef/pump/releases/tag/v1.1", "https://reef.example/news"),
		backIssue("2026-W01", "Pump 1.0", "https://github.com/reef/pump/releases/tag/v1.0", "javascript:x"),
		backIssue("2026-W02", "Elsewhere", "http://www.reef.example/news/?utm_medium=mail", "https://blog.gull-os.org/x", "https://press.example.com/1"),
		backIssue("2025-W50", "Gull OS 3 (Press Example)", "https://gull-os.org/3", "https://press.example.com/2"),
		backIssue("2025-W49", "Boards on Kickstarter", "https://kickstarter.com/p/1"),
	)
	for _, c := range []struct{ url, before, want string }{
		{"https://reef.example/news#top", "", "2026-W03 repeat, 2026-W02 repeat"},
		{"https://reef.example/news", "2026-W03", "2026-W02 repeat"},
		{"https://reef.example/other", "", ""},
		{"https://github.com/reef/pump/issues/7", "", "2026-W03 follow-up, 2026-W01 follow-up"},
		{"https://github.com/reef/pump/releases/tag/v1.0", "", "2026-W01 repeat, 2026-W03 follow-up"},
		{"https://github.com/reef/other", "", ""},
		{"https://gull-os.org/4", "", "2026-W02 follow-up, 2025-W50 follow-up"},
		{"https://press.example.com/3", "", ""},
		{"https://kickstarter.com/p/2", "", ""},
		{"javascript:x", "", ""},
	} {
		got, err := st.Coverage(t.Context(), []string{"https://nobody.example/", c.url}, c.before)
		if err != nil || len(got) != 2 || got[0] != nil {
			t.Fatalf("%s: %v, %v", c.url, got, err)
		}
		var told []string
		for _, g := range got[1] {
			told = append(told, g.Week+" "+g.Kind)
		}
		if strings.Join(told, ", ") != c.want {
			t.Errorf("%s: %v, want %s", c.url, got[1], c.want)
		}
	}
}

func TestSearchOfTheArchive(t *testing.T) {
	st := storetest.Open(t)
	a, b := backIssue("2026-W01", "Łódź cluster", "https://lodz.example/a?x=1&yield=2"), backIssue("2026-W02", "A cluster of boards")
	a.Parts[0].Body = "Sixty-four cores, said Zoë.\n"
	a.Parts[0].List = []string{"wrapped\nover lines"}
	b.Parts[0].Tail = "量子力学 in the tail\n"
	setBack(t, st, a, b)
	b.Parts[0].Heading = "Boards"
	setBack(t, st, b)
	for query, want := range map[string]string{
		"cluster": "2026-W01", "CLUST": "2026-W01", "zoe core": "2026-W01", "sixty-four": "2026-W01", "over": "2026-W01", "nover": "",
		"力学": "2026-W02", "tail boards": "2026-W02", "luster": "", `"`: "", "*": "", "OR": "", "heading:x": "", "-": "2026-W01", "a": "", "  ": "",
	} {
		hits, err := st.SearchArchive(t.Context(), query, 10)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		var weeks []string
		for _, h := range hits {
			weeks = append(weeks, h.Week)
		}
		if strings.Join(weeks, " ") != want {
			t.Errorf("%q finds %v, want %s", query, weeks, want)
		}
	}
	hits, err := st.SearchArchive(t.Context(), "cores", 10)
	if err != nil || len(hits) != 1 || hits[0].Excerpt != "Sixty-four cores, said Zoë." || hits[0].Heading != "Łódź cluster" || hits[0].Path != "2026-W01.md" || hits[0].Line != 9 {
		t.Errorf("%+v, %v", hits, err)
	}
}

func TestSearchOfTheQueueFindsWhatCameAfterItsIndex(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	titled := func(n int, title string) store.Item {
		it := entry(n)
		it.Title = title
		return it
	}
	var items []store.Item
	for n := range 4000 {
		items = append(items, titled(n+1, "Kestrel ships in volume"))
	}
	add(t, st, src, append(items, titled(4001, "Needle, in the stack"), titled(4002, ""))...)
	find := func(q string, limit int) []string {
		t.Helper()
		var out []string
		for _, c := range queue(t, st, store.Filter{State: store.Queued, Search: q, Limit: limit, Sort: "old"}) {
			out = append(out, c.Title)
		}
		return out
	}
	want := func(q string, limit int, want ...string) {
		t.Helper()
		if got := find(q, limit); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
	want("NEEDL stack", 50, "Needle, in the stack")
	want("needle-in", 50, "Needle, in the stack")
	want("eedle", 50)
	want(`needle" OR "x`, 50)
	if got := find("kestrel vol", 50); len(got) != 50 {
		t.Errorf("%d of the common words", len(got))
	}
	if got := find("kestrel", 0); len(got) != 4000 {
		t.Errorf("%d of all", len(got))
	}
	add(t, st, src, titled(5000, "Another needle"))
	want("needle", 50, "Needle, in the stack", "Another needle")
	if err := st.AddPage(t.Context(), store.Page{CandidateID: 4002, Title: "Haystack"}); err != nil {
		t.Fatal(err)
	}
	want("haystack", 0, "Haystack")
	items = nil
	for n := range 1100 {
		items = append(items, titled(n+6000, "Osprey"))
	}
	add(t, st, src, items...)
	want("haystack", 0, "Haystack") // it is in the index by now
	if err := st.AddPage(t.Context(), store.Page{CandidateID: 4002, Title: "Strawrick"}); err != nil {
		t.Fatal(err)
	}
	want("haystack", 0)
	want("strawrick", 0, "Strawrick")
}
