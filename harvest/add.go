package harvest

import (
	"context"
	"errors"

	"wiredesk/harvest/feed"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Captured is the source under which links stand that the editor adds himself.
const Captured = "captured"

// LinkError is why a captured link is refused.
type LinkError struct{ text string }

func (e *LinkError) Error() string { return e.text }

// Add puts a link that the editor found into the queue, whatever the topic says, and reports
// whether it is new there. A captured link is a sighting like any other. The error is a
// *LinkError where the link is at fault.
func (h *Harvester) Add(ctx context.Context, url, title string) (store.Candidate, bool, error) {
	clean, err := link.Clean(url, "")
	if err != nil {
		return store.Candidate{}, false, &LinkError{plain.Cut(plain.Line(url), 80) + ": " + err.Error()}
	}
	title = plain.Cut(plain.Line(title), 500)
	canonical := link.Canonical(clean)
	waits, err := h.store.Waits(ctx)
	if err != nil {
		return store.Candidate{}, false, err
	}
	h.client.SetWaits(waits)
	src, err := h.store.SyncSources(ctx, []store.Source{{Name: Captured, Kind: Captured, URL: ""}})
	if err != nil {
		return store.Candidate{}, false, err
	}
	known, err := h.store.CandidateByURL(ctx, canonical)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return known, false, err
	}
	isNew := err != nil
	if !isNew { // found by what its page states of itself: that is the candidate
		canonical = known.Canonical
	}
	key := feed.Hash([]byte(canonical))
	it := store.Item{
		Key: key, Alt: key, Hash: key, URL: clean, Canonical: canonical, Title: title, Taken: true, Matched: h.matcher.Judge(title, clean, ""),
	}
	state := src[0]
	state.LastPoll, state.LastSuccess = h.cfg.Now(), h.cfg.Now()
	if _, err := h.store.AddItems(ctx, state, []store.Item{it}); err != nil {
		return known, false, err
	}
	c, err := h.store.CandidateByURL(ctx, canonical)
	return c, isNew, err
}
