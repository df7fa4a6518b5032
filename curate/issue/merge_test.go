package issue

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// news is a story of the tests: a letter that names it, and its links.
func news(name string, links ...string) Story {
	s := Story{Headline: "Story " + name, Note: "Prose of " + name + "."}
	for _, l := range links {
		s.Links = append(s.Links, Link{URL: "https://" + l + ".example/", Title: "Page " + l, Site: "Site"})
	}
	return s
}

func laidOut(t testing.TB, name string, stories ...Story) string {
	t.Helper()
	p := plan(stories...)
	p.Colophon = "Made at home."
	return render(t, p, name)
}

// edit replaces pieces of a text, each of which must stand in it once.
func edit(t testing.TB, s string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(s, pairs[i]) != 1 {
			t.Fatalf("%q stands %d times in\n%s", pairs[i], strings.Count(s, pairs[i]), s)
		}
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return s
}

// block is a story as it stands in the classic layout.
func block(name string, links ...string) string {
	s := "### Story " + name + "\n\nProse of " + name + ".\n\n"
	for _, l := range links {
		s += "* https://" + l + ".example/\n"
	}
	return s + "\n"
}

func TestMerge(t *testing.T) {
	a, b, c := news("A", "a1", "a2"), news("B", "b1"), news("C", "c1")
	base := laidOut(t, "classic", a, b, c)
	a2, d := news("A", "a1", "a2", "a3"), news("D", "d1")
	renamed := b
	renamed.Headline = "Another headline"
	for name, x := range map[string]struct {
		mine    string
		theirs  string
		want    string // "": mine
		flagged string // part of what is flagged
	}{
		"nothing new":               {mine: edit(t, base, "Prose of B.", "My words."), theirs: base},
		"untouched is replaced":     {mine: edit(t, base, "Prose of B.", "My words."), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "Prose of B.", "My words.", "a2.example/\n", "a2.example/\n* https://a3.example/\n")},
		"touched gains links":       {mine: edit(t, base, "Prose of A.", "My words."), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "Prose of A.", "My words.", "a2.example/\n", "a2.example/\n* https://a3.example/\n")},
		"a link he moved":           {mine: edit(t, base, "* https://a2.example/\n", "", "b1.example/\n", "b1.example/\n* https://a3.example/ my find\n"), theirs: laidOut(t, "classic", a2, b, c)},
		"a link he deleted":         {mine: edit(t, base, "* https://a2.example/\n", ""), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "* https://a2.example/\n", "* https://a3.example/\n")},
		"deleted stays deleted":     {mine: edit(t, base, block("B", "b1"), "", "* Story B\n", ""), theirs: laidOut(t, "classic", a, renamed, c, d), want: edit(t, base, block("B", "b1"), "", "* Story B\n", "", "* Story C\n", "* Story C\n* Story D\n", "c1.example/\n\n", "c1.example/\n\n"+block("D", "d1"))},
		"deleted with new links":    {mine: edit(t, base, block("A", "a1", "a2"), "", "* Story A\n", ""), theirs: laidOut(t, "classic", a2, b, c), flagged: "you deleted it"},
		"its item goes too":         {mine: edit(t, base, block("B", "b1"), ""), theirs: base, want: edit(t, base, block("B", "b1"), "", "* Story B\n", "")},
		"new by rank":               {mine: edit(t, base, "Prose of A.", "My words."), theirs: laidOut(t, "classic", a, d, b, c), want: edit(t, base, "Prose of A.", "My words.", "* Story B\n", "* Story D\n* Story B\n", "### Story B\n", block("D", "d1")+"### Story B\n")},
		"new beside moved":          {mine: edit(t, edit(t, base, block("A", "a1", "a2"), ""), "### Colophon", block("A", "a1", "a2")+"### Colophon"), theirs: laidOut(t, "classic", a, d, b, c), want: edit(t, edit(t, base, block("A", "a1", "a2"), block("D", "d1"), "* Story A\n", "* Story D\n", "* Story C\n", "* Story C\n* Story A\n"), "### Colophon", block("A", "a1", "a2")+"### Colophon")},
		"renamed":                   {mine: edit(t, base, "### Story B", "### My headline (via Ann Other, Org)"), theirs: laidOut(t, "classic", a, b, c, d), want: edit(t, base, "### Story B", "### My headline (via Ann Other, Org)", "* Story B\n", "* My headline\n", "* Story C\n", "* Story C\n* Story D\n", "c1.example/\n\n", "c1.example/\n\n"+block("D", "d1"))},
		"item reworded on purpose":  {mine: edit(t, base, "### Story B", "### My headline", "* Story B\n", "* All about bees\n"), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "### Story B", "### My headline", "* Story B\n", "* All about bees\n", "a2.example/\n", "a2.example/\n* https://a3.example/\n")},
		"no longer accepted":        {mine: edit(t, base, "Prose of A.", "My words."), theirs: laidOut(t, "classic", a, c), want: edit(t, base, "Prose of A.", "My words.", block("B", "b1"), "", "* Story B\n", ""), flagged: "taken out"},
		"no longer but touched":     {mine: edit(t, base, "Prose of B.", "My words."), theirs: laidOut(t, "classic", a, c), flagged: "because you edited it"},
		"split by him":              {mine: edit(t, base, "* https://a2.example/\n", "\n### Part two\n\nWords.\n\n* https://a2.example/\n"), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "* https://a2.example/\n", "* https://a3.example/\n\n### Part two\n\nWords.\n\n* https://a2.example/\n", "* Story A\n", "* Story A\n* Part two\n")},
		"merged by him":             {mine: edit(t, base, block("B", "b1"), "", "a2.example/\n", "a2.example/\n* https://b1.example/\n", "* Story B\n", ""), theirs: laidOut(t, "classic", a, news("B", "b1", "b2"), c), want: edit(t, base, block("B", "b1"), "", "a2.example/\n", "a2.example/\n* https://b1.example/\n* https://b2.example/\n", "* Story B\n", "")},
		"written by him":            {mine: edit(t, base, "### Story C", "### Mine\n\nAll mine.\n\n* https://d1.example/\n\n### Story C"), theirs: laidOut(t, "classic", a, b, c, news("D", "d1", "d2")), want: edit(t, base, "### Story C", "### Mine\n\nAll mine.\n\n* https://d1.example/\n* https://d2.example/\n\n### Story C", "* Story C\n", "* Mine\n* Story C\n"), flagged: `stand in your story "Mine"`},
		"text between stories":      {mine: edit(t, base, "### Story B", "A bridge.\n\n### Story B"), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "### Story B", "A bridge.\n\n### Story B", "a2.example/\n", "a2.example/\n* https://a3.example/\n")},
		"CRLF":                      {mine: strings.ReplaceAll(edit(t, base, "Prose of A.", "My words."), "\n", "\r\n"), theirs: laidOut(t, "classic", a2, b, c), want: strings.ReplaceAll(edit(t, base, "Prose of A.", "My words.", "a2.example/\n", "a2.example/\n* https://a3.example/\n"), "\n", "\r\n")},
		"CRLF and nothing else":     {mine: strings.ReplaceAll(base, "\n", "\r\n"), theirs: laidOut(t, "classic", a2, b, c), want: strings.ReplaceAll(laidOut(t, "classic", a2, b, c), "\n", "\r\n")},
		"no end of the last line":   {mine: strings.TrimSuffix(edit(t, base, "Prose of A.", "My words."), "\n"), theirs: laidOut(t, "classic", a, b, news("C", "c1", "c2")), want: strings.TrimSuffix(edit(t, base, "Prose of A.", "My words.", "c1.example/\n", "c1.example/\n* https://c2.example/\n"), "\n")},
		"reordered by him":          {mine: edit(t, edit(t, base, block("C", "c1"), ""), "### Story A", block("C", "c1")+"### Story A"), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, edit(t, base, block("C", "c1"), "", "* Story C\n", "", "* Story A\n", "* Story C\n* Story A\n"), "### Story A", block("C", "c1")+"### Story A", "a2.example/\n", "a2.example/\n* https://a3.example/\n")},
		"reordered by wiredesk":     {mine: edit(t, base, "Prose of C.", "My words."), theirs: laidOut(t, "classic", c, a, b), want: edit(t, edit(t, base, block("C", "c1"), "", "* Story C\n", "", "* Story A\n", "* Story C\n* Story A\n"), "### Story A", edit(t, block("C", "c1"), "Prose of C.", "My words.")+"### Story A")},
		"another layout":            {mine: edit(t, base, "Prose of B.", "My words."), theirs: laidOut(t, "labelled", a, b, c, d), want: edit(t, laidOut(t, "labelled", a, b, c, d), "Prose of B.", "My words.", "[Page b1, Site](https://b1.example/)", "https://b1.example/")},
		"converted by him":          {mine: laidOut(t, "labelled", a, b, c), theirs: laidOut(t, "classic", a2, b, c, d), want: edit(t, laidOut(t, "labelled", a, b, c), "(https://a2.example/)\n", "(https://a2.example/)\n* https://a3.example/\n", "* Story C\n", "* Story C\n* Story D\n", "(https://c1.example/)\n\n", "(https://c1.example/)\n\n"+block("D", "d1"))},
		"other bullets":             {mine: edit(t, base, "* https://a1.example/\n* https://a2.example/\n", "- [one](https://a1.example/)\n- [two](https://a2.example/)\n"), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "* https://a1.example/\n* https://a2.example/\n", "- [one](https://a1.example/)\n- [two](https://a2.example/)\n- https://a3.example/\n")},
		"links into prose":          {mine: edit(t, base, "Prose of A.", "See [one](https://a1.example/) and\n[two][2].\n\n[2]: https://a2.example/", "* https://a1.example/\n* https://a2.example/\n", ""), theirs: laidOut(t, "classic", a2, b, c), want: edit(t, base, "Prose of A.", "See [one](https://a1.example/) and\n[two][2].\n\n[2]: https://a2.example/", "* https://a1.example/\n* https://a2.example/\n", "* https://a3.example/\n\n")},
		"no list of contents":       {mine: edit(t, base, "#### In this issue\n\n* Story A\n* Story B\n* Story C\n\n", ""), theirs: laidOut(t, "classic", a, b, c, d), want: edit(t, base, "#### In this issue\n\n* Story A\n* Story B\n* Story C\n\n", "", "c1.example/\n\n", "c1.example/\n\n"+block("D", "d1"))},
		"an item that he left out":  {mine: edit(t, base, "* Story B\n", ""), theirs: laidOut(t, "classic", a, b, c, d), want: edit(t, base, "* Story B\n", "", "* Story C\n", "* Story C\n* Story D\n", "c1.example/\n\n", "c1.example/\n\n"+block("D", "d1"))},
		"header edited":             {mine: edit(t, base, "# Wire, Issue 7", "# The Wire, Issue 7"), theirs: edit(t, base, "Issue 7", "Issue 8"), flagged: "the header is another now"},
		"header follows":            {mine: edit(t, base, "Prose of B.", "My words."), theirs: edit(t, base, "Issue 7", "Issue 8"), want: edit(t, base, "Prose of B.", "My words.", "Issue 7", "Issue 8")},
		"prose changed in wiredesk": {mine: edit(t, base, "Prose of A.", "My words."), theirs: edit(t, base, "Prose of A.", "Other prose."), flagged: "stays as you edited it"},
		"colophon follows":          {mine: edit(t, base, "Prose of B.", "My words."), theirs: edit(t, base, "at home", "abroad"), want: edit(t, base, "Prose of B.", "My words.", "at home", "abroad")},
	} {
		t.Run(name, func(t *testing.T) {
			got := Merge(Versions{Base: base, Mine: x.mine, Theirs: x.theirs})
			if x.want == "" {
				x.want = x.mine
			}
			if diff := cmp.Diff(x.want, got.Text); diff != "" {
				t.Errorf("%s\n%q", diff, got.Flagged)
			}
			if all := strings.Join(got.Flagged, "\n"); !strings.Contains(all, x.flagged) || x.flagged == "" && all != "" {
				t.Errorf("flagged %q, want %q", got.Flagged, x.flagged)
			}
			again := Merge(Versions{Base: x.theirs, Last: got.Text, Mine: got.Text, Theirs: x.theirs})
			if diff := cmp.Diff(got.Text, again.Text); diff != "" || len(again.Flagged)+len(again.Added) > 0 {
				t.Errorf("again: %s\n%+v", diff, again)
			}
		})
	}
}

