package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/maillist"
	"wiredesk/harvest/page"
	"wiredesk/harvest/release"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// polled is what a source answered.
type polled struct {
	items              []store.Item
	known              int // entries whose bytes were known
	notModified        bool
	taken              bool // a body was taken whole: its validators hold
	status             int
	etag, lastModified string
	bodyHash           int64
	maxAge             time.Duration
	moved              string
	bytes              int64
	warnings           []string
}

// stageError is why a source failed, and where.
type stageError struct {
	stage  string
	status int
	retry  time.Time // host asks to be left alone until then
	host   string
	text   string
}

func (e *stageError) Error() string { return e.text }

// unasked reports that no request was made: the host had asked to be left alone before.
func (e *stageError) unasked() bool { return e.status == 0 && !e.retry.IsZero() }

func failed(err error) error {
	var f *fetch.Error
	if errors.As(err, &f) {
		return &stageError{f.Stage, f.Status, f.Retry, f.Host, f.Text}
	}
	return err
}

const acceptFeeds = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"

// guarded polls one source. A document on which a parser panics is that source's failure: it must
// not take the other sources along.
func (h *Harvester) guarded(ctx context.Context, j job, src store.Source) (out polled, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = polled{}, &stageError{stage: "parse", text: broken(p)}
		}
	}()
	return h.poll(ctx, j, src)
}

// broken names what a parser panicked with.
func broken(p any) string {
	return "it breaks the parser, which should not be; please report it: " + plain.Cut(plain.Line(fmt.Sprint(p)), 160)
}

// poll fetches and parses one source. A *stageError may come with items: a feed that breaks off
// is a failure, and what it held before the break is kept all the same.
func (h *Harvester) poll(ctx context.Context, j job, src store.Source) (polled, error) {
	limit := int64(fetch.FeedLimit)
	addresses := []string{j.URL}
	switch j.Kind {
	case KindFeed:
	case KindReleases:
		addresses = release.Endpoints(j.URL)
	case KindList:
		limit = fetch.ListLimit
		addresses[0] = maillist.Endpoint(j.URL)
	default:
		return polled{}, &stageError{stage: "fetch", text: fmt.Sprintf("sources of kind %s are not harvested yet; set disabled: true", j.Kind)}
	}
	var out polled
	for i := 0; i < len(addresses); i++ {
		address := addresses[i]
		req := fetch.Request{URL: address, Headers: j.Secret, Limit: limit, Accept: acceptFeeds}
		if i == 0 {
			req.ETag, req.LastModified = src.ETag, src.LastModified
		}
		res, err := h.client.Get(ctx, req)
		last := i == len(addresses)-1
		var f *fetch.Error
		if errors.As(err, &f) && f.Status == 404 && !last {
			continue
		}
		if err != nil {
			return out, failed(err)
		}
		out = polled{status: res.Status, bytes: res.Size, maxAge: res.MaxAge, moved: res.Moved}
		if res.NotModified {
			out.notModified = true
			return out, nil
		}
		out.taken, out.bodyHash = true, feed.Hash(res.Body)
		if i == 0 { // the validators of a second address must not be sent to the first
			out.etag, out.lastModified = res.ETag, res.LastModified
		}
		if src.BodyHash != 0 && out.bodyHash == src.BodyHash {
			out.notModified = true // the host does not know conditional requests, but we know the body
			return out, nil
		}
		if j.Kind == KindList && last && i == 0 && fetch.IsHTML(res.ContentType, res.Body) {
			if found := page.Feeds(res.Body, res.URL); len(found) > 0 { // the home of a public-inbox names its feed
				addresses = append(addresses, found[0])
				continue
			}
		}
		err = h.parse(ctx, j, src, res, &out)
		if err != nil || len(out.items)+out.known > 0 || last {
			return out, err
		}
		// An empty list of releases: the tags may tell more.
	}
	return out, nil
}

