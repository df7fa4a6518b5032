package harvest

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"wiredesk/harvest/fetch"
	"wiredesk/harvest/page"
	"wiredesk/harvest/search"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// acceptSearch asks for JSON first: some hosts answer a search in HTML to anyone else.
const acceptSearch = "application/json, " + acceptFeeds

// search polls a source of kind search.
func (a *asking) search(ctx context.Context) error {
	address, err := search.Address(search.Query{URL: a.URL, Terms: a.Query, Since: a.since().Truncate(24 * time.Hour)})
	if err != nil {
		return &stageError{stage: "fetch", text: err.Error()}
	}
	if link.Host(address) == "api.github.com" {
		if err := a.github.turn(ctx, a.cfg.Now, a.Bearer != ""); err != nil {
			return err
		}
	}
	r, err := a.get(ctx, address, acceptSearch, fetch.FeedLimit)
	if err != nil {
		return err
	}
	if r.NotModified {
		a.out.notModified = true
		return nil
	}
	return a.readSearch(ctx, r)
}

// readSearch reads the results of a search: JSON, or a feed.
func (a *asking) readSearch(ctx context.Context, r answer) error {
	text, err := a.text(r, fetch.FeedLimit)
	if err != nil {
		return err
	}
	if !search.IsJSON(text) {
		return a.parse(ctx, func() error {
			_, err := a.parseFeed(ctx, text, r)
			return err
		})
	}
	var hits []search.Hit
	err = a.parse(ctx, func() error {
		var warnings []string
		hits, warnings, err = search.Read(text, cmp.Or(r.URL, a.URL))
		a.warn(warnings...)
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return a.unread(err)
	}
	if a.MaxItems > 0 && len(hits) > a.MaxItems {
		hits = hits[:a.MaxItems]
	}
	a.seen.Hits = hits
	hashes := make([]int64, len(hits))
	for i := range hits {
		hashes[i] = hits[i].Hash
	}
	unseen, err := a.unseen(ctx, hashes)
	if err != nil {
		return err
	}
	for i := range hits {
		if !unseen(hits[i].Hash) {
			a.out.known++
			continue
		}
		a.out.items = append(a.out.items, a.ofHit(&hits[i]))
	}
	a.whole(r, len(hits))
	return nil
}

// ofHit judges one result of a search.
func (a *asking) ofHit(hit *search.Hit) store.Item {
	it := a.base(hit.ID, hit.URL, hit.Title, hit.Published)
	it.Hash, it.Author = hit.Hash, hit.Author
	it.Facts = store.Facts{Kind: hit.Kind, State: hit.State, Labels: hit.Labels, Comments: hit.Comments, Points: hit.Points}
	html := hit.Content + hit.Summary
	text := page.Text(html)
	it.Excerpt = plain.Cut(strings.ReplaceAll(text, "\n\n", " "), 400)
	if !it.Taken {
		return it
	}
	a.judge(&it, strings.Join(append([]string{text}, hit.Labels...), "\n\n"))
	if it.Taken {
		it.Links = identities(append(page.Links(html, hit.URL), hit.Links...))
		it.Page = worthFetching(it.URL)
	}
	return it
}

// The searches a minute that GitHub allows: with a token, and without.
const (
	githubSearches  = 30
	githubAnonymous = 10
)

// pace keeps a limit of requests a minute.
type pace struct {
	mu   sync.Mutex
	last []time.Time // of the requests within the last minute
}

// turn waits until another request is within the limit.
func (p *pace) turn(ctx context.Context, now func() time.Time, token bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	limit := githubAnonymous
	if token {
		limit = githubSearches
	}
	wait := p.wait(now(), limit)
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.last = append(p.last, now())
	return nil
}

// wait is how long another request has to wait so that no minute sees more than limit.
func (p *pace) wait(now time.Time, limit int) time.Duration {
	for len(p.last) > 0 && now.Sub(p.last[0]) >= time.Minute {
		p.last = p.last[1:]
	}
	if len(p.last) < limit {
		return 0
	}
	return p.last[len(p.last)-limit].Add(time.Minute).Sub(now)
}
