package issue_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// classicIssue has most of what an issue of the first years has.
const classicIssue = `---
title: The Weekly Board 12, June 9, 2017 (Week 23)
---
# The Weekly Board, Issue 12, Friday June 9, 2017 (Week 23)

Written by [Ann Other] and [nobody].

[Ann Other]: https://ann.example/

#### In this issue

* A board with [ten cores](https://board.example/) (Ann Other)
* Compilers

### A board with ten cores (via Bo Marsh, Fenwick)

Prose with [a link](https://prose.example/ "title") and <b>raw</b> words.

Dr. Bo Marsh, who built it, writes:

> It took us a year,
and nobody [D]oubted it.

> A second one.

![the board](board.png)

* https://board.example/a?b=1&c=(2)
* https://git.example/x/y - the sources
* LINK TO COME
* [The Board, Shop](https://shop.example/), in English

### Compilers

Text only, see [Ann Other].

### Colophon

Made by hand.

#### Office hours

At noon.

### Subscription information

By mail.
`

func brief(d *issue.Document) string {
	var b strings.Builder
	for i, p := range d.Parts {
		fmt.Fprintf(&b, "%d %s %d %q", p.Line, p.Kind, p.Level, p.Heading)
		if p.Section >= 0 {
			fmt.Fprintf(&b, " in %q", d.Parts[p.Section].Heading)
		}
		if p.Credit != (store.Credit{}) {
			fmt.Fprintf(&b, " (%s)", issue.CreditText(p.Credit))
		}
		for _, it := range p.List.Items {
			fmt.Fprintf(&b, "\n\t%d item %q", it.Line, it.Plain)
		}
		for _, q := range p.Quotes {
			fmt.Fprintf(&b, "\n\t%d quote %q by %q after %q", q.Line, q.Text, q.Speaker, q.LeadIn)
		}
		for _, l := range p.Links {
			fmt.Fprintf(&b, "\n\t%d link %d %s %q %q %q", l.Line, l.Item, l.URL, l.Label, l.Site, l.Note)
			if l.Reference == "" && d.Text(l.URLSpan) != l.URL {
				fmt.Fprintf(&b, " at %q", d.Text(l.URLSpan))
			}
		}
		for _, img := range p.Images {
			fmt.Fprintf(&b, "\n\timage %s", img)
		}
		for _, raw := range p.HTML {
			fmt.Fprintf(&b, "\n\t%d html %q", raw.Line, raw.Text)
		}
		if body, tail := d.Body(i), d.Tail(i); p.Kind == store.StoryPart && tail != "" {
			fmt.Fprintf(&b, "\n\tbody %q tail %q", body, tail)
		}
		b.WriteByte('\n')
	}
	for _, u := range d.Undefined {
		fmt.Fprintf(&b, "%d undefined %s\n", u.Line, u.Label)
	}
	for _, def := range d.Definitions {
		if def.Redefined || !def.Used {
			fmt.Fprintf(&b, "%d definition %s %s redefined %v used %v\n", def.Line, def.Label, def.URL, def.Redefined, def.Used)
		}
	}
	for _, f := range d.FrontMatter.Faults {
		fmt.Fprintf(&b, "%d fault %s\n", f.Line, f.Message)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"classic", classicIssue, `4 intro 1 "The Weekly Board, Issue 12, Friday June 9, 2017 (Week 23)"
	6 link 0 https://ann.example/ "Ann Other" "" ""
10 contents 4 "In this issue"
	12 item "A board with ten cores (Ann Other)"
	13 item "Compilers"
	12 link 1 https://board.example/ "ten cores" "" "A board with (Ann Other)"
15 story 3 "A board with ten cores (via Bo Marsh, Fenwick)" (via Bo Marsh, Fenwick)
	28 item "https://board.example/a?b=1&c=(2)"
	29 item "https://git.example/x/y - the sources"
	30 item "LINK TO COME"
	31 item "The Board, Shop, in English"
	21 quote "It took us a year, and nobody [D]oubted it." by "Dr. Bo Marsh, who built it" after "Dr. Bo Marsh, who built it, writes:"
	24 quote "A second one." by "" after ""
	17 link 0 https://prose.example/ "a link" "" ""
	28 link 1 https://board.example/a?b=1&c=(2) "" "" ""
	29 link 2 https://git.example/x/y "" "" "the sources"
	31 link 4 https://shop.example/ "The Board, Shop" "Shop" "in English"
	image board.png
	17 html "<b>"
	17 html "</b>"
33 story 3 "Compilers"
	35 link 0 https://ann.example/ "Ann Other" "" ""
37 colophon 3 "Colophon"
45 subscription 3 "Subscription information"
6 undefined nobody
`},
		{"sections over stories, and one that is a story", "## Boards\n\n### One (GA)\n\n* https://a.example/\n\n## Two (Ann Lee, Org)\n\n* https://b.example/\n",
			`1 section 2 "Boards"
3 story 3 "One (GA)" in "Boards"
	5 item "https://a.example/"
	5 link 1 https://a.example/ "" "" ""
7 story 2 "Two (Ann Lee, Org)" (Ann Lee, Org)
	9 item "https://b.example/"
	9 link 1 https://b.example/ "" "" ""
`},
		{"a section with prose of its own", "## Jobs\n\nWrite to us.\n\n### One\n\nText\n\n## Two\n\nText\n",
			"1 section 2 \"Jobs\"\n5 story 3 \"One\" in \"Jobs\"\n9 story 2 \"Two\"\n"},
		{"stories in bold", "## Events\n\n**Fair** is on.\n\n* https://fair.example/\n\nThe **Summit** too.\n\n* https://summit.example/\n\n## Tip\n\nUse make.\n\n* https://make.example/\n\n## Boards\n\n**Ten** cores\n",
			`1 section 2 "Events"
3 story 0 "Fair" in "Events"
	5 item "https://fair.example/"
	5 link 1 https://fair.example/ "" "" ""
7 story 0 "Summit" in "Events"
	9 item "https://summit.example/"
	9 link 1 https://summit.example/ "" "" ""
11 story 2 "Tip"
	15 item "https://make.example/"
	15 link 1 https://make.example/ "" "" ""
17 section 2 "Boards"
19 story 0 "Ten" in "Boards"
`},
		{"contents in running text, at semicolons", "# N\n\nIn this issue:\n*Go* 1, 2;\nRust; and\nC, and more.\n\nWrite to us.\n\n## Go\n\n## Rust\n",
			"1 intro 1 \"N\"\n3 contents 0 \"\"\n\t4 item \"Go 1, 2\"\n\t5 item \"Rust\"\n\t6 item \"C, and more\"\n8 intro 0 \"\"\n10 story 2 \"Go\"\n12 story 2 \"Rust\"\n"},
		{"contents in running text, at commas", "In this issue:\n\nGo 1,\nRust, and\nC.\n\n### Go\n",
			"1 contents 0 \"\"\n\t3 item \"Go 1\"\n\t4 item \"Rust, and C\"\n7 story 3 \"Go\"\n"},
		{"a list that names the stories", "week 1\n\n* Go (via Ann)\n* Rust\n* other\n\n<img src=\"a.png\">\n\n### Go\n\n### Rust\n",
			"1 intro 0 \"\"\n3 contents 0 \"\"\n\t3 item \"Go (via Ann)\"\n\t4 item \"Rust\"\n\t5 item \"other\"\n7 intro 0 \"\"\n\timage a.png\n\t7 html \"<img src=\\\"a.png\\\">\"\n9 story 3 \"Go\"\n11 story 3 \"Rust\"\n"},
		{"a list under a line, an empty one, prose", "In the news:\n\n* Go\n\n### Go\n", "1 contents 0 \"\"\n\t3 item \"Go\"\n5 story 3 \"Go\"\n"},
		{"an empty contents list", "## in this issue\n\n### Go\n", "1 contents 2 \"in this issue\"\n3 story 3 \"Go\"\n"},
		{"contents as prose", "#### In this issue:\n\nMuch about Go.\n\n### Go\n", "1 contents 4 \"In this issue:\"\n5 story 3 \"Go\"\n"},
		{"contents with words before", "#### In this issue\n\nLead story. Also:\n\n* Go\n\n### Go\n", "1 contents 4 \"In this issue\"\n\t5 item \"Go\"\n7 story 3 \"Go\"\n"},
		{"several lists, and a tail", "### Go\n\n* Jan 3\n\nText\n\n* https://a.example/\n* none\n\nAfter.\n",
			"1 story 3 \"Go\"\n\t7 item \"https://a.example/\"\n\t8 item \"none\"\n\t7 link 1 https://a.example/ \"\" \"\" \"\"\n\tbody \"* Jan 3\\n\\nText\" tail \"After.\"\n"},
		{"definitions", "### Go\n\nSee [a], [b][c] and [dd].\n\n[a]: https://a.example/\n[A]: https://b.example/\n[c]:<https://c.example/x y>\n[e]: https://e.example/\n[a]: https://a.example/\n",
			`1 story 3 "Go"
	3 link 0 https://a.example/ "a" "" ""
	3 link 0 https://c.example/x y "b" "" ""
	8 link 0 https://e.example/ "e" "" ""
3 undefined dd
6 definition A https://b.example/ redefined true used false
8 definition e https://e.example/ redefined false used false
`},
		{"front matter that YAML rejects", "---\ntitle: a: b\nweek: 2026-W03\n---\n### Go\n", "5 story 3 \"Go\"\n2 fault front matter is no valid YAML (mapping values are not allowed in this context); its lines were read one by one\n"},
		{"front matter with too few dashes", "--\ntitle: a\n---\n\n### Go\n", "5 story 3 \"Go\"\n1 fault front matter begins with \"--\", which other readers take for text; write \"---\"\n"},
		{"a rule is no front matter", "---\nProse goes here.\n\n---\n### Go\n", "1 intro 0 \"\"\n5 story 3 \"Go\"\n"},
		{"an events list, and stories about events", "### Go\n\n### Events\n\n* May 3: Fair https://fair.example/\n", "1 story 3 \"Go\"\n3 events 3 \"Events\"\n\t5 item \"May 3: Fair https://fair.example/\"\n\t5 link 1 https://fair.example/ \"\" \"\" \"May 3: Fair\"\n"},
		{"events that are a story", "### Go\n\n### Events\n\n* https://fair.example/\n", "1 story 3 \"Go\"\n3 story 3 \"Events\"\n\t5 item \"https://fair.example/\"\n\t5 link 1 https://fair.example/ \"\" \"\" \"\"\n"},
		{"contents under a heading of its own", "## Headlines\n\n1. Go\n2. Rust (via Ann)\n\n### Go\n\n### Rust\n", "1 contents 2 \"Headlines\"\n\t3 item \"Go\"\n\t4 item \"Rust (via Ann)\"\n6 story 3 \"Go\"\n8 story 3 \"Rust\"\n"},
		{"stories in bold, without headings", "**N** of today.\n\nHello.\n\n**Go**\n\nText\n\n* https://go.example/\n\n**Rust** too\n\n* https://rust.example/\n",
			"1 intro 0 \"\"\n5 story 0 \"Go\"\n\t9 item \"https://go.example/\"\n\t9 link 1 https://go.example/ \"\" \"\" \"\"\n11 story 0 \"Rust\"\n\t13 item \"https://rust.example/\"\n\t13 link 1 https://rust.example/ \"\" \"\" \"\"\n"},
		{"raw links", "### Go\n\nSee <a href=\"https://a.example/\">the <b>thing</b></a>.\n\n<a href='https://b.example/'>b</a>\n",
			"1 story 3 \"Go\"\n\t3 link 0 https://a.example/ \"\" \"\" \"\"\n\t5 link 0 https://b.example/ \"\" \"\" \"\"\n\t3 html \"<a href=\\\"https://a.example/\\\">\"\n\t3 html \"<b>\"\n\t3 html \"</b>\"\n\t3 html \"</a>\"\n\t5 html \"<a href='https://b.example/'>\"\n\t5 html \"</a>\"\n"},
		{"empty", "", ""},
		{"blank", "\n \n", "1 intro 0 \"\"\n"},
		{"front matter alone", "---\ntitle: x\n---\n", ""},
		{"a sentence", "No issue this week.", "1 intro 0 \"\"\n"},
		{"setext, closed and empty headings", "Top\n===\n\n### Go ###\n\n###\n\n### `x`  y\n", "1 intro 1 \"Top\"\n4 story 3 \"Go\"\n6 story 3 \"\"\n8 story 3 \"`x` y\"\n"},
	} {
		d := issue.Parse([]byte(c.file))
		if diff := cmp.Diff(c.want, brief(d)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if crlf := brief(issue.Parse([]byte(strings.ReplaceAll(c.file, "\n", "\r\n")))); strings.ReplaceAll(crlf, `\r\n`, `\n`) != c.want {
			t.Errorf("%s with CRLF: %s", c.name, cmp.Diff(c.want, crlf))
		}
		marked := issue.Parse([]byte("\ufeff" + c.file))
		if got := brief(marked); got != c.want && c.file != "" {
			t.Errorf("%s with a mark: %s", c.name, cmp.Diff(c.want, got))
		}
		tiles(t, marked, []byte("\ufeff"+c.file))
		tiles(t, d, []byte(c.file))
	}
}

