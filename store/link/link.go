// Package link is the identity of a URL: which links may be opened at all, how one is written
// down, and when two of them are the same page.
//
// Clean gives the URL that a person sees and that the draft prints: as it was found, less what
// only follows the reader around. Canonical gives the identity under which the queue keeps a
// candidate: it also forgets scheme, www, mobile and AMP twins, and fragments. Both work on the
// text alone and never ask the network. Project tells the software that a page is about. Parameters are dropped by a deny-list, never kept by an
// allow-list: a forum's ?tid= or a video's ?v= is the page.
package link

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// MaxLen is the longest URL, in bytes, that is taken. Browsers and servers stop near 8,000; a
// longer "link" is an attack or a page in a data URL.
const MaxLen = 4096

// ErrScheme is returned for everything that is not http or https.
var ErrScheme = errors.New("only http and https links are taken")

// Clean checks raw, which may be relative to base (base may be empty), and returns it as an
// absolute ASCII URL: scheme and host in lower case, an international host in punycode, the
// default port, the user information and tracking parameters removed, everything else
// percent-encoded where RFC 3986 wants it. The error says in a sentence why a link is refused.
func Clean(raw, base string) (string, error) {
	if s, ok := usual(raw); ok {
		return s, nil
	}
	return clean(raw, base)
}

func clean(raw, base string) (string, error) {
	u, err := parse(raw, base)
	if err != nil {
		return "", err
	}
	s := u.String()
	for range 4 { // what is taken away may bare more of the same
		stripTracking(u)
		u = resolveDots(u)
		before := s
		if s = u.String(); s == before {
			break
		}
	}
	if len(s) > MaxLen {
		return "", fmt.Errorf("link is longer than %d bytes", MaxLen)
	}
	return s, nil
}

// Canonical returns the identity of a URL that Clean returned: two links with one identity are
// one candidate. The result is itself a URL, with scheme https, and Canonical of it is the same.
func Canonical(clean string) string {
	u, err := url.Parse(clean)
	if err != nil {
		return clean
	}
	u.Scheme = "https"
	stripTracking(u)
	canonicalHost(u)
	canonicalPath(u)
	if u.RawQuery != "" {
		parts := strings.FieldsFunc(u.RawQuery, func(r rune) bool { return r == '&' })
		u.RawQuery = strings.Join(parts, "&")
	}
	if !pageInFragment(u.Fragment) {
		u.Fragment, u.RawFragment = "", ""
	}
	u.ForceQuery = false
	return u.String()
}

// Identity is the canonical URL of a link as somebody wrote it; the text itself where it cannot be
// opened.
func Identity(raw string) string {
	clean, err := Clean(raw, "")
	if err != nil {
		return raw
	}
	return Canonical(clean)
}

// Host returns the host of a URL without port, "www." and "m.", or "" where there is none: the
// short name of a site.
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return bareHost(u.Hostname())
}

// Characters that stand for themselves in one part of a URL at least.
const (
	ofHost = 1 << iota
	ofPath
	ofQuery
)

var parts = func() (t [256]byte) {
	for c := byte('0'); c <= 'z'; c++ {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z':
			t[c] = ofHost | ofPath | ofQuery
		case 'A' <= c && c <= 'Z':
			t[c] = ofPath | ofQuery
		}
	}
	t['.'], t['-'], t['_'], t['~'] = ofHost|ofPath|ofQuery, ofHost|ofPath|ofQuery, ofPath|ofQuery, ofPath|ofQuery
	t['/'], t['='], t['&'] = ofPath, ofQuery, ofQuery
	return t
}()

// run is how many bytes s begins with that stand for themselves in a part.
func run(s string, part byte) int {
	for i := 0; i < len(s); i++ {
		if parts[s[i]]&part == 0 {
			return i
		}
	}
	return len(s)
}

// usual takes the links that most are, of which nothing but the query needs a look: a harvest reads
// hundreds of thousands. It says what clean would, or that clean has to tell.
func usual(raw string) (string, bool) {
	rest, ok := strings.CutPrefix(raw, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(raw, "http://")
	}
	n := run(rest, ofHost)
	if !ok || n == 0 || len(raw) > MaxLen {
		return "", false
	}
	host, rest := rest[:n], rest[n:]
	if strings.Trim(host, ".-") != host || strings.Contains(host, "xn--") {
		return "", false
	}
	if strings.HasPrefix(rest, ":") {
		port := rest[1:]
		for n = 0; n < len(port) && '0' <= port[n] && port[n] <= '9'; n++ {
		}
		if rest = port[n:]; port[:n] == "" || port[:n] == "80" || port[:n] == "443" {
			return "", false
		}
	}
	n = run(rest, ofPath)
	if n == 0 || rest[0] != '/' || strings.Contains(rest[:n], "/.") {
		return "", false
	}
	if n == len(rest) {
		return raw, true
	}
	query := rest[n+1:]
	if rest[n] != '?' || query == "" || run(query, ofQuery) < len(query) {
		return "", false
	}
	before := raw[:len(raw)-len(query)]
	switch kept := lessTracking(query, bareHost(host)); kept {
	case query:
		return raw, true
	case "":
		return before[:len(before)-1], true
	default:
		return before + kept, true
	}
}

