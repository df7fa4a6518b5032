package feed

import (
	"bytes"
	"html"
	"net/url"
	"strings"

	"wiredesk/harvest/pattern"
)

// base is the xml:base in scope at a start tag, made absolute, and whether the tag states one
// itself. One that is no web address is passed over.
func (l *lifter) base(source []byte) (base string, own bool) {
	if n := len(l.open); n > 0 {
		base = l.open[n-1].base
	}
	if !l.based {
		return base, false
	}
	stated := value(source, "xml:base")
	if stated == "" {
		return base, false
	}
	against := base
	if against == "" {
		against = l.url
	}
	if u, err := url.Parse(slashes().ReplaceAllString(stated, "$1//")); err == nil {
		if b, err := url.Parse(against); err == nil {
			u = b.ResolveReference(u)
		}
		if u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			base = u.String()
		}
	}
	return base, true
}

var slashes = pattern.New(`^(https?:)/{3,}`)

// directory is a base URL up to its last slash: gofeed takes every base for a directory, and would
// put a relative link below a file.
func directory(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return base
	}
	return u.ResolveReference(&url.URL{Path: "./"}).String()
}

var linkAttr = pattern.New(`(?i)(<[a-z][^<>]*?\s(?:href|src)\s*=\s*)("[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)`)

// resolved is HTML in which links are absolute, by the xml:base of the element that held it.
func resolved(fragment, base string) string {
	b, err := url.Parse(base)
	if base == "" || err != nil {
		return fragment
	}
	return linkAttr().ReplaceAllStringFunc(fragment, func(s string) string {
		m := linkAttr().FindStringSubmatch(s)
		stated := html.UnescapeString(strings.Trim(m[2], `"'`))
		u, err := url.Parse(strings.TrimSpace(stated))
		if err != nil || u.IsAbs() || strings.HasPrefix(stated, "#") {
			return s
		}
		return m[1] + `"` + html.EscapeString(b.ResolveReference(u).String()) + `"`
	})
}

// The namespaces under which gofeed knows Atom.
const (
	atom10 = "http://www.w3.org/2005/Atom"
	atom03 = "http://purl.org/atom/ns#"
)

// rootNamespace is the start tag of a feed with a namespace that gofeed knows, where it has
// another one: Atom had several before its first version, and some feeds spell theirs wrongly.
// RSS 2.0 has none. nil: it may stay as it is.
func rootNamespace(source, name []byte) []byte {
	key, want := "xmlns", ""
	if p := prefix(name); len(p) > 0 {
		key += ":" + string(p[:len(p)-1])
	}
	switch local(name) {
	case "feed":
		want = atom10
	case "rss":
	default:
		return nil
	}
	stated := value(source, key)
	if stated == want || stated == "" || stated == atom03 && want != "" || key != "xmlns" && want == "" {
		return nil
	}
	from, to := attribute(source, key)
	return bytes.Join([][]byte{source[:from], source[to:]}, []byte(want))
}
