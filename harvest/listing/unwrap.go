package listing

import (
	"net/url"
	"strings"
)

// wrappers are words in a path or first label of a host that say: what follows is sent on.
var wrappers = set("redirect", "redirects", "redir", "away", "away.php", "out", "outgoing", "click", "clicks", "track", "tracking", "l", "l.php",
	"url", "link", "links", "go", "exit", "leave", "goto", "r", "c", "linkfilter", "redirect.php", "out.php", "ct", "safelinks", "email", "trk", "clk")

// targets are the parameters in which wrappers keep where they send to.
var targets = []string{"url", "u", "q", "to", "target", "dest", "destination", "redirect", "redirect_url", "redirect_to", "uri", "link", "goto", "out", "r", "href", "l", "uddg"}

// unwrap returns the target of a redirecting link that states it plainly; other links, and those
// whose target only their server knows, as they are.
func unwrap(raw string) string {
	for range 4 { // wrappers come wrapped
		u, err := url.Parse(raw)
		if err != nil || u.Host == "" {
			return raw
		}
		inner := within(u)
		if inner == "" {
			return raw
		}
		raw = inner
	}
	return raw
}

func within(u *url.URL) string {
	if strings.Trim(u.Path, "/") == "" { // https://href.li/?https://…
		if q, err := url.QueryUnescape(u.RawQuery); err == nil && plainURL(q) {
			if plainURL(u.RawQuery) {
				return u.RawQuery
			}
			return q
		}
	}
	// …/CL0/https:%2F%2Fexample.org%2Fpage/1/…: one segment of the path is a whole URL.
	for segment := range strings.SplitSeq(u.EscapedPath(), "/") {
		if !strings.HasPrefix(strings.ToLower(segment), "http") {
			continue
		}
		if s, err := url.PathUnescape(segment); err == nil && plainURL(s) {
			return s
		}
	}
	if u.RawQuery == "" || !wraps(u) {
		return ""
	}
	q := u.Query()
	for _, name := range targets {
		if s := q.Get(name); plainURL(s) {
			return s
		}
	}
	return ""
}

// wraps reports that a link looks like one that sends on.
func wraps(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if label, _, _ := strings.Cut(host, "."); wrappers[label] || host == "slack-redir.net" || strings.HasSuffix(host, ".safelinks.protection.outlook.com") {
		return true
	}
	for segment := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if wrappers[segment] {
			return true
		}
	}
	return false
}

// plainURL reports that s is an absolute web address.
func plainURL(s string) bool {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && strings.Contains(u.Hostname(), ".")
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}