func TestMergeOfSections(t *testing.T) {
	in := func(s Story, section string) Story {
		s.Section = section
		return s
	}
	a, b, c, d, e := news("A", "a"), in(news("B", "b"), "Boards"), in(news("C", "c"), "Clouds"), in(news("D", "d"), "Boards"), in(news("E", "e"), "Edge")
	base := laidOut(t, "classic", a, b, c)
	mine := edit(t, base, "Prose of B.", "My words.")
	got := Merge(Versions{Base: base, Mine: mine, Theirs: laidOut(t, "classic", a, b, d, e, c)})
	want := edit(t, laidOut(t, "classic", a, b, d, e, c), "Prose of B.", "My words.")
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Error(diff)
	}
	// An emptied section goes, and a story that changes its section moves.
	got = Merge(Versions{Base: base, Mine: mine, Theirs: laidOut(t, "classic", a, in(news("B", "b"), "Clouds"), in(news("C", "c"), "Clouds"))})
	want = edit(t, laidOut(t, "classic", a, in(news("B", "b"), "Clouds"), in(news("C", "c"), "Clouds")), "Prose of B.", "My words.")
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Error(diff)
	}
}

func TestASecondRenameIsFollowedToo(t *testing.T) {
	base := laidOut(t, "classic", news("A", "a"), news("B", "b"))
	first := Merge(Versions{Base: base, Mine: edit(t, base, "### Story A", "### First"), Theirs: base})
	second := Merge(Versions{Base: base, Last: first.Text, Mine: edit(t, first.Text, "### First", "### Second"), Theirs: base})
	if !strings.Contains(second.Text, "* Second\n") || strings.Contains(second.Text, "First") {
		t.Error(second.Text)
	}
	// What he words himself after that is his.
	third := Merge(Versions{Base: base, Last: second.Text, Mine: edit(t, second.Text, "* Second", "* Other words"), Theirs: base})
	if third.Text != edit(t, second.Text, "* Second", "* Other words") {
		t.Error(third.Text)
	}
}

