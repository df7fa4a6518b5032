package fetch

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"wiredesk/store/link"
)

// maxHops is how many redirects are followed: what readers see in practice is one or two.
const maxHops = 5

func manyHops() *Error {
	return &Error{Stage: "fetch", Text: fmt.Sprintf("more than %d redirects", maxHops), Final: true}
}

// address is what to ask for, of a link that may be relative to base (nil: it is not). Path and
// query are asked for to the letter, less what cannot be sent; scheme and host are those that
// link.Clean found and judged, so that no two readings of one link can differ. Fragment and user
// information are never sent.
func address(raw string, base *url.URL) (*url.URL, error) {
	from := ""
	if base == nil {
		base = &url.URL{}
	} else {
		from = base.String()
	}
	target, err := link.Clean(raw, from)
	if err != nil {
		return nil, err
	}
	clean, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	u, err := base.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" {
		u = clean
	}
	u.Scheme, u.Host, u.User = clean.Scheme, clean.Host, nil
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	return u, nil
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// redirect returns where an answer sends the client, nil where it sends it nowhere.
func redirect(u *url.URL, resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	fail := func(text string) (*url.URL, error) {
		return nil, &Error{Stage: "fetch", Status: resp.StatusCode, Text: text, Final: true}
	}
	where := resp.Header.Get("Location")
	if where == "" {
		return fail(fmt.Sprintf("answers %d, a redirect, without saying where", resp.StatusCode))
	}
	next, err := address(where, u)
	if err != nil {
		return fail("redirects to something that is refused: " + noLink(err))
	}
	if u.Scheme == "https" && next.Scheme == "http" {
		return fail("redirects from https down to http, which is refused")
	}
	return next, nil
}
