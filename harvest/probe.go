package harvest

import (
	"context"
	"errors"
	"fmt"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/maillist"
	"wiredesk/harvest/page"
	"wiredesk/harvest/release"
	"wiredesk/harvest/search"
)

// Probe is what a harvest would see of a document, storing nothing. What is set goes by Kind:
// Feed and Entries (also of a page read by selectors, and of links: true), Releases, Messages,
// Hits, or Page.
type Probe struct {
	Kind     string
	Found    string // the feed that the probed web page names, where that was followed
	Feed     feed.Feed
	Entries  []feed.Item
	Releases []release.Release
	Messages []maillist.Message
	Hits     []search.Hit
	Page     *page.Page
	Warnings []string
}

// facts reports a source of which not the items are wanted but the page itself.
func (s *Source) facts() bool { return s.Kind == KindPage && s.Item == "" && !s.Links }

// ProbeURL asks for a source as a harvest does. An empty kind is found out, and then, or where
// the kind is feed, a web page that names a feed is that feed.
func (h *Harvester) ProbeURL(ctx context.Context, s Source) (Probe, error) {
	if s.Kind != "" && s.Kind != KindFeed && !s.facts() {
		return h.probe(ctx, s, (*asking).ask)
	}
	req := fetch.Request{URL: s.URL, Headers: s.Secret, Limit: fetch.FeedLimit, Accept: acceptFeeds}
	switch {
	case s.facts():
		req.Limit, req.Accept, req.Page = fetch.PageLimit, acceptPages, true
	case s.Kind == "":
		req.Limit = fetch.ListLimit
		if ways := maillist.Ask(s.URL, h.since(), h.cfg.Now()); len(ways) > 0 && (len(ways[0]) != 1 || ways[0][0].URL != s.URL) {
			s.Kind = KindList // the address of a list says so
			return h.probe(ctx, s, (*asking).ask)
		}
	}
	res, err := h.client.Get(ctx, req)
	if err != nil {
		return Probe{Kind: s.Kind}, err
	}
	if !s.facts() && fetch.IsHTML(res.ContentType, res.Body) {
		text, _ := fetch.UTF8(res.Body, res.ContentType)
		if feeds := page.Feeds(text, res.URL); len(feeds) > 0 {
			// Whatever a page names, it is no place for the source's secrets.
			p, err := h.probe(ctx, Source{Kind: KindFeed, URL: feeds[0], Links: s.Links, Zone: s.Zone}, (*asking).ask)
			p.Found = feeds[0]
			if err == nil || s.Kind == KindFeed || ctx.Err() != nil {
				return p, err
			}
			about := fmt.Sprintf("the page names the feed %s, which cannot be read: %v", feeds[0], err)
			s.URL = res.URL
			p, err = h.ProbeBytes(ctx, s, res.Body, res.ContentType)
			p.Warnings = append(p.Warnings, about)
			return p, err
		}
	}
	s.URL = res.URL
	return h.ProbeBytes(ctx, s, res.Body, res.ContentType)
}

// ProbeBytes reads a document as that of a source. It came from the source's URL with a content
// type; both may be empty.
func (h *Harvester) ProbeBytes(ctx context.Context, s Source, body []byte, contentType string) (Probe, error) {
	r := answer{Response: &fetch.Response{URL: s.URL, Status: 200, ContentType: contentType, Body: body}}
	if s.Kind == "" {
		text, err := fetch.Gunzip(body, fetch.ListLimit)
		switch {
		case err != nil:
			return Probe{}, err
		case maillist.IsMail(text):
			s.Kind = KindList
		case fetch.IsHTML(contentType, text):
			s.Kind = KindPage
		default:
			s.Kind = KindFeed
		}
	}
	if s.facts() {
		return h.probePage(ctx, r.Response)
	}
	return h.probe(ctx, s, func(a *asking, ctx context.Context) error {
		switch s.Kind {
		case KindFeed:
			return a.readFeed(ctx, r)
		case KindReleases:
			return a.readReleases(ctx, r)
		case KindList:
			return a.mails(ctx, r, maillist.Archive{URL: s.URL})
		case KindSearch:
			return a.readSearch(ctx, r)
		case KindPage:
			return a.readListing(ctx, r)
		}
		return errors.New("there is no kind " + s.Kind)
	})
}

// probe runs one poll and hands out what it read. A document that breaks off is a warning where
// something was read of it.
func (h *Harvester) probe(ctx context.Context, s Source, read func(*asking, context.Context) error) (p Probe, err error) {
	a := &asking{Harvester: h, job: job{Source: s}, first: true, probing: true}
	defer a.free()
	defer func() {
		if v := recover(); v != nil {
			p, err = Probe{Kind: s.Kind}, errors.New(broken(v))
		}
	}()
	err = read(a, ctx)
	p = a.seen
	p.Kind, p.Warnings = s.Kind, a.out.warnings
	if err != nil && ctx.Err() == nil && len(p.Entries)+len(p.Releases)+len(p.Messages)+len(p.Hits) > 0 {
		p.Warnings, err = append(p.Warnings, err.Error()), nil
	}
	return p, err
}

// probePage reads the facts of a page.
func (h *Harvester) probePage(ctx context.Context, res *fetch.Response) (Probe, error) {
	p := Probe{Kind: KindPage}
	body, err := fetch.Gunzip(res.Body, fetch.PageLimit)
	if err != nil {
		return p, err
	}
	if len(body) > fetch.PageLimit {
		return p, fmt.Errorf("longer than the limit of %d MiB", fetch.PageLimit>>20)
	}
	text, warning := fetch.UTF8(body, res.ContentType)
	if warning != "" {
		p.Warnings = append(p.Warnings, warning)
	}
	pg, err := h.readPage(ctx, &fetch.Response{URL: res.URL, ContentType: "text/html; charset=utf-8", Body: text})
	p.Page = &pg
	return p, err
}
