package harvest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/maillist"
	"wiredesk/harvest/page"
	"wiredesk/harvest/release"
)

// Probe is what a harvest would see of a document, storing nothing. One of Feed with Entries,
// Releases, Messages and Page is set, by Kind.
type Probe struct {
	Kind     string
	Found    string // the feed that the probed web page names, where that was followed
	Feed     feed.Feed
	Entries  []feed.Item
	Releases []release.Release
	Messages []maillist.Message
	Page     *page.Page
	Warnings []string
}

// ProbeURL fetches a URL and reads it as kind; an empty kind is found out, and then a web page
// that names a feed is that feed.
func (h *Harvester) ProbeURL(ctx context.Context, kind, url string) (Probe, error) {
	found := ""
	addresses := []string{url}
	limit := int64(fetch.FeedLimit)
	switch kind {
	case KindReleases:
		addresses = release.Endpoints(url)
	case KindList, "":
		addresses[0] = maillist.Endpoint(url)
		limit = fetch.ListLimit
	case KindPage:
		limit = fetch.PageLimit
	}
	var p Probe
	var err error
	for i := 0; i < len(addresses) && i < 4; i++ {
		var res *fetch.Response
		res, err = h.client.Get(ctx, fetch.Request{URL: addresses[i], Limit: limit, Accept: acceptFeeds, Page: kind == KindPage})
		if err != nil {
			continue
		}
		if kind != KindPage && found == "" && fetch.IsHTML(res.ContentType, res.Body) && (kind != KindReleases || len(addresses) == 1) {
			if feeds := page.Feeds(res.Body, res.URL); len(feeds) > 0 {
				found = feeds[0]
				addresses = append(addresses[:i+1], found)
				continue
			}
		}
		p, err = h.ProbeBytes(ctx, kind, res.Body, res.URL, res.ContentType)
		p.Found = found
		if err == nil && len(p.Entries)+len(p.Releases)+len(p.Messages) == 0 && p.Page == nil && i+1 < len(addresses) {
			continue
		}
		return p, err
	}
	return p, err
}

// ProbeBytes reads a document that came from url with a content type; both may be empty.
func (h *Harvester) ProbeBytes(ctx context.Context, kind string, body []byte, url, contentType string) (Probe, error) {
	p := Probe{Kind: kind}
	body, err := fetch.Gunzip(body, fetch.ListLimit)
	if err != nil {
		return p, err
	}
	if p.Kind == "" {
		switch {
		case maillist.IsMail(body):
			p.Kind = KindList
		case fetch.IsHTML(contentType, body):
			p.Kind = KindPage
		default:
			p.Kind = KindFeed
		}
	}
	if p.Kind == KindList && maillist.IsMail(body) {
		p.Messages, p.Warnings, err = maillist.Parse(body, url)
		return p, err
	}
	text, warning := fetch.UTF8(body, contentType)
	if warning != "" {
		p.Warnings = append(p.Warnings, warning)
	}
	var more []string
	switch p.Kind {
	case KindPage:
		if len(body) > fetch.PageLimit {
			return p, fmt.Errorf("longer than the limit of %d MiB", fetch.PageLimit>>20)
		}
		pg, err := h.readPage(ctx, &fetch.Response{URL: url, ContentType: "text/html; charset=utf-8", Body: text})
		p.Page = &pg
		return p, err
	case KindList:
		p.Messages, more, err = maillist.Parse(text, url)
		p.Warnings = append(p.Warnings, more...)
		if errors.Is(err, maillist.ErrCut) {
			p.Warnings, err = append(p.Warnings, err.Error()), nil
		}
		return p, err
	case KindFeed, KindReleases:
		d, err := feed.Slice(text)
		if err != nil {
			return p, err
		}
		m := feed.Meta{URL: url, Zone: time.UTC}
		if p.Kind == KindReleases {
			p.Releases, more, err = release.Parse(d, nil, m)
		} else {
			p.Feed, p.Entries, more, err = d.Parse(nil, m)
		}
		p.Warnings = append(p.Warnings, more...)
		if d.Cut {
			p.Warnings = append(p.Warnings, "the feed breaks off before its end")
		}
		return p, err
	}
	return p, errors.New("there is no kind " + kind + " to probe; there are feed, releases, list, page")
}
