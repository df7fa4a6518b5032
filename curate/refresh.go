package curate

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"wiredesk/curate/story"
	"wiredesk/store"
)

// groupWindow is how far back a new candidate may find its story: news are told within a few
// weeks.
const groupWindow = 21 * 24 * time.Hour

// maxGrouped is how many candidates are compared, the newest: far more than come in these weeks, but
// no more after a harvest of everything that there ever was.
const maxGrouped = 50_000

// refreshBatch is how many candidates are in memory whole at once, whatever a harvest brings.
const refreshBatch = 5000

// place is where grouping puts a candidate.
type place struct {
	id, story, join int64
	lead, loose     bool
}

// Refresh scores the candidates that are new or were seen again, and groups those that have no
// story yet. First it learns from what was decided and published since the last time. It costs by what
// is new and by what came in the last weeks, never by the history.
func (d *Desk) Refresh(ctx context.Context) error {
	since := d.now().Add(-groupWindow)
	m, learnt, err := d.learn(ctx)
	if err != nil {
		return err
	}
	if learnt {
		if err := d.rescore(ctx, m); err != nil {
			return err
		}
	}
	if one, err := d.Store.Candidates(ctx, store.Filter{Stale: true, Sort: "old", Limit: 1}); err != nil || len(one) == 0 {
		return err
	}
	places, newest, err := d.group(ctx, since)
	if err != nil {
		return err
	}
	leads := map[int64]int64{} // stories of the candidates that others join
	for _, p := range places {
		if p.join != 0 {
			leads[p.join] = 0
		}
	}
	scorer, err := d.scorer(ctx, m)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		stale, err := d.Store.Candidates(ctx, store.Filter{Stale: true, Sort: "old", After: after, Limit: refreshBatch})
		if err != nil {
			return err
		}
		if len(stale) == 0 {
			return d.fair(ctx)
		}
		var near []store.Brief // a backlog has no news to share
		if after == 0 && len(stale) < refreshBatch {
			if near, err = d.around(ctx, stale); err != nil {
				return err
			}
		}
		after = stale[len(stale)-1].ID
		seen, err := d.seen(ctx, stale)
		if err != nil {
			return err
		}
		scores := scorer.Score(seen, near)
		ranks := make([]store.Rank, 0, len(stale))
		for i, c := range stale {
			r := store.Rank{ID: c.ID, Score: scores[i].Score, Why: scores[i].Why}
			for len(places) > 0 && places[0].id < c.ID {
				places = places[1:]
			}
			switch {
			case len(places) > 0 && places[0].id == c.ID:
				p := places[0]
				r.Story, r.Join, r.Lead, r.Loose = p.story, p.join, p.lead, p.loose
				if st := leads[p.join]; st != 0 { // of an earlier batch
					r.Story, r.Join = st, 0
				}
			case c.StoryID == 0 && c.ID > newest && !c.FirstSeen.Before(since): // it came meanwhile, and waits for the next time
				continue
			}
			ranks = append(ranks, r)
		}
		if err := d.Store.SetRanks(ctx, ranks); err != nil {
			return err
		}
		for _, r := range ranks {
			if _, joined := leads[r.ID]; joined {
				leads[r.ID] = r.Story
			}
		}
	}
}

// loose returns those of the candidates that may still find their story: queued, and alone in one
// that nobody touched. A page that is read later tells what belongs together.
func (d *Desk) loose(ctx context.Context, recent []store.Brief) (map[int64]bool, error) {
	var ids []int64
	for _, c := range recent {
		if c.Stale && c.StoryID != 0 && c.State == store.Queued {
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

// group finds the stories of the candidates first seen since then that are to be grouped, by id, and
// tells the newest that it knew of.
func (d *Desk) group(ctx context.Context, since time.Time) (places []place, newest int64, err error) {
	recent, err := d.Store.Recent(ctx, since, maxGrouped)
	if err != nil || len(recent) == 0 {
		return nil, 0, err
	}
	newest = recent[len(recent)-1].ID
	loose, err := d.loose(ctx, recent)
	if err != nil {
		return nil, 0, err
	}
	members := make([]story.Member, len(recent))
	var fresh []int64
	for i, c := range recent {
		if loose[c.ID] {
			c.StoryID = 0
		}
		members[i] = story.Member{Brief: c}
		if c.Stale && c.StoryID == 0 {
			fresh = append(fresh, c.ID)
		}
	}
	if len(fresh) == 0 {
		return nil, newest, nil
	}
	stories := map[int64]bool{}
	for _, m := range members {
		stories[m.StoryID] = true
	}
	settled, err := d.Store.SettledStories(ctx, slices.Collect(maps.Keys(stories)))
	if err != nil {
		return nil, 0, err
	}
	for i := range members {
		members[i].Fixed = members[i].StoryID != 0 && settled[members[i].StoryID]
	}
	links, err := d.links(ctx, since, members, fresh)
	if err != nil {
		return nil, 0, err
	}
	for i, j := range story.Group(members, links) {
		m := &members[i]
		if !m.Stale || j < 0 {
			continue
		}
		p := place{id: m.ID, loose: loose[m.ID]}
		switch {
		case j == i:
			p.lead = true
		case members[j].StoryID != 0:
			p.story = members[j].StoryID
		default:
			p.join = members[j].ID
		}
		places = append(places, p)
	}
	return places, newest, nil
}

// links finds the links among members that begin or end at a fresh one.
func (d *Desk) links(ctx context.Context, since time.Time, members []story.Member, fresh []int64) ([]story.Link, error) {
	var out []story.Link
	index := func(id int64) (int32, bool) {
		i, ok := slices.BinarySearchFunc(members, id, func(m story.Member, id int64) int { return cmp.Compare(m.ID, id) })
		return int32(i), ok
	}
	at := story.Pages(members)
	err := d.Store.Outlinks(ctx, fresh, func(id int64, links []string) {
		from, ok := index(id)
		if !ok || len(links) > story.HubLinks {
			return
		}
		for _, l := range links {
			if to, ok := at[l]; ok && to != from {
				out = append(out, story.Link{From: from, To: to})
			}
		}
	})
	if err != nil || len(fresh) == len(members) {
		return out, err
	}
	err = d.Store.LinksTo(ctx, since, fresh, func(fromID, toID int64, of int) {
		from, ok := index(fromID)
		to, also := index(toID)
		if ok && also && from != to && of <= story.HubLinks {
			out = append(out, story.Link{From: from, To: to})
		}
	})
	return out, err
}