// parse turns a body into items.
func (h *Harvester) parse(ctx context.Context, j job, src store.Source, res *fetch.Response, out *polled) error {
	if err := h.parsing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer h.parsing.Release(1)
	limit := int64(fetch.FeedLimit)
	if j.Kind == KindList {
		limit = fetch.ListLimit
	}
	body, err := fetch.Gunzip(res.Body, limit)
	if err != nil {
		return failed(err)
	}
	base := cmp.Or(res.URL, j.URL)
	if j.Kind == KindList && maillist.IsMail(body) {
		return h.parseMail(body, j, base, out)
	}
	text, warning := fetch.UTF8(body, res.ContentType)
	if warning != "" {
		out.warnings = append(out.warnings, warning)
	}
	if j.Kind == KindList {
		return h.parseMail(text, j, base, out)
	}
	return h.parseFeed(ctx, text, j, src, base, out)
}

// parseFeed reads what is new in a feed.
func (h *Harvester) parseFeed(ctx context.Context, text []byte, j job, src store.Source, base string, out *polled) error {
	d, err := feed.Slice(text)
	if err != nil {
		return &stageError{stage: "parse", status: out.status, text: err.Error()}
	}
	if j.MaxItems > 0 && len(d.Entries) > j.MaxItems {
		d.Entries = d.Entries[:j.MaxItems]
	}
	want, err := h.unknown(ctx, d, j, src)
	if err != nil {
		return err
	}
	out.known = len(d.Entries) - len(want)
	m := feed.Meta{URL: base, Zone: j.Zone}
	if len(want) > 0 {
		var warnings []string
		var entries []feed.Item
		if j.Kind == KindReleases {
			var all []release.Release
			all, warnings, err = release.Parse(d, want, m)
			for i := range all {
				out.items = append(out.items, h.ofRelease(&all[i], j, d))
				entries = append(entries, all[i].Item)
			}
		} else {
			_, entries, warnings, err = d.Parse(want, m)
			for i := range entries {
				out.items = append(out.items, h.ofEntry(&entries[i], j, d))
			}
		}
		sharedIDs(out.items, entries, d)
		out.warnings = append(out.warnings, warnings...)
		if err != nil {
			return &stageError{stage: "parse", status: out.status, text: err.Error()}
		}
	} else if len(d.Entries) == 0 {
		if _, _, _, err := d.Parse(nil, m); err != nil {
			return &stageError{stage: "parse", status: out.status, text: err.Error()}
		}
	}
	if d.Cut {
		out.etag, out.lastModified, out.bodyHash = "", "", 0
		return &stageError{stage: "parse", status: out.status,
			text: fmt.Sprintf("the feed breaks off before its end; the %d whole entries before the break are kept", len(d.Entries))}
	}
	return nil
}

// unknown returns the entries whose bytes no item of the source has.
func (h *Harvester) unknown(ctx context.Context, d *feed.Document, j job, src store.Source) ([]int, error) {
	hashes := make([]int64, len(d.Entries))
	for i, e := range d.Entries {
		hashes[i] = e.Hash
	}
	known := map[int64]bool{}
	if !j.reread && !src.LastPoll.IsZero() {
		var err error
		if known, err = h.store.KnownHashes(ctx, src.ID, hashes); err != nil {
			return nil, err
		}
	}
	var want []int
	for i, hash := range hashes {
		if !known[hash] {
			want = append(want, i)
		}
	}
	return want, nil
}

// ofEntry judges one entry of a feed.
func (h *Harvester) ofEntry(e *feed.Item, j job, d *feed.Document) store.Item {
	it := h.base(j, e.ID, e.URL, e.Title, e.Published)
	it.Hash = d.Entries[e.Entry].Hash
	it.Author = e.Author
	text := e.SummaryText()
	it.Excerpt = plain.Cut(strings.ReplaceAll(text, "\n\n", " "), 400)
	if !it.Taken {
		return it
	}
	if j.Match != "all" {
		text = e.ContentText() + "\n\n" + text
	}
	h.judge(&it, j, text)
	if it.Taken {
		it.Links = identities(page.Links(e.Content+e.Summary, e.URL))
		it.Page = worthFetching(it.URL)
	}
	return it
}

