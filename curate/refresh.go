package curate

import (
	"context"
	"time"

	"wiredesk/curate/rank"
	"wiredesk/curate/story"
	"wiredesk/store"
)

// groupWindow is how far back a new candidate may find its story: news are told within a few
// weeks.
const groupWindow = 21 * 24 * time.Hour

// Refresh scores the candidates that are new or were seen again, and groups those that have no
// story yet. It costs by what is new and by what came in the last weeks, never by the history.
func (d *Desk) Refresh(ctx context.Context) error {
	stale, err := d.Store.Candidates(ctx, store.Filter{Stale: true, Sort: "old"})
	if err != nil || len(stale) == 0 {
		return err
	}
	ids := make([]int64, len(stale))
	fresh := 0 // of these, without a story
	for i, c := range stale {
		ids[i] = c.ID
		if c.StoryID == 0 {
			fresh++
		}
	}
	wires := map[int64]map[string]bool{}
	err = d.Store.Sightings(ctx, ids, func(g store.Sighting) {
		if wires[g.CandidateID] == nil {
			wires[g.CandidateID] = map[string]bool{}
		}
		wires[g.CandidateID][g.Source] = true
	})
	if err != nil {
		return err
	}
	now := d.now()
	ranks := make([]store.Rank, len(stale))
	at := map[int64]int{}
	for i, c := range stale {
		at[c.ID] = i
		ranks[i].ID = c.ID
		ranks[i].Score, ranks[i].Why = rank.Score(c, len(wires[c.ID]), now)
	}
	if fresh > 0 {
		if err := d.group(ctx, ranks, at); err != nil {
			return err
		}
	}
	return d.Store.SetRanks(ctx, ranks)
}

// group fills in the stories of the candidates that have none.
func (d *Desk) group(ctx context.Context, ranks []store.Rank, at map[int64]int) error {
	recent, err := d.Store.Candidates(ctx, store.Filter{Since: d.now().Add(-groupWindow), Sort: "old"})
	if err != nil {
		return err
	}
	ids := make([]int64, len(recent))
	for i, c := range recent {
		ids[i] = c.ID
	}
	links, err := d.Store.Outlinks(ctx, ids)
	if err != nil {
		return err
	}
	settled, err := d.Store.SettledStories(ctx)
	if err != nil {
		return err
	}
	members := make([]story.Member, len(recent))
	for i, c := range recent {
		members[i] = story.Member{Candidate: c, Links: links[c.ID], Fixed: c.StoryID != 0 && settled[c.StoryID]}
	}
	for i, j := range story.Group(members) {
		r, stale := at[members[i].ID]
		switch {
		case !stale || j < 0:
		case j == i:
			ranks[r].Lead = true
		case members[j].StoryID != 0:
			ranks[r].Story = members[j].StoryID
		default:
			ranks[r].Join = members[j].ID
		}
	}
	return nil
}
