package curate

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wiredesk/curate/rank"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Learned is all that ranking has learned, for a page of its own.
type Learned struct {
	Made       time.Time     // when; zero: nothing was learned yet, and the topic's terms decide
	Took, Seen int           // links it was learned from: taken, and chosen on
	Pins       []store.Pin   // the editor's own weights, which win over all else
	Terms      []rank.Learnt // words and topic terms, the weightiest first
	Sites      []rank.Learnt // hosts, and hosts with the first part of a path
	Sources    []rank.Learnt // lines of feeds.yaml, by what was decided on of what they showed
}

// Learned returns what ranking has learned, after learning what is new.
func (d *Desk) Learned(ctx context.Context) (Learned, error) {
	m, learnt, err := d.learn(ctx)
	if err == nil && learnt {
		err = d.rescore(ctx, m)
	}
	if err != nil {
		return Learned{}, err
	}
	var out Learned
	if out.Pins, err = d.Store.Pins(ctx); err != nil || m == nil {
		return out, err
	}
	stored, err := d.Store.Learned(ctx)
	if err != nil {
		return out, err
	}
	out.Made, out.Took, out.Seen = stored.Made, m.Took, m.Seen
	out.Terms, out.Sites = m.Terms(), m.Sites()
	scorer, err := d.scorer(ctx, m)
	if err != nil {
		return out, err
	}
	sources, err := d.Store.Sources(ctx)
	if err != nil {
		return out, err
	}
	for _, src := range sources {
		if w, ok := scorer.Source(src.ID); ok {
			out.Sources = append(out.Sources, rank.Learnt{Name: src.Name, Weight: w, Record: scorer.Sources[src.ID]})
		}
	}
	slices.SortStableFunc(out.Sources, func(a, b rank.Learnt) int { return cmp.Compare(b.Weight, a.Weight) })
	return out, nil
}

// Pin gives a term or a site (a host, or a host with a path) a weight of the editor's own in every
// score, in place of what the topic says of it and of what was learned; 0 makes it count nothing. The
// queued candidates of the open window are scored again at once.
func (d *Desk) Pin(ctx context.Context, name string, weight float64) error {
	name, err := pinName(name)
	if err != nil {
		return err
	}
	if !(weight >= rank.Muted && weight <= -rank.Muted) {
		return mistake("a weight is a number from %d to %d; \"arm64\" in a title weighs 3", rank.Muted, -rank.Muted)
	}
	if err := d.Store.SetPin(ctx, store.Pin{Name: name, Weight: weight}); err != nil {
		return err
	}
	return d.reweigh(ctx)
}

// Mute pins a term or a site at the least weight: what has it goes to the end of the queue, and stays
// in it.
func (d *Desk) Mute(ctx context.Context, name string) error { return d.Pin(ctx, name, rank.Muted) }

// Unpin takes a pin or a mute away again.
func (d *Desk) Unpin(ctx context.Context, name string) error {
	name, err := pinName(name)
	if err != nil {
		return err
	}
	if err := d.Store.DropPin(ctx, name); errors.Is(err, store.ErrNotFound) {
		return mistake("%q is neither pinned nor muted; `wiredesk learned` lists what is", name)
	} else if err != nil {
		return err
	}
	return d.reweigh(ctx)
}

// reweigh scores the open window again, by what was learned before and the pins as they are.
func (d *Desk) reweigh(ctx context.Context) error {
	m, _, err := d.learn(ctx)
	if err != nil {
		return err
	}
	return d.rescore(ctx, m)
}

// pinName is the name under which a pin is kept: lower case, of a site without scheme, "www." and a
// slash at the end.
func pinName(s string) (string, error) {
	name := strings.ToLower(plain.Line(s))
	if strings.Contains(name, "://") {
		clean, err := link.Clean(name, "")
		if err != nil {
			return "", mistake("%q: %v", s, err)
		}
		_, name, _ = strings.Cut(link.Canonical(clean), "://")
	}
	if rank.IsSite(name) {
		name = strings.TrimPrefix(strings.TrimRight(name, "/."), "www.")
	}
	if name == "" || len(name) > 200 {
		return "", mistake("%q is no term or site to pin", s)
	}
	return name, nil
}
