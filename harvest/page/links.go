package page

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
)

// Links returns the links of a piece of HTML, cleaned, relative ones made absolute by base; each
// once, in order, at most maxLinks.
func Links(fragment, base string) []string {
	var out []string
	fragment = anchors(fragment)
	if fragment == "" {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(PartLimit)
	for len(out) < maxLinks {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			name, more := z.TagName()
			if atom.Lookup(name) != atom.A {
				continue
			}
			for more {
				var key, val []byte
				key, val, more = z.TagAttr()
				if string(key) != "href" || bytes.HasPrefix(val, []byte("#")) {
					continue
				}
				if clean, err := link.Clean(string(val), base); err == nil && !slices.Contains(out, clean) {
					out = append(out, clean)
				}
			}
		}
	}
	return out
}

// anchors are the <a> tags of a piece of HTML, without what stands between them, which costs a
// tokenizer most of its time. A piece in which tags may stand that are none (in comments, scripts
// and the like) is returned whole.
func anchors(fragment string) string {
	var out strings.Builder
	for rest := fragment; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 || i+2 > len(rest) {
			return out.String()
		}
		rest = rest[i:]
		ends := rest[1] == '/'
		c := rest[1] | 0x20 // in lower case, if it is a letter
		if ends && len(rest) > 2 {
			c = rest[2] | 0x20
		}
		switch {
		case ends && 'a' <= c && c <= 'z':
			rest = rest[tagEnd(rest):]
			continue
		case ends, rest[1] == '!', rest[1] == '?':
			return fragment
		case c < 'a' || c > 'z': // no tag
			rest = rest[1:]
			continue
		case c == 'a':
		case strings.IndexByte("stinpx", c) >= 0 && rawText[tagName(rest[:min(len(rest), 16)])]:
			return fragment
		}
		end := tagEnd(rest)
		if c == 'a' && len(rest) > 2 && (isSpace(rune(rest[2])) || rest[2] == '/') {
			out.WriteString(rest[:end])
		}
		rest = rest[end:]
	}
}

// rawText are the elements in which a tag is none.
var rawText = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Textarea: true, atom.Title: true, atom.Iframe: true, atom.Noembed: true,
	atom.Noframes: true, atom.Noscript: true, atom.Plaintext: true, atom.Xmp: true,
}

// tagEnd is where the tag ends that s begins with, quotes in it minded.
func tagEnd(s string) int {
	i := 1
	until := func(also byte) {
		for i < len(s) && s[i] != '>' && s[i] != also && !isSpace(rune(s[i])) {
			i++
		}
	}
	space := func() {
		for i < len(s) && isSpace(rune(s[i])) {
			i++
		}
	}
	if strings.HasPrefix(s, "</") {
		i++
	}
	for until('/'); ; { // behind its name, or an attribute
		for i < len(s) && (isSpace(rune(s[i])) || s[i] == '/') {
			i++
		}
		if i == len(s) || s[i] == '>' {
			return min(i+1, len(s))
		}
		i++
		for i < len(s) && s[i] != '/' && s[i] != '=' && s[i] != '>' && !isSpace(rune(s[i])) {
			i++
		}
		if space(); i == len(s) || s[i] != '=' {
			continue
		}
		i++
		if space(); i == len(s) {
			return i
		}
		if quote := s[i]; quote == '"' || quote == '\'' {
			n := strings.IndexByte(s[i+1:], quote)
			if n < 0 {
				return len(s)
			}
			i += n + 2
			continue
		}
		until('>')
	}
}

// Feeds returns the feeds that a web page names for itself (rel="alternate"), cleaned, in order.
func Feeds(body []byte, base string) []string {
	var out []string
	seen := map[string]bool{}
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(PartLimit)
	for len(out) < 10 {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			a := atom.Lookup(name)
			if a != atom.Link && a != atom.Base {
				continue
			}
			attrs := map[string]string{}
			for more {
				var key, val []byte
				key, val, more = z.TagAttr()
				attrs[string(key)] = string(val)
			}
			if a == atom.Base {
				if b, err := link.Clean(attrs["href"], base); err == nil {
					base = b
				}
				continue
			}
			kind := strings.ToLower(attrs["type"])
			if !strings.Contains(strings.ToLower(attrs["rel"]), "alternate") ||
				!strings.Contains(kind, "atom") && !strings.Contains(kind, "rss") && !strings.Contains(kind, "feed+json") {
				continue
			}
			if clean, err := link.Clean(attrs["href"], base); err == nil && !seen[clean] {
				seen[clean] = true
				out = append(out, clean)
			}
		}
	}
	return out
}