// ofRelease judges one release. Its notes came with it.
func (h *Harvester) ofRelease(r *release.Release, j job, d *feed.Document) store.Item {
	it := h.base(j, r.ID, r.URL, r.Title, r.Published)
	it.Hash = d.Entries[r.Entry].Hash
	it.Author = r.Author
	if it.Taken && r.Prerelease && j.Prerelease != nil && !*j.Prerelease {
		it.Taken = false
	}
	if !it.Taken {
		return it
	}
	notes := r.ContentText()
	it.Excerpt = plain.Cut(strings.ReplaceAll(notes, "\n\n", " "), 400)
	h.judge(&it, j, notes)
	if !it.Taken || notes == "" {
		return it
	}
	it.Links = identities(page.Links(r.Content, r.URL))
	if p, err := page.Parse([]byte("<article>"+r.Content+"</article>"), r.URL, h.matcher.Interest); err == nil {
		p.Site = page.KnownSite(r.URL)
		own := h.storePage(0, p, "text/html; charset=utf-8", []byte(r.Content))
		it.Own = &own
	}
	return it
}

// parseMail reads the messages of a list: one candidate a thread, replies as its sightings.
func (h *Harvester) parseMail(body []byte, j job, base string, out *polled) error {
	all, warnings, err := maillist.Parse(body, base)
	out.warnings = append(out.warnings, warnings...)
	var broke error
	switch {
	case errors.Is(err, maillist.ErrCut):
		broke = &stageError{stage: "parse", status: out.status, text: err.Error()}
	case err != nil:
		return &stageError{stage: "parse", status: out.status, text: err.Error()}
	}
	if j.MaxItems > 0 && len(all) > j.MaxItems {
		all = all[:j.MaxItems]
	}
	seen := map[string]int64{}
	for i := range all {
		m := &all[i]
		id := m.ID
		if hash, ok := seen[id]; !ok {
			seen[id] = m.Hash
		} else if hash != m.Hash {
			id = fmt.Sprintf("%s~%x", id, uint64(m.Hash)) // the id of another message
		}
		it := h.base(j, id, m.URL, m.Title, m.Published)
		it.Hash, it.Author = m.Hash, m.Author
		it.Alt = feed.Hash([]byte("message"), []byte(id))
		it.Excerpt = plain.Cut(strings.ReplaceAll(m.Text, "\n\n", " "), 400)
		if m.Root() {
			if it.Taken {
				h.judge(&it, j, m.Text)
			}
			if it.Taken {
				it.Links = identities(m.Links)
				p := m.Page(h.matcher.Interest)
				own := h.storePage(0, p, "text/plain; charset=utf-8", []byte(m.Text))
				it.Own = &own
			}
		} else {
			it.Root = feed.Hash([]byte("id"), []byte(m.Thread))
		}
		out.items = append(out.items, it)
	}
	sort.SliceStable(out.items, func(a, b int) bool { return out.items[a].Root == 0 && out.items[b].Root != 0 })
	return broke
}

// base is what every kind of item has: identity, place in time, and the source's marks. Taken
// says whether it passes include, exclude and the window; the topic is still to be judged.
func (h *Harvester) base(j job, id, url, title string, published time.Time) store.Item {
	now := h.cfg.Now()
	it := store.Item{
		URL: url, Canonical: link.Canonical(url), Title: title, Weight: cmp.Or(j.Weight, 1), Section: j.Section, Credit: j.Credit,
	}
	it.Alt = feed.Hash([]byte(it.Canonical), []byte(title))
	it.Key = it.Alt
	if id != "" {
		it.Key = feed.Hash([]byte("id"), []byte(id))
	}
	if !published.After(now) { // a date in the future is treated as first seen
		it.Published = published
	}
	it.Taken = url != "" && passes(title, j.Include, j.Exclude)
	if w := h.cfg.Topic.Window; w > 0 && !it.Published.IsZero() && now.Sub(it.Published) > w {
		it.Taken = false
	}
	return it
}

// judge decides by the topic.
func (h *Harvester) judge(it *store.Item, j job, text string) {
	it.Matched = h.matcher.Judge(it.Title, it.URL, text)
	if j.Match != "all" && len(it.Matched) == 0 {
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
