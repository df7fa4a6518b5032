package release

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// found is one version that a page links to.
type found struct {
	stem, version string
	Release
	names []string // of its files
}

// page reads a web page: tags of cgit, else archives, else folders named like versions.
func (l *list) page(body []byte) error {
	all := anchors(body, l.meta.URL)
	if l.cgit(all) || bytes.Contains(body, []byte("id='cgit'")) {
		return nil
	}
	var files, folders []found
	orig := slices.ContainsFunc(all, func(a anchor) bool { return strings.Contains(a.url, ".orig.tar.") })
	for _, a := range all {
		if stem, version := archived(a.url); version != "" {
			if _, name := fileOf(a.url); !orig || strings.Contains(name, ".orig.") { // a Debian pool: the rest is its packages
				files = append(files, found{stem: stem, version: version, Release: l.at(a), names: []string{name}})
			}
		} else if f, ok := l.folder(a); ok {
			folders = append(folders, f)
		}
	}
	if len(files) == 0 {
		files = folders
	}
	if len(files) == 0 {
		return l.none(body)
	}
	l.keep(files)
	return nil
}

// at is a release at a link, dated by what stands behind it.
func (l *list) at(a anchor) Release {
	r := l.date(a.behind)
	r.URL = a.url
	return r
}

var heading = pattern.New(`(?i)<(?:title|h1)[^>]*>\s*(?:index of|directory listing)`)

// none tells an empty directory listing from a page that is something else.
func (l *list) none(body []byte) error {
	if heading().Match(body[:min(len(body), 8192)]) {
		return nil
	}
	return ErrNone
}

// folder is a link to a folder below the page that is named like a version.
func (l *list) folder(a anchor) (found, bool) {
	base, err := url.Parse(l.meta.URL)
	u, err2 := url.Parse(a.url)
	if err != nil || err2 != nil || !strings.HasSuffix(u.Path, "/") || u.RawQuery != "" {
		return found{}, false
	}
	if base.Host != "" && (u.Host != base.Host || path.Dir(path.Clean(u.Path)) != folderOf(base.Path)) {
		return found{}, false
	}
	name := path.Base(u.Path)
	if !versioned().MatchString(name) {
		return found{}, false
	}
	stem, version, _ := parseName(name)
	return found{stem: cmp.Or(stem, projectOf(base)), version: version, Release: l.at(a)}, version != ""
}

// folderOf is the folder that a path lies in, or is.
func folderOf(p string) string { return path.Clean("/" + p[:strings.LastIndexByte(p, '/')+1]) }

// keep takes the files of the page's project: the one that the page's address names, else the one
// with most versions; and those named only by their version, as a forge packs its tags. Files of
// one version are one release, at the first of them.
func (l *list) keep(all []found) {
	base, _ := url.Parse(l.meta.URL)
	count := map[string]int{}
	seen := map[string]bool{}
	var names []string
	for _, f := range all {
		stem := strings.ToLower(f.stem)
		if count[stem] == 0 && stem != "" {
			names = append(names, stem)
		}
		if key := stem + "\n" + f.version; !seen[key] {
			seen[key] = true
			count[stem]++
		}
	}
	own := ""
	if base != nil {
		own = strings.ToLower(projectOf(base))
	}
	main := own
	if len(names) > 0 {
		main = slices.MaxFunc(names, func(a, b string) int {
			return cmp.Or(cmp.Compare(mark(a == own), mark(b == own)), cmp.Compare(count[a], count[b]))
		})
	}
	at := map[string]int{}
	var kept []found
	for _, f := range all {
		if f.stem != "" && strings.ToLower(f.stem) != main {
			continue
		}
		i, ok := at[f.version]
		if !ok {
			at[f.version] = len(kept)
			kept = append(kept, f)
			continue
		}
		k := &kept[i]
		k.names = append(k.names, f.names...)
		if k.Published.IsZero() || f.Published.Before(k.Published) && !f.Published.IsZero() {
			k.Published = f.Published // a version is out with its first file
		}
	}
	for _, f := range kept {
		f.Version = f.version
		f.Architectures = architectures(f.names...)
		name := cmp.Or(f.stem, projectOf(base))
		f.ID = plain.Line(strings.ToLower(name) + " " + f.version) // which of its files is the first may change
		l.add(name, f.Release)
	}
	l.newestFirst()
	if others := len(names) - 1; others > 0 {
		names = slices.DeleteFunc(names, func(n string) bool { return n == main })
		l.warn("the page also has files of %d other names, which were left out: %s", others, strings.Join(names[:min(len(names), 10)], ", "))
	}
}

func mark(b bool) int {
	if b {
		return 1
	}
	return 0
}

// general are folder names that say nothing of a project.
var general = map[string]bool{"": true, ".": true, "/": true, "releases": true, "release": true, "downloads": true, "download": true, "+download": true, "files": true,
	"dist": true, "src": true, "source": true, "sources": true, "pub": true, "archive": true, "archives": true, "stable": true, "index.html": true, "tags": true, "refs": true}

// projectOf is the name of the project that the address of a page seems to name: its last telling
// folder, else its host.
func projectOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for _, p := range slices.Backward(parts) {
		if !general[strings.ToLower(p)] && !versioned().MatchString(p) {
			return p
		}
	}
	labels := strings.Split(strings.TrimPrefix(u.Hostname(), "www."), ".")
	return labels[max(0, len(labels)-2)]
}

// cgit reads the tags on a page of cgit, and reports that there were some.
func (l *list) cgit(all []anchor) bool {
	seen := map[string]bool{}
	for i, a := range all {
		u, err := url.Parse(a.url)
		if err != nil || !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), "/tag") {
			continue
		}
		tag := cmp.Or(u.Query().Get("h"), u.Query().Get("id"))
		if tag == "" || seen[tag] {
			continue
		}
		seen[tag] = true
		row := a.behind
		for _, next := range all[i+1 : min(len(all), i+6)] { // the date stands behind the row's archives
			if rowDate().MatchString(row) || !strings.Contains(next.url, "/snapshot/") {
				break
			}
			row += next.behind
		}
		r := l.date(row)
		r.Version = tag
		r.URL = a.url
		l.add(strings.TrimSuffix(path.Base(path.Dir(strings.TrimSuffix(u.Path, "/"))), ".git"), r)
	}
	l.newestFirst()
	return len(seen) > 0
}

// bucket reads the listing of a bucket of S3 or of a service like it.
func (l *list) bucket(body []byte) error {
	var b struct {
		Contents []struct {
			Key          string
			LastModified string
		}
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&b); err != nil {
		return fmt.Errorf("the bucket's listing cannot be read: %s", plain.Cut(plain.Line(err.Error()), 200))
	}
	var files []found
	for _, c := range b.Contents {
		u := &url.URL{Path: "/" + c.Key}
		address, err := link.Clean(u.EscapedPath(), l.meta.URL)
		if err != nil {
			continue
		}
		if stem, version := archived(address); version != "" {
			_, name := fileOf(address)
			files = append(files, found{stem: stem, version: version, Release: l.at(anchor{address, c.LastModified}), names: []string{name}})
		}
	}
	if len(files) == 0 {
		return errors.New("the bucket holds no archive whose name holds a version")
	}
	l.keep(files)
	return nil
}