// tiles checks that nothing of a file is outside its blocks and parts.
func tiles(t *testing.T, d *issue.Document, file []byte) {
	t.Helper()
	if !bytes.Equal(d.Bytes(), file) {
		t.Errorf("%q comes back as %q", file, d.Bytes())
	}
	at := 0
	for _, b := range d.Blocks {
		if b.Span.Start != at || b.Text.Start < at || b.Text.End < b.Text.Start || b.Text.End > b.Span.End {
			t.Fatalf("%q: block %v begins at %d", file, b.Span, at)
		}
		at = b.Span.End
	}
	if at != len(file) {
		t.Fatalf("%q: blocks end at %d of %d", file, at, len(file))
	}
	at = d.FrontMatter.Span.End
	for _, p := range d.Parts {
		if p.Span.Start != at || len(p.Blocks) == 0 {
			t.Fatalf("%q: part %v begins at %d", file, p.Span, at)
		}
		at = p.Span.End
		for _, l := range p.Links {
			if l.Span.Start > l.Span.End || l.Span.End > len(file) || l.URLSpan.Start > l.URLSpan.End || l.URLSpan.End > len(file) {
				t.Fatalf("%q: link %+v", file, l)
			}
		}
		for _, it := range p.List.Items {
			if it.Span.Start > it.Text.Start || it.Text.Start > it.Text.End || it.Text.End > it.Span.End || it.Span.End > p.Span.End {
				t.Fatalf("%q: item %+v", file, it)
			}
		}
	}
	if at != len(file) {
		t.Fatalf("%q: parts end at %d of %d", file, at, len(file))
	}
}

