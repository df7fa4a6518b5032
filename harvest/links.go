package harvest

import (
	"context"
	"errors"
	"strings"

	"wiredesk/harvest/fetch"
)

// LinkAnswer is what the network says of a link.
type LinkAnswer struct {
	Dead    string // why nobody can read the page; empty: it can be read, or that is not known
	Unknown string // why that is not known: its site answers people only, or not at the moment
	HTTPS   bool   // the link says http, and the page answers under https too
}

// AskLinks asks for the page behind every URL once, politely as a harvest does, and stores nothing.
// Answers come in the order of the URLs. Only what is sure makes a page dead: it is not there, or
// its host is not. Whoever refuses programs, is busy or does not answer in time is not known. The
// error is the store's, or the end of ctx.
func (h *Harvester) AskLinks(ctx context.Context, urls []string, progress func(done, total int, what string)) ([]LinkAnswer, error) {
	if h.store != nil {
		waits, err := h.store.Waits(ctx)
		if err != nil {
			return nil, err
		}
		h.client.SetWaits(waits)
	}
	out := make([]LinkAnswer, len(urls))
	err := h.each(ctx, len(urls), func(i int) string { return urls[i] }, func(i int) error {
		out[i] = answered(h.ask(ctx, urls[i]))
		if rest, ok := strings.CutPrefix(urls[i], "http://"); ok && out[i].Dead == "" {
			out[i].HTTPS = h.ask(ctx, "https://"+rest) == nil
		}
		return ctx.Err()
	}, func(done int) {
		if progress != nil {
			progress(done, len(urls), "links")
		}
	})
	return out, err
}

func (h *Harvester) ask(ctx context.Context, url string) error {
	_, err := h.client.Get(ctx, fetch.Request{URL: url, Limit: fetch.PageLimit, Accept: acceptPages, Page: true})
	var f *fetch.Error
	if errors.As(err, &f) && f.Status == 200 {
		return nil // it is there, and only too long for us
	}
	return err
}

// answered judges why a page could not be had.
func answered(err error) LinkAnswer {
	var f *fetch.Error
	switch {
	case err == nil:
		return LinkAnswer{}
	case !errors.As(err, &f):
		return LinkAnswer{Unknown: err.Error()}
	case f.Dead():
		return LinkAnswer{Dead: f.Text}
	}
	return LinkAnswer{Unknown: f.Text}
}
