package link

import (
	"path"
	"slices"
	"strings"
)

// Project returns the project that a page belongs to, by the identity of its URL as Canonical
// returned it: the repository on a forge, the package in a registry, the image of a container.
// Two pages with one project are about the same software, whichever of its pages they are: issue,
// release, file, the site that a forge serves for it. The name is in lower case and begins with
// the place where the project is kept, like "github.com/docker/buildx" or "pypi.org/numpy".
//
// It is empty where no project can be told: a person's page on a forge, a snippet, a mailing list,
// every site that is not known to hold projects. It works on the text alone.
func Project(canonical string) string {
	_, rest, _ := strings.Cut(canonical, "://")
	rest = strings.ToLower(rest)
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return ""
	}
	host, _, _ := strings.Cut(rest[:end], ":")
	rules, known := places[host]
	label, domain, _ := strings.Cut(host, ".")
	if !known && served[domain] == nil && !isForge(host, label, domain) && !strings.Contains(rest, ".git") {
		return "" // as of most links
	}
	rest, _, _ = strings.Cut(rest[end:], "#")
	rest, query, _ := strings.Cut(rest, "?")
	steps := strings.FieldsFunc(rest, func(r rune) bool { return r == '/' })
	if host == "pkg.go.dev" || host == "godoc.org" { // a module is named by the address of its repository
		if len(steps) < 3 || !strings.Contains(steps[0], ".") {
			return ""
		}
		name, _, _ := strings.Cut(steps[2], "@")
		return Project("https://" + steps[0] + "/" + steps[1] + "/" + name)
	}
	for _, r := range rules {
		if p := r.project("", steps); p != "" {
			return p
		}
	}
	if known {
		return ""
	}
	for _, r := range served[domain] {
		if p := r.project(label, steps); p != "" {
			return p
		}
	}
	return repository(host, steps, query)
}

// rule says how a place names its projects.
type rule struct {
	// path are the steps of the path: "*" is part of the name ("~*" a part that begins with "~"),
	// "?" is any step, the rest stands there literally.
	path string
	// place is what the name begins with; "*" in it is the first label of the host.
	place string
}

// project returns the name of the project, or "" where the rule does not fit.
func (r rule) project(label string, steps []string) string {
	name := strings.ReplaceAll(r.place, "*", label)
	if r.path == "" {
		return name
	}
	i := 0
	for want := range strings.SplitSeq(r.path, "/") {
		if i == len(steps) {
			return ""
		}
		step := steps[i]
		if first, isName := strings.CutSuffix(want, "*"); isName {
			step = plainName(step, first)
			if step == "" || i == 0 && (noOwner[step] || section[step] && label != "") {
				return ""
			}
			name += "/" + step
		} else if want != "?" && step != want {
			return ""
		}
		i++
	}
	return name
}