func apply(t *testing.T, d *issue.Document, edits ...issue.Edit) string {
	t.Helper()
	next, err := d.Apply(edits...)
	if err != nil {
		t.Fatal(err)
	}
	tiles(t, next, next.Bytes())
	return string(next.Bytes())
}

func TestEdits(t *testing.T) {
	const file = "# N\n\n#### In this issue\n\n- Go\n- Rust\n\n### Go ###  \n\nText\n\n- https://a.example/\n-  https://b.example/\n\n\n### Rust\n\nText"
	for _, c := range []struct {
		name, file string
		edits      func(d *issue.Document) []issue.Edit
		want       func(file string) string
	}{
		{"rename", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.Rename(2, "Go\n1.9")} },
			func(s string) string { return strings.Replace(s, "### Go #", "### Go 1.9 #", 1) }},
		{"append to a list", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.AppendLink(2, "https://c.example/")} },
			func(s string) string {
				return strings.Replace(s, "b.example/\n", "b.example/\n-  https://c.example/\n", 1)
			}},
		{"begin a list", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.AppendLink(3, "https://c.example/")} },
			func(s string) string { return s + "\n\n- https://c.example/\n" }},
		{"begin a list between parts", "### Go\n### Rust\n", func(d *issue.Document) []issue.Edit { return []issue.Edit{d.AppendLink(0, "https://c.example/")} },
			func(string) string { return "### Go\n\n* https://c.example/\n\n### Rust\n" }},
		{"a list that ends the file", "### Go\n\n* https://a.example/", func(d *issue.Document) []issue.Edit { return []issue.Edit{d.AppendLink(0, "https://c.example/")} },
			func(s string) string { return s + "\n* https://c.example/\n" }},
		{"reword contents", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.SetContentsItem(1, "Rusty")} },
			func(s string) string { return strings.Replace(s, "- Rust", "- Rusty", 1) }},
		{"add contents", file, func(d *issue.Document) []issue.Edit {
			return []issue.Edit{d.InsertContentsItem(0, "first"), d.InsertContentsItem(2, "last")}
		},
			func(s string) string {
				return strings.Replace(s, "- Go\n- Rust\n", "- first\n- Go\n- Rust\n- last\n", 1)
			}},
		{"remove contents", file, func(d *issue.Document) []issue.Edit {
			return []issue.Edit{d.RemoveContentsItem(0), d.RemoveContentsItem(1)}
		},
			func(s string) string { return strings.Replace(s, "- Go\n- Rust\n", "", 1) }},
		{"contents in running text", "In this issue: Go; Rust.\n\n### Go\n", func(d *issue.Document) []issue.Edit {
			return []issue.Edit{d.InsertContentsItem(2, "C"), d.RemoveContentsItem(0)}
		},
			func(s string) string { return strings.Replace(s, "Go; Rust.", "Rust; C.", 1) }},
		{"contents of an empty list", "## In this issue\n\n### Go\n", func(d *issue.Document) []issue.Edit { return []issue.Edit{d.InsertContentsItem(0, "Go")} },
			func(s string) string { return strings.Replace(s, "issue\n", "issue\n\n* Go\n", 1) }},
		{"move to the front", file, func(d *issue.Document) []issue.Edit { return d.Move(3, 2) },
			func(s string) string {
				return strings.Replace(strings.Replace(s, "### Rust\n\nText", "", 1), "### Go", "### Rust\n\nText\n\n### Go", 1)
			}},
		{"move to the end", file, func(d *issue.Document) []issue.Edit { return d.Move(2, 4) },
			func(s string) string {
				story := s[strings.Index(s, "### Go"):strings.Index(s, "### Rust")]
				return strings.Replace(s, story, "", 1) + "\n\n" + strings.TrimRight(story, "\n") + "\n"
			}},
		{"replace", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.Replace(2, "### C\n\nText\n")} },
			func(s string) string {
				return s[:strings.Index(s, "### Go")] + "### C\n\nText\n\n\n" + s[strings.Index(s, "### Rust"):]
			}},
		{"remove", file, func(d *issue.Document) []issue.Edit { return []issue.Edit{d.Remove(3)} },
			func(s string) string { return s[:strings.Index(s, "### Rust")] }},
		{"insert", file, func(d *issue.Document) []issue.Edit {
			return []issue.Edit{d.Insert(3, "### C\n"), d.Insert(4, "### D")}
		},
			func(s string) string { return strings.Replace(s, "### Rust", "### C\n\n### Rust", 1) + "\n\n### D\n" }},
		{"a heading for a part without", "Text\n", func(d *issue.Document) []issue.Edit { return []issue.Edit{d.Rename(0, "Go")} },
			func(s string) string { return "### Go\n\n" + s }},
		{"an empty heading", "###\n\nText\n", func(d *issue.Document) []issue.Edit { return []issue.Edit{d.Rename(0, "Go")} },
			func(s string) string { return strings.Replace(s, "###", "### Go", 1) }},
	} {
		for _, nl := range []string{"\n", "\r\n"} {
			file := strings.ReplaceAll(c.file, "\n", nl)
			d := issue.Parse([]byte(file))
			want := strings.ReplaceAll(c.want(c.file), "\n", nl)
			if got := apply(t, d, c.edits(d)...); got != want {
				t.Errorf("%s: %s", c.name, cmp.Diff(want, got))
			}
		}
	}
	d := issue.Parse([]byte(file))
	if _, err := d.Apply(d.Remove(2), d.Rename(2, "x")); err == nil {
		t.Error("two edits of one text were taken")
	}
}

