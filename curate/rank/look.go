package rank

import (
	"slices"
	"strings"
	"unicode"

	"wiredesk/store"
)

// kind tells apart what a feature is of: a word and a site may be spelled the same.
type kind byte

const (
	ofWord  kind = 'w' // a word of title, host or path
	ofSite  kind = 's' // a host, or one of the domains above it
	ofPath  kind = 'p' // a host with the first part of the path: an owner, a section
	ofShape kind = 'k' // what kind of page the link leads to
	ofTerm  kind = 't' // a topic term
	ofPlain kind = 'a' // a word that addresses have for their own sake: "watch", "issues"
	ofPiece kind = '4' // four letters of a word: "armcluster" has something of "arm"
)

// feature is one sign by which links are told apart.
type feature struct {
	kind kind
	name string
}

// look is what a link looks like.
type look struct {
	all     []feature // a piece may be there twice
	site    feature   // its host
	path    feature   // no name: the front page
	words   []feature // those that are words
	terms   float64   // what the topic alone gives
	address string    // host and path, in lower case
}

// pieceLen is the length of the pieces of words, in letters.
const pieceLen = 4

// lookAt reads a link: its identity (see package link), its title, and the topic terms found with it.
func lookAt(canonical, title string, matched []store.Match) look {
	l := look{all: make([]feature, 0, 128)}
	add := func(k kind, name string) feature {
		f := feature{k, name}
		l.all = append(l.all, f)
		return f
	}
	address := strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(canonical, "https://"), "http://"))
	host, path, _ := strings.Cut(address, "/")
	host = strings.TrimPrefix(host, "www.")
	for _, text := range []string{strings.ToLower(title), path, host} {
		for _, w := range wordsOf(text) {
			if !says(w) || slices.Contains(l.words, feature{ofWord, w}) {
				if ofAddresses[w] && !slices.Contains(l.all, feature{ofPlain, w}) {
					add(ofPlain, w)
				}
				continue
			}
			l.words = append(l.words, add(ofWord, w))
			padded := "^" + w + "$"
			for i := 0; len(w) > 2 && i+pieceLen <= len(padded); i++ {
				add(ofPiece, padded[i:i+pieceLen])
			}
		}
	}
	l.address = strings.TrimSuffix(strings.TrimPrefix(address, "www."), "/")
	l.site = add(ofSite, host)
	for rest := host; ; {
		_, up, ok := strings.Cut(rest, ".")
		if !ok || !strings.Contains(up, ".") {
			break
		}
		add(ofSite, up)
		rest = up
	}
	first, _, _ := strings.Cut(path, "/")
	if first, _, _ = strings.Cut(first, "?"); first != "" {
		l.path = add(ofPath, host+"/"+first)
	}
	for _, s := range shapes(host, path) {
		add(ofShape, s)
	}
	for i, m := range matched {
		if !slices.ContainsFunc(matched[:i], func(o store.Match) bool { return strings.EqualFold(o.Term, m.Term) }) {
			add(ofTerm, strings.ToLower(m.Term))
		}
	}
	if len(matched) > 0 {
		add(ofShape, "about the topic")
	}
	l.terms = sum(terms(matched))
	return l
}

// shapes says what kind of page a link leads to.
func shapes(host, path string) []string {
	path, query, _ := strings.Cut(path, "?")
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	var out []string
	if query != "" {
		out = append(out, "a link with a query")
	}
	switch len(parts) {
	case 0:
		return append(out, "the front page of a site")
	case 1:
		out = append(out, "a page at the top of its site")
	case 2, 3:
		out = append(out, "a page inside its site")
	default:
		out = append(out, "a page deep in its site")
	}
	if host == "github.com" || host == "gitlab.com" || host == "codeberg.org" {
		rest := parts[min(2, len(parts)):]
		if len(rest) > 0 && rest[0] == "-" {
			rest = rest[1:]
		}
		switch {
		case len(parts) == 1:
		case len(rest) == 0:
			out = append(out, "a repository")
		default:
			out = append(out, "a page of a repository: "+rest[0])
		}
	}
	return out
}

// wordsOf cuts a text into its runs of letters and digits.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// ofAddresses are words that addresses have for their own sake, whatever the page is about.
var ofAddresses = func() map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(`www com org net io co uk de me dev html htm php index aspx jsp cgi asp http https
		blog blogs post posts news article articles story stories archive archives page pages view item items id category tag tags topic topics
		en us watch status issues issue pull pulls blob tree commit commits master main releases wiki comments questions search docs doc
		github gitlab youtube medium twitter wordpress blogspot amp rss feed utm source px`) {
		all[w] = true
	}
	return all
}()

// says reports that a word may tell something: it is no short number, as of a day or a page, and no
// part of an address that others have too.
func says(w string) bool {
	if len(w) < 2 || len(w) > 40 || ofAddresses[w] {
		return false
	}
	return len(w) > 4 || strings.Trim(w, "0123456789") != ""
}
