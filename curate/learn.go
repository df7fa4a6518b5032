package curate

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"wiredesk/curate/rank"
	"wiredesk/store"
)

// How much ranking learns from at most, the newest: enough for years of issues and months of the
// queue, and read in a moment.
const (
	maxPublished = 3000 // stories
	maxDecided   = 6000
	maxWaiting   = 12_000
)

// What a lesson counts that is no decision.
const (
	weakNo   = 1.0 // it was there in the week of an issue, and was not in it
	openLink = 0.3 // nobody chose yet: it only tells what is common
)

// maxRescored is how many candidates of the open window a new model scores again, the newest.
const maxRescored = 12_000

// Learn makes ranking learn from what was decided and published since it last did, and scores the
// queued candidates of the open window again; older ones keep their scores. It costs next to nothing
// when nothing new is known, and well under a second otherwise. Refresh calls it at the end of a
// harvest, and the commands after ten decisions; a screen may call it when the editor rests. It
// reports whether there was something to learn.
func (d *Desk) Learn(ctx context.Context) (bool, error) {
	m, learnt, err := d.learn(ctx)
	if err != nil || !learnt {
		return false, err
	}
	return true, d.rescore(ctx, m)
}

// LearnAfter is Learn where at least n decisions were made since it last learned.
func (d *Desk) LearnAfter(ctx context.Context, n int64) error {
	old, err := d.Store.Learned(ctx)
	if err != nil {
		return err
	}
	now, err := d.Store.Basis(ctx)
	if err != nil || now.Decision < old.From.Decision+n {
		return err
	}
	_, err = d.Learn(ctx)
	return err
}

// learn returns the model, made anew if there was something to learn.
func (d *Desk) learn(ctx context.Context) (m *rank.Model, learnt bool, err error) {
	old, err := d.Store.Learned(ctx)
	if err != nil {
		return nil, false, err
	}
	now, err := d.Store.Basis(ctx)
	if err != nil {
		return nil, false, err
	}
	if now.Decision == 0 && now.Part == 0 {
		return nil, false, nil
	}
	was := old.From
	// Some more candidates teach little, many more do.
	grown := now.Candidate-was.Candidate > 200+was.Candidate/10
	if was.Decision == now.Decision && was.Part == now.Part && was.Issues == now.Issues && !grown {
		if old.Model == nil {
			return nil, false, nil
		}
		if m, err = rank.Decode(old.Model); err == nil {
			return m, false, nil
		}
	}
	lessons, texts, err := d.lessons(ctx)
	if err != nil {
		return nil, false, err
	}
	l := store.Learned{From: now}
	if m = rank.Learn(lessons, texts); m != nil {
		l.Model = m.Encode()
	}
	return m, m != nil || old.Model != nil, d.Store.SetLearned(ctx, l)
}

// lessons are what is known of the editor's taste: what he decided, what he published, and what was
// queued in the weeks of past issues and is in none of them. What is queued since tells what is common.
// The texts are those of the published stories.
func (d *Desk) lessons(ctx context.Context) (out []rank.Lesson, texts []string, err error) {
	published, err := d.Store.PublishedStories(ctx, maxPublished)
	if err != nil {
		return nil, nil, err
	}
	decided, err := d.Store.Decided(ctx, maxDecided)
	if err != nil {
		return nil, nil, err
	}
	waiting, err := d.Store.Waiting(ctx, maxWaiting)
	if err != nil {
		return nil, nil, err
	}
	issues, err := d.Store.Issues(ctx)
	if err != nil {
		return nil, nil, err
	}
	known := map[string]bool{}
	for _, k := range decided {
		known[k.Canonical] = true
		out = append(out, rank.Lesson{Canonical: k.Canonical, Title: k.Title, Matched: k.Matched, Taken: k.State != store.Rejected, Weight: 1})
	}
	for _, story := range published {
		texts = append(texts, story.Text)
		for _, l := range story.Links {
			if known[l.Canonical] {
				continue
			}
			known[l.Canonical] = true
			title := cmp.Or(l.Label, inWords(l.Canonical)) // a link without a label has its own words only
			lesson := rank.Lesson{Canonical: l.Canonical, Title: title, Taken: true, Weight: 1, Text: len(texts)}
			if d.Judge != nil {
				lesson.Matched = d.Judge(title, l.URL, "")
			}
			out = append(out, lesson)
		}
	}
	var open []rank.Lesson
	past := len(out)
	for _, k := range waiting {
		l := rank.Lesson{Canonical: k.Canonical, Title: k.Title, Matched: k.Matched, Weight: weakNo}
		at := k.Published
		if at.IsZero() {
			at = k.FirstSeen
		}
		switch {
		case known[k.Canonical]:
		case d.passedOver(issues, at):
			out = append(out, l)
		default:
			l.Open, l.Weight = true, openLink
			open = append(open, l)
		}
	}
	if len(out)-past < len(open) { // enough that was passed over tells more
		out = append(out, open...)
	}
	return out, texts, nil
}

