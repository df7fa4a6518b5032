package harvest

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/page"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// feed polls a source of kind feed.
func (a *asking) feed(ctx context.Context) error {
	return a.only(ctx, acceptFeeds, fetch.FeedLimit, a.readFeed)
}

// only asks the one address of a source, and reads what is new there.
func (a *asking) only(ctx context.Context, accept string, limit int64, read func(context.Context, answer) error) error {
	r, err := a.get(ctx, a.URL, accept, limit)
	if err != nil {
		return err
	}
	a.out.moved = r.Moved
	if r.NotModified {
		a.out.notModified = true
		if r.Status != statusSame { // the same body again, perhaps under new validators
			a.whole(r, a.src.Entries)
		}
		return nil
	}
	return read(ctx, r)
}

// readFeed reads a feed and, where they are wanted, the links inside its entries.
func (a *asking) readFeed(ctx context.Context, r answer) error {
	var entries []feed.Item
	err := a.parse(ctx, func() error {
		text, err := a.text(r, fetch.FeedLimit)
		if err != nil {
			return err
		}
		entries, err = a.parseFeed(ctx, text, r)
		return err
	})
	r.Recycle() // items are strings of their own
	if a.Links && len(entries) > 0 {
		if e := a.inside(ctx, entries); e != nil {
			return e
		}
	}
	return err
}

// parseFeed reads what is new in a feed. Entries are returned for whoever wants the links inside.
func (a *asking) parseFeed(ctx context.Context, text []byte, r answer) ([]feed.Item, error) {
	d, err := feed.Slice(text)
	if err != nil {
		if found := page.Feeds(text, cmp.Or(r.URL, a.URL)); len(found) > 0 {
			err = fmt.Errorf("%w; the page names the feed %s", err, found[0])
		}
		return nil, a.unread(err)
	}
	a.out.holds = max(a.out.holds, d.TTL())
	if a.MaxItems > 0 && len(d.Entries) > a.MaxItems {
		d.Entries = d.Entries[:a.MaxItems]
	}
	want, err := a.wanted(ctx, d)
	if err != nil {
		return nil, err
	}
	a.out.known = len(d.Entries) - len(want)
	m := feed.Meta{URL: cmp.Or(r.Base, r.URL, a.URL), Zone: a.Zone, Bare: !a.first && len(want) > 0}
	var entries []feed.Item
	switch {
	case len(want) > 0:
		var warnings []string
		a.seen.Feed, entries, warnings, err = d.Parse(want, m)
		a.warn(warnings...)
		if err != nil {
			return nil, a.unread(err)
		}
		for i := range entries {
			a.out.items = append(a.out.items, a.ofEntry(&entries[i], d.Entries[entries[i].Entry].Hash))
		}
		if err := a.sharedIDs(ctx, a.out.items, entries, d); err != nil {
			return nil, err
		}
		if !a.Links {
			a.seen.Entries = entries
		}
	case len(d.Entries) == 0:
		if a.seen.Feed, _, _, err = d.Parse(nil, m); err != nil {
			return nil, a.unread(err)
		}
	}
	if d.Cut {
		return entries, a.cut(len(d.Entries))
	}
	a.whole(r, len(d.Entries))
	return entries, nil
}

// cut is the failure of a feed that breaks off.
func (a *asking) cut(entries int) error {
	return &stageError{stage: "parse", status: a.out.status,
		text: fmt.Sprintf("the feed breaks off before its end; the %d whole entries before the break are kept", entries)}
}

// wanted returns the entries whose bytes no item of the source has.
func (a *asking) wanted(ctx context.Context, d *feed.Document) ([]int, error) {
	hashes := make([]int64, len(d.Entries))
	for i, e := range d.Entries {
		hashes[i] = e.Hash
	}
	unseen, err := a.unseen(ctx, hashes)
	if err != nil {
		return nil, err
	}
	var want []int
	for i, hash := range hashes {
		if unseen(hash) {
			want = append(want, i)
		}
	}
	return want, nil
}

// ofEntry judges one entry of a feed, or one item of a page. An entry of which only the links
// inside are wanted is remembered, and not taken itself.
func (a *asking) ofEntry(e *feed.Item, hash int64) store.Item {
	it := a.base(e.ID, e.URL, e.Title, e.Published)
	it.Hash = hash
	it.Author = e.Author
	if a.Links {
		it.Taken = false
		return it
	}
	text := e.SummaryText()
	it.Excerpt = plain.Cut(strings.ReplaceAll(text, "\n\n", " "), 400)
	if !it.Taken {
		return it
	}
	if a.Match != "all" {
		text = e.ContentText() + "\n\n" + text
	}
	a.judge(&it, text)
	if it.Taken {
		it.Links = identities(append(page.Links(e.Content, e.URL), page.Links(e.Summary, e.URL)...))
		it.Page = worthFetching(it.URL)
	}
	return it
}
