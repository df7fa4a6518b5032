package publish

import (
	"strings"

	"wiredesk/curate/issue"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits of a post, as the services count it.
const (
	postLimit = 280
	urlWeight = 23 // of a URL, however long it is
)

// Thread is the issue as posts: one that announces it, then one for each story, with its heading and
// its first link that can be opened.
func (i Issue) Thread() []string {
	doc := issue.Parse(i.File)
	out := []string{post(i.Heading(), i.announced())}
	for _, s := range doc.Stories() {
		p := doc.Parts[s]
		if p.Plain == "" {
			continue
		}
		out = append(out, post(p.Plain, firstLink(p)))
	}
	return out
}

// announced is the page of the issue, where its address is known.
func (i Issue) announced() string {
	if i.URL == "" {
		return ""
	}
	return i.PageURL()
}

// firstLink is the first link of a story's list, else of its prose; empty where none can be opened.
func firstLink(p issue.Part) string {
	first := ""
	for _, l := range p.Links {
		clean, err := link.Clean(l.URL, "")
		if err != nil {
			continue
		}
		if l.Item > 0 {
			return clean
		}
		if first == "" {
			first = clean
		}
	}
	return first
}

// post is a text and a link in one post; a text that is too long for it ends in an ellipsis, at a
// word where one ends near.
func post(text, url string) string {
	text = plain.Line(text)
	room := postLimit
	if url != "" {
		room -= urlWeight + 1
	}
	if weight(text) > room {
		r := []rune(text)
		for len(r) > 0 && weight(string(r))+weight("…") > room {
			r = r[:len(r)-1]
		}
		if at := strings.LastIndexByte(string(r), ' '); at > len(string(r))*3/4 {
			r = []rune(string(r)[:at])
		}
		text = strings.TrimRight(string(r), " ,.;:-") + "…"
	}
	if url == "" {
		return text
	}
	return text + "\n" + url
}

// weight counts a text as the services do (twitter-text, configuration 3): letters of most European
// scripts and usual punctuation count one, all others two.
func weight(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r <= 4351, r >= 8192 && r <= 8205, r >= 8208 && r <= 8223, r >= 8242 && r <= 8247:
			n++
		default:
			n += 2
		}
	}
	return n
}