// places are the hosts that hold projects, by what Canonical leaves of their names.
var places = map[string][]rule{
	"github.com":                 {{"*/*", "github.com"}},
	"raw.githubusercontent.com":  {{"*/*", "github.com"}},
	"raw.github.com":             {{"*/*", "github.com"}},
	"codeload.github.com":        {{"*/*", "github.com"}},
	"api.github.com":             {{"repos/*/*", "github.com"}},
	"pkg.go.dev":                 nil,
	"godoc.org":                  nil,
	"gist.github.com":            nil,
	"gist.githubusercontent.com": nil,
	"help.github.com":            nil,
	"bitbucket.org":              {{"*/*", "bitbucket.org"}},
	"codeberg.org":               {{"*/*", "codeberg.org"}},
	"gitea.com":                  {{"*/*", "gitea.com"}},
	"gitee.com":                  {{"*/*", "gitee.com"}},
	"git.sr.ht":                  {{"~*/*", "sr.ht"}},
	"hg.sr.ht":                   {{"~*/*", "sr.ht"}},
	"todo.sr.ht":                 {{"~*/*", "sr.ht"}},
	"builds.sr.ht":               nil,
	"lists.sr.ht":                nil,
	"sr.ht":                      {{"~*/*", "sr.ht"}},
	"hub.docker.com":             {{"r/*/*", "hub.docker.com"}, {"_/*", "hub.docker.com/_"}, {"repository/docker/*/*", "hub.docker.com"}},
	"store.docker.com":           {{"images/*", "hub.docker.com/_"}, {"community/images/*/*", "hub.docker.com"}},
	"quay.io":                    {{"repository/*/*", "quay.io"}},
	"pypi.org":                   {{"project/*", "pypi.org"}, {"pypi/*", "pypi.org"}, {"simple/*", "pypi.org"}},
	"pypi.python.org":            {{"pypi/*", "pypi.org"}, {"project/*", "pypi.org"}, {"simple/*", "pypi.org"}},
	"npmjs.com":                  {{"package/@*/*", "npmjs.com"}, {"package/*", "npmjs.com"}},
	"crates.io":                  {{"crates/*", "crates.io"}},
	"docs.rs":                    {{"crate/*", "crates.io"}, {"*", "crates.io"}},
	"rubygems.org":               {{"gems/*", "rubygems.org"}},
	"metacpan.org":               {{"release/*", "metacpan.org"}, {"pod/*", "metacpan.org"}},
	"hackage.haskell.org":        {{"package/*", "hackage.haskell.org"}},
	"packagist.org":              {{"packages/*/*", "packagist.org"}},
	"snapcraft.io":               {{"*", "snapcraft.io"}},
	"flathub.org":                {{"apps/*", "flathub.org"}},
	"sourceforge.net":            {{"projects/*", "sourceforge.net"}, {"p/*", "sourceforge.net"}},
	"downloads.sourceforge.net":  {{"project/*", "sourceforge.net"}},
	"lists.sourceforge.net":      nil,
	"launchpad.net":              launchpad,
	"bugs.launchpad.net":         launchpad,
	"code.google.com":            {{"p/*", "code.google.com"}, {"archive/p/*", "code.google.com"}},
	"bugs.chromium.org":          {{"p/*", "bugs.chromium.org"}},
	"savannah.gnu.org":           {{"projects/*", "gnu.org"}},
	"gnu.org":                    {{"software/*", "gnu.org"}},
	"ftp.gnu.org":                {{"gnu/*", "gnu.org"}, {"pub/gnu/*", "gnu.org"}},
	"wiki.gnome.org":             {{"projects/*", "gnome.org"}, {"apps/*", "gnome.org"}},
	"packages.debian.org":        {{"source/?/*", "debian.org"}, {"?/*", "debian.org"}},
	"tracker.debian.org":         {{"pkg/*", "debian.org"}},
	"sources.debian.org":         {{"src/*", "debian.org"}},
	"packages.ubuntu.com":        {{"source/?/*", "launchpad.net/ubuntu"}, {"?/*", "launchpad.net/ubuntu"}},
	"src.fedoraproject.org":      {{"rpms/*", "fedoraproject.org"}},
	"packages.fedoraproject.org": {{"pkgs/*", "fedoraproject.org"}},
	"apps.fedoraproject.org":     {{"packages/*", "fedoraproject.org"}},
	"build.opensuse.org":         {{"package/show/?/*", "opensuse.org"}},
	"software.opensuse.org":      {{"package/*", "opensuse.org"}},
	"archlinux.org":              {{"packages/?/?/*", "archlinux.org"}},
	"aur.archlinux.org":          {{"packages/*", "archlinux.org"}},
	"packages.gentoo.org":        {{"packages/?/*", "gentoo.org"}},
	"pkgs.alpinelinux.org":       {{"package/?/?/?/*", "alpinelinux.org"}},
	"freshports.org":             {{"?/*", "freshports.org"}},
	"formulae.brew.sh":           {{"formula/*", "brew.sh"}, {"cask/*", "brew.sh"}},
}

var launchpad = []rule{{"ubuntu/+source/*", "launchpad.net/ubuntu"}, {"ubuntu/?/+source/*", "launchpad.net/ubuntu"},
	{"~*/+archive/?/*", "launchpad.net"}, {"*", "launchpad.net"}}

