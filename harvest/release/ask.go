package release

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// Endpoint is one address to ask, with the Accept header to ask it with.
type Endpoint struct {
	URL, Accept string
}

// What is asked for: feeds for Parse, the others for Read.
const (
	acceptFeed   = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
	acceptJSON   = "application/json"
	acceptGitHub = "application/vnd.github+json"
	acceptPage   = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
)

// Ask returns the addresses to ask for the releases of a source, in order: the next one where one
// is missing (404) or lists nothing. The source may be the home of a repository, of a package or of
// an image, a feed, an API's address, or a page that lists files; what is not known is asked for as
// it is. token says that there is one for GitHub's API, which then comes before its feeds.
func Ask(source string, token bool) []Endpoint {
	itself := []Endpoint{{source, acceptPage}}
	u, err := url.Parse(source)
	if err != nil || u.Host == "" {
		return feeds(source)
	}
	p := strings.TrimSuffix(strings.Trim(u.EscapedPath(), "/"), ".git")
	switch path.Ext(p) {
	case ".atom", ".rss", ".xml":
		return feeds(source)
	case ".json":
		return []Endpoint{{source, acceptJSON}}
	}
	if u.RawQuery != "" && !strings.Contains(p, "/api/") {
		if strings.Contains(u.RawQuery, "atom") || strings.Contains(u.RawQuery, "rss") {
			return feeds(source)
		}
		return itself
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	base := u.Scheme + "://" + u.Host + "/"
	parts := strings.Split(p, "/")
	if api := registry(host, parts); api != "" {
		return append([]Endpoint{{api, acceptJSON}}, more(host, parts)...)
	}
	return forge(source, base, host, p, parts, token)
}

func feeds(urls ...string) (out []Endpoint) {
	for _, u := range urls {
		out = append(out, Endpoint{u, acceptFeed})
	}
	return out
}

// registry is the API of a package registry for the home of a package, or "".
func registry(host string, parts []string) string {
	first := parts[0]
	is := func(h, dir string, n int) bool { return host == h && first == dir && len(parts) >= n }
	switch {
	case is("pypi.org", "project", 2), host == "pypi.python.org" && first == "pypi" && len(parts) >= 2:
		return "https://pypi.org/pypi/" + parts[1] + "/json"
	case is("npmjs.com", "package", 2), is("npmjs.org", "package", 2):
		name := parts[1]
		if strings.HasPrefix(name, "@") && len(parts) > 2 {
			name += "%2F" + parts[2]
		}
		return "https://registry.npmjs.org/" + name
	case is("crates.io", "crates", 2):
		return "https://crates.io/api/v1/crates/" + parts[1] + "/versions"
	case is("rubygems.org", "gems", 2):
		return "https://rubygems.org/api/v1/versions/" + parts[1] + ".json"
	case is("packagist.org", "packages", 3):
		return "https://repo.packagist.org/p2/" + parts[1] + "/" + parts[2] + ".json"
	case is("hub.docker.com", "r", 3):
		return "https://hub.docker.com/v2/repositories/" + parts[1] + "/" + parts[2] + "/tags/?page_size=25"
	case is("hub.docker.com", "_", 2):
		return "https://hub.docker.com/v2/repositories/library/" + parts[1] + "/tags/?page_size=25"
	case host == "bitbucket.org" && len(parts) >= 2:
		return "https://api.bitbucket.org/2.0/repositories/" + first + "/" + parts[1] + "/refs/tags?sort=-target.date&pagelen=100"
	case host == "pagure.io" && first != "" && first != "api":
		return "https://pagure.io/api/0/" + first + "/git/tags"
	case host == "kernel.org" && first == "":
		return "https://www.kernel.org/releases.json"
	case is("download.gnome.org", "sources", 2):
		return "https://download.gnome.org/sources/" + parts[1] + "/cache.json"
	}
	return ""
}

// more are the addresses to ask after a registry's API.
func more(host string, parts []string) []Endpoint {
	switch host {
	case "pypi.org":
		return feeds("https://pypi.org/rss/project/" + parts[1] + "/releases.xml")
	case "download.gnome.org":
		return []Endpoint{{"https://download.gnome.org/sources/" + parts[1] + "/", acceptPage}}
	case "kernel.org":
		return feeds("https://www.kernel.org/feeds/kdist.xml")
	}
	return nil
}

// gitlabs are hosts that run GitLab and do not say so in their name.
var gitlabs = map[string]bool{"salsa.debian.org": true, "code.videolan.org": true, "invent.kde.org": true, "framagit.org": true}

// cgits are hosts that run cgit at their root.
var cgits = map[string]bool{"git.kernel.org": true, "git.zx2c4.com": true}

// inRepository are the words that follow the name of a repository in a forge's addresses.
var inRepository = []string{"releases", "tags", "src", "tree", "blob", "commits", "issues", "wiki", "archive", "pulls", "pull", "activity"}

// forge are the addresses of a repository on a forge, or of a page that lists files.
func forge(source, base, host, p string, parts []string, token bool) []Endpoint {
	itself := Endpoint{source, acceptPage}
	trimmed, _, gitlab := strings.Cut(p, "/-/")
	trimmed = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(trimmed, "/releases"), "/tags"), "/-")
	repo := ""
	if len(parts) >= 2 {
		repo = base + parts[0] + "/" + strings.TrimSuffix(parts[1], ".git")
	}
	switch {
	case parts[0] == "api" || strings.HasPrefix(host, "api.") || strings.HasPrefix(host, "registry.") || host == "hub.docker.com": // an API's own address
		return []Endpoint{{source, acceptJSON}}
	case host == "gitlab.com" || strings.HasPrefix(host, "gitlab.") || gitlab || gitlabs[host]:
		return feeds(base+trimmed+"/-/releases.atom", base+trimmed+"/-/tags?format=atom")
	case host == "git.sr.ht" && repo != "":
		return feeds(repo + "/refs/rss.xml")
	case host == "sourceforge.net" && len(parts) >= 2 && (parts[0] == "projects" || parts[0] == "p"):
		return feeds("https://sourceforge.net/projects/" + parts[1] + "/rss?limit=100")
	case host == "launchpad.net" && parts[0] != "":
		return []Endpoint{{"https://launchpad.net/" + parts[0] + "/+download", acceptPage}}
	case (host == "central.sonatype.com" || host == "mvnrepository.com") && parts[0] == "artifact" && len(parts) >= 3:
		return []Endpoint{{"https://repo1.maven.org/maven2/" + strings.ReplaceAll(parts[1], ".", "/") + "/" + parts[2] + "/", acceptPage}}
	case cgits[host] || slices.Contains(parts, "cgit") || slices.Contains(parts, "cgit.cgi"):
		return []Endpoint{{strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(source, "/"), "/refs/tags"), "/refs") + "/refs/tags", acceptPage}}
	case host == "github.com" && repo != "":
		all := feeds(repo+"/releases.atom", repo+"/tags.atom")
		if token {
			api := "https://api.github.com/repos/" + strings.TrimPrefix(repo, base)
			all = append([]Endpoint{{api + "/releases?per_page=100", acceptGitHub}, {api + "/tags?per_page=100", acceptGitHub}}, all...)
		}
		return all
	case repo != "" && !served(host) && (len(parts) == 2 || slices.Contains(inRepository, parts[2])):
		// Perhaps Gitea or Forgejo, which serve feeds since the end of 2022; perhaps a page.
		api := base + "api/v1/repos/" + strings.TrimPrefix(repo, base) + "/releases?limit=50"
		return append(feeds(repo+"/releases.atom", repo+"/tags.atom"), Endpoint{api, acceptJSON}, itself)
	}
	return []Endpoint{itself}
}

// served reports that a host, by its name, only serves files.
func served(host string) bool {
	label, _, _ := strings.Cut(host, ".")
	return slices.Contains([]string{"ftp", "ftpmirror", "download", "downloads", "dl", "files", "archive", "mirror", "mirrors", "releases", "cdn", "repo1", "dist"}, label) ||
		strings.HasPrefix(label, "ftp")
}
