package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Lead is the best of those candidates of a story that a filter lets through: in a list, the story
// stands where its lead stands.
type Lead struct {
	Candidate int64
	Story     int64 // 0: not grouped yet, a story of its own
	Score     float64
}

// Leads returns the leads of all stories that hold a candidate in one of the states (none given: in
// any) that the filter lets through, best first: f.Limit of them that come after the candidate
// after (0: from the top). It walks along the queue's index, so that a page costs its length and
// what the filter passes over; of a search, it knows the best maxFound links of each state.
// f.State, f.Sort and f.After are not looked at.
func (s *Store) Leads(ctx context.Context, f Filter, states []State, after int64) ([]Lead, error) {
	f.State, f.Sort, f.After = "", "", 0
	if len(states) == 0 {
		states = States
	}
	score := math.Inf(1)
	if after != 0 {
		c, err := s.Candidate(ctx, after)
		if err != nil {
			return nil, err
		}
		score = c.Score
	}
	if q := newSearch(f.Search); !q.empty() {
		return s.leadsFound(ctx, f, q, states, Lead{Candidate: after, Score: score})
	}
	limit := -1
	if f.Limit > 0 {
		limit = f.Limit
	}
	// The index orders the candidates of one state: each state gives its best, and the best of
	// these are the answer.
	var parts []string
	var args []any
	for _, state := range states {
		mine, values := f.conditions("c", true)
		q := `SELECT c.id, coalesce(c.story_id, 0) AS story, c.score AS score` + candidateTables + ` WHERE c.state = ? AND ` + mine
		args = append(append(args, state), values...)
		if after != 0 {
			q += ` AND c.score <= ? AND (c.score < ? OR c.id > ?)`
			args = append(args, score, score, after)
		}
		others, values := f.conditions("b", false)
		q += ` AND NOT EXISTS (SELECT 1 FROM candidate b WHERE b.story_id = c.story_id AND b.id <> c.id AND b.state IN ` + listed + ` AND ` + others +
			` AND (b.score > c.score OR b.score = c.score AND b.id < c.id)) ORDER BY c.score DESC, c.id LIMIT ?`
		args = append(append(append(args, toJSON(states)), values...), limit)
		parts = append(parts, `SELECT * FROM (`+q+`)`)
	}
	var out []Lead
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var l Lead
		err := rows.Scan(&l.Candidate, &l.Story, &l.Score)
		out = append(out, l)
		return err
	}, strings.Join(parts, ` UNION ALL `)+fmt.Sprintf(` ORDER BY score DESC, id LIMIT %d`, limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	return out, nil
}

// maxFound is how many links of a search are listed: nobody reads on further, he adds a word.
const maxFound = 1000

// leadsFound is Leads with a search.
func (s *Store) leadsFound(ctx context.Context, f Filter, q search, states []State, after Lead) ([]Lead, error) {
	limit := f.Limit
	f.Limit = maxFound
	var ids []int64
	for _, f.State = range states {
		some, err := s.found(ctx, f, q)
		if err != nil {
			return nil, fmt.Errorf("search the list: %w", err)
		}
		ids = append(ids, some...)
	}
	var out []Lead
	seen := map[int64]bool{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var l Lead
		err := rows.Scan(&l.Candidate, &l.Story, &l.Score)
		if l.Story == 0 || !seen[l.Story] {
			out = append(out, l)
		}
		seen[l.Story] = true
		return err
	}, `SELECT id, coalesce(story_id, 0), score FROM candidate WHERE id IN `+listed+` ORDER BY score DESC, id`, toJSON(ids))
	if err != nil {
		return nil, fmt.Errorf("read the list: %w", err)
	}
	out = slices.DeleteFunc(out, func(l Lead) bool {
		return l.Score > after.Score || l.Score == after.Score && l.Candidate <= after.Candidate
	})
	if limit > 0 {
		out = out[:min(len(out), limit)]
	}
	return out, nil
}

