// Package search asks search engines of issue trackers and news sites for what is new, reads their
// JSON answers, and watches what became of an issue, a pull request or a bug. Bytes in, hits out;
// it has no network and no clock.
package search

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/pattern"
	"wiredesk/store/hash"
	"wiredesk/store/plain"
)

// Query is a search as feeds.yaml states it.
type Query struct {
	// URL is "github:issues", "github:pulls", "github:repositories", "hackernews:", or any web
	// address with {query}, and perhaps {since} (a day, 2006-01-02) or {since:unix} (seconds).
	URL   string
	Terms string    // as the engine writes queries, qualifiers and all
	Since time.Time // results are wanted from then on; zero: all
}

var (
	placeholder = pattern.New(`\{[A-Za-z][A-Za-z:_-]*\}`)
	kindTerm    = pattern.New(`(?i)(?:^|[\s(])-?(?:is|type):(?:issue|pr|pull-request)\b`)
	dateTerm    = pattern.New(`(?i)(?:^|[\s(])-?(?:created|updated|closed|merged|pushed):`)
	sortTerm    = pattern.New(`(?i)(?:^|\s)sort:`)
)

// Address returns the URL to ask. The error says in a sentence what is wrong with the query.
//
// GitHub's REST search wants every search for issues to say is:issue or is:pull-request, so
// github:issues finds issues and github:pulls finds pull requests, unless the terms name a kind
// themselves; what was created since then comes first and alone, for what an editor wants to hear
// of is the new one (terms that state a date themselves, such as updated:>=2026-01-01, are left as
// they are). Repositories are those created since then. Discussions and code are not to be had:
// the former need GraphQL, the latter have no date. Hacker News is asked for stories through
// Algolia, newest first, words as they are spelt.
func Address(q Query) (string, error) {
	terms := plain.Line(q.Terms)
	engine, what, named := strings.Cut(q.URL, ":")
	switch engine {
	case "github", "hackernews":
		if named && terms == "" {
			return "", fmt.Errorf("a search of %s needs a query", engine)
		}
	}
	switch {
	case engine == "github" && named:
		return github(what, terms, q.Since)
	case engine == "hackernews" && named:
		if what != "" {
			return "", fmt.Errorf("%q is no search; Hacker News is asked with %q", q.URL, "hackernews:")
		}
		v := url.Values{"query": {terms}, "tags": {"story"}, "hitsPerPage": {"100"}, "typoTolerance": {"false"}}
		if !q.Since.IsZero() {
			v.Set("numericFilters", "created_at_i>="+strconv.FormatInt(q.Since.Unix(), 10))
		}
		return "https://hn.algolia.com/api/v1/search_by_date?" + v.Encode(), nil
	}
	return fill(q.URL, terms, q.Since)
}

func github(what, terms string, since time.Time) (string, error) {
	v := url.Values{"per_page": {"100"}, "order": {"desc"}}
	endpoint := "issues"
	switch what {
	case "issues", "pulls", "pull-requests":
		if !kindTerm().MatchString(terms) {
			terms += map[bool]string{true: " is:issue", false: " is:pull-request"}[what == "issues"]
		}
		v.Set("sort", "created")
	case "repositories":
		endpoint = "repositories"
		v.Set("sort", "updated")
	case "discussions", "code":
		return "", fmt.Errorf("GitHub's search of %s cannot be asked for what is new without GraphQL; there are github:issues, github:pulls and github:repositories", what)
	default:
		return "", fmt.Errorf("%q is no search; there are github:issues, github:pulls and github:repositories", "github:"+what)
	}
	if sortTerm().MatchString(terms) { // the terms say themselves how to sort
		v.Del("sort")
		v.Del("order")
	}
	if !since.IsZero() && !dateTerm().MatchString(terms) {
		terms += " created:>=" + since.UTC().Format("2006-01-02T15:04:05Z")
	}
	v.Set("q", terms)
	return "https://api.github.com/search/" + endpoint + "?" + v.Encode(), nil
}

// fill puts the query into an address.
func fill(address, terms string, since time.Time) (string, error) {
	if terms != "" && !strings.Contains(address, "{query}") {
		return "", fmt.Errorf("the address %q has no {query} to put %q into", plain.Cut(address, 100), plain.Cut(terms, 100))
	}
	if terms == "" && strings.Contains(address, "{query}") {
		return "", errors.New("the address has a {query}, and there is none to put into it")
	}
	if since.IsZero() {
		since = time.Unix(0, 0)
	}
	values := map[string]string{"{query}": terms, "{since}": since.UTC().Format("2006-01-02"), "{since:unix}": strconv.FormatInt(since.Unix(), 10)}
	var unknown []string
	head, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://"), "/")
	if placeholder().MatchString(head) {
		return "", errors.New("the host of a search cannot be a placeholder")
	}
	out := placeholder().ReplaceAllStringFunc(address, func(name string) string {
		value, ok := values[name]
		if !ok {
			unknown = append(unknown, name)
		}
		// %20 is a space in paths and queries alike, + only in queries.
		return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	})
	if len(unknown) > 0 {
		return "", fmt.Errorf("the address names %s; there are {query}, {since} and {since:unix}", strings.Join(unknown, ", "))
	}
	u, err := url.Parse(out)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", fmt.Errorf("%q is no web address; a search is github:issues, github:pulls, github:repositories, hackernews: or an https address with {query}", plain.Cut(address, 100))
	}
	return out, nil
}

// Hit is one result of a search.
type Hit struct {
	feed.Item
	State    string // open, closed, merged, or as the tracker says; "": it has none
	Labels   []string
	Comments int
	Points   int    // votes, score or stars
	Kind     string // issue, pull request, bug, story, topic, question, repository; "": not known
	Hash     int64  // of title, URL, text and state: counts that tick make no other hit of it
}

var jsonFeed = pattern.New(`"version"\s*:\s*"https?:(?:\\?/){2}jsonfeed\.org(?:\\?/)`)

// IsJSON reports that a body is a JSON answer, and no JSON Feed, which package feed reads.
func IsJSON(body []byte) bool {
	body = trim(body)
	if len(body) == 0 || body[0] != '{' && body[0] != '[' {
		return false
	}
	return body[0] == '[' || !jsonFeed().Match(body)
}

// trim drops white space and a byte order mark.
func trim(body []byte) []byte {
	return bytes.TrimLeftFunc(body, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
}

// finish fills what every hit has in common.
func (h *Hit) finish() {
	h.ID = cmp.Or(h.ID, h.URL)
	h.Title = plain.Cut(h.Title, maxTitle)
	if h.URL != "" {
		h.Links = append([]string{h.URL}, h.Links...)
	}
	if h.Published.IsZero() {
		h.Published = h.Updated
	}
	h.Hash = hash.Of([]byte(h.ID), []byte(h.URL), []byte(h.Title), []byte(h.Content), []byte(h.State))
}
