package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// An editor's fields, as a decision keeps them before and after. They name everything that an
// act may change, so that undo is: put "before" back where "after" still stands.
type (
	candidateFields struct {
		State  State  `json:"state"`
		Story  int64  `json:"story,omitempty"`
		Note   string `json:"note,omitempty"`
		Until  string `json:"until,omitempty"`
		Credit Credit `json:"credit,omitzero"`
	}
	storyFields struct {
		Headline string   `json:"headline,omitempty"`
		Section  string   `json:"section,omitempty"`
		Week     string   `json:"week,omitempty"`
		Position *float64 `json:"position,omitempty"`
		Note     string   `json:"note,omitempty"`
		Settled  bool     `json:"settled,omitempty"`
	}
	quoteFields struct {
		Picked  int    `json:"picked,omitempty"`
		Speaker string `json:"speaker,omitempty"`
	}
)

// Decision is one thing that an act changed.
type Decision struct {
	Act         int64
	At          time.Time
	Who, Verb   string
	CandidateID int64 // one of the three is not 0
	StoryID     int64
	QuoteID     int64
	Undone      bool
}

// Act is what an editor does in one go: all of it happens, or nothing, and one undo takes it
// back. It is valid only inside the function given to Store.Act.
type Act struct {
	ctx  context.Context
	tx   *sql.Tx
	now  int64
	who  string
	verb string
	id   int64
	undo int64
}

// Act runs f as one act of who, under a verb (accept, merge, rename, …), and returns its number.
// An act that changed nothing is not recorded and returns 0.
func (s *Store) Act(ctx context.Context, who, verb string, f func(*Act) error) (int64, error) {
	a := &Act{now: s.now().Unix(), who: who, verb: verb}
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		a.ctx, a.tx, a.id = ctx, tx, 0
		return f(a)
	})
	if err != nil {
		return 0, err
	}
	return a.id, nil
}

// Candidate returns a candidate as it is now, inside the act.
func (a *Act) Candidate(id int64) (Candidate, error) {
	return oneCandidate(a.ctx, a.tx, `c.id = ?`, id)
}

// Story returns a story as it is now, inside the act.
func (a *Act) Story(id int64) (Story, error) { return oneStory(a.ctx, a.tx, id) }

// StoryCandidates returns the candidates of a story, best first, inside the act.
func (a *Act) StoryCandidates(id int64) ([]Candidate, error) {
	var out []Candidate
	err := each(a.ctx, a.tx, func(rows *sql.Rows) error {
		c, err := scanCandidate(rows)
		out = append(out, c)
		return err
	}, `SELECT `+candidateColumns+candidateTables+` WHERE c.story_id = ? ORDER BY c.score DESC, c.canonical`, id)
	return out, err
}

// SetCandidate stores what the editor may change of a candidate: state, story, note, credit.
func (a *Act) SetCandidate(c Candidate) error {
	old, err := a.Candidate(c.ID)
	if err != nil {
		return err
	}
	before, after := fieldsOf(old), fieldsOf(c)
	if before == after {
		return nil
	}
	if err := a.putCandidate(c.ID, after); err != nil {
		return err
	}
	return a.record("candidate_id", c.ID, before, after)
}

func fieldsOf(c Candidate) candidateFields {
	return candidateFields{c.State, c.StoryID, c.Note, c.Until, c.Credit}
}

func (a *Act) putCandidate(id int64, f candidateFields) error {
	if f.State == Held || f.State == Accepted || f.State == Published {
		if err := a.watch(id); err != nil {
			return err
		}
	}
	// Without a story it waits to be grouped again.
	_, err := a.tx.ExecContext(a.ctx, `UPDATE candidate SET state = ?, story_id = ?2, stale = max(stale, ?2 IS NULL), note = ?, until = ?, via = ?, person = ?, organisation = ?, handle = ? WHERE id = ?`,
		f.State, sql.NullInt64{Int64: f.Story, Valid: f.Story != 0}, f.Note, f.Until, f.Credit.Via, f.Credit.Person, f.Credit.Organisation, f.Credit.Handle, id)
	return err
}

// watch begins to watch what the editor took, from the state in which he took it. What tells of a
// change is not watched itself: what it tells of is.
func (a *Act) watch(id int64) error {
	_, err := a.tx.ExecContext(a.ctx, `INSERT INTO watch (candidate_id, state, since, next)
		SELECT id, coalesce(json_extract(facts, '$.state'), ''), ?, 0 FROM candidate WHERE id = ? AND follows IS NULL
		ON CONFLICT (candidate_id) DO NOTHING`, a.now, id)
	return err
}

// NewStory makes an empty story and returns its id.
func (a *Act) NewStory() (int64, error) {
	var id int64
	err := a.tx.QueryRowContext(a.ctx, `INSERT INTO story (created) VALUES (?) RETURNING id`, a.now).Scan(&id)
	return id, err
}