// renameAndAppend renames the first story with a heading, appends a link to it, and checks that no other byte
// changed.
func renameAndAppend(t *testing.T, d *issue.Document) {
	t.Helper()
	for _, i := range d.Stories() {
		if d.Parts[i].HeadingSpan.Empty() || d.Parts[i].Level == 0 {
			continue
		}
		rename, link := d.Rename(i, "Quite another headline"), d.AppendLink(i, "https://appended.example/")
		next, err := d.Apply(rename, link)
		if err != nil {
			t.Fatal(err)
		}
		old := string(d.Bytes())
		want := old[:rename.Span.Start] + "Quite another headline" + old[rename.Span.End:link.Span.Start]
		got := string(next.Bytes())
		rest := old[link.Span.End:]
		if !strings.HasPrefix(got, want) || !strings.HasSuffix(got, rest) {
			t.Errorf("other bytes changed: %s", cmp.Diff(old, got))
			return
		}
		added := strings.TrimSuffix(strings.TrimPrefix(got, want), rest)
		if strings.Count(added, "https://appended.example/") != 1 || len(strings.Fields(added)) > 2 {
			t.Errorf("appended %q", added)
		}
		return
	}
}

func FuzzDocument(f *testing.F) {
	f.Add([]byte(classicIssue))
	f.Add([]byte("--\ntitle: a: b\n---\n> a\nb\n\n1. [x](<y z> 'q')\n* <a href=b>\n[c]: d\n\n```\n### no\n"))
	f.Add([]byte(" <A href>"))
	f.Add([]byte("\xef\xbb\xbf# a\r\n\r\nIn this issue: a; b\r\n\r\n## c\r\n\r\n**d** e\r\n\r\n* http://x.example/)\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		d := issue.Parse(bytes.Clone(file))
		tiles(t, d, file)
		renameAndAppend(t, d)
		for i := range d.Parts {
			d.Body(i)
			d.Tail(i)
		}
	})
}

