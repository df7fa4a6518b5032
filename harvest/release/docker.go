package release

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// versionTag is a tag of an image that names its version, not what the image is built on.
var versionTag = pattern.New(`(?i)^(?:(?:v|r|version|release)[-_.]?)?\d`)

// docker reads the tags of a repository of Docker Hub, with the processors that each has an image
// for. A tag without a version in it (latest, edge, bookworm) moves from one to the next: it is
// kept, but with an empty Version, so that it is never the newest. When a tag was pushed is its
// date and no part of its Hash: an image that is built again is no news, one for another
// processor is.
func (l *list) docker(body []byte) error {
	var p struct {
		Results []struct {
			Name    string `json:"name"`
			Pushed  string `json:"tag_last_pushed"`
			Updated string `json:"last_updated"`
			Images  []struct {
				Architecture string `json:"architecture"`
				Variant      string `json:"variant"`
			} `json:"images"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	space, name := l.asked(3), l.asked(2)
	home := "https://hub.docker.com/r/" + space + "/" + name
	if space == "library" {
		home = "https://hub.docker.com/_/" + name
	}
	for _, t := range p.Results {
		if t.Name == "" {
			continue
		}
		var r Release
		for _, i := range t.Images {
			a := strings.ToLower(plain.Line(i.Architecture))
			if a == "arm" && i.Variant != "" { // that of arm64 is always v8
				a += "/" + plain.Line(i.Variant)
			}
			if a != "" && a != "unknown" && !slices.Contains(r.Architectures, a) && len(r.Architectures) < 32 {
				r.Architectures = append(r.Architectures, a)
			}
		}
		slices.Sort(r.Architectures)
		if versionTag().MatchString(t.Name) {
			r.Version = t.Name
		}
		r.URL = home + "/tags?name=" + url.QueryEscape(t.Name)
		r.ID = space + "/" + name + ":" + t.Name
		r.Title = space + "/" + name + " " + t.Name
		if len(r.Architectures) > 0 {
			r.Title += " (" + strings.Join(r.Architectures, ", ") + ")"
		}
		r.Published = feed.Date(cmp.Or(t.Pushed, t.Updated), nil)
		l.add(space+"/"+name, r)
	}
	return nil
}
