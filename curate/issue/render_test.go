package issue

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"wiredesk/store"
	"wiredesk/store/plain"
	"wiredesk/store/storetest"
)

var friday = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func plan(stories ...Story) Plan {
	return Plan{Title: "Wire", Week: "2026-W48", Number: 7, Date: friday, Contents: "In this issue", Wrap: 66, Stories: stories}
}

func layout(t testing.TB, name string) Layout {
	t.Helper()
	l, err := ReadLayout(name, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func render(t testing.TB, p Plan, name string) string {
	t.Helper()
	out, err := Render(p, layout(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestClassicLayout(t *testing.T) {
	p := plan(
		Story{Headline: "Boards: four of them", Section: "Boards", Links: []Link{{URL: "https://example.org/b"}}},
		Story{
			Headline: "Multi-arch images, at last", Credit: store.Credit{Via: true, Person: "Ann Other", Organisation: "Org"},
			Note: "One long line of the editor that has to be wrapped somewhere near the column that the newsletter names.\n\nA second paragraph,\nwrapped by hand.",
			Quotes: []Quote{
				{Text: "Every once in a while you get the pleasure of seeing an idea through from start to finish, and this was one.", Speaker: "Phil Example, IBM"},
				{Text: "“It works,” said Jo Doe of Org.", Speaker: "Jo Doe, Org"},
			},
			Links: []Link{{URL: "https://example.org/a_b_c?x=1&y=2"}, {URL: "https://example.org/notes"}},
		},
	)
	p.Intro = "Written by [Ed].\n\n[Ed]: https://example.org/\n"
	p.Sections = []string{"Boards"}
	p.Events = []Event{{Date: friday.AddDate(0, 0, 4), Title: "Arm *DevSummit*", Place: "San Jose", URL: "https://example.org/summit"}}
	p.Colophon, p.Subscription = "Made at home.", "Write to me."
	want := `# Wire, Issue 7, November 27, 2026 (Week 48)

Written by [Ed].

[Ed]: https://example.org/

#### In this issue

* Multi-arch images, at last
* Boards: four of them

### Multi-arch images, at last (via Ann Other, Org)

One long line of the editor that has to be wrapped somewhere near
the column that the newsletter names.

A second paragraph,
wrapped by hand.

Phil Example, IBM, writes:

> Every once in a while you get the pleasure of seeing an idea
> through from start to finish, and this was one.

> “It works,” said Jo Doe of Org.

* https://example.org/a_b_c?x=1&y=2
* https://example.org/notes

## Boards

### Boards: four of them

* https://example.org/b

### Events

* December 1: Arm \*DevSummit\*, San Jose https://example.org/summit

### Colophon

Made at home.

### Subscription information

Write to me.
`
	if diff := cmp.Diff(want, render(t, p, "classic")); diff != "" {
		t.Error(diff)
	}
}

func TestAnIssueWithoutAnythingIsItsHeader(t *testing.T) {
	if got := render(t, plan(), "classic"); got != "# Wire, Issue 7, November 27, 2026 (Week 48)\n" {
		t.Errorf("%q", got)
	}
	if _, err := ReadLayout("fancy", t.TempDir()); err == nil {
		t.Error("an unknown layout is there")
	}
}

// readersOfTest parse as renderers of the field do.
var readersOfTest = map[string]goldmark.Markdown{
	"CommonMark": goldmark.New(),
	"everything": goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)),
}

// checkTree fails unless the document is what a draft of one story with one link is: a header, a
// contents heading and list, the story's heading, paragraphs, quotes, one list with one link, and
// nowhere anything else that came out of the texts. With a label, the link bears it.
func checkTree(t *testing.T, doc, title, quote, url, label string) {
	t.Helper()
	want := "Heading Heading List Heading Blockquote List"
	if label != "" { // front matter stands in place of the header
		front, rest, ok := strings.Cut(strings.TrimPrefix(doc, "---\n"), "\n---\n")
		if !ok || strings.Contains(front, "\n") {
			t.Fatalf("%q: the front matter is %q", title, front)
		}
		doc, want = rest, "Heading List Heading Blockquote List"
	}
	src := []byte(doc)
	for name, md := range readersOfTest {
		root := md.Parser().Parse(text.NewReader(src))
		var kinds []string
		for n := root.FirstChild(); n != nil; n = n.NextSibling() {
			kinds = append(kinds, n.Kind().String())
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Fatalf("%s: %q: the document is %s\n%s", name, title, got, doc)
		}
		links := 0
		err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			switch n := n.(type) {
			case *ast.Image, *ast.RawHTML, *ast.HTMLBlock, *ast.Emphasis, *ast.CodeSpan, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.ThematicBreak:
				return ast.WalkStop, fmt.Errorf("a %s", n.Kind())
			case *ast.Link:
				links++
				if got := string(util.ResolveEntityNames(util.UnescapePunctuations(n.Destination))); got != url || label == "" {
					return ast.WalkStop, fmt.Errorf("a link to %s", got)
				}
			case *ast.AutoLink:
				links++
				if got := string(n.URL(src)); got != url || label != "" {
					return ast.WalkStop, fmt.Errorf("a link to %s", got)
				}
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatalf("%s: %q: the document holds %v\n%s", name, title, err, doc)
		}
		if links != 1 && (name == "everything" || label != "") {
			t.Fatalf("%q: %d links\n%s", title, links, doc)
		}
		var out bytes.Buffer
		if err := md.Convert(src, &out); err != nil {
			t.Fatal(err)
		}
		pieces := []string{title, quote}
		if label != "" {
			pieces = append(pieces, label)
		}
		for _, piece := range pieces {
			if shown := escapeHTML(plain.Line(piece)); !strings.Contains(strings.ReplaceAll(out.String(), "\n", " "), shown) {
				t.Fatalf("%s: %q is not shown as it is:\n%s", name, shown, out.String())
			}
		}
	}
}

// checkLayouts lays a story with this title out in every layout, and checks the trees.
func checkLayouts(t *testing.T, title, quote, url string) {
	t.Helper()
	l := Link{URL: url, Title: title, Site: "A *site*"}
	p := plan(Story{Headline: title, Links: []Link{l}, Quotes: []Quote{{Text: quote}}})
	checkTree(t, render(t, p, "classic"), title, quote, url, "")
	if label := l.Label(); label != "" {
		checkTree(t, render(t, p, "labelled"), title, quote, url, label)
	}
}

func TestTextFromOutsideStaysText(t *testing.T) {
	const url = "https://example.org/(a)_b_*c*?q=[x]&y=1"
	for _, title := range storetest.Titles {
		checkLayouts(t, title, title+" and more words behind it so that lines are wrapped, - like this, 1. like that, # or so", url)
	}
}

func TestHarmlessTitlesStayReadable(t *testing.T) {
	for _, title := range []string{"Docker 20.10: \"multi-arch\" (at last!)", "Arm & x86", "C# on arm64", "2 * 3 = 6?", "snake_case is fine", "Kubernetes v1.36, 64-bit - all of it", "Don't panic; it's 100% fine"} {
		if got := heading(title); got != title {
			t.Errorf("heading(%q) = %q", title, got)
		}
	}
}

func TestAnEditorsHeadlineMayHoldMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"How to say `kubectl`":     "How to say `kubectl`",
		"A *very* new board":       "A *very* new board",
		"See [this](https://x.y/)": `See \[this\](https\:\/\/x\.y\/)`,
	} {
		got := ownHeading(in)
		if strings.Contains(want, `\[`) {
			if got == in || strings.Contains(got, "](") && !strings.Contains(got, `\]`) {
				t.Errorf("ownHeading(%q) = %q", in, got)
			}
		} else if got != want {
			t.Errorf("ownHeading(%q) = %q", in, got)
		}
	}
}

func TestACreditAndItsHeadlineStayText(t *testing.T) {
	for _, c := range []struct{ headline, credit, want string }{
		{"Kubernetes (beta)", "Ann Other", "### Kubernetes (beta) (via Ann Other)\n"},
		{"Told before (via Ann Other)", "Ann Other", "### Told before (via Ann Other)\n"},
		{"arm64 *foo", "bar* x", `### arm64 \*foo (via bar\* x)` + "\n"},
	} {
		p := plan(Story{Headline: c.headline, Credit: ParseCredit(c.credit, true), Note: "x", Links: []Link{{URL: "https://example.org/"}}})
		if got := render(t, p, "classic"); !strings.Contains(got, c.want) {
			t.Errorf("want %q in\n%s", c.want, got)
		}
	}
}

func TestURLsStayWholeInABullet(t *testing.T) {
	for u, want := range map[string]string{
		"https://example.org/a":                      "https://example.org/a",
		"https://example.org/_a_/*b*":                "<https://example.org/_a_/*b*>",
		"https://example.org/x_(y)":                  "https://example.org/x_(y)",
		"https://example.org/x).":                    "<https://example.org/x).>",
		"http://127.0.0.1:80/":                       "<http://127.0.0.1:80/>",
		"https://example.org/a?b=1&amp=2":            "https://example.org/a?b=1&amp=2",
		"https://groups.google.com/forum#!topic/a/b": "https://groups.google.com/forum#!topic/a/b",
	} {
		if got := bareURL(u); got != want {
			t.Errorf("bareURL(%q) = %q, want %q", u, got, want)
		}
	}
}

func TestWrapping(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short", "short"},
		{"a link [with several words](https://example.org/a b) stays whole", "a link\n[with several words](https://example.org/a b)\nstays whole"},
		{"one two three 1. four", "one two three\n1\\. four"},
		{"one two threes - four", "one two threes\n\\- four"},
		{"averyveryverylongwordthatdoesnotfit x", "averyveryverylongwordthatdoesnotfit\nx"},
	} {
		if got := strings.Join(wrapLines(c.in, 15), "\n"); got != c.want {
			t.Errorf("wrapLines(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	for _, own := range []string{"- a list of the editor's own that is much longer than the column of the newsletter is", "    code that is indented and much longer than the column of the newsletter is wide", "two lines\nof his own"} {
		if got := prose(own, 40); got != own {
			t.Errorf("prose(%q) = %q", own, got)
		}
	}
}

func TestCredits(t *testing.T) {
	for in, want := range map[string]string{"Ann Other, Org": "via Ann Other, Org", "Ann Other, Org, Inc., @ann": "via Ann Other, Org, Inc., @ann", "@ann": "via @ann", "": "", " , ": ""} {
		if got := CreditText(ParseCredit(in, true)); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := CreditText(ParseCredit("Ann Other", false)); got != "Ann Other" {
		t.Errorf("%q", got)
	}
}

func TestGeneratedTitlesStayText(t *testing.T) {
	// A seeded walk over the characters that mean something somewhere.
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab 1.)(-+*_#>!|`~$[]<>{}&;:/\\\"'=^@%é\u00a0\t\n")
	for range 1000 {
		var b strings.Builder
		b.WriteByte('x')
		for range r.IntN(40) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		b.WriteByte('y')
		title := plain.Line(b.String())
		checkLayouts(t, title, title, "https://example.org/a")
	}
}

func FuzzTitle(f *testing.F) {
	for _, s := range storetest.Titles {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		title := plain.Cut(plain.Line(s), 500)
		if title == "" {
			return
		}
		checkLayouts(t, title, title, "https://example.org/a")
	})
}
