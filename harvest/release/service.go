package release

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"

	"wiredesk/harvest/feed"
)

// bitbucket reads the tags of Bitbucket.
func (l *list) bitbucket(raw json.RawMessage) error {
	var all []struct {
		Name    string `json:"name"`
		Message string `json:"message"`
		Date    string `json:"date"`
		Target  struct {
			Date string `json:"date"`
		} `json:"target"`
		Links struct {
			HTML struct {
				Href string `json:"href"`
			} `json:"html"`
		} `json:"links"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for _, t := range all {
		r := Release{Version: t.Name}
		r.URL = t.Links.HTML.Href
		r.Published = feed.Date(cmp.Or(t.Date, t.Target.Date), nil)
		r.Content = asHTML(t.Message)
		l.add(l.asked(3), r)
	}
	return nil
}

// pagure reads the tags of Pagure, which come without dates.
func (l *list) pagure(raw json.RawMessage) error {
	var all []string
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	u, _ := url.Parse(l.meta.URL)
	for _, tag := range all {
		r := Release{Version: tag}
		if u != nil && u.Host != "" {
			r.URL = u.Scheme + "://" + u.Host + "/" + l.asked(3) + "/tree/" + url.PathEscape(tag)
		}
		l.add(l.asked(3), r)
	}
	l.newestFirst()
	return nil
}

// kernel reads releases.json of kernel.org.
func (l *list) kernel(raw json.RawMessage) error {
	var all []struct {
		Version   string `json:"version"`
		Moniker   string `json:"moniker"`
		Source    string `json:"source"`
		Changelog string `json:"changelog"`
		Gitweb    string `json:"gitweb"`
		Released  struct {
			Day string `json:"isodate"`
		} `json:"released"`
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for _, k := range all {
		r := Release{Version: k.Version}
		r.URL = cmp.Or(k.Changelog, k.Source, k.Gitweb)
		r.Title = "Linux " + k.Version + ": " + k.Moniker
		r.Published = feed.Date(k.Released.Day, nil)
		l.add("Linux", r)
	}
	return nil
}

// gnome reads cache.json of download.gnome.org: the files of each version.
func (l *list) gnome(raw json.RawMessage) error {
	var modules map[string]map[string]map[string]string
	if err := json.Unmarshal(raw, &modules); err != nil {
		return broken(err)
	}
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		versions := modules[module]
		for _, version := range newestOf(l, versions) {
			files := versions[version]
			r := Release{Version: version}
			for _, kind := range []string{"tar.xz", "tar.bz2", "tar.gz"} {
				r.URL = cmp.Or(r.URL, files[kind]) // relative to where the list lies
			}
			l.add(module, r)
		}
	}
	return nil
}