// parse resolves and checks raw without judging what is in its query.
func parse(raw, base string) (*url.URL, error) {
	raw = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0, r == '\u2028', r == '\u2029', r == '\ufeff':
			return -1 // browsers drop tab, CR and LF inside a URL; nothing that we keep may hold one
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.TrimSpace(raw))
	switch {
	case raw == "":
		return nil, errors.New("there is no link")
	case len(raw) > MaxLen:
		return nil, fmt.Errorf("link is longer than %d bytes", MaxLen)
	}
	// A browser takes a backslash for a slash; two parsers that disagree are a hole.
	if i := strings.IndexAny(raw, "?#"); i < 0 {
		raw = strings.ReplaceAll(raw, `\`, "/")
	} else {
		raw = strings.ReplaceAll(raw[:i], `\`, "/") + raw[i:]
	}
	u, err := url.Parse(escapeStray(raw))
	if err != nil {
		return nil, fmt.Errorf("not a link: %s", clip(raw))
	}
	if !u.IsAbs() && base != "" {
		b, err := url.Parse(base)
		if err != nil {
			return nil, fmt.Errorf("not a link: %s", clip(base))
		}
		u = b.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme == "":
		return nil, fmt.Errorf("link without a scheme: %s", clip(raw))
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, ErrScheme
	case u.Opaque != "" || u.Hostname() == "":
		return nil, fmt.Errorf("link without a host: %s", clip(raw))
	}
	u.User = nil
	if err := cleanHost(u); err != nil {
		return nil, err
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u = resolveDots(u)
	u.RawQuery = escapeQuery(u.RawQuery)
	return u, nil
}

// resolveDots takes "." and ".." out of the path, in all their spellings, as browsers do. Unlike
// path.Clean it leaves "//" alone: in an archive's /web/2017/http://… it is part of the name.
func resolveDots(u *url.URL) *url.URL {
	if p := u.EscapedPath(); strings.Contains(p, "%2") && encodedDot.MatchString(p) {
		p = encodedDot.ReplaceAllString(p, ".")
		if path, err := url.PathUnescape(p); err == nil {
			u.Path, u.RawPath = path, p
		}
	}
	if !strings.Contains(u.Path, "/.") {
		return u
	}
	return (&url.URL{}).ResolveReference(u)
}

var encodedDot = regexp.MustCompile(`(?i)%2e`)

// cleanHost writes the host in lower case and punycode, without its default port.
func cleanHost(u *url.URL) error {
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if strings.ContainsRune(host, '%') {
		return errors.New("link to an address with a zone")
	}
	if !strings.ContainsRune(host, ':') { // not IPv6
		ascii, err := host, error(nil)
		if !asciiHost.MatchString(host) || strings.Contains(host, "xn--") { // else it is what ToASCII makes of it
			ascii, err = idna.Lookup.ToASCII(host)
		}
		if err != nil {
			// Real hosts break the rules (an underscore, a hyphen in third place); what is
			// plain ASCII already stays as it is.
			if !asciiHost.MatchString(host) {
				return fmt.Errorf("not a host name: %s", clip(host))
			}
			ascii = host
		}
		if !asciiHost.MatchString(ascii) {
			return fmt.Errorf("not a host name: %s", clip(host))
		}
		host = ascii
	} else {
		ip, err := netip.ParseAddr(host)
		if err != nil {
			return fmt.Errorf("not an address: %s", clip(host))
		}
		host = "[" + ip.String() + "]"
	}
	if port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	u.Host = host
	return nil
}

var asciiHost = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$`)

// clip shortens and quotes a piece of input for an error.
func clip(s string) string {
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// escapeStray percent-encodes what url.Parse refuses but browsers forgive: spaces, control
// bytes are gone already, and a "%" that begins no escape.
func escapeStray(s string) string {
	if !strings.ContainsAny(s, " %") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			b.WriteString("%20")
		case c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// escapeQuery encodes the bytes that have no place in a query, and those that would end a link
// in markdown or HTML; url.URL.String prints a raw query as it is.
func escapeQuery(q string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if c := q[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