// passedOver reports that what is dated then was there in the seven days before a past issue.
func (d *Desk) passedOver(issues []store.Issue, at time.Time) bool {
	for _, i := range issues {
		if i.Published.IsZero() {
			continue
		}
		if appeared, err := d.Newsletter.Publication.Of(i.Week); err == nil && at.Before(appeared) && at.After(appeared.AddDate(0, 0, -7)) {
			return true
		}
	}
	return false
}

// inWords are the words of a link.
func inWords(canonical string) string {
	u, err := url.Parse(canonical)
	if err != nil {
		return canonical
	}
	return strings.NewReplacer("/", " ", "-", " ", "_", " ", ".", " ").Replace(u.Hostname() + u.Path)
}

// scorer returns what scores candidates, with a model.
func (d *Desk) scorer(ctx context.Context, m *rank.Model) (rank.Scorer, error) {
	s := rank.Scorer{Model: m, Now: d.now()}
	var err error
	if s.Pins, err = d.Store.Pins(ctx); err != nil || m == nil {
		return s, err
	}
	s.Sources, err = d.records(ctx)
	return s, err
}

// records is what became of what each source showed, of the newest decisions.
func (d *Desk) records(ctx context.Context) (map[int64]rank.Record, error) {
	decided, err := d.Store.Decided(ctx, maxDecided)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(decided))
	for i, k := range decided {
		ids[i] = k.ID
	}
	shown, err := d.Store.Shown(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[int64]rank.Record{}
	for _, k := range decided {
		for _, src := range shown[k.ID] {
			r := out[src.ID]
			r.Seen++
			if k.State != store.Rejected {
				r.Took++
			}
			out[src.ID] = r
		}
	}
	return out, nil
}

// rescore scores the queued candidates of the open window again, by what is known now.
func (d *Desk) rescore(ctx context.Context, m *rank.Model) error {
	scorer, err := d.scorer(ctx, m)
	if err != nil {
		return err
	}
	window := store.Filter{State: store.Queued, Since: d.now().Add(-groupWindow), Sort: "old"}
	recent, err := d.Store.Recent(ctx, window.Since, maxRescored)
	if err != nil || len(recent) == 0 {
		return err
	}
	window.After, window.Limit = recent[0].ID-1, refreshBatch
	for {
		part, err := d.Store.Candidates(ctx, window)
		if err != nil {
			return err
		}
		if len(part) == 0 {
			return d.fair(ctx)
		}
		window.After = part[len(part)-1].ID
		seen, err := d.seen(ctx, part)
		if err != nil {
			return err
		}
		near, err := d.around(ctx, part)
		if err != nil {
			return err
		}
		scores := make([]store.Scored, len(part))
		for i, s := range scorer.Score(seen, near) {
			scores[i] = store.Scored{ID: part[i].ID, Score: s.Score, Why: s.Why}
		}
		if err := d.Store.SetScores(ctx, scores); err != nil {
			return err
		}
	}
}

// seen adds to candidates the sources that showed them.
func (d *Desk) seen(ctx context.Context, all []store.Candidate) ([]rank.Seen, error) {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	shown, err := d.Store.Shown(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]rank.Seen, len(all))
	for i, c := range all {
		out[i] = rank.Seen{Candidate: c, Sources: shown[c.ID]}
	}
	return out, nil
}

// sameTime is how far apart the dates of links may be that tell one news.
const sameTime = 10 * 24 * time.Hour

// maxAround is how many links, the newest, may lend weight to new ones.
const maxAround = 3000

// around returns those of the recent links that are of the same time as a batch, never nil.
func (d *Desk) around(ctx context.Context, batch []store.Candidate) ([]store.Brief, error) {
	recent, err := d.Store.Recent(ctx, d.now().Add(-groupWindow), maxAround)
	if err != nil {
		return nil, err
	}
	dates := make([]time.Time, len(batch))
	for i, c := range batch {
		if dates[i] = c.Published; dates[i].IsZero() {
			dates[i] = c.FirstSeen
		}
	}
	slices.SortFunc(dates, time.Time.Compare)
	middle := dates[len(dates)/2]
	out := []store.Brief{}
	for _, b := range recent {
		if b.Published.Sub(middle).Abs() <= sameTime {
			out = append(out, b)
		}
	}
	return out, nil
}

// maxHead is how far down the queue is looked for what a loud source pushed off the first page.
const maxHead = 5000

// fair keeps one loud source from filling the first page of the queue. It reads that page, and of the
// rest only what the loud source has before it.
func (d *Desk) fair(ctx context.Context) error {
	var head []store.Scored
	var places []rank.Place
	had := map[int64]int{}
	within := 0
	err := d.Store.Head(ctx, func(c store.Scored, src store.SourceName) bool {
		head = append(head, c)
		places = append(places, rank.Place{Score: c.Score, Why: c.Why, Source: src})
		if had[src.ID]++; src.ID == 0 || had[src.ID] <= rank.Quota {
			within++
		}
		return within < rank.Page && len(head) < maxHead
	})
	if err != nil {
		return err
	}
	var scores []store.Scored
	for i, p := range rank.Fair(places) {
		scores = append(scores, store.Scored{ID: head[i].ID, Score: p.Score, Why: p.Why})
	}
	return d.Store.SetScores(ctx, scores)
}
