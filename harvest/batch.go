package harvest

import (
	"context"
	"sync"
	"time"

	"wiredesk/store"
)

// When polls are stored, and why so late: a transaction costs as much as dozens of polls. A kill
// before it means that their sources are asked again.
const (
	maxBatch      = 1000 // polls
	maxBatchItems = 1000
	maxBatchAge   = time.Second
)

// batch is the polls of one run that wait to be stored together.
type batch struct {
	store   *store.Store
	storing sync.Mutex // while it is held, who brings more than a batch waits

	mu      sync.Mutex
	polls   []store.Poll
	out     []*Outcome // of the polls: they tell what became of them when that is known
	items   int        // of the polls
	settled time.Time  // when the last ones were stored
}

// add has a poll stored, now or with others.
func (b *batch) add(ctx context.Context, src store.Source, items []store.Item, out *Outcome) error {
	b.mu.Lock()
	b.polls, b.out = append(b.polls, store.Poll{Source: src, Items: items}), append(b.out, out)
	b.items += len(items)
	full := len(b.polls) >= maxBatch || b.items >= maxBatchItems || time.Since(b.settled) > maxBatchAge
	b.mu.Unlock()
	if full {
		return b.settle(ctx)
	}
	return nil
}

// settle stores the polls that wait, even where ctx has ended.
func (b *batch) settle(ctx context.Context) error {
	b.storing.Lock()
	defer b.storing.Unlock()
	b.mu.Lock()
	polls, out := b.polls, b.out
	b.polls, b.out, b.items, b.settled = nil, nil, 0, time.Now()
	b.mu.Unlock()
	if len(polls) == 0 {
		return nil
	}
	err := b.store.AddPolls(context.WithoutCancel(ctx), polls)
	for i, p := range polls {
		if p.Err != nil {
			out[i].Stage, out[i].Error = "store", p.Err.Error()
		}
		out[i].New, out[i].Known, out[i].candidates = p.Added.New, out[i].Known+p.Added.Known, p.Added.Candidates
	}
	return err
}
