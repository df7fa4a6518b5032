// Package issue is the newsletter as a document: the plan of an issue, and its rendering as
// markdown; the file of an issue as a Document, and the merge of the two. It decides and renders,
// and writes no file.
//
// Parse reads an issue as a Document: blocks and parts that tile the file, with what is in them. Its
// edits change the bytes that they name, and no other.
//
// A Plan holds what the issue says, as plain text where it came from outside and as markdown where
// the editor wrote it. Render escapes and wraps, then hands a Page to the layout, a text/template
// that documents its variables in its head.
package issue

import (
	"fmt"
	"slices"
	"strings"
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

// Link is a link of a story. All but the URL may be empty: not known.
type Link struct {
	URL, Title, Site string
	Author           string // a name, or on a social network an @handle
	Post             bool   // a post on a social network: who says it is its label
	Language         string // BCP 47
}

// Event is a line of the events list.
type Event struct {
	Date  time.Time
	Title string
	Place string
	URL   string
}

// Header is the line over an issue.
func (p Plan) Header() string {
	_, week := p.Date.ISOWeek()
	return fmt.Sprintf("%s, Issue %d, %s (Week %d)", p.Title, p.Number, p.Date.Format("January 2, 2006"), week)
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