// StoriesOfWeek returns the stories that are assigned to a week; for no week, those assigned to
// none that hold an accepted candidate.
func (s *Store) StoriesOfWeek(ctx context.Context, week string) ([]Story, error) {
	cond, args := `week = ? AND week <> ''`, []any{week}
	if week == "" {
		cond, args = `week = '' AND id IN (SELECT story_id FROM candidate WHERE state = ?)`, []any{Accepted}
	}
	var out []Story
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		st, err := scanStory(rows)
		out = append(out, st)
		return err
	}, `SELECT `+storyColumns+` FROM story WHERE `+cond+` ORDER BY id DESC`, args...)
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

// StoriesByID returns the stories with the given ids; those that do not exist are left out.
func (s *Store) StoriesByID(ctx context.Context, ids []int64) (map[int64]Story, error) {
	out := make(map[int64]Story, len(ids))
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		st, err := scanStory(rows)
		out[st.ID] = st
		return err
	}, `SELECT `+storyColumns+` FROM story WHERE id IN `+listed, toJSON(ids))
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

// Version changes whenever something is committed to the database, by this process or another.
// Asking costs a look at the file's shared memory, so that a screen may ask several times a second.
// Only versions that one Store returned may be compared.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var v int64
	if err := s.v.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&v); err != nil {
		return 0, fmt.Errorf("ask for changes: %w", err)
	}
	return v, nil
}

// LastAct returns the number of the newest act, 0 where there is none: what comes after it is new.
func (s *Store) LastAct(ctx context.Context) (int64, error) {
	var n int64
	if err := s.r.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM decision`).Scan(&n); err != nil {
		return 0, fmt.Errorf("read decisions: %w", err)
	}
	return n, nil
}

// Conflict tells who changed what an act would have changed without knowing of it, or undone. It is
// an ErrConflict.
type Conflict struct {
	Candidate int64
	Story     int64 // with a candidate: the one that holds it now
	Quote     int64
	Verdict   State     // how the candidate stands now; empty for a story or quote
	Who, Verb string    // of the last decision about it; empty where nobody decided
	At        time.Time // of that decision
}

// Error says what has changed, who did it and when.
func (c *Conflict) Error() string {
	var text string
	switch {
	case c.Candidate != 0 && c.Story != 0:
		text = fmt.Sprintf("candidate %d has %v: it is %s now, in s%d", c.Candidate, ErrConflict, c.Verdict, c.Story)
	case c.Candidate != 0:
		text = fmt.Sprintf("candidate %d has %v: it is %s now", c.Candidate, ErrConflict, c.Verdict)
	case c.Story != 0:
		text = fmt.Sprintf("story s%d has %v", c.Story, ErrConflict)
	default:
		text = fmt.Sprintf("quote %d has %v", c.Quote, ErrConflict)
	}
	if c.Who != "" {
		text += fmt.Sprintf(" (%s by %s, %s)", c.Verb, c.Who, c.At.Format("2006-01-02 15:04 MST"))
	}
	return text
}

// Unwrap makes a Conflict an ErrConflict.
func (c *Conflict) Unwrap() error { return ErrConflict }

// CandidateConflict is the conflict about a candidate that is no longer as somebody knew it.
func (a *Act) CandidateConflict(id int64) error { return a.conflict("candidate_id", id) }

// StoryConflict is the conflict about a story that is no longer as somebody knew it.
func (a *Act) StoryConflict(id int64) error { return a.conflict("story_id", id) }

// QuoteConflict is the conflict about a quote that is no longer as somebody knew it.
func (a *Act) QuoteConflict(id int64) error { return a.conflict("quote_id", id) }

func (a *Act) conflict(column string, id int64) error {
	c := &Conflict{}
	switch column {
	case "candidate_id":
		now, err := a.Candidate(id)
		if err != nil {
			return err
		}
		c.Candidate, c.Verdict, c.Story = id, now.State, now.StoryID
	case "story_id":
		c.Story = id
	case "quote_id":
		c.Quote = id
	}
	var at int64
	err := a.tx.QueryRowContext(a.ctx, `SELECT who, verb, at FROM decision WHERE `+column+` = ? ORDER BY id DESC LIMIT 1`, id).Scan(&c.Who, &c.Verb, &at)
	if err != nil && err != sql.ErrNoRows {
		return err
	}
	c.At = fromUnix(at)
	return c
}
