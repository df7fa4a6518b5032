package feed

import (
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"wiredesk/store/plain"
)

// maxTags is how many tags of a feed or an entry are taken: more are keyword stuffing.
const maxTags = 32

// lines are clean lines of HTML, each once.
func lines(all []string) []string {
	var out []string
	for _, s := range all {
		if s = line(s); s != "" && !slices.Contains(out, s) && len(out) < maxTags {
			out = append(out, plain.Cut(s, 100))
		}
	}
	return out
}

// tags are what an entry is filed under: the terms of its categories, then the labels that say
// something else than their terms, then the words of other vocabularies.
func tags(p *parsed) []string {
	if p.json != nil {
		return lines(p.Categories)
	}
	var all []string
	if p.Custom != nil { // <tags>one, two</tags>: in no format, but used
		all = strings.Split(p.Custom["tags"], ",")
	}
	if p.atom != nil {
		var labels []string
		for _, c := range p.atom.Categories {
			all, labels = append(all, c.Term), append(labels, c.Label)
		}
		all = append(all, labels...)
	} else {
		all = append(all, p.Categories...)
	}
	all = append(all, categories(p.Extensions["itunes"]["category"])...)
	all = append(all, categories(p.Extensions["media"]["category"])...)
	return lines(all)
}

// categories are the words of category elements, which stand in an attribute or between the tags,
// and may lie in one another.
func categories(elements []ext.Extension) []string {
	var all []string
	for _, e := range elements {
		all = append(all, e.Attrs["text"], e.Value, e.Attrs["label"])
		for _, child := range e.Children["category"] {
			all = append(all, child.Attrs["text"])
		}
	}
	return all
}
