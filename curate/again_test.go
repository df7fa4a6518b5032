package curate

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

func TestAPublishedIssueIsLaidOutAgain(t *testing.T) {
	d, dir := desk(t, 0), t.TempDir()
	_, err := d.Store.SetBackIssue(t.Context(), store.BackIssue{
		Issue: store.Issue{Week: "2017-W37", Number: 20, Published: storetest.Start}, Layout: "classic",
		Parts: []store.BackPart{
			{Kind: store.IntroPart, Level: 1, Heading: "Wire, No. 20", Body: "Welcome\nback."},
			{Kind: store.ContentsPart, Level: 4, Heading: "In the news", Body: "Also:", List: []string{"One", "Two, reworded"}},
			{Kind: store.StoryPart, Level: 3, Heading: "One (Ann Other, Org)", Body: "She writes:\n\n> lazy\nquote", List: []string{"https://a.example/", "[B](https://b.example/), and a note"}, Tail: "Behind the list."},
			{Kind: store.SectionPart, Level: 2, Heading: "Boards"},
			{Kind: store.StoryPart, Level: 3, Heading: "Two", Section: "Boards", Body: "<img src=\"x.png\">"},
			{Kind: store.ColophonPart, Level: 3, Heading: "Colophon", Body: "Made at home."},
		},
	})
	must(t, err)
	want := `# Wire, No. 20

Welcome
back.

#### In the news

Also:

* One
* Two, reworded

### One (Ann Other, Org)

She writes:

> lazy
quote

* https://a.example/
* [B](https://b.example/), and a note

Behind the list.

## Boards

### Two

<img src="x.png">

### Colophon

Made at home.
`
	if out := draft(t, d, DraftOptions{Week: "2017-W37", Out: "-"}); out.Text != want || out.Stories != 2 {
		t.Errorf("%+v\n%s", out, out.Text)
	}
	labelled := "---\ntitle: Wire 2017-W37\n---\n" + strings.TrimPrefix(want, "# Wire, No. 20\n")
	path := filepath.Join(dir, "x.md")
	if out := draft(t, d, DraftOptions{Week: "2017-W37", Out: path, Layout: "labelled"}); out.Text != labelled || held(t, path) != labelled || !out.Written {
		t.Errorf("%+v\n%s", out, out.Text)
	}
	put(t, path, "mine")
	if out := draft(t, d, DraftOptions{Week: "2017-W37", Out: path}); !out.Beside || held(t, path) != "mine" {
		t.Errorf("%+v", out)
	}
	var m *Mistake
	if _, err := d.Draft(t.Context(), DraftOptions{Week: "2017-W37", Dir: dir}); !errors.As(err, &m) || !strings.Contains(err.Error(), "--out - prints it") {
		t.Errorf("%v", err)
	}
}

// said is what a file says, block by block and item by item: the kind, and the text with white space
// made even.
func said(text string) []string {
	var out []string
	d := issue.Parse([]byte(text))
	for _, b := range d.Blocks {
		var piece []string
		add := func() {
			if words := even(strings.Join(piece, "\n")); words != "" {
				out = append(out, string(b.Kind)+": "+words)
			}
			piece = nil
		}
		for line := range strings.Lines(d.Text(b.Text)) {
			if b.Kind == issue.ListBlock && strings.ContainsRune("*-+", rune(line[0])) {
				add()
			}
			piece = append(piece, line)
		}
		add()
	}
	return out
}

func even(s string) string { return strings.Join(strings.Fields(s), " ") }

// same counts the blocks of the one that stand in the other too, in the same order.
func same(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		before := 0
		for j, y := range b {
			old := row[j+1]
			if x == y {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			before = old
		}
	}
	return row[len(b)]
}

// data is what an issue holds, less the places in its file and the white space.
func data(text []byte, week string) store.BackIssue {
	b := issue.Parse(text).Back(week)
	b.FrontMatter = even(b.FrontMatter)
	for i := range b.Parts {
		p := &b.Parts[i]
		p.Line, p.Body, p.Tail = 0, even(p.Body), even(p.Tail)
		for j := range p.Links {
			p.Links[j].Line = 0
		}
		for j := range p.Quotes {
			p.Quotes[j].Line = 0
		}
	}
	return b
}

// TestEveryBackIssueIsDraftedAgain imports the issues of the corpus, and drafts them from the store.
func TestEveryBackIssueIsDraftedAgain(t *testing.T) {
	paths, err := filepath.Glob("../../shared/corpus/worksonarm/2*.md")
	if err != nil || len(paths) == 0 {
		t.Skip("the corpus of back issues is not here")
	}
	d := desk(t, 0)
	var all []BackFile
	for _, p := range paths {
		text, err := os.ReadFile(p)
		all = append(all, BackFile{Path: p, Text: text, Err: err})
	}
	in, err := d.ImportIssues(t.Context(), all, false)
	must(t, err)
	if in.Issues != len(paths) {
		t.Errorf("%d of %d issues were read", in.Issues, len(paths))
	}
	blocks, kept := 0, 0
	for _, f := range all {
		week := strings.TrimSuffix(filepath.Base(f.Path), ".md")
		out := draft(t, d, DraftOptions{Week: week, Out: "-"})
		if diff := cmp.Diff(data(f.Text, week), data([]byte(out.Text), week)); diff != "" {
			t.Errorf("%s is read again as other data: %s", week, diff)
		}
		was, is := said(string(f.Text)), said(out.Text)
		n := same(was, is)
		blocks, kept = blocks+max(len(was), len(is)), kept+n
		if n < max(len(was), len(is)) {
			t.Logf("%s: %s", week, cmp.Diff(was, is))
		}
	}
	t.Logf("%d of %d blocks", kept, blocks)
	if 100*kept < 99*blocks {
		t.Errorf("only %d of %d blocks stand in the same place with the same text", kept, blocks)
	}
}
