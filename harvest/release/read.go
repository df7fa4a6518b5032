package release

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/pattern"
	"wiredesk/store/hash"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxReleases = 2000 // of one answer: the longest registry histories have about 1,500 stable ones
	maxVersion  = 200  // characters of a version; longer ones are sentences
	maxWarnings = 20   // of one answer
)

// ErrNone is returned by Read for a web page that names no version: where there were some, the
// page has changed. Services that answer with an empty list have no releases, and no error.
var ErrNone = errors.New("the page links to no archive or folder whose name holds a version")

var firstElement = pattern.New(`(?i)<(?:[a-z]+:)?(rss|feed|rdf|channel|html|head|body|listbucketresult)[\s>]`)

// IsFeed reports that a body is a feed (RSS, RDF, Atom, JSON Feed), which Parse reads; the other
// formats are for Read.
func IsFeed(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	if bytes.HasPrefix(body, []byte("{")) {
		return bytes.Contains(body[:min(len(body), 512)], []byte("jsonfeed.org/version"))
	}
	if !bytes.HasPrefix(body, []byte("<")) {
		return false
	}
	m := firstElement().FindSubmatch(body[:min(len(body), 8192)])
	return m != nil && slices.Contains([]string{"rss", "feed", "rdf", "channel"}, strings.ToLower(string(m[1])))
}

// Read reads the other answers that list releases, in UTF-8: the JSON of GitHub, GitLab, Gitea
// (Forgejo), Bitbucket, Pagure, PyPI, npm, crates.io, RubyGems, Packagist, Docker Hub, GNOME and
// kernel.org, told apart by their shape; the tags of cgit; directory listings of web servers and
// of S3; and any page that links to archives (pump-1.2.3.tar.xz). contentType may be empty.
//
// Drafts, yanked versions and, on a page with files of several projects, the smaller projects are
// left out. A JSON list keeps its order; what a service gives as a map, and what comes from pages,
// is sorted, newest version first. The error says in a sentence what the body is instead.
func Read(body []byte, contentType string, m feed.Meta) ([]Release, []string, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	l := &list{meta: m}
	var err error
	switch {
	case len(body) == 0:
		return nil, nil, errors.New("the answer is empty")
	case body[0] == '{' || body[0] == '[' || strings.Contains(contentType, "json"):
		err = l.json(body)
	case bytes.Contains(body[:min(len(body), 1024)], []byte("<ListBucketResult")):
		err = l.bucket(body)
	case body[0] == '<' || strings.Contains(contentType, "html"):
		err = l.page(body)
	default:
		err = fmt.Errorf("the answer is neither JSON nor a page, but %s: %s", cmp.Or(plain.Line(contentType), "of no stated type"), clip(body))
	}
	if err != nil {
		return nil, nil, err
	}
	if len(l.all) > maxReleases {
		l.all, l.more = l.all[:maxReleases], true
	}
	if l.more {
		l.warn("more than %d releases; the others were left out", maxReleases)
	}
	for i := range l.all {
		r := &l.all[i]
		fact, _ := json.Marshal([]any{r.ID, r.Version, r.Title, r.URL, r.Prerelease, r.Summary, r.Content, r.Tags, r.Architectures}) // text and a bool can always be marshalled
		r.Hash = hash.Of(fact)
	}
	return l.all, l.warnings, nil
}

func clip(b []byte) string { return plain.Cut(plain.Line(string(b[:min(len(b), 300)])), 80) }

// list is what Read collects.
type list struct {
	meta     feed.Meta
	all      []Release
	warnings []string
	more     bool           // than maxReleases
	gems     map[string]int // where a version of a gem is in all
}

func (l *list) warn(format string, a ...any) {
	if len(l.warnings) < maxWarnings {
		l.warnings = append(l.warnings, plain.Cut(plain.Line(fmt.Sprintf(format, a...)), 300))
	}
}

// add takes one release of a project: it cleans what was stated and fills in what follows from it.
func (l *list) add(project string, r Release) {
	if r.Version = plain.Line(r.Version); len(r.Version) > maxVersion {
		l.warn("a version longer than %d characters was left out: %s", maxVersion, plain.Cut(r.Version, 60))
		return
	}
	r.URL, _ = link.Clean(r.URL, l.meta.URL)
	if r.URL != "" {
		r.Links = append([]string{r.URL}, r.Links...)
	}
	r.Title = plain.Cut(title(plain.Line(project), r.Version, plain.Line(r.Title)), 500)
	r.Author = plain.Cut(plain.Line(r.Author), 120)
	r.ID = cmp.Or(r.ID, r.URL, plain.Line(project)+" "+r.Version)
	r.Prerelease = r.Prerelease || isPrerelease(r.Version, r.Title)
	if r.Published.Year() < 1990 || r.Published.Year() > 2200 {
		r.Published = r.Updated
	}
	l.all = append(l.all, r)
}

// newestFirst sorts by version, for sources that state no order.
func (l *list) newestFirst() {
	order := make(map[string][]part, len(l.all))
	for _, r := range l.all {
		order[r.Version] = parts(r.Version)
	}
	slices.SortStableFunc(l.all, func(a, b Release) int {
		return cmp.Or(compare(order[b.Version], order[a.Version]), cmp.Compare(len(a.Version), len(b.Version)), cmp.Compare(a.Version, b.Version))
	})
}

// newestOf are the versions of a map, newest first, at most maxReleases: only for these is the
// rest worth reading.
func newestOf[T any](l *list, versions map[string]T) []string {
	order := make(map[string][]part, len(versions))
	for v := range versions {
		order[v] = parts(v)
	}
	all := slices.SortedFunc(maps.Keys(versions), func(a, b string) int {
		return cmp.Or(compare(order[b], order[a]), cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	if len(all) > maxReleases {
		all, l.more = all[:maxReleases], true
	}
	return all
}
