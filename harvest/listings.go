package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/listing"
	"wiredesk/harvest/page"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Of a newsletter whose feed or archive only names its issues, the issues themselves are fetched.
const (
	teaserText = 1500 // bytes; an entry with more text, and no link, is an issue without links
	maxIssues  = 10   // fetched in one poll; the others follow in the next ones
	maxTries   = 3    // of the page of one
)

func (a *asking) selectors() listing.Selectors {
	return listing.Selectors{Item: a.Item, Link: a.Link, Title: a.Title, Date: a.Date}
}

// page polls a source of kind page: what its selectors find or, with links: true and none, the
// links on it.
func (a *asking) page(ctx context.Context) error {
	return a.only(ctx, acceptPages, fetch.PageLimit, a.readListing)
}

// readListing reads a page by selectors, or the links on it.
func (a *asking) readListing(ctx context.Context, r answer) error {
	if !fetch.IsHTML(r.ContentType, r.Body) {
		return a.unread(fmt.Errorf("no web page but %s", fetch.TypeName(r.ContentType)))
	}
	text, err := a.text(r, fetch.PageLimit)
	if err != nil {
		return err
	}
	base := cmp.Or(r.URL, a.URL)
	if a.Item == "" {
		return a.pageLinks(ctx, r, text, base)
	}
	type found struct {
		items    []feed.Item
		warnings []string
	}
	f, err := within(ctx, a.Harvester, func() (found, error) {
		items, warnings, err := listing.Read(text, base, a.selectors(), a.Zone)
		return found{items, warnings}, err
	})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return a.unread(err)
	}
	a.warn(f.warnings...)
	items := f.items
	if a.MaxItems > 0 && len(items) > a.MaxItems {
		items = items[:a.MaxItems]
	}
	if !a.Links {
		a.seen.Entries = items
	}
	hashes := make([]int64, len(items))
	for i := range items {
		hashes[i] = hashOf(&items[i])
	}
	unseen, err := a.unseen(ctx, hashes)
	if err != nil {
		return err
	}
	var fresh []feed.Item
	for i := range items {
		if !unseen(hashes[i]) {
			a.out.known++
			continue
		}
		fresh = append(fresh, items[i])
		a.out.items = append(a.out.items, a.ofEntry(&items[i], hashes[i]))
	}
	a.whole(r, len(items))
	if len(items) == 0 {
		return a.nothing(text)
	}
	if a.Links && len(fresh) > 0 {
		return a.inside(ctx, fresh)
	}
	return nil
}

// hashOf is the hash of what a page shows of an item.
func hashOf(it *feed.Item) int64 {
	return hash.Of([]byte(it.URL), []byte(it.Title), []byte(it.Published.UTC().String()))
}

// pageLinks takes the links of a page that is itself an issue of a newsletter.
func (a *asking) pageLinks(ctx context.Context, r answer, text []byte, base string) error {
	links, err := within(ctx, a.Harvester, func() ([]listing.Link, error) { return listing.Links(string(text), base), nil })
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return a.unread(err)
	}
	issue := feed.Item{URL: base, ID: base}
	a.ofLinks(&issue, hash.Of([]byte(base)), links)
	a.whole(r, len(links))
	if len(links) == 0 {
		return a.nothing(text)
	}
	return nil
}

// nothing is the failure of a page on which nothing is found: a page for programs that are to be
// kept out, one whose layout has changed, or a selector that never fitted.
func (a *asking) nothing(text []byte) error {
	a.out.taken = false
	if err := a.challenge(text); err != nil {
		return err
	}
	switch err := a.drifted(); {
	case err != nil:
		return err
	case a.Item == "":
		return a.unread(errors.New("the page has no links that are news"))
	}
	return a.unread(fmt.Errorf("nothing on the page fits item %q with link %q", a.Item, a.Link))
}

// inside takes the links that stand in entries, whose own items were made already, in the same
// order. An entry that only names its page has its page fetched. Where that fails the next polls
// try again, a few times; those that find no room in this poll are forgotten, and so new to the
// next one.
func (a *asking) inside(ctx context.Context, entries []feed.Item) error {
	a.free()
	own := a.out.items[len(a.out.items)-len(entries):]
	tries, err := a.tries(ctx, own)
	if err != nil {
		return err
	}
	read, err := a.readBefore(ctx, own)
	if err != nil {
		return err
	}
	forgotten := map[int64]bool{}
	fetched, again := 0, false
	for i := range entries {
		e := &entries[i]
		if !a.recent(own[i]) {
			continue
		}
		content := cmp.Or(e.Content, e.Summary)
		links, err := within(ctx, a.Harvester, func() ([]listing.Link, error) { return listing.Links(content, e.URL), nil })
		if err == nil && len(links) == 0 && a.teaser(e, content) {
			if read[own[i].Key] && tries[own[i].Hash] == 0 { // the feed writes its entries anew, the issue stays
				continue
			}
			if fetched++; fetched > maxIssues {
				forgotten[own[i].Key], again = true, true
				continue
			}
			links, err = a.issue(ctx, e.URL)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			var f *fetch.Error
			what := "it is tried again"
			if n := tries[own[i].Hash] + 1; n >= maxTries || errors.As(err, &f) && f.Final {
				what = "it is given up"
			} else {
				own[i].Hash, again = tryHash(own[i].Hash, n), true
			}
			a.warn(fmt.Sprintf("%s: %s; %s", plain.Cut(cmp.Or(e.Title, e.URL), 80), err, what))
			continue
		}
		a.ofLinks(e, own[i].Hash, links)
	}
	if !again {
		return nil
	}
	a.out.etag, a.out.lastModified, a.out.bodyHash = "", "", 0
	kept := a.out.items[:0]
	for _, it := range a.out.items {
		if !forgotten[it.Key] {
			kept = append(kept, it)
		}
	}
	a.out.items = kept
	return nil
}

