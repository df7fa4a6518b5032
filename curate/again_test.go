package curate

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

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