// corpus returns the back issues of a real newsletter, where they are at hand.
func corpus(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../../shared/corpus/worksonarm/20*.md")
	if err != nil || len(files) == 0 {
		t.Skip("the back issues of ../shared are not here")
	}
	out := map[string][]byte{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = b
	}
	return out
}

func TestRealIssuesComeBackByteForByte(t *testing.T) {
	for name, file := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			d := issue.Parse(file)
			tiles(t, d, file)
			renameAndAppend(t, d)
		})
	}
}

// TestNothingHangs would not end in its time if reading took more than its share.
func TestNothingHangs(t *testing.T) {
	for _, piece := range []string{
		"[", "[\n", ">", "> ", "* ", "*a **b ", "_a ", "`a ``b ", "[a](b) ", "[a](b", "![a", "<a ", "&#", "\x00\xff", "[a]: b\n", "[ab] ", "### a\n\n* http://a.example/\n\n",
		"- a\n  - b\n    - c\n", "http://a.example/ ", "http://a.example/((((((((((((( ", "a\n=\n", "\r", "* a\n", "```\n", "> a\n", "## a\n\n**b** c\n\n", "a\n\n", "---\n", "(\n", "<!--", "\t",
	} {
		for _, size := range []int{40_000, 150_000} {
			file := bytes.Repeat([]byte(piece), size/len(piece))
			tiles(t, issue.Parse(file), file)
		}
	}
}

// BenchmarkParse reads an issue, and one that is a thousand times as long; ns/B of both should be
// alike.
func BenchmarkParse(b *testing.B) {
	for _, n := range []int{1, 1000} {
		file := bytes.Repeat([]byte(classicIssue), n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				issue.Parse(file)
			}
		})
	}
}
