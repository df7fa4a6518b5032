// Package release reads what a project released. A repository's home URL is enough: Endpoints
// says which feeds of GitHub, GitLab, Gitea (Forgejo, Codeberg) and PyPI to ask for, Parse turns such a
// feed into a list of versions. Bytes in, releases out; it has no network.
package release

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"

	"wiredesk/harvest/feed"
)

// Release is one version of a project.
type Release struct {
	feed.Item
	Version    string // the tag, as the project writes it
	Prerelease bool
}

// Endpoints returns the feeds to ask for, in order: the second where the first has no entries,
// as of projects that tag and never release. A URL that names a feed already is returned as it
// is.
func Endpoints(source string) []string {
	u, err := url.Parse(source)
	if err != nil || u.Host == "" {
		return []string{source}
	}
	p := strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
	switch path.Ext(p) {
	case ".atom", ".rss", ".xml", ".json":
		return []string{source}
	}
	if u.RawQuery != "" {
		return []string{source}
	}
	p, _, gitlab := strings.Cut(p, "/-/")
	p = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(p, "/releases"), "/tags"), "/-")
	parts := strings.Split(p, "/")
	host := strings.TrimPrefix(u.Hostname(), "www.")
	base := u.Scheme + "://" + u.Host + "/"
	switch {
	case host == "pypi.org" && len(parts) >= 2 && parts[0] == "project":
		return []string{base + "rss/project/" + parts[1] + "/releases.xml"}
	case host == "gitlab.com" || strings.HasPrefix(host, "gitlab.") || gitlab || gitlabs[host]:
		return []string{base + p + "/-/releases.atom", base + p + "/-/tags?format=atom"}
	case len(parts) >= 2:
		repo := base + parts[0] + "/" + parts[1]
		return []string{repo + "/releases.atom", repo + "/tags.atom"}
	}
	return []string{source}
}

// gitlabs are hosts that run GitLab and do not say so in their name.
var gitlabs = map[string]bool{"salsa.debian.org": true, "code.videolan.org": true, "invent.kde.org": true, "framagit.org": true}

// Parse reads the wanted entries of a releases or tags feed; nil means all.
func Parse(d *feed.Document, want []int, m feed.Meta) ([]Release, []string, error) {
	_, items, warnings, err := d.Parse(want, m)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Release, 0, len(items))
	for _, it := range items {
		r := Release{Item: it, Version: version(it)}
		r.Prerelease = prerelease.MatchString(r.Version) || announced.MatchString(it.Title)
		r.Title = title(project(r.URL), r.Version, it.Title)
		out = append(out, r)
	}
	return out, warnings, nil
}

var (
	tagInURL   = regexp.MustCompile(`/(?:releases/tag|-/releases|-/tags|src/tag|tags?)/([^?#]+)$`)
	tagInID    = regexp.MustCompile(`^tag:[^:]+:Repository/\d+/(.+)$`)
	inPyPI     = regexp.MustCompile(`^https?://pypi\.org/project/([^/]+)/([^/]+)/?$`)
	dotted     = regexp.MustCompile(`\bv?\d+(?:[._]\d+)+[\w.+-]*`)
	number     = regexp.MustCompile(`\b(?:v|next-)?\d[\w.+-]*`)
	prerelease = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:alpha|beta|rc|pre|preview|dev|nightly|snapshot|canary|milestone|next|ea|unstable)(?:[^a-z]|$)|^v?[\d.]+(?:a|b|rc)\d|\d[-.]M\d+$`)
	// announced is a prerelease by its title: the word stands before the number.
	announced = regexp.MustCompile(`(?i)^(?:\w+ )?(?:alpha|beta|rc\d*|nightly|canary|preview|pre-?release|release candidate|snapshot)(?: (?:release|version|build|for|of))?[ :-]+v?\d`)
)

// version is the tag of a release: from its link, else its id, else the number in its title.
func version(it feed.Item) string {
	if m := tagInURL.FindStringSubmatch(it.URL); m != nil {
		if v, err := url.PathUnescape(m[1]); err == nil {
			return v
		}
	}
	if m := tagInID.FindStringSubmatch(it.ID); m != nil {
		return m[1]
	}
	if m := inPyPI.FindStringSubmatch(it.URL); m != nil {
		return m[2]
	}
	return strings.TrimRight(cmp.Or(dotted.FindString(it.Title), number.FindString(it.Title)), ".+-")
}

// project is the name of the repository that a release's link lies in.
func project(link string) string {
	if m := inPyPI.FindStringSubmatch(link); m != nil {
		return m[1]
	}
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 3 { // no owner/repository/…
		return ""
	}
	for i, p := range parts {
		if i >= 2 && (p == "-" || p == "releases" || p == "tags" || p == "src") {
			return parts[i-1]
		}
	}
	return ""
}

// title is the heading under which an editor would know the release: "buildx v0.9.0", not
// "v0.9.0".
func title(project, version, stated string) string {
	if stated == "" {
		stated = version
	}
	if project == "" || strings.Contains(words(stated), words(project)) {
		return stated
	}
	return strings.TrimSpace(project + " " + stated)
}

// words is a text in lower case, its words parted and surrounded by one space.
func words(s string) string {
	return " " + strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
}
