package page

import (
	"strings"
	"unicode"

	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
)

// site is the name that a page gives its site, without a slogan behind it.
func site(f *facts, url string) fact {
	found := fact{KnownSite(url), "host"}
	if name := Line(f.meta("og:site_name")); name != "" && !renamed[squash(name)] {
		found = fact{name, "og"}
	}
	if found.value == "" {
		found = fact{f.publisher, "json-ld"}
	}
	if found.value == "" {
		found = f.first("application-name", "dc.publisher")
	}
	parts := cutTitle(found.value)
	if len(parts) > 1 && (isSite(parts[0], "", url) || len(strings.Fields(parts[0])) <= 3 && len(strings.Fields(found.value)) > 6) {
		found.value = parts[0]
	}
	found.value = strings.TrimRight(legalForm().ReplaceAllString(found.value, "$1"), " ")
	return found
}

// legalForm is how a company ends its name and nobody says it. Behind a comma it is the name of
// an owner, stated in full.
var legalForm = pattern.New(`([^,])\s+(?:Inc|Ltd|LLC|GmbH|Corp|PLC|S\.A|Pty Ltd|Limited|Corporation|Incorporated)\.?$`)

// renamed are names that sites state and readers do not use.
var renamed = names(`xformerlytwitter x twitterx`)

// knownSites are the hosts that most links of a technical newsletter go to and that do not name
// themselves.
var knownSites = map[string]string{
	"github.com": "GitHub", "gitlab.com": "GitLab", "twitter.com": "Twitter", "x.com": "Twitter", "youtube.com": "YouTube", "youtu.be": "YouTube",
	"lwn.net": "LWN", "phoronix.com": "Phoronix", "lore.kernel.org": "lore.kernel.org", "hub.docker.com": "Docker Hub",
	"news.ycombinator.com": "Hacker News", "reddit.com": "Reddit", "wikipedia.org": "Wikipedia", "arxiv.org": "arXiv", "medium.com": "Medium",
	"anandtech.com": "AnandTech", "theregister.com": "The Register", "theregister.co.uk": "The Register", "cnx-software.com": "CNX Software",
	"nextplatform.com": "The Next Platform", "zdnet.com": "ZDNet", "linaro.org": "Linaro", "prnewswire.com": "PR Newswire",
	"lists.debian.org": "Debian mailing lists", "lists.infradead.org": "lists.infradead.org", "groups.google.com": "Google Groups",
	"stackoverflow.com": "Stack Overflow", "codeberg.org": "Codeberg", "pypi.org": "PyPI",
}

// KnownSite is the name of a well-known site by its host, or "".
func KnownSite(url string) string {
	for host := link.Host(url); host != ""; {
		if name := knownSites[host]; name != "" {
			return name
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ""
}

// isSite reports that a name is that of the site or of the host of url.
func isSite(name, site, url string) bool {
	n := squash(name)
	if n == "" {
		return false
	}
	if n == squash(site) {
		return true
	}
	labels := strings.Split(link.Host(url), ".")
	for i := range len(labels) - 1 { // not the top-level domain
		if n == squash(labels[i]) && len(n) > 1 || n == squash(strings.Join(labels[i:], "")) {
			return true
		}
	}
	return false
}

// namesHost reports that a few words begin with the name of the host: "Doom9's Forum", on
// forum.doom9.org.
func namesHost(name, url string) bool {
	labels := strings.Split(link.Host(url), ".")
	if len(labels) < 2 || len(strings.Fields(name)) > 4 {
		return false
	}
	host := squash(labels[len(labels)-2])
	if len(host) <= 3 && len(labels) > 2 { // "co.uk"
		host = squash(labels[len(labels)-3])
	}
	return len(host) > 2 && strings.HasPrefix(squash(name), host)
}

// squash is what two spellings of one name have in common.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
