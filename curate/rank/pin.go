package rank

import (
	"strings"

	"wiredesk/store"
)

// Muted is the weight of a pin that mutes: what has it goes to the end of the queue, and stays in it.
const Muted = -10

// Pinned is the weight of a pin that states none: as much as "arm64" in a title.
const Pinned = 3

// IsSite reports that a pin's name is a site, a host or a host with a path, and no term: there is a
// dot in it and no space.
func IsSite(name string) bool {
	return strings.Contains(strings.Trim(name, "."), ".") && !strings.ContainsAny(name, " \t")
}

// on reports that a pin is on a link: a site and all below it, a term in title, link or what the topic
// found.
func on(p store.Pin, l look, title string) bool {
	name := strings.ToLower(p.Name)
	if IsSite(p.Name) {
		for _, f := range l.all {
			if f.kind == ofSite && f.name == name {
				return true
			}
		}
		return l.address == name || strings.HasPrefix(l.address, strings.TrimSuffix(name, "/")+"/")
	}
	for _, f := range l.all {
		if (f.kind == ofWord || f.kind == ofTerm) && f.name == name {
			return true
		}
	}
	want := wordsOf(name)
	return len(want) > 1 && (holds(wordsOf(strings.ToLower(title)), want) || holds(wordsOf(l.address), want))
}

// holds reports that words stand one after the other in a text.
func holds(text, words []string) bool {
	for i := 0; i+len(words) <= len(text); i++ {
		found := true
		for k, w := range words {
			found = found && text[i+k] == w
		}
		if found {
			return true
		}
	}
	return false
}

// replaces reports that the pin takes the place of a part.
func replaces(p store.Pin, of feature) bool {
	name := strings.ToLower(p.Name)
	switch of.kind {
	case ofWord, ofTerm:
		return of.name == name
	case ofSite:
		return of.name == name || strings.HasSuffix(of.name, "."+name)
	case ofPath:
		host, _, _ := strings.Cut(of.name, "/")
		return of.name == name || IsSite(p.Name) && (host == name || strings.HasSuffix(host, "."+name))
	}
	return false
}

// pinned puts the pins that are on a link into its reasons.
func pinned(pins []store.Pin, l look, title string, why []part) []part {
	for _, p := range pins {
		if !on(p, l, title) {
			continue
		}
		kept := why[:0]
		for _, w := range why {
			if !replaces(p, w.of) {
				kept = append(kept, w)
			}
		}
		text := p.Name + ", pinned by you"
		if p.Weight <= Muted {
			text = p.Name + ", muted by you"
		}
		why = append(kept, part{Reason: store.Reason{Term: text, Weight: p.Weight}})
	}
	return why
}