// tryHash stands in for the bytes of an entry whose page could not be read, so that the entry is
// looked at again.
func tryHash(entry int64, n int) int64 {
	return hash.Of([]byte("try"), fmt.Append(nil, entry, n))
}

// tries tells how often the pages of entries could not be read, by the hash of the entry.
func (a *asking) tries(ctx context.Context, entries []store.Item) (map[int64]int, error) {
	out := map[int64]int{}
	if a.first {
		return out, nil
	}
	var hashes []int64
	for _, it := range entries {
		for n := 1; n < maxTries; n++ {
			hashes = append(hashes, tryHash(it.Hash, n))
		}
	}
	known, err := a.store.KnownHashes(ctx, a.src.ID, hashes)
	for _, it := range entries {
		for n := 1; n < maxTries; n++ {
			if known[tryHash(it.Hash, n)] {
				out[it.Hash] = n
			}
		}
	}
	return out, err
}

// readBefore tells which entries earlier polls knew, whatever their bytes are now.
func (a *asking) readBefore(ctx context.Context, entries []store.Item) (map[int64]bool, error) {
	if a.first {
		return nil, nil
	}
	keys := make([]int64, len(entries))
	for i, it := range entries {
		keys[i] = it.Key
	}
	return a.store.KnownKeys(ctx, a.src.ID, keys)
}

// teaser reports an entry that only names an issue, on the newsletter's own site. The post of a
// person has no title, and a discussion has no issue behind it.
func (a *asking) teaser(e *feed.Item, content string) bool {
	host := link.Host(e.URL)
	return !e.Untitled && host != "" && host == link.Host(a.URL) && host != "reddit.com" && len(page.Text(content)) < teaserText
}

// recent reports an entry within the window of the topic, or one that states no date.
func (a *asking) recent(it store.Item) bool {
	w := a.cfg.Topic.Window
	return w <= 0 || it.Published.IsZero() || a.cfg.Now().Sub(it.Published) <= w
}

// issue returns the links on the page of an entry.
func (a *asking) issue(ctx context.Context, address string) ([]listing.Link, error) {
	r, err := a.also(ctx, fetch.Request{URL: address, Limit: fetch.PageLimit, Accept: acceptPages, Page: true, Hold: true})
	if err != nil {
		return nil, err
	}
	defer r.Free()
	if !fetch.IsHTML(r.ContentType, r.Body) {
		return nil, errors.New("no web page but " + fetch.TypeName(r.ContentType))
	}
	text, _ := fetch.UTF8(r.Body, r.ContentType)
	return within(ctx, a.Harvester, func() ([]listing.Link, error) { return listing.Links(string(text), r.URL), nil })
}

// ofLinks judges the links inside an entry: the newsletter is the sighting, the anchor the title,
// the sentence around it the excerpt.
func (a *asking) ofLinks(e *feed.Item, entry int64, links []listing.Link) {
	if len(links) >= listing.MaxLinks {
		a.warn(fmt.Sprintf("%s: it holds more than %d links; the rest was left out", plain.Cut(cmp.Or(e.Title, e.URL), 80), listing.MaxLinks))
	}
	for _, l := range links {
		a.seen.Entries = append(a.seen.Entries, feed.Item{ID: l.URL, URL: l.URL, Title: l.Title, Published: e.Published, Summary: html.EscapeString(l.Excerpt)})
		title := l.Title
		if title == "" && len(links) == 1 { // a post about one link
			title = e.Title
		}
		it := a.base("", l.URL, title, e.Published)
		it.Key = hash.ID([]byte("inside"), []byte(it.Canonical))
		it.Alt = it.Key
		it.Hash = hash.Of([]byte(fmt.Sprint(entry)), []byte(it.Canonical))
		it.Excerpt = plain.Cut(l.Excerpt, 400)
		if it.Taken {
			a.judge(&it, l.Excerpt)
		}
		it.Page = it.Taken && worthFetching(it.URL)
		a.out.items = append(a.out.items, it)
	}
}
