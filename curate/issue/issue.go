// Package issue is the newsletter as a document: the plan of an issue, and its rendering as
// markdown. It decides and renders; Write alone touches a file.
//
// A Plan holds what the issue says, as plain text where it came from outside and as markdown where
// the editor wrote it. Render escapes and wraps, then hands a Page to the layout, a text/template
// that documents its variables in its head.
package issue

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"wiredesk/store"
	"wiredesk/store/plain"
)

// Plan is an issue before it is laid out.
type Plan struct {
	Title        string // of the newsletter
	Week         string // 2026-W47
	Number       int
	Date         time.Time // of publication
	Intro        string    // markdown
	Contents     string    // heading of the contents list; empty: no list
	Sections     []string  // in this order; others follow as they come
	Stories      []Story   // in order
	Events       []Event
	Colophon     string // markdown
	Subscription string // markdown
	Wrap         int    // column; 0: lines stay as they are
}

// Story is one story of the plan.
type Story struct {
	ID       int64
	Headline string
	Own      bool // the editor wrote the headline, as markdown
	Section  string
	Credit   store.Credit
	Note     string // the editor's prose, markdown
	Quotes   []Quote
	Links    []Link
}

// Quote is a picked quote, word for word.
type Quote struct{ Text, Speaker string }

// Link is a link of a story.
type Link struct{ URL string }

// Event is a line of the events list.
type Event struct {
	Date  time.Time
	Title string
	Place string
	URL   string
}

// Page is what a layout is executed with; all of it is markdown.
type Page struct {
	Header       string
	Intro        string
	Contents     string
	Headings     []string
	Sections     []PageSection
	Events       []PageEvent
	Colophon     string
	Subscription string
}

// PageSection is a section of a Page; the first has no name.
type PageSection struct {
	Name    string
	Stories []PageStory
}

// PageStory is a story of a Page.
type PageStory struct {
	Heading string
	Note    string
	Quotes  []PageQuote
	Links   []PageLink
}

// PageQuote is a quote of a PageStory.
type PageQuote struct{ LeadIn, Block string }

// PageLink is a link of a PageStory.
type PageLink struct{ URL string }

// PageEvent is an event of a Page.
type PageEvent struct{ Date, Text string }

//go:embed classic.md.tmpl
var classic string

// Layouts are the names that Render knows.
var Layouts = []string{"classic"}

