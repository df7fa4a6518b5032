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

// refreshBatch is how many candidates are in memory whole at once, whatever a harvest brings.
const refreshBatch = 1000

// Refresh scores the candidates that are new or were seen again, and groups those that have no
// story yet. It costs by what is new and by what came in the last weeks, never by the history.
func (d *Desk) Refresh(ctx context.Context) error {
	var ranks []store.Rank
	at := map[int64]int{}     // place in ranks
	loose := map[int64]bool{} // those that may still find their story
	fresh := false            // some are to be grouped
	now := d.now()
	for after := int64(0); ; {
		stale, err := d.Store.Candidates(ctx, store.Filter{Stale: true, Sort: "old", After: after, Limit: refreshBatch})
		if err != nil {
			return err
		}
		if len(stale) == 0 {
			break
		}
		after = stale[len(stale)-1].ID
		ids := make([]int64, len(stale))
		for i, c := range stale {
			ids[i] = c.ID
		}
		wires, err := d.Store.Wires(ctx, ids)
		if err != nil {
			return err
		}
		if err := d.loose(ctx, stale, loose); err != nil {
			return err
		}
		for _, c := range stale {
			r := store.Rank{ID: c.ID, Loose: loose[c.ID]}
			r.Score, r.Why = rank.Score(c, wires[c.ID], now)
			at[c.ID] = len(ranks)
			ranks = append(ranks, r)
			fresh = fresh || c.StoryID == 0 || r.Loose
		}
	}
	if len(ranks) == 0 {
		return nil
	}
	if fresh {
		if err := d.group(ctx, ranks, at, loose); err != nil {
			return err
		}
	}
	return d.Store.SetRanks(ctx, ranks)
}

// loose marks those of the candidates that may still find their story: queued, and alone in one
// that nobody touched. A page that is read later tells what belongs together.
func (d *Desk) loose(ctx context.Context, stale []store.Candidate, out map[int64]bool) error {
	var ids []int64
	for _, c := range stale {
		if c.StoryID != 0 && c.State == store.Queued {
			ids = append(ids, c.StoryID)
		}
	}
	members, err := d.Store.StoryCandidates(ctx, ids)
	if err != nil {
		return err
	}
	for id, all := range members {
		if len(all) != 1 {
			continue
		}
		st, err := d.Store.Story(ctx, id)
		if err != nil {
			return err
		}
		if st.Headline == "" && st.Note == "" && st.Week == "" && st.Section == "" && !st.Settled {
			out[all[0].ID] = true
		}
	}
	return nil
}

// group fills in the stories of the candidates that have none.
func (d *Desk) group(ctx context.Context, ranks []store.Rank, at map[int64]int, loose map[int64]bool) error {
	recent, err := d.Store.Recent(ctx, d.now().Add(-groupWindow))
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
		members[i] = story.Member{Brief: c, Links: links[c.ID], Fixed: c.StoryID != 0 && settled[c.StoryID]}
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
