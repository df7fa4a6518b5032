package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/maillist"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/plain"
)

// maxRounds is how many web pages lead from the page of a list to its archives: one that tells
// about the list, and the index of its archives.
const maxRounds = 2

// since is from when on things are of interest; zero: from the beginning.
func (h *Harvester) since() time.Time {
	if h.cfg.Topic.Window <= 0 {
		return time.Time{}
	}
	return h.cfg.Now().Add(-h.cfg.Topic.Window)
}

// list polls a source of kind list: by the first of its ways that leads to messages. Hosts that
// do not hand out their archives as mbox do so as a feed.
func (a *asking) list(ctx context.Context) error {
	var err error
	for _, archives := range maillist.Ask(a.URL, a.since(), a.cfg.Now()) {
		a.out.addresses, a.out.entries = nil, 0
		err = a.archives(ctx, archives, 0)
		var no *stageError
		if !errors.As(err, &no) || no.unasked() || len(a.out.items) > 0 {
			break
		}
	}
	return err
}

// archives reads the bodies that together are a list. One of several that is missing is none the
// worse: the archive of a month begins with its first message. One that fails is a failure, and
// costs the others nothing. An index leads to the archives that it names.
func (a *asking) archives(ctx context.Context, all []maillist.Archive, round int) error {
	missing, same := 0, 0
	var last, broke error
	for _, archive := range all {
		r, err := a.get(ctx, archive.URL, acceptFeeds, fetch.ListLimit)
		var no *stageError
		if errors.As(err, &no) && no.status == statusMissing && len(all) > 1 {
			missing, last = missing+1, err
			continue
		}
		if errors.As(err, &no) && len(all) > 1 {
			broke = err
			continue
		}
		if err != nil {
			return err
		}
		if len(all) == 1 && round == 0 {
			a.out.moved = r.Moved
		}
		if r.NotModified {
			same++
			a.whole(r, a.known[archive.URL].Entries)
			continue
		}
		if fetch.IsHTML(r.ContentType, r.Body) {
			var more []maillist.Archive
			more, err = a.index(ctx, r, round)
			if err == nil && len(all) == 1 {
				return a.archives(ctx, more, round+1)
			}
			if err == nil {
				err = &stageError{stage: "parse", status: r.Status, text: archive.URL + ": a web page in place of an archive"}
			}
		} else {
			err = a.mails(ctx, r, archive)
		}
		switch {
		case err != nil && errors.As(err, &no) && len(all) > 1:
			broke = err
		case err != nil:
			return err
		}
	}
	if broke != nil {
		return broke
	}
	if missing == len(all) && missing > 0 {
		return last
	}
	a.out.notModified = same > 0 && same+missing == len(all)
	return nil
}

// index is what the web page of a list leads to: its archives, or the feed that it names.
func (a *asking) index(ctx context.Context, r answer, round int) ([]maillist.Archive, error) {
	text, err := a.text(r, fetch.ListLimit)
	if err != nil {
		return nil, err
	}
	if round < maxRounds {
		more, err := within(ctx, a.Harvester, func() ([]maillist.Archive, error) {
			return maillist.Follow(text, cmp.Or(r.URL, a.URL), a.since(), a.cfg.Now()), nil
		})
		if err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, a.unread(err)
		}
		if len(more) > 0 {
			return more, nil
		}
	}
	if _, err = feed.Slice(text); err == nil { // which says what the page is instead
		err = errors.New("a web page that leads to no archive")
	}
	return nil, a.unread(err)
}