func TestAFileThatWiredeskNeverWrote(t *testing.T) {
	mine := "Ideas\n=====\n\n### Mine\n\n* https://a.example/\n\n### Also mine"
	got := Merge(Versions{Mine: mine, Theirs: laidOut(t, "classic", news("A", "a", "a2"), news("B", "b"))})
	want := "Ideas\n=====\n\n### Mine\n\n* https://a.example/\n* https://a2.example/\n\n### Story B\n\nProse of B.\n\n* https://b.example/\n\n### Also mine"
	if diff := cmp.Diff(want, got.Text); diff != "" || !slices.Equal(got.Added, []string{"Story B"}) {
		t.Errorf("%s\n%+v", diff, got)
	}
}

func TestWhatCannotBeMergedInto(t *testing.T) {
	base, theirs := laidOut(t, "classic", news("A", "a")), laidOut(t, "classic", news("A", "a"), news("B", "b"))
	for name, v := range map[string]Versions{
		"emptied":              {Base: base, Mine: " \n", Theirs: theirs},
		"no text":              {Base: base, Mine: "PK\x00\x01", Theirs: theirs},
		"no story can be told": {Base: "= Wire =\nA: https://a.example/\n", Mine: "= Wire =\nMine\nA: https://a.example/\n", Theirs: "= Wire =\nA: https://a.example/\nB: https://b.example/\n"},
	} {
		if got := Merge(v); !got.Beside || got.Text != v.Mine {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := Merge(Versions{Mine: "\n", Theirs: theirs}); got.Beside || got.Text != theirs {
		t.Errorf("a file that is made and empty: %+v", got)
	}
}

// lost returns the lines of mine that last does not have and that merged has fewer times.
func lost(last, mine, merged string) []string {
	count := func(s string) map[string]int {
		out := map[string]int{}
		for line := range strings.SplitSeq(unix(s), "\n") {
			out[strings.TrimRight(line, " \t\r")]++
		}
		return out
	}
	was, is, now := count(last), count(mine), count(merged)
	var out []string
	for line, n := range is {
		if strings.TrimSpace(line) != "" && was[line] == 0 && now[line] < n {
			out = append(out, fmt.Sprintf("%q", line))
		}
	}
	return out
}
