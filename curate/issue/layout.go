package issue

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed classic.md.tmpl
var classic string

//go:embed labelled.md.tmpl
var labelled string

// Layouts are the names of the layouts that wiredesk brings.
var Layouts = []string{"classic", "labelled"}

// Layout is how a plan is laid out: a text/template that is executed with one Page.
type Layout struct {
	Name     string
	template *template.Template
}

// ReadLayout returns one of Layouts by its name, or the editor's own template by its path, which
// starts from dir unless it is absolute. A template gets data alone: none of its functions opens a
// file or reads the environment. The error names the file and the line; a field that no Page has
// is found here, not on Friday.
func ReadLayout(name, dir string) (Layout, error) {
	switch name {
	case "classic":
		return parseLayout(name, classic)
	case "labelled":
		return parseLayout(name, labelled)
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Layout{}, fmt.Errorf("there is no layout %q; write %s, or the path of your own template", name, strings.Join(Layouts, " or "))
	}
	if err != nil {
		return Layout{}, fmt.Errorf("layout: %w", err)
	}
	l, err := parseLayout(name, string(text))
	if err != nil {
		return Layout{}, err
	}
	_, err = Render(Plan{
		Contents: "x", Intro: "x", Colophon: "x", Subscription: "x", Events: []Event{{Title: "x", URL: "https://example.org/"}},
		Stories: []Story{{Headline: "x", Section: "x", Note: "x", Quotes: []Quote{{Text: "x", Speaker: "X"}}, Links: []Link{{URL: "https://example.org/", Title: "x"}}}},
	}, l)
	return l, err
}

func parseLayout(name, text string) (Layout, error) {
	t, err := template.New(name).Parse(text)
	if err != nil {
		return Layout{}, fmt.Errorf("layout %s", strings.TrimPrefix(err.Error(), "template: "))
	}
	return Layout{name, t}, nil
}

// Page is what a layout is executed with; all of it is markdown, save where something else is
// said. The heads of the layouts that wiredesk brings tell what is what.
type Page struct {
	Title, Week  string
	Number       int
	Date, Day    string
	Header       string
	FrontMatter  string // YAML with its marks
	Found        bool
	Head         string
	Intro        string
	Contents     *PageContents // nil: no list
	Sections     []PageSection
	Events       []PageEvent
	Colophon     string
	Subscription string
}

// PageContents is the contents list of a Page.
type PageContents struct {
	Marks, Heading, Lead string
	Items                []string
	Tail                 string
}

// PageSection is a section of a Page; the first has no heading.
type PageSection struct {
	Marks, Heading string
	Stories        []PageStory
}

// PageStory is a story of a Page.
type PageStory struct {
	Marks, Heading string
	Note           string
	Quotes         []PageQuote
	Links          []PageLink
	Tail           string
}

// PageQuote is a quote of a PageStory.
type PageQuote struct{ LeadIn, Block string }

// PageLink is a link of a PageStory, as an item of a list.
type PageLink struct{ Bare, Labelled string }

// PageEvent is an event of a Page.
type PageEvent struct{ Date, Text string }

// Render lays a plan out as markdown. The error is the template's, with its line.
func Render(p Plan, l Layout) (string, error) {
	return p.render(l, p.lay)
}

func (p Plan) render(l Layout, lay func(Story) laid) (string, error) {
	page, err := p.page(lay)
	if err != nil {
		return "", err
	}
	return l.lay(page)
}

func (l Layout) lay(p Page) (string, error) {
	var out bytes.Buffer
	if err := l.template.Execute(&out, p); err != nil {
		return "", fmt.Errorf("layout %s", strings.TrimPrefix(err.Error(), "template: "))
	}
	return strings.Trim(out.String(), "\n") + "\n", nil
}
