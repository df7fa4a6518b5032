// Package release reads what a project released. Ask says, for a repository's or a package's home
// page, which feeds, APIs or listings to ask for; Parse reads the feeds, Read everything else, and
// OfItems takes the releases out of a page that was read by selectors. Compare orders versions,
// Newest chooses one. Bytes in, releases out; it has no network.
package release

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/hash"
)

// Release is one version of a project.
type Release struct {
	feed.Item              // Content holds the notes, as HTML; Entry only counts in feeds
	Version       string   // the tag or number, as the project writes it; empty: it names none
	Prerelease    bool     // as the service says, or as the version or title tells
	Architectures []string // stated by the service or plain from file names, as Docker names them ("amd64", "arm64", "arm/v7"), sorted; nil: not known
	Hash          int64    // of what it states: the entry's bytes in a feed, its fields (not its date) elsewhere
}

// Parse reads the wanted entries of a releases or tags feed, in the order of the feed; nil means
// all. In a feed of files (SourceForge) those of one version become one release, with the link of
// their folder.
func Parse(d *feed.Document, want []int, m feed.Meta) ([]Release, []string, error) {
	_, items, warnings, err := d.Parse(want, m)
	if err != nil {
		return nil, nil, err
	}
	out := make([]Release, 0, len(items))
	folders := map[string]int{}
	for _, it := range items {
		r := Release{Item: it, Version: version(it), Hash: d.Entries[it.Entry].Hash}
		stem, inFile := archived(r.URL)
		switch {
		case inFile != "" && strings.HasPrefix(r.URL, "https://sourceforge.net/projects/"):
			r.ofFile(inFile)
			if i, ok := folders[r.ID]; ok {
				out[i].add(r.Architectures)
				continue
			}
			folders[r.ID] = len(out)
			r.add(nil)
		case onFrontPage(r.URL):
			r.toFile()
		}
		r.Prerelease = isPrerelease(r.Version, it.Title)
		r.Title = title(cmp.Or(project(r.URL), stem), r.Version, r.Title)
		out = append(out, r)
	}
	return out, warnings, nil
}

// ofFile makes the release of a file on SourceForge: its link and id are those of the folder, which
// the files of one version share.
func (r *Release) ofFile(version string) {
	_, name := fileOf(r.URL)
	r.Architectures = architectures(name)
	r.URL = strings.TrimSuffix(r.URL, "/download")
	r.URL = r.URL[:strings.LastIndexByte(r.URL, '/')+1]
	r.Links, r.ID, r.Version = []string{r.URL}, r.URL+"#"+version, version
	r.Title, r.Summary, r.Content = version, "", ""
}

// add puts processors of another file to a release of files, which is known again by its id and
// processors.
func (r *Release) add(built []string) {
	r.Architectures = append(r.Architectures, built...)
	slices.Sort(r.Architectures)
	r.Architectures = slices.Compact(r.Architectures)
	r.Hash = hash.Of([]byte(r.ID), []byte(strings.Join(r.Architectures, " ")))
}

// toFile gives a release whose link is only its site's front page, as at kernel.org, the link of
// its notes that names the version.
func (r *Release) toFile() {
	for _, l := range page.Links(cmp.Or(r.Content, r.Summary), r.URL) {
		if r.Version != "" && strings.Contains(l, r.Version) {
			r.URL, r.Links = l, append([]string{l}, r.Links...)
			return
		}
	}
}

func onFrontPage(link string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Host != "" && u.Path == "/" && u.RawQuery == ""
}

// OfItems makes releases of the items of a page, in their order: of those whose title or link
// holds a version. The others are dropped.
func OfItems(items []feed.Item) []Release {
	var out []Release
	for _, it := range items {
		r := Release{Item: it}
		stem, inFile := archived(it.URL)
		for _, m := range stated().FindAllString(it.Title, 4) {
			if !dayFirst().MatchString(m) {
				r.Version = strings.TrimRight(m, ".+-")
				break
			}
		}
		if m := tagInURL().FindStringSubmatch(it.URL); r.Version == "" && m != nil && digit().MatchString(m[1]) {
			r.Version = version(it)
		}
		_, name := fileOf(it.URL)
		r.Version = cmp.Or(r.Version, inFile, strings.TrimRight(dotted().FindString(strings.TrimSuffix(name, path.Ext(name))), ".+-"))
		if r.Version == "" {
			continue
		}
		r.Prerelease = isPrerelease(r.Version, it.Title)
		r.Title = title(cmp.Or(project(it.URL), stem), r.Version, it.Title)
		r.Hash = hash.Of([]byte(it.ID), []byte(r.Version), []byte(r.Title), []byte(it.URL), []byte(it.Summary), []byte(it.Content))
		out = append(out, r)
	}
	return out
}

var (
	tagInURL   = pattern.New(`/(?:releases/tag|-/releases|-/tags|src/tag|tags?|refs)/([^?#]+)$`)
	tagInID    = pattern.New(`^tag:[^:]+:Repository/\d+/(.+)$`)
	inPyPI     = pattern.New(`^https?://pypi\.org/project/([^/]+)/([^/]+)/?$`)
	dotted     = pattern.New(`\bv?\d+(?:[._]\d+)+[\w.+-]*`)
	number     = pattern.New(`\b(?:v|next-)?\d[\w.+-]*`)
	stated     = pattern.New(`(?i)\bv?\d+(?:\.\d+)+(?:[-_.+~]?[a-z0-9]+)*\b|\bv\d+\b|\br\d+\b`)
	dayFirst   = pattern.New(`^\d{1,2}\.\d{1,2}\.(?:19|20)\d\d$`) // a date, no version
	prerelease = pattern.New(`(?i)(?:^|[^a-z])(?:alpha|beta|rc|pre|preview|dev|nightly|snapshot|canary|milestone|next|ea|unstable)(?:[^a-z]|$)|(?:^|[-_/])v?\d+(?:[._]\d+)*(?:a|b|rc)\d+(?:[-_.+]|$)|\d[-.]M\d+$`)
	// announced is a prerelease by its title: the word stands before the number.
	announced = pattern.New(`(?i)^(?:\w+ )?(?:alpha|beta|rc\d*|nightly|canary|preview|pre-?release|release candidate|snapshot)(?: (?:release|version|build|for|of))?[ :-]+v?\d`)
)

// isPrerelease tells by a version or, in front of its number, by a title.
func isPrerelease(version, title string) bool {
	return prerelease().MatchString(version) || announced().MatchString(title)
}

// version is the tag of a release: from its link, else its id, else the number in its title.
func version(it feed.Item) string {
	if m := tagInURL().FindStringSubmatch(it.URL); m != nil {
		if v, err := url.PathUnescape(m[1]); err == nil {
			return v
		}
	}
	if m := tagInID().FindStringSubmatch(it.ID); m != nil {
		return m[1]
	}
	if m := inPyPI().FindStringSubmatch(it.URL); m != nil {
		return m[2]
	}
	return strings.TrimRight(cmp.Or(dotted().FindString(it.Title), number().FindString(it.Title)), ".+-")
}

// project is the name of the repository that a release's link lies in.
func project(link string) string {
	if m := inPyPI().FindStringSubmatch(link); m != nil {
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
	if u.Host == "sourceforge.net" && parts[0] == "projects" {
		return parts[1]
	}
	for i, p := range parts {
		if i >= 2 && (p == "-" || p == "releases" || p == "tags" || p == "src" || p == "refs" && strings.HasPrefix(parts[0], "~")) {
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
