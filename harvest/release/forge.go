package release

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"wiredesk/harvest/feed"
	"wiredesk/store/plain"
)

// json reads an answer of a service's API, by its shape.
func (l *list) json(body []byte) error {
	if body[0] == '[' {
		return l.array(body)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(body, &top); err != nil {
		return broken(err)
	}
	has := func(keys ...string) bool {
		for _, k := range keys {
			if v := top[k]; len(v) == 0 || string(v) == "null" {
				return false
			}
		}
		return true
	}
	var err error
	switch {
	case has("info", "releases"):
		err = l.pypi(body)
	case has("dist-tags") || has("versions", "time"):
		err = l.npm(body)
	case has("versions"):
		err = l.crates(top["versions"])
	case has("package") || has("packages"):
		err = l.packagist(body)
	case has("results"):
		err = l.docker(body)
	case has("values"):
		err = l.bitbucket(top["values"])
	case has("tags"):
		err = l.pagure(top["tags"])
	case has("latest_stable", "releases"):
		err = l.kernel(top["releases"])
	case has("version"):
		err = l.gem(top["version"])
	default:
		return refused(top)
	}
	if err != nil {
		return broken(err)
	}
	return nil
}

// array reads an answer that is a list.
func (l *list) array(body []byte) error {
	var all []json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return broken(err)
	}
	if len(all) > 1 && len(all[0]) > 0 && all[0][0] != '{' {
		return l.gnome(all[1])
	}
	known := len(all) == 0
	if len(all) > maxReleases {
		all, l.more = all[:maxReleases], true
	}
	for _, raw := range all {
		var e entry
		if err := json.Unmarshal(raw, &e); err != nil {
			l.warn("an entry is not what the service promises and was left out: %s", reason(err))
			continue
		}
		switch {
		case e.Draft:
		case e.TagName != "":
			l.release(&e)
		case e.Name != "":
			l.tag(&e)
		case e.Number != "":
			l.gemVersion(l.asked(1), &e)
		default:
			continue
		}
		known = true
	}
	if !known {
		return errors.New("the answer is a JSON list, but not of releases or tags")
	}
	return nil
}

// broken is the error of JSON that cannot be read.
func broken(err error) error {
	return fmt.Errorf("the answer is not the JSON that the service promises: %s", reason(err))
}

func reason(err error) string { return plain.Cut(plain.Line(err.Error()), 200) }

// refused is the error that an API reports in its answer, in the words of the service.
func refused(top map[string]json.RawMessage) error {
	for _, key := range []string{"message", "error_description", "error", "errors", "detail", "reason"} {
		if text := said(top[key]); text != "" {
			return fmt.Errorf("the service answers with an error: %s", plain.Cut(text, 200))
		}
	}
	return errors.New("the answer is JSON, but names no releases")
}

// said is the first text in a piece of JSON: a string, that of a list's first element, or the
// message or detail of an object.
func said(raw json.RawMessage) string {
	for range 3 {
		var s string
		var list []json.RawMessage
		var object map[string]json.RawMessage
		switch {
		case json.Unmarshal(raw, &s) == nil:
			return plain.Line(s)
		case json.Unmarshal(raw, &list) == nil && len(list) > 0:
			raw = list[0]
		case json.Unmarshal(raw, &object) == nil && object["message"] != nil:
			raw = object["message"]
		default:
			raw = object["detail"]
		}
	}
	return ""
}

// entry is a release or tag of a forge, or a version of a gem: the fields of all, of which each
// service states its own.
type entry struct {
	TagName     string `json:"tag_name"`
	Name        string `json:"name"`
	Draft       bool   `json:"draft"`
	Prerelease  bool   `json:"prerelease"`
	Upcoming    bool   `json:"upcoming_release"` // GitLab
	Body        string `json:"body"`             // markdown, as are the two below
	Description string `json:"description"`
	Message     string `json:"message"`
	HTMLURL     string `json:"html_url"`
	Published   string `json:"published_at"`
	Released    string `json:"released_at"`
	Created     string `json:"created_at"`
	Author      struct {
		Login string `json:"login"`
		Name  string `json:"name"`
	} `json:"author"`
	Assets json.RawMessage `json:"assets"` // a list at GitHub and Gitea, an object at GitLab
	Links  struct {
		Self string `json:"self"`
	} `json:"_links"`
	Commit struct {
		Created   string `json:"created"`    // Gitea
		CreatedAt string `json:"created_at"` // GitLab
		WebURL    string `json:"web_url"`
	} `json:"commit"`

	Number   string `json:"number"` // RubyGems
	Platform string `json:"platform"`
	Summary  string `json:"summary"`
	Authors  string `json:"authors"`
}

