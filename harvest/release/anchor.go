package release

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
)

// maxLinks is how many links of a page are looked at: the listing of a Debian pool's folder or of
// twenty years of releases has a few thousand.
const maxLinks = 20000

// anchor is a link of a page, with what stands behind it up to the next one or the end of the
// row: the date in a directory listing.
type anchor struct {
	url, behind string
}

// rows are the elements that end the row of a link.
var rows = map[string]bool{"tr": true, "li": true, "table": true, "p": true, "ul": true, "ol": true, "dt": true, "h1": true, "h2": true, "h3": true, "h4": true}

// anchors reads the links of a page in order. A tokenizer takes pages of any depth.
func anchors(body []byte, base string) []anchor {
	var out []anchor
	var behind strings.Builder
	open, inside := false, false
	end := func() {
		if open {
			out[len(out)-1].behind = behind.String()
		}
		behind.Reset()
		open = false
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(page.PartLimit)
	for len(out) < maxLinks {
		switch z.Next() {
		case html.ErrorToken:
			end()
			return out
		case html.TextToken:
			if open && !inside && behind.Len() < 300 { // its own text may name a date that is its version
				text := z.Text()
				behind.Write(text[:min(300, len(text))])
				behind.WriteByte(' ')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch tag := string(name); {
			case tag == "a":
				inside = false
			case rows[tag]:
				end()
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			tag := string(name)
			var href, stated string
			for more {
				var key, val []byte
				switch key, val, more = z.TagAttr(); string(key) {
				case "href":
					href = string(val)
				case "title", "datetime":
					stated = string(val)
				}
			}
			switch {
			case tag == "base":
				if b, err := link.Clean(href, base); err == nil {
					base = b
				}
			case rows[tag]:
				end()
				inside = false
			case tag == "a":
				if clean, err := link.Clean(href, base); err == nil && href != "" && !strings.HasPrefix(href, "#") {
					end()
					open, inside = true, true
					out = append(out, anchor{url: clean})
				}
			case open && (tag == "span" || tag == "time") && behind.Len() < 300: // cgit, and dates in words
				behind.WriteString(stated[:min(300, len(stated))] + " ")
			}
		}
	}
	end()
	return out
}

// rowDate are the dates of directory listings: Apache's and nginx's, cgit's and lighttpd's.
var rowDate = pattern.New(`\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z| ?[+-]\d\d:?\d\d)?)?|\b\d{1,2}-[A-Z][a-z]{2}-\d{4}(?: \d\d:\d\d(?::\d\d)?)?|\b(\d{4})-([A-Z][a-z]{2})-(\d\d)( \d\d:\d\d:\d\d)?`)

var monthBetween = pattern.New(`^(\d{4})-([A-Z][a-z]{2})-(\d\d)`)

func (l *list) date(row string) (r Release) {
	r.Published = feed.Date(monthBetween().ReplaceAllString(rowDate().FindString(row), "$3-$2-$1"), l.meta.Zone)
	return r
}
