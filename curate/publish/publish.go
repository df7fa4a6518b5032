// Package publish makes the forms in which an issue goes out, from its file: a web page, a mail, a
// thread of posts, and the feeds of all issues and of all links. It renders; it reads and writes no
// file and asks nobody. The same issue gives the same bytes each time.
//
//	i := publish.Issue{Newsletter: n, Week: "2026-W47", Number: 47, Date: at, File: file}
//	page, err := i.Page()
//	mail, err := i.Mail()
//	posts := i.Thread()
package publish

import (
	"bytes"
	"crypto/sha1"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"wiredesk/curate/issue"
)

// Newsletter is what all issues have in common.
type Newsletter struct {
	Title  string
	URL    string // where issues appear; empty: not known
	Editor string // name; empty: not known
	From   string // of the mail, as RFC 5322 has it; empty: not known
	To     string
}

// Issue is an issue that goes out.
type Issue struct {
	Newsletter
	Week   string
	Number int
	Date   time.Time // the day of the issue
	Out    time.Time // when it was published
	File   []byte    // as the editor wrote it
}

// Heading is the title of an issue: its header, as the file has it.
func (i Issue) Heading() string {
	doc := issue.Parse(i.File)
	for _, p := range doc.Parts {
		if p.Level == 1 && p.Plain != "" {
			return p.Plain
		}
	}
	if title, _ := doc.FrontMatter.Get("title"); title != "" {
		return title
	}
	return issue.Plan{Title: i.Title, Number: i.Number, Date: i.Date}.Header()
}

// at is the address of a file of the newsletter: below its URL where that is known.
func (n Newsletter) at(file string) string {
	u, err := url.Parse(n.URL)
	if err != nil || n.URL == "" {
		return file
	}
	return u.JoinPath(file).String()
}

// PageURL is where the page of an issue appears: the name of its file, below the newsletter's URL
// where that is known.
func (i Issue) PageURL() string { return i.at(i.Week + ".html") }

// id is a name that stays with what it names (RFC 9562, version 5), whatever becomes of URLs.
func (n Newsletter) id(of string) string {
	sum := sha1.Sum([]byte(n.Title + "\x00" + of))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x50, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// markdown reads what editors write; whatever HTML stands in it is sanitised afterwards.
var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote), goldmark.WithRendererOptions(html.WithUnsafe()))

// safe lets through the markup of an article: text, links and images, no script, style or form. Links
// lead to the web or to a mail program only.
var safe = func() *bluemonday.Policy {
	p := bluemonday.UGCPolicy()
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireNoFollowOnLinks(false)
	return p
}()

// body is the issue as sanitised HTML; titled puts the heading over a file that has none.
func body(file []byte, titled string) (string, error) {
	doc := issue.Parse(file)
	var b bytes.Buffer
	text := file[doc.FrontMatter.Span.End:]
	if err := markdown.Convert(text, &b); err != nil {
		return "", fmt.Errorf("render the issue: %w", err)
	}
	out := safe.Sanitize(b.String())
	for _, p := range doc.Parts {
		if p.Level == 1 {
			return out, nil
		}
	}
	return "<h1>" + template.HTMLEscapeString(titled) + "</h1>\n" + out, nil
}

//go:embed page.html.tmpl
var pageTemplate string

var page = template.Must(template.New("page").Parse(pageTemplate))

// Page is the issue as a web page that stands alone: it loads nothing but the images of the issue.
func (i Issue) Page() ([]byte, error) {
	heading := i.Heading()
	text, err := body(i.File, heading)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{"Title": heading, "Body": template.HTML(text), "Feed": "issues.atom", "Newsletter": i.Title})
	if err != nil {
		return nil, fmt.Errorf("render the page: %w", err)
	}
	return out.Bytes(), nil
}

// text is the file without its front matter.
func (i Issue) text() string {
	doc := issue.Parse(i.File)
	return strings.TrimLeft(string(i.File[doc.FrontMatter.Span.End:]), "\r\n")
}
