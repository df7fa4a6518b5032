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

	"wiredesk/store"
	"wiredesk/store/plain"
)

var friday = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func plan(stories ...Story) Plan {
	return Plan{Title: "Wire", Week: "2026-W48", Number: 7, Date: friday, Contents: "In this issue", Wrap: 66, Stories: stories}
}

func render(t testing.TB, p Plan) string {
	t.Helper()
	out, err := Render(p, "classic")
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
	if diff := cmp.Diff(want, render(t, p)); diff != "" {
		t.Error(diff)
	}
}

func TestAnIssueWithoutAnythingIsItsHeader(t *testing.T) {
	if got := render(t, plan()); got != "# Wire, Issue 7, November 27, 2026 (Week 48)\n" {
		t.Errorf("%q", got)
	}
	if _, err := Render(plan(), "fancy"); err == nil {
		t.Error("an unknown layout is rendered")
	}
}

// hostile are titles that try to be more than titles.
var hostile = []string{
	"# Heading", "## [x](y)", "- item", "* item", "+ item", "1. one", "1) one", "> quoted", "    code", "```", "~~~", "***", "---", "===", "Title\n===",
	"[click](javascript:alert(1))", "![img](https://evil.example/x.png)", "[ref]", "[ref]: https://evil.example/", "[^1]: note", "[^1]", "<script>alert(1)</script>",
	"<img src=x onerror=alert(1)>", "<!-- comment", "<https://evil.example/>", "https://evil.example/", "www.evil.example", "a@evil.example", "&amp; &lt; &#42; &copy;",
	"*bold* _it_ **b** __u__ ~~s~~", "`code` ``x", "a | b | c", "| - | - |", ": definition", "Term\n: definition", "- [ ] task", "{{ .Env }} {% include %} {# x #}",
	"$x^2$ ==mark==", "\\", "ends in backslash\\", "ends in # ##", "!", "![", "](", "a](b)", "\"quoted\" 'it'", ":tada: @user #1", "---\ntitle: x\n---", "\u202egnp.exe",
	"\x1b[31mred", "C# and F#", "a_b_c snake_case", "2 * 3 * 4", "A < B > C", "Arm & x86", "Docker 20.10: \"multi-arch\" (at last!)", "<b>", "</h3>", "%0a", "=1+1", "@SUM(1)",
	"'; DROP TABLE story; --", "../../etc/passwd", "CON", "ＦＵＬＬＷＩＤＴＨ [x](y)", strings.Repeat("long ", 200), "\u0430rm64 homoglyph", "1986\\. A great year", "Title  \nwith break",
}

// readersOfTest parse as renderers of the field do.
var readersOfTest = map[string]goldmark.Markdown{
	"CommonMark": goldmark.New(),
	"everything": goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)),
}

// checkTree fails unless the document is what a draft of one story with one link is: a header, a
// contents heading and list, the story's heading, paragraphs, quotes, one list with one link, and
// nowhere anything else that came out of the texts.
func checkTree(t *testing.T, doc, title, quote, url string) {
	t.Helper()
	src := []byte(doc)
	for name, md := range readersOfTest {
		root := md.Parser().Parse(text.NewReader(src))
		var kinds []string
		for n := root.FirstChild(); n != nil; n = n.NextSibling() {
			kinds = append(kinds, n.Kind().String())
		}
		if got := strings.Join(kinds, " "); got != "Heading Heading List Heading Blockquote List" {
			t.Fatalf("%s: %q: the document is %s\n%s", name, title, got, doc)
		}
		links := 0
		err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if !entering {
				return ast.WalkContinue, nil
			}
			switch n := n.(type) {
			case *ast.Image, *ast.RawHTML, *ast.HTMLBlock, *ast.Emphasis, *ast.CodeSpan, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.ThematicBreak, *ast.Link:
				return ast.WalkStop, fmt.Errorf("a %s", n.Kind())
			case *ast.AutoLink:
				links++
				if got := string(n.URL(src)); got != url {
					return ast.WalkStop, fmt.Errorf("a link to %s", got)
				}
			}
			return ast.WalkContinue, nil
		})
		if err != nil {
			t.Fatalf("%s: %q: the document holds %v\n%s", name, title, err, doc)
		}
		if name == "everything" && links != 1 {
			t.Fatalf("%q: %d links\n%s", title, links, doc)
		}
		var out bytes.Buffer
		if err := md.Convert(src, &out); err != nil {
			t.Fatal(err)
		}
		for _, piece := range []string{title, quote} {
			if shown := escapeHTML(plain.Line(piece)); !strings.Contains(strings.ReplaceAll(out.String(), "\n", " "), shown) {
				t.Fatalf("%s: %q is not shown as it is:\n%s", name, shown, out.String())
			}
		}
	}
}

func TestTextFromOutsideStaysText(t *testing.T) {
	const url = "https://example.org/(a)_b_*c*?q=[x]&y=1"
	for _, title := range hostile {
		p := plan(Story{Headline: title, Links: []Link{{URL: url}}, Quotes: []Quote{{Text: title + " and more words behind it so that lines are wrapped, - like this, 1. like that, # or so"}}})
		checkTree(t, render(t, p), title, p.Stories[0].Quotes[0].Text, url)
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
		if got := render(t, p); !strings.Contains(got, c.want) {
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
	for range 2000 {
		var b strings.Builder
		b.WriteByte('x')
		for range r.IntN(40) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		b.WriteByte('y')
		title := plain.Line(b.String())
		checkTree(t, render(t, plan(Story{Headline: title, Links: []Link{{URL: "https://example.org/a"}}, Quotes: []Quote{{Text: title}}})), title, title, "https://example.org/a")
	}
}

func FuzzTitle(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		title := plain.Cut(plain.Line(s), 500)
		if title == "" {
			return
		}
		checkTree(t, render(t, plan(Story{Headline: title, Links: []Link{{URL: "https://example.org/a"}}, Quotes: []Quote{{Text: title}}})), title, title, "https://example.org/a")
	})
}