// UnmarshalJSON reads an entry; an author that is not an object, as RubyGems and old Gitea state
// it, costs only the author.
func (e *entry) UnmarshalJSON(b []byte) error {
	type fields entry
	err := json.Unmarshal(b, (*fields)(e))
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && strings.HasPrefix(kind.Field, "author") {
		return nil
	}
	return err
}

// release is a release of GitHub, Gitea or GitLab.
func (l *list) release(e *entry) {
	r := Release{Version: e.TagName, Prerelease: e.Prerelease || e.Upcoming, Architectures: architectures(assets(e.Assets)...)}
	r.URL = cmp.Or(e.HTMLURL, e.Links.Self, l.tagPage(e))
	r.Title = e.Name
	r.Author = cmp.Or(e.Author.Name, e.Author.Login)
	r.Published = feed.Date(cmp.Or(e.Published, e.Released, e.Created), nil)
	r.Content = notes(cmp.Or(e.Body, e.Description))
	l.add(cmp.Or(project(r.URL), l.repository()), r)
}

// tag is a tag of a forge. Its message is plain text; GitHub gives neither that nor a date.
func (l *list) tag(e *entry) {
	r := Release{Version: e.Name}
	r.URL = l.tagPage(e)
	r.Published = feed.Date(cmp.Or(e.Commit.Created, e.Commit.CreatedAt), nil)
	message, _, _ := strings.Cut(e.Message, "-----BEGIN ") // its signature
	r.Content = asHTML(message)
	l.add(cmp.Or(project(r.URL), l.repository()), r)
}

// assets are the names of the files of a release.
func assets(raw json.RawMessage) []string {
	type file struct {
		Name string `json:"name"`
	}
	var files []file
	var gitlab struct {
		Links []file `json:"links"`
	}
	if json.Unmarshal(raw, &files) != nil && json.Unmarshal(raw, &gitlab) == nil {
		files = gitlab.Links
	}
	var out []string
	for _, f := range files[:min(len(files), 1000)] {
		out = append(out, f.Name)
	}
	return out
}

// repository is the name of the repository whose API was asked.
func (l *list) repository() string {
	_, name, _ := l.home()
	return path.Base("/" + name)
}

// home parts the address of a forge's API into the forge, the repository's path and the service's
// kind of API; empty: it is none.
func (l *list) home() (host, name, api string) {
	u, err := url.Parse(l.meta.URL)
	if err != nil {
		return "", "", ""
	}
	host = u.Scheme + "://" + u.Host + "/"
	if u.Host == "api.github.com" {
		host, api = "https://github.com/", "github"
	}
	p := u.EscapedPath()
	for _, shape := range []struct{ prefix, api string }{{"/api/v3/repos/", "github"}, {"/api/v1/repos/", "gitea"}, {"/api/v4/projects/", "gitlab"}, {"/repos/", "github"}} {
		rest, ok := strings.CutPrefix(p, shape.prefix)
		if !ok || shape.prefix == "/repos/" && api == "" {
			continue
		}
		n := 2
		if shape.api == "gitlab" {
			n = 1
		}
		parts := strings.Split(rest, "/")
		if name, err = url.PathUnescape(strings.Join(parts[:min(n, len(parts))], "/")); err == nil {
			return host, name, shape.api
		}
	}
	return "", "", ""
}

// tagPage is the page of a tag.
func (l *list) tagPage(e *entry) string {
	host, name, api := l.home()
	tag := (&url.URL{Path: cmp.Or(e.TagName, e.Name)}).EscapedPath()
	if repo, _, ok := strings.Cut(e.Commit.WebURL, "/-/"); ok { // GitLab says where it is
		return repo + "/-/tags/" + tag
	}
	switch api {
	case "github":
		return host + name + "/releases/tag/" + tag
	case "gitea":
		return host + name + "/src/tag/" + tag
	case "gitlab":
		return host + name + "/-/tags/" + tag
	}
	return ""
}
