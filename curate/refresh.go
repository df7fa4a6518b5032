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
	loose, err := d.loose(ctx, stale)
	if err != nil {
		return err
	}
	for i, c := range stale {
		ids[i] = c.ID
		if c.StoryID == 0 || loose[c.ID] {
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
		ranks[i].ID, ranks[i].Loose = c.ID, loose[c.ID]
		ranks[i].Score, ranks[i].Why = rank.Score(c, len(wires[c.ID]), now)
	}
	if fresh > 0 {
		if err := d.group(ctx, ranks, at, loose); err != nil {
			return err
		}
	}
	return d.Store.SetRanks(ctx, ranks)
}

// loose returns those of the candidates that may still find their story: queued, and alone in one
// that nobody touched. A page that is read later tells what belongs together.
func (d *Desk) loose(ctx context.Context, stale []store.Candidate) (map[int64]bool, error) {
	var ids []int64
	for _, c := range stale {
		if c.StoryID != 0 && c.State == store.Queued {
			ids = append(ids, c.StoryID)
		}
	}
	members, err := d.Store.StoryCandidates(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	for id, all := range members {
		if len(all) != 1 {
			continue
		}
		st, err := d.Store.Story(ctx, id)
		if err != nil {
			return nil, err
		}
		if st.Headline == "" && st.Note == "" && st.Week == "" && st.Section == "" && !st.Settled {
			out[all[0].ID] = true
		}
	}
	return out, nil
}

// group fills in the stories of the candidates that have none.
func (d *Desk) group(ctx context.Context, ranks []store.Rank, at map[int64]int, loose map[int64]bool) error {
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
		if loose[c.ID] {
			c.StoryID = 0
		}
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