// served are the domains under which every project has a host of its own. A path that is no
// section of a site is the project that the pages are about; else they are about the owner's own.
var served = map[string][]rule{
	"github.io":       {{"*", "github.com/*"}, {"", "github.com/*/*.github.io"}},
	"gitlab.io":       {{"*", "gitlab.com/*"}, {"", "gitlab.com/*/*.gitlab.io"}},
	"codeberg.page":   {{"*", "codeberg.org/*"}, {"", "codeberg.org/*/pages"}},
	"readthedocs.io":  {{"", "readthedocs.io/*"}},
	"readthedocs.org": {{"", "readthedocs.io/*"}},
	"rtfd.io":         {{"", "readthedocs.io/*"}},
	"sourceforge.net": {{"", "sourceforge.net/*"}},
	"sourceforge.io":  {{"", "sourceforge.net/*"}},
	"googlecode.com":  {{"", "code.google.com/*"}},
}

// noOwner are the first steps under which a forge or a registry keeps pages of its own.
var noOwner = set("about", "account", "apps", "blog", "collections", "contact", "customer-stories", "dashboard", "enterprise", "events", "explore",
	"features", "groups", "help", "issues", "join", "login", "marketplace", "new", "notifications", "orgs", "organizations", "pricing", "product",
	"pulls", "readme", "releases", "search", "security", "sessions", "settings", "site", "snippets", "sponsors", "stars", "store", "topics", "trending", "users", "docs",
	"+bugs", "+projects", "people")

// section are the first steps of a site that name a part of it, not a project.
var section = set("about", "archive", "archives", "article", "articles", "assets", "blog", "categories", "category", "doc", "docs", "events", "images", "img",
	"news", "page", "pages", "papers", "post", "posts", "projects", "publications", "static", "tag", "tags", "talks", "wiki")

// plainName returns a step as part of a name, which begins with first; "" where it is a file, a
// number or nothing.
func plainName(step, first string) string {
	name, ok := strings.CutPrefix(strings.TrimSuffix(step, ".git"), first)
	switch path.Ext(name) {
	case ".html", ".htm", ".php", ".pdf", ".xml", ".txt":
		return ""
	}
	if !ok || name == "" || strings.ContainsAny(name[:1], "~@+") || strings.Contains(name, "%") || strings.Trim(name, "0123456789.-_") == "" {
		return ""
	}
	return first + name
}

// inside are the steps of a forge that stand behind the name of a repository.
var inside = set("-", "issues", "merge_requests", "pulls", "pull", "releases", "tags", "tree", "blob", "commit", "commits", "raw", "wikis", "wiki",
	"src", "pipelines", "milestones", "blame", "compare", "archive", "activity")

// forges are hosts that do not say by their name that they run GitLab or Gitea.
var forges = set("salsa.debian.org", "invent.kde.org", "framagit.org", "notabug.org")

// isForge tells whether a host runs a program that serves repositories, by its name.
func isForge(host, label, domain string) bool {
	return label == "gitlab" || label == "gitea" || label == "forgejo" || domain == "googlesource.com" || forges[host]
}

// repository tells the project on a host that has no rules, by the habits of the programs that
// serve repositories: a name that ends in .git, in the path or in gitweb's query; what stands before
// the "+" of Gerrit; and on hosts that are forges, what stands before the steps that all forges have.
func repository(host string, steps []string, query string) string {
	for i, s := range steps {
		if name, ok := strings.CutSuffix(s, ".git"); ok && name != "" {
			return host + "/" + strings.Join(append(steps[:i:i], name), "/")
		}
	}
	if p, ok := strings.CutPrefix(query, "p="); ok {
		p, _, _ = strings.Cut(p, ";")
		p, _, _ = strings.Cut(p, "&")
		if name, ok := strings.CutSuffix(p, ".git"); ok && strings.Trim(name, "/") != "" {
			return host + "/" + strings.Trim(name, "/")
		}
	}
	label, domain, _ := strings.Cut(host, ".")
	end := len(steps)
	switch {
	case domain == "googlesource.com":
		if len(steps) > 0 && steps[0] == "c" { // of a review
			steps = steps[1:]
		}
		if end = slices.Index(steps, "+"); end < 0 {
			return ""
		}
	case isForge(host, label, domain):
		if len(steps) < 2 || noOwner[steps[0]] {
			return ""
		}
		if i := slices.IndexFunc(steps[2:], func(s string) bool { return inside[s] }); i >= 0 {
			end = i + 2
		}
	default:
		return ""
	}
	if end == 0 {
		return ""
	}
	return host + "/" + strings.Join(steps[:end], "/")
}
