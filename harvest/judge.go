package harvest

import (
	"cmp"
	"strings"
	"time"

	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/link"
)

// base is what every kind of item has: identity, place in time, and the source's marks. Taken
// says whether it passes include, exclude and the window; the topic is still to be judged.
func (a *asking) base(id, url, title string, published time.Time) store.Item {
	now := a.cfg.Now()
	it := store.Item{
		URL: url, Canonical: link.Canonical(url), Title: title, Weight: cmp.Or(a.Weight, 1), Section: a.Section, Credit: a.Credit,
	}
	it.Alt = hash.ID([]byte(it.Canonical), []byte(title))
	it.Key = it.Alt
	if id != "" {
		it.Key = hash.ID([]byte("id"), []byte(id))
	}
	if !published.After(now) { // a date in the future is treated as first seen
		it.Published = published
	}
	it.Taken = url != "" && passes(title, a.Include, a.Exclude)
	if w := a.cfg.Topic.Window; w > 0 && !it.Published.IsZero() && now.Sub(it.Published) > w {
		it.Taken = false
	}
	return it
}

// judge decides by the topic.
func (a *asking) judge(it *store.Item, text string) {
	it.Matched = a.matcher.Judge(it.Title, it.URL, text)
	if a.Match != "all" && !Topical(it.Matched) {
		it.Taken = false
	}
}

// passes applies include and exclude to a title.
func passes(title string, include, exclude []string) bool {
	holds := func(all []string) bool {
		low := strings.ToLower(title)
		for _, s := range all {
			if strings.Contains(low, strings.ToLower(s)) {
				return true
			}
		}
		return false
	}
	return (len(include) == 0 || holds(include)) && !holds(exclude)
}

func identities(urls []string) []string {
	out := make([]string, 0, len(urls))
	for _, u := range urls {
		out = append(out, link.Canonical(u))
	}
	return out
}