// SetStory stores what the editor may change of a story.
func (a *Act) SetStory(st Story) error {
	old, err := a.Story(st.ID)
	if err != nil {
		return err
	}
	before, after := old.fields(), st.fields()
	if toJSON(before) == toJSON(after) {
		return nil
	}
	if err := a.putStory(st.ID, after); err != nil {
		return err
	}
	return a.record("story_id", st.ID, before, after)
}

func (a *Act) putStory(id int64, f storyFields) error {
	_, err := a.tx.ExecContext(a.ctx, `UPDATE story SET headline = ?, section = ?, week = ?, position = ?, note = ?, settled = ? WHERE id = ?`,
		f.Headline, f.Section, f.Week, f.Position, f.Note, f.Settled, id)
	return err
}

// PickQuote stores whether, and in which place, a quote will be printed, and its speaker.
func (a *Act) PickQuote(q Quote) error {
	old, err := scanQuote(a.tx.QueryRowContext(a.ctx, `SELECT `+quoteColumns+` FROM quote WHERE id = ?`, q.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("quote %d: %w", q.ID, ErrNotFound)
	}
	if err != nil {
		return err
	}
	before, after := quoteFields{old.Picked, old.Speaker}, quoteFields{q.Picked, q.Speaker}
	if before == after {
		return nil
	}
	if err := a.putQuote(q.ID, after); err != nil {
		return err
	}
	return a.record("quote_id", q.ID, before, after)
}

func (a *Act) putQuote(id int64, f quoteFields) error {
	_, err := a.tx.ExecContext(a.ctx, `UPDATE quote SET picked = ?, speaker = ? WHERE id = ?`, f.Picked, f.Speaker, id)
	return err
}

// Quotes returns the quotes of a candidate as they are now, inside the act, in the order of Store.Quotes.
func (a *Act) Quotes(candidate int64) ([]Quote, error) {
	all, err := quotes(a.ctx, a.tx, []int64{candidate})
	return all[candidate], err
}

// AddQuote stores words that the editor chose from a snapshot himself, not picked yet, and
// returns the id. The same words at the same place are stored once.
func (a *Act) AddQuote(q Quote) (int64, error) {
	var id int64
	err := a.tx.QueryRowContext(a.ctx, `INSERT INTO quote (candidate_id, snapshot_id, rank, kind, text, speaker, start) VALUES (?, ?, 0, 'own', ?, ?, ?)
		ON CONFLICT (candidate_id, snapshot_id, start, text) DO UPDATE SET text = text RETURNING id`,
		q.CandidateID, q.SnapshotID, q.Text, q.Speaker, q.Start).Scan(&id)
	return id, err
}

// record appends one row of the act.
func (a *Act) record(column string, id int64, before, after any) error {
	res, err := a.tx.ExecContext(a.ctx, `INSERT INTO decision (act, at, who, verb, `+column+`, before, after, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		a.id, a.now, a.who, a.verb, id, toJSON(before), toJSON(after), sql.NullInt64{Int64: a.undo, Valid: a.undo != 0})
	if err != nil || a.id != 0 {
		return err
	}
	if a.id, err = res.LastInsertId(); err != nil {
		return err
	}
	_, err = a.tx.ExecContext(a.ctx, `UPDATE decision SET act = id WHERE id = ?`, a.id)
	return err
}

// undoable is an act that can be taken back: not an undo, and not taken back yet.
const undoable = `d.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.act)`

// Undo takes back the last n acts that still stand, newest first, in one transaction: all, or
// none where something of them was changed since (ErrConflict). It returns what it took back.
func (s *Store) Undo(ctx context.Context, who string, n int) ([]Decision, error) {
	return s.undo(ctx, who, n, undoable)
}

// UndoOwn is Undo of the acts that who made himself after the act number since; n below 0: all of
// them.
func (s *Store) UndoOwn(ctx context.Context, who string, since int64, n int) ([]Decision, error) {
	return s.undo(ctx, who, n, undoable+` AND d.act > ? AND d.who = ?`, since, who)
}

func (s *Store) undo(ctx context.Context, who string, n int, which string, args ...any) ([]Decision, error) {
	var out []Decision
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		out = nil
		for i := 0; i != n; i++ {
			var act int64
			err := tx.QueryRowContext(ctx, `SELECT d.act FROM decision d WHERE `+which+` ORDER BY d.act DESC LIMIT 1`, args...).Scan(&act)
			if errors.Is(err, sql.ErrNoRows) {
				break
			}
			if err != nil {
				return err
			}
			back, err := undoAct(&Act{ctx: ctx, tx: tx, now: s.now().Unix(), who: who, verb: "undo", undo: act}, act)
			if err != nil {
				return err
			}
			out = append(out, back...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("undo: %w", err)
	}
	return out, nil
}

func undoAct(a *Act, act int64) ([]Decision, error) {
	type row struct {
		Decision
		before, after string
	}
	var rows []row
	err := each(a.ctx, a.tx, func(r *sql.Rows) error {
		var d row
		var err error
		d.Decision, err = scanDecision(r, &d.before, &d.after)
		rows = append(rows, d)
		return err
	}, `SELECT `+decisionColumns+`, before, after FROM decision d WHERE act = ? ORDER BY id DESC`, act)
	if err != nil {
		return nil, err
	}
	var out []Decision
	for _, d := range rows {
		var err error
		switch {
		case d.CandidateID != 0:
			c, e := a.Candidate(d.CandidateID)
			err = errors.Join(e, restore(a, "candidate_id", d.CandidateID, fieldsOf(c), d.before, d.after, a.putCandidate))
		case d.StoryID != 0:
			st, e := a.Story(d.StoryID)
			err = errors.Join(e, restore(a, "story_id", d.StoryID, st.fields(), d.before, d.after, a.putStory))
		case d.QuoteID != 0:
			q, e := scanQuote(a.tx.QueryRowContext(a.ctx, `SELECT `+quoteColumns+` FROM quote WHERE id = ?`, d.QuoteID))
			err = errors.Join(e, restore(a, "quote_id", d.QuoteID, quoteFields{q.Picked, q.Speaker}, d.before, d.after, a.putQuote))
		}
		if err != nil {
			return nil, err
		}
		d.Undone = true
		out = append(out, d.Decision)
	}
	return out, nil
}

// restore puts back what an act changed, if that still stands as the act left it. Fields that the
// act did not touch stay as they are now.
func restore[F any](a *Act, column string, id int64, now F, before, after string, put func(int64, F) error) error {
	var was, became, is map[string]any
	for _, p := range []struct {
		text string
		into *map[string]any
	}{{before, &was}, {after, &became}, {toJSON(now), &is}} {
		if err := json.Unmarshal([]byte(p.text), p.into); err != nil {
			return err
		}
	}
	later, err := a.changedSince(column, id)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(merged(was, became))) {
		// A draft carries a story to the next week, which is nobody's act.
		stands := reflect.DeepEqual(is[key], became[key]) || key == "week"
		switch {
		case reflect.DeepEqual(was[key], became[key]): // not touched by the act
		case !stands || later[key]:
			return fmt.Errorf("%w; undo cannot tell which %s to keep", a.conflict(column, id), key)
		case was[key] == nil:
			delete(is, key)
		default:
			is[key] = was[key]
		}
	}
	var f F
	if err := json.Unmarshal([]byte(toJSON(is)), &f); err != nil {
		return err
	}
	if err := put(id, f); err != nil {
		return err
	}
	return a.record(column, id, now, f)
}

// changedSince are the fields of a row that acts after the one that is taken back changed, and that
// were not taken back themselves.
func (a *Act) changedSince(column string, id int64) (map[string]bool, error) {
	out := map[string]bool{}
	err := each(a.ctx, a.tx, func(r *sql.Rows) error {
		var before, after []byte
		var was, became map[string]any
		if err := errors.Join(r.Scan(&before, &after), json.Unmarshal(before, &was), json.Unmarshal(after, &became)); err != nil {
			return err
		}
		for key := range merged(was, became) {
			out[key] = out[key] || !reflect.DeepEqual(was[key], became[key])
		}
		return nil
	}, `SELECT before, after FROM decision d WHERE `+column+` = ? AND d.act > ? AND `+undoable, id, a.undo)
	return out, err
}

func merged(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

const decisionColumns = `d.act, d.at, d.who, d.verb, coalesce(d.candidate_id, 0), coalesce(d.story_id, 0), coalesce(d.quote_id, 0),
	EXISTS (SELECT 1 FROM decision u WHERE u.undoes = d.act)`

func scanDecision(row interface{ Scan(...any) error }, more ...any) (Decision, error) {
	var d Decision
	var at int64
	err := row.Scan(append([]any{&d.Act, &at, &d.Who, &d.Verb, &d.CandidateID, &d.StoryID, &d.QuoteID, &d.Undone}, more...)...)
	d.At = fromUnix(at)
	return d, err
}

// Decisions returns what was decided about a candidate, oldest first.
func (s *Store) Decisions(ctx context.Context, candidate int64) ([]Decision, error) {
	var out []Decision
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		d, err := scanDecision(rows)
		out = append(out, d)
		return err
	}, `SELECT `+decisionColumns+` FROM decision d WHERE candidate_id = ? ORDER BY id`, candidate)
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	return out, nil
}