// Render lays a plan out as markdown.
func Render(p Plan, layout string) (string, error) {
	if layout != "classic" {
		return "", fmt.Errorf("no layout %q yet; there is %s", layout, strings.Join(Layouts, ", "))
	}
	t, err := template.New(layout).Parse(classic)
	if err != nil {
		return "", fmt.Errorf("layout %s: %w", layout, err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p.page()); err != nil {
		return "", fmt.Errorf("layout %s: %w", layout, err)
	}
	return strings.TrimRight(out.String(), "\n") + "\n", nil
}

// Header is the line over an issue.
func (p Plan) Header() string {
	_, week := p.Date.ISOWeek()
	return fmt.Sprintf("%s, Issue %d, %s (Week %d)", p.Title, p.Number, p.Date.Format("January 2, 2006"), week)
}

// Links counts the links of the plan.
func (p Plan) Links() int {
	n := 0
	for _, s := range p.Stories {
		n += len(s.Links)
	}
	return n
}

// Stubs counts the stories without any prose.
func (p Plan) Stubs() int {
	n := 0
	for _, s := range p.Stories {
		if strings.TrimSpace(s.Note) == "" {
			n++
		}
	}
	return n
}

func (p Plan) page() Page {
	out := Page{
		Header: ownHeading(p.Header()), Intro: strings.Trim(p.Intro, "\n"), Contents: p.Contents,
		Colophon: prose(p.Colophon, p.Wrap), Subscription: prose(p.Subscription, p.Wrap),
	}
	bySection := map[string][]PageStory{}
	order := append([]string{""}, p.Sections...)
	for _, s := range p.Stories {
		if !slices.Contains(order, s.Section) {
			order = append(order, s.Section)
		}
		bySection[s.Section] = append(bySection[s.Section], p.story(s))
	}
	for _, name := range order {
		stories := bySection[name]
		if len(stories) == 0 {
			continue
		}
		out.Sections = append(out.Sections, PageSection{Name: heading(name), Stories: stories})
		for _, s := range p.Stories {
			if s.Section == name {
				out.Headings = append(out.Headings, contentsItem(s))
			}
		}
	}
	for _, e := range p.Events {
		text := strings.Join(slices.DeleteFunc([]string{e.Title, e.Place}, func(s string) bool { return s == "" }), ", ")
		line := PageEvent{Date: e.Date.Format("January 2"), Text: sentence(text)}
		if e.URL != "" {
			line.Text += " " + bareURL(e.URL)
		}
		out.Events = append(out.Events, line)
	}
	return out
}

func (p Plan) story(s Story) PageStory {
	out := PageStory{Heading: headline(s), Note: prose(s.Note, p.Wrap)}
	if c := CreditText(s.Credit); c != "" && !strings.Contains(s.Headline, c) {
		out.Heading = credited(out.Heading, s.Headline, "("+c+")")
	}
	for _, q := range s.Quotes {
		out.Quotes = append(out.Quotes, PageQuote{leadIn(q), blockquote(q.Text, p.Wrap)})
	}
	for _, l := range s.Links {
		out.Links = append(out.Links, PageLink{URL: bareURL(l.URL)})
	}
	return out
}

// credited puts a credit behind a headline. Each is plain text by itself; together they must be too.
func credited(escaped, headline, credit string) string {
	both := escaped + " " + heading(credit)
	if rendered("### "+both, "<h3>", "</h3>") == rendered("### "+escaped, "<h3>", "</h3>")+" "+escapeHTML(credit) {
		return both
	}
	return heading(headline + " " + credit)
}

func headline(s Story) string {
	if s.Own {
		return ownHeading(s.Headline)
	}
	return heading(s.Headline)
}

// contentsItem is the headline as an item of the contents list.
func contentsItem(s Story) string {
	if h := headline(s); rendered("### "+h, "<h3>", "</h3>") == rendered("* "+h, "<ul>\n<li>", "</li>\n</ul>") {
		return h
	}
	return bullet(s.Headline)
}

// CreditText is a credit as it stands in a heading: "via Person, Org".
func CreditText(c store.Credit) string {
	parts := slices.DeleteFunc([]string{c.Person, c.Organisation, c.Handle}, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	text := plain.Line(strings.Join(parts, ", "))
	if c.Via {
		return "via " + text
	}
	return text
}

// ParseCredit reads "Person, Org", "Person, @handle" or "Person"; commas beyond the first belong
// to the organisation.
func ParseCredit(s string, via bool) store.Credit {
	c := store.Credit{Via: via}
	s = plain.Line(s)
	var rest []string
	for i, part := range strings.Split(s, ",") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
		case strings.HasPrefix(part, "@"):
			c.Handle = part
		case i == 0:
			c.Person = part
		default:
			rest = append(rest, part)
		}
	}
	c.Organisation = strings.Join(rest, ", ")
	if c == (store.Credit{Via: via}) {
		return store.Credit{}
	}
	return c
}

// leadIn is the line before a quote that names its speaker; empty where he is unknown, or where
// the quote names him itself.
func leadIn(q Quote) string {
	name, _, _ := strings.Cut(q.Speaker, ",")
	if name == "" || strings.Contains(q.Text, name) {
		return ""
	}
	speaker := plain.Line(q.Speaker)
	if strings.Contains(speaker, ",") {
		speaker += ","
	}
	return sentence(speaker + " writes:")
}
