package curate

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"wiredesk/store"
	"wiredesk/store/link"
)

// voice is who speaks on a page, the best source of a headline first.
type voice int

const (
	announcement voice = iota // those whose news it is, on their own site, or a release page
	press                     // those who report it
	code                      // a repository, issue or pull request: named for developers
	talk                      // a post, a mail, a thread
)

// proposed is the headline that a story has until the editor gives it one: a title of those that the
// editor accepted, else of all; a title in words over the words of an address, then by who speaks, then
// the best candidate's. The candidates come best first.
func proposed(all []store.Candidate) string {
	accepted := func(c store.Candidate) bool { return c.State == store.Accepted || c.State == store.Published }
	if slices.ContainsFunc(all, accepted) {
		all = slices.DeleteFunc(slices.Clone(all), func(c store.Candidate) bool { return !accepted(c) })
	}
	var words strings.Builder // of all titles: whom the news is about
	for _, c := range all {
		words.WriteString(" " + letters(c.Title))
	}
	best, rank := "", 0
	for _, c := range all {
		t, r := c.Title, int(voiceOf(c, words.String()))
		switch {
		case t == "":
			t, r = strings.TrimPrefix(strings.TrimPrefix(c.URL, "https://"), "http://"), r+20
		case ofAddress(t, c.URL):
			r += 10
		}
		if best == "" || r < rank {
			best, rank = t, r
		}
	}
	return best
}

// talking are hosts of posts and threads.
var talking = map[string]bool{
	"twitter.com": true, "reddit.com": true, "news.ycombinator.com": true, "lobste.rs": true, "facebook.com": true, "linkedin.com": true,
	"youtube.com": true, "bsky.app": true, "threads.net": true, "t.me": true, "lore.kernel.org": true, "lkml.org": true, "groups.google.com": true,
}

// thread finds the addresses of Mastodon's posts, and of mails in archives.
var thread = regexp.MustCompile(`^/@[^/]+/\d+$|/pipermail/|/archives/list/|/mailman/|/hyperkitty/`)

// voiceOf tells who speaks on a page; in words are the letters of the titles of its story. A site
// whose name is in the titles tells its own news.
func voiceOf(c store.Candidate, words string) voice {
	u, err := url.Parse(c.Canonical)
	if err != nil {
		return press
	}
	host := u.Hostname()
	first, domain, _ := strings.Cut(host, ".")
	switch {
	case talking[host], slices.Contains([]string{"lists", "forum", "forums", "mail", "discuss", "community"}, first), thread.MatchString(u.Path):
		return talk
	case link.Project(c.Canonical) != "":
		if strings.Contains(u.Path, "/releases/") {
			return announcement
		}
		return code
	}
	if strings.Contains(domain, ".") {
		host = domain // of blog.example.org
	}
	name, _, _ := strings.Cut(host, ".")
	if name = letters(name); len(name) > 2 && strings.Contains(words, name) {
		return announcement
	}
	return press
}

// letters are the letters and digits of a text, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// ofAddress tells whether a title is but the words of an address: no capital, and nothing that does not
// stand there.
func ofAddress(title, address string) bool {
	if strings.ToLower(title) != title {
		return false
	}
	address = letters(address)
	for w := range strings.FieldsSeq(title) {
		if !strings.Contains(address, letters(w)) {
			return false
		}
	}
	return true
}
