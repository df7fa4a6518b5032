package release

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"wiredesk/harvest/feed"
)

// asked is a segment of the path that was asked for, counted from behind, without ".json".
func (l *list) asked(fromEnd int) string {
	u, err := url.Parse(l.meta.URL)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if fromEnd > len(parts) {
		return ""
	}
	return strings.TrimSuffix(parts[len(parts)-fromEnd], ".json")
}

// pypi reads the project of PyPI: its versions with their files. A version is out when its first
// file was uploaded, and yanked when all of them are; one without files is no release yet.
func (l *list) pypi(body []byte) error {
	var p struct {
		Info struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Summary string `json:"summary"`
			Author  string `json:"author"`
		} `json:"info"`
		Releases map[string][]struct {
			Filename string `json:"filename"`
			URL      string `json:"url"`
			Uploaded string `json:"upload_time_iso_8601"`
			Once     string `json:"upload_time"` // the same, in older answers
			Yanked   bool   `json:"yanked"`
		} `json:"releases"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	name := cmp.Or(p.Info.Name, l.asked(2))
	for _, version := range newestOf(l, p.Releases) {
		files := p.Releases[version]
		r := Release{Version: version}
		var names []string
		for _, f := range files {
			if f.Yanked {
				continue
			}
			names = append(names, cmp.Or(f.Filename, path.Base(f.URL)))
			if t := feed.Date(cmp.Or(f.Uploaded, f.Once), nil); r.Published.IsZero() || t.Before(r.Published) && !t.IsZero() {
				r.Published = t
			}
		}
		if len(names) == 0 {
			continue
		}
		r.Architectures = architectures(names...)
		r.URL = "https://pypi.org/project/" + url.PathEscape(name) + "/" + url.PathEscape(version) + "/"
		r.Summary = asHTML(p.Info.Summary)
		r.Author = p.Info.Author
		l.add(name, r)
	}
	return nil
}

// npm reads a package of the npm registry, in its full form; the abbreviated one has no dates.
// Deprecated versions carry the tag "deprecated".
func (l *list) npm(body []byte) error {
	var p struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		Versions    map[string]struct {
			Deprecated json.RawMessage `json:"deprecated"` // a sentence; true or "" in old ones
			CPU        json.RawMessage `json:"cpu"`
		} `json:"versions"`
		Time map[string]json.RawMessage `json:"time"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	for _, version := range newestOf(l, p.Versions) {
		v := p.Versions[version]
		r := Release{Version: version}
		r.URL = "https://www.npmjs.com/package/" + p.Name + "/v/" + url.PathEscape(version)
		var t string
		_ = json.Unmarshal(p.Time[version], &t) // no date: unknown
		r.Published = feed.Date(t, nil)
		r.Summary = asHTML(p.Description)
		if d := string(v.Deprecated); d != "" && d != "false" && d != `""` && d != "null" {
			r.Tags = []string{"deprecated"}
			r.Title = p.Name + " " + version + " (deprecated)"
		}
		var cpu []string
		_ = json.Unmarshal(v.CPU, &cpu) // of another shape: not known
		r.Architectures = architectures(cpu...)
		l.add(p.Name, r)
	}
	return nil
}

// crates reads the versions of a crate of crates.io.
func (l *list) crates(raw json.RawMessage) error {
	var all []struct {
		Crate   string `json:"crate"`
		Num     string `json:"num"`
		Created string `json:"created_at"`
		Yanked  bool   `json:"yanked"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for _, v := range all {
		if v.Yanked || v.Num == "" {
			continue
		}
		r := Release{Version: v.Num}
		r.URL = "https://crates.io/crates/" + v.Crate + "/" + url.PathEscape(v.Num)
		r.Published = feed.Date(v.Created, nil)
		l.add(v.Crate, r)
	}
	return nil
}

// gemVersion is a version of a gem; RubyGems lists it once for each platform.
func (l *list) gemVersion(name string, e *entry) {
	built := architectures(e.Platform)
	if i, ok := l.gems[e.Number]; ok {
		l.all[i].add(built)
		return
	}
	if l.gems == nil {
		l.gems = map[string]int{}
	}
	l.gems[e.Number] = len(l.all)
	r := Release{Version: e.Number, Prerelease: e.Prerelease, Architectures: built}
	r.URL = "https://rubygems.org/gems/" + url.PathEscape(name) + "/versions/" + url.PathEscape(e.Number)
	r.Published = feed.Date(e.Created, nil)
	r.Author = e.Authors
	r.Summary = asHTML(e.Summary)
	l.add(name, r)
}

// gem is the newest version of a gem; RubyGems says "unknown" where there is no such gem.
func (l *list) gem(raw json.RawMessage) error {
	var version string
	if err := json.Unmarshal(raw, &version); err != nil {
		return err
	}
	if bare(version) != "" {
		l.gemVersion(l.asked(2), &entry{Number: version})
	}
	return nil
}

// packagistVersion is a version of a package.
type packagistVersion struct {
	Version string `json:"version"`
	Time    string `json:"time"`
	Source  struct {
		URL string `json:"url"`
	} `json:"source"`
}

// packagist reads a package of Packagist: the older form maps versions, the newer one lists them.
func (l *list) packagist(body []byte) error {
	var p struct {
		Package struct {
			Name     string                      `json:"name"`
			Versions map[string]packagistVersion `json:"versions"`
		} `json:"package"`
		Packages map[string][]packagistVersion `json:"packages"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	for _, v := range newestOf(l, p.Package.Versions) {
		facts := p.Package.Versions[v]
		facts.Version = v
		l.packaged(p.Package.Name, facts)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Packages)) {
		all, source := p.Packages[name], ""
		for _, v := range all[:min(len(all), maxReleases)] {
			source = cmp.Or(v.Source.URL, source) // this form states only what changes
			v.Source.URL = source
			l.packaged(name, v)
		}
	}
	return nil
}

// packaged is one version of a package of Packagist. Its page there is the same for all versions,
// so the tag's page at GitHub is taken where that is known.
func (l *list) packaged(name string, v packagistVersion) {
	r := Release{Version: v.Version, Prerelease: strings.HasPrefix(v.Version, "dev-")}
	r.URL = "https://packagist.org/packages/" + name + "?version=" + url.QueryEscape(v.Version)
	if repo := strings.TrimSuffix(v.Source.URL, ".git"); strings.HasPrefix(repo, "https://github.com/") && !r.Prerelease {
		r.URL = repo + "/releases/tag/" + (&url.URL{Path: v.Version}).EscapedPath()
	}
	r.Published = feed.Date(v.Time, nil)
	l.add(name, r)
}