// mails reads one archive: one candidate a thread, replies as its sightings. Messages whose bytes
// are known are not read again.
func (a *asking) mails(ctx context.Context, r answer, archive maillist.Archive) error {
	base := cmp.Or(r.URL, archive.URL)
	var all []maillist.Message
	var broke, stopped error
	known := map[int64]bool{}
	look := func(hashes []int64) (map[int64]bool, error) {
		if a.first {
			return known, nil
		}
		known, stopped = a.store.KnownHashes(ctx, a.src.ID, hashes)
		return known, stopped
	}
	err := a.parse(ctx, func() error {
		body, err := fetch.Gunzip(r.Body, fetch.ListLimit)
		if err != nil {
			return failed(err)
		}
		if !maillist.IsMail(body) {
			if body, err = a.text(r, fetch.ListLimit); err != nil {
				return err
			}
		}
		r.Body = nil // a month in memory once is enough
		var warnings []string
		all, warnings, err = maillist.ParseNew(body, base, look)
		a.warn(warnings...)
		switch {
		case stopped != nil:
			return stopped
		case errors.Is(err, maillist.ErrCut):
			broke = a.unread(err)
		case err != nil:
			return a.unread(err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	fresh := slices.ContainsFunc(all, func(m maillist.Message) bool { return !known[m.Hash] })
	if archive.Dates != "" && fresh {
		if err := a.pair(ctx, all, archive.Dates); err != nil {
			return err
		}
	}
	if n := a.MaxItems; n > 0 && len(all) > n { // the newest: an mbox ends with them, a feed begins
		if !all[0].Published.After(all[len(all)-1].Published) {
			all = all[len(all)-n:]
		}
		all = all[:n]
	}
	if a.probing {
		a.seen.Messages = append(a.seen.Messages, all...)
	}
	a.ofMessages(all, known)
	if broke == nil {
		a.whole(r, len(all))
	}
	return broke
}

// pair gives the messages of a month their addresses. Without its index they keep an address in
// the archive.
func (a *asking) pair(ctx context.Context, all []maillist.Message, dates string) error {
	a.free()
	r, err := a.also(ctx, fetch.Request{URL: dates, Limit: fetch.ListLimit, Accept: acceptPages})
	var f *fetch.Error
	if errors.As(err, &f) {
		a.warn("the messages have no address of their own, their index " + dates + " cannot be read: " + f.Text)
		return nil
	}
	if err != nil {
		return err
	}
	text, _ := fetch.UTF8(r.Body, r.ContentType)
	_, err = within(ctx, a.Harvester, func() (int, error) { return maillist.Pair(all, text, r.URL), nil })
	if err != nil && ctx.Err() == nil {
		return a.unread(err)
	}
	return err
}

// ofMessages judges the messages that are not known yet.
func (a *asking) ofMessages(all []maillist.Message, known map[int64]bool) {
	seen := map[string]int64{}
	var items []store.Item
	for i := range all {
		m := &all[i]
		id := m.ID
		if hash, ok := seen[id]; !ok {
			seen[id] = m.Hash
		} else if hash != m.Hash {
			id = fmt.Sprintf("%s~%x", id, uint64(m.Hash)) // the id of another message
		}
		if known[m.Hash] {
			a.out.known++
			continue
		}
		items = append(items, a.ofMessage(m, id))
	}
	slices.SortStableFunc(items, func(a, b store.Item) int { // a root before its replies
		return cmp.Compare(min(uint64(a.Root), 1), min(uint64(b.Root), 1))
	})
	a.out.items = append(a.out.items, items...)
}

// ofMessage judges one message.
func (a *asking) ofMessage(m *maillist.Message, id string) store.Item {
	title := m.Title
	if title == "" { // no subject: its first words
		title = plain.Cut(strings.ReplaceAll(m.Text, "\n", " "), 80)
	}
	it := a.base(id, m.URL, title, m.Published)
	it.Hash, it.Author = m.Hash, m.Author
	it.Alt = hash.ID([]byte("message"), []byte(id))
	it.Excerpt = plain.Cut(strings.ReplaceAll(m.Text, "\n\n", " "), 400)
	if !m.Root() {
		it.Root = hash.ID([]byte("id"), []byte(m.Thread))
		return it
	}
	if it.Taken {
		a.judge(&it, m.Text)
	}
	if it.Taken {
		it.Links = identities(m.Links)
		p := m.Page(a.matcher.Interest)
		own := a.storePage(0, p, "text/plain; charset=utf-8", []byte(m.Text))
		own.Own = true
		it.Own = &own
	}
	return it
}
