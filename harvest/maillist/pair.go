package maillist

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wiredesk/harvest/pattern"
)

var messagePage = pattern.New(`^(?:msg)?(\d{4,})\.html$`)

// entry is a message as an index by date names it.
type entry struct {
	anchor
	number int // in the order in which the archive received it
	taken  bool
}

// Pair gives the messages of a month their pages, which the month's text does not name, from the
// index by date that came from url, and returns how many got one. A message that states its own
// page keeps it; one that is not found in the index keeps the archive's URL#Message-ID.
//
// pipermail numbers messages as they arrive, which is the order of the text, and so of all: the
// index, sorted by number, is laid beside it. Subject and author tie a message to its entry, the
// first of equal ones to the first; what is left between two that are tied, in equal number on
// both sides, is tied by its place where subject or author agrees.
func Pair(all []Message, dates []byte, url string) int {
	entries := entriesOf(dates, url)
	to := make([]int, len(all)) // the entry of each message, or -1
	for i := range to {
		to[i] = -1
	}
	for _, key := range []func(subject, author string) string{exactKey, roughKey} {
		waiting := map[string][]int{}
		for k, e := range entries {
			if !e.taken {
				name := key(e.text, e.byline)
				waiting[name] = append(waiting[name], k)
			}
		}
		for i := range all {
			if to[i] >= 0 {
				continue
			}
			name := key(all[i].stated, all[i].Author)
			if w := waiting[name]; len(w) > 0 {
				to[i], waiting[name] = w[0], w[1:]
				entries[w[0]].taken = true
			}
		}
	}
	pairGaps(all, entries, to)
	n := 0
	for i, k := range to {
		if k >= 0 && !all[i].paged {
			all[i].URL = entries[k].url
			n++
		}
	}
	return n
}

// pairGaps ties the messages between two neighbours that are tied already.
func pairGaps(all []Message, entries []entry, to []int) {
	for i := 0; i < len(all); i++ {
		if to[i] >= 0 {
			continue
		}
		end := i
		for end < len(all) && to[end] < 0 {
			end++
		}
		low, high := 0, len(entries)
		if i > 0 {
			low = to[i-1] + 1
		}
		if end < len(all) {
			high = to[end]
		}
		if high-low == end-i {
			for k := low; k < high; k++ {
				m, e := &all[i+k-low], &entries[k]
				if !e.taken && (rough(m.stated) == rough(e.text) || rough(m.Author) == rough(e.byline)) {
					to[i+k-low], e.taken = k, true
				}
			}
		}
		i = end
	}
}

// entriesOf are the entries of an index, in the order of their numbers.
func entriesOf(dates []byte, index string) []entry {
	if !utf8.Valid(dates) {
		dates = []byte(utf8Of(string(dates)))
	}
	var out []entry
	seen := map[int]bool{}
	home, err := url.Parse(index)
	if err != nil {
		return nil
	}
	for _, a := range anchors(dates, index, maxMessages) {
		u, err := url.Parse(a.url)
		if err != nil || !strings.EqualFold(u.Host, home.Host) { // an archive names its own pages
			continue
		}
		m := messagePage().FindStringSubmatch(path.Base(u.Path))
		if m == nil {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil && !seen[n] {
			seen[n] = true
			out = append(out, entry{anchor: a, number: n})
		}
	}
	slices.SortFunc(out, func(a, b entry) int { return a.number - b.number })
	return out
}

// exactKey is what a subject and an author look like in text and index alike: the index writes
// "No subject" for none, and addresses with " at ".
func exactKey(subject, author string) string {
	if subject == "" {
		subject = "no subject"
	}
	author = hiddenAt().ReplaceAllString(viaList().ReplaceAllString(author, ""), "@")
	return strings.ToLower(subject) + "\n" + strings.ToLower(strings.Trim(author, `"' `))
}

// roughKey is the same without what is lost where the index is in another charset.
func roughKey(subject, author string) string {
	subject, author, _ = strings.Cut(exactKey(subject, author), "\n")
	return rough(subject) + "\n" + rough(author)
}

func rough(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
