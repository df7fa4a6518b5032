package issue

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wiredesk/store"
)

func TestLabelledLayout(t *testing.T) {
	p := plan(
		Story{
			Headline: "Multi-arch images, at last", Credit: store.Credit{Person: "Ann Other", Handle: "@ann"}, Section: "Tools", Note: "Prose of the editor.",
			Links: []Link{
				{URL: "https://example.org/a_(b)", Title: "Images [all] of *them*", Site: "Example Blog"},
				{URL: "https://twitter.com/ann/status/1", Title: "words of a post", Site: "Twitter", Author: "Ann Other", Post: true},
				{URL: "https://new.qq.example/x?a=1&copy=2", Title: "多架构", Site: "qq", Language: "zh-CN"},
				{URL: "https://example.org/nothing-known"},
				{URL: "https://fedora.example/", Title: "Get Fedora", Site: "Fedora", Language: "en-GB"},
			},
		},
	)
	p.Title = "Wire: the news"
	want := `---
title: 'Wire: the news 2026-W48'
---

#### In this issue

* Multi-arch images, at last

## Tools

### Multi-arch images, at last (Ann Other, @ann)

Prose of the editor.

* [Images \[all\] of \*them\*, Example Blog](<https://example.org/a_(b)>)
* [Ann Other, Twitter](https://twitter.com/ann/status/1)
* [多架构, qq (in Chinese)](https://new.qq.example/x?a=1&copy=2)
* https://example.org/nothing-known
* [Get Fedora](https://fedora.example/)
`
	if diff := cmp.Diff(want, render(t, p, "labelled")); diff != "" {
		t.Error(diff)
	}
}

func TestTheEditorsOwnTemplate(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("mine.tmpl", "= {{.Title}} {{.Number}}, {{.Day}}\n{{range .Sections}}{{range .Stories}}\n## {{.Heading}}\n{{range .Links}}- {{.Labelled}}\n{{end}}{{end}}{{end}}")
	l, err := ReadLayout("mine.tmpl", dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Render(plan(Story{Headline: "One", Links: []Link{{URL: "https://example.org/", Title: "T", Site: "S"}}}), l)
	if want := "= Wire 7, 2026-11-27\n\n## One\n- [T, S](https://example.org/)\n"; err != nil || got != want {
		t.Errorf("%q, %v", got, err)
	}
	write("broken.tmpl", "one\ntwo {{range .Sections}}\nthree")
	write("wrong.tmpl", "one\n{{range .Sections}}{{range .Stories}}\n{{.Titel}}{{end}}{{end}}")
	write("files.tmpl", `{{readFile "/etc/passwd"}}`)
	write("env.tmpl", `{{env "HOME"}}`)
	for name, want := range map[string]string{
		"broken.tmpl": "broken.tmpl:3: unexpected EOF", "wrong.tmpl": "wrong.tmpl:3:2", "files.tmpl": `files.tmpl:1: function "readFile" not defined`,
		"env.tmpl": `env.tmpl:1: function "env" not defined`, "none.tmpl": "classic or labelled, or the path",
	} {
		if _, err := ReadLayout(name, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

func TestAddressesOfLabelledLinks(t *testing.T) {
	for url, want := range map[string]string{
		"https://example.org/a?b=1&c=2":           "https://example.org/a?b=1&c=2",
		"https://example.org/a?b=1&copy;=2":       `<https://example.org/a?b=1\&copy;=2>`,
		"https://example.org/x).":                 "<https://example.org/x).>",
		`https://example.org/a\b`:                 "<https://example.org/a%5Cb>",
		"https://example.org/*a*_b_":              "https://example.org/*a*_b_",
		"https://example.org/%D0%B0?q=%3Cscript>": "<https://example.org/%D0%B0?q=%3Cscript%3E>",
	} {
		if got := labelledURL("a label", url); got != "[a label]("+want+")" {
			t.Errorf("%s: %s", url, got)
		}
	}
}

func TestCodeIsNeverWrapped(t *testing.T) {
	code := "```\n\na line of code that is far longer than the column is wide, and has a blank line before it\n\n```"
	if got := prose(code, 40); got != code {
		t.Errorf("%q", got)
	}
}
