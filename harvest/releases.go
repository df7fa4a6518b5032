package harvest

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/listing"
	"wiredesk/harvest/page"
	"wiredesk/harvest/release"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/plain"
)

// releases polls a source of kind releases: the first of its addresses that holds any.
func (a *asking) releases(ctx context.Context) error {
	endpoints := release.Ask(a.URL, a.Bearer != "")
	same := 0
	for i, e := range endpoints {
		last := i == len(endpoints)-1
		r, err := a.get(ctx, e.URL, e.Accept, fetch.FeedLimit)
		var no *stageError
		if errors.As(err, &no) && no.status == statusMissing && !last {
			continue
		}
		if err != nil {
			return err
		}
		if a.out.moved == "" && len(endpoints) == 1 {
			a.out.moved = r.Moved
		}
		if r.NotModified {
			same++
			a.whole(r, a.known[e.URL].Entries)
		} else {
			err = a.readReleases(ctx, r)
		}
		switch {
		case errors.Is(err, release.ErrNone) && !last: // a web page in place of the feed that it lacks
		case errors.Is(err, release.ErrNone) && a.src.Entries > 0:
			return a.drifted()
		case errors.Is(err, release.ErrNone):
			return a.unread(err)
		case err != nil:
			return err
		}
		if a.out.entries > 0 {
			break
		}
	}
	a.out.notModified = same > 0 && same == len(a.out.addresses)
	return a.drifted()
}

// readReleases reads one answer: a feed, the answer of an interface, a listing, or a page by
// selectors.
func (a *asking) readReleases(ctx context.Context, r answer) error {
	text, err := a.text(r, fetch.FeedLimit)
	if err != nil {
		return err
	}
	m := feed.Meta{URL: cmp.Or(r.URL, a.URL), Zone: a.Zone}
	var all []release.Release
	var warnings []string
	cut := false
	switch {
	case release.IsFeed(text):
		err = a.parse(ctx, func() error {
			d, err := feed.Slice(text)
			if err != nil {
				return a.unread(err)
			}
			cut = d.Cut
			if all, warnings, err = release.Parse(d, nil, m); err != nil {
				return a.unread(err)
			}
			return nil
		})
	case a.Item != "":
		all, err = within(ctx, a.Harvester, func() ([]release.Release, error) {
			items, _, err := listing.Read(text, m.URL, a.selectors(), a.Zone)
			return release.OfItems(items), err
		})
	default:
		type list struct {
			all      []release.Release
			warnings []string
		}
		var l list
		l, err = within(ctx, a.Harvester, func() (list, error) {
			all, warnings, err := release.Read(text, r.ContentType, m)
			return list{all, warnings}, err
		})
		all, warnings = l.all, l.warnings
	}
	a.warn(warnings...)
	var failure *stageError
	if err != nil || len(all) == 0 {
		if barred := a.challenge(text); barred != nil {
			return barred
		}
	}
	switch {
	case errors.As(err, &failure), errors.Is(err, release.ErrNone):
		return err
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return a.unread(err)
	}
	a.seen.Releases = all
	if err := a.choose(ctx, all); err != nil {
		return err
	}
	if cut {
		return a.cut(len(all))
	}
	a.whole(r, len(all))
	return nil
}

// choose makes items of a list of releases. What include, exclude and prerelease leave out is
// left out before anything is chosen. A release without a date is news when its version was not
// there before: of a list that is seen for the first time only the highest version is, and never
// one below all that are known, which is history that came into view.
func (a *asking) choose(ctx context.Context, all []release.Release) error {
	if a.MaxItems > 0 && len(all) > a.MaxItems {
		all = all[:a.MaxItems]
	}
	count := map[string]int{}
	for _, r := range all {
		count[r.Version]++
	}
	items := make([]store.Item, len(all))
	hashes, keys := make([]int64, len(all)), make([]int64, len(all))
	for i := range all {
		r := &all[i]
		items[i] = a.ofRelease(r)
		if r.Published.IsZero() && r.Version != "" && count[r.Version] == 1 {
			// Mirrors change their addresses and pages their words; the version stays.
			items[i].Key = hash.ID([]byte("version"), []byte(r.Version))
			items[i].Alt = items[i].Key
		}
		hashes[i], keys[i] = items[i].Hash, items[i].Key
	}
	unseen, err := a.unseen(ctx, hashes)
	if err != nil {
		return err
	}
	known := map[int64]bool{}
	if !a.first {
		if known, err = a.store.KnownKeys(ctx, a.src.ID, keys); err != nil {
			return err
		}
	}
	var kept []release.Release
	lowest, fits := "", make([]bool, len(all))
	for i, r := range all {
		fits[i] = passes(r.Title, a.Include, a.Exclude) && (!r.Prerelease || a.Prerelease == nil || *a.Prerelease)
		if fits[i] {
			kept = append(kept, r)
		}
		if known[keys[i]] && (lowest == "" || release.Compare(r.Version, lowest) < 0) {
			lowest = r.Version
		}
	}
	newest, _ := release.Newest(kept)
	for i := range all {
		r, it := &all[i], items[i]
		if !unseen(it.Hash) {
			a.out.known++
			continue
		}
		wanted := fits[i]
		if r.Published.IsZero() {
			wanted = wanted && !known[it.Key] && (lowest == "" && r.Version == newest.Version || lowest != "" && release.Compare(r.Version, lowest) > 0)
		}
		if !wanted {
			it.Taken, it.Own = false, nil
		}
		a.out.items = append(a.out.items, it)
	}
	return nil
}

// ofRelease judges one release. Its notes came with it.
func (a *asking) ofRelease(r *release.Release) store.Item {
	it := a.base(r.ID, r.URL, r.Title, r.Published)
	it.Hash = r.Hash
	it.Author = r.Author
	it.Facts = store.Facts{Version: r.Version, Architectures: r.Architectures}
	if !it.Taken {
		return it
	}
	notes := r.ContentText()
	it.Excerpt = plain.Cut(strings.ReplaceAll(notes, "\n\n", " "), 400)
	a.judge(&it, notes+"\n\n"+strings.Join(r.Architectures, " "))
	if !it.Taken || notes == "" {
		return it
	}
	it.Links = identities(page.Links(r.Content, r.URL))
	if p, err := a.notes(r.Content, r.URL); err == nil {
		own := a.storePage(0, p, releaseNotes, []byte(r.Content))
		own.Own = true
		it.Own = &own
	}
	return it
}

// releaseNotes is the content type of notes that came with a release: a piece of HTML.
const releaseNotes = "text/html; charset=utf-8"

// notes reads the notes of a release as a page.
func (h *Harvester) notes(content, url string) (page.Page, error) {
	p, err := page.Parse([]byte("<article>"+content+"</article>"), url, h.matcher.Interest)
	p.Site = page.KnownSite(url)
	return p, err
}
