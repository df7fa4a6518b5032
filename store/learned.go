package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Learned is what ranking learned, as it is kept between runs.
type Learned struct {
	Model []byte // of curate/rank; nil: there was nothing to learn from
	Made  time.Time
	From  Basis
}

// Basis says how much there was to learn from: two that are equal had the same decisions and back
// issues behind them.
type Basis struct {
	Decision  int64 // the last one
	Part      int64 // the last part of a back issue
	Issues    int   // published ones
	Candidate int64 // the newest one
}

// Basis returns how much there is to learn from now. It costs the same whatever there is.
func (s *Store) Basis(ctx context.Context) (Basis, error) {
	var b Basis
	err := s.r.QueryRowContext(ctx, `SELECT (SELECT coalesce(max(id), 0) FROM decision), (SELECT coalesce(max(id), 0) FROM back_part),
		(SELECT count(*) FROM issue WHERE published IS NOT NULL), (SELECT coalesce(max(id), 0) FROM candidate)`).
		Scan(&b.Decision, &b.Part, &b.Issues, &b.Candidate)
	if err != nil {
		return b, fmt.Errorf("read what can be learned from: %w", err)
	}
	return b, nil
}

// Learned returns what SetLearned stored last; the zero Learned where that was never.
func (s *Store) Learned(ctx context.Context) (Learned, error) {
	var l Learned
	var made int64
	var packed []byte
	err := s.r.QueryRowContext(ctx, `SELECT model, made, decision, part, issues, candidate FROM learned`).
		Scan(&packed, &made, &l.From.Decision, &l.From.Part, &l.From.Issues, &l.From.Candidate)
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil
	}
	if err == nil && len(packed) > 0 {
		l.Model, err = unpack(packed)
	}
	if err != nil {
		return l, fmt.Errorf("read what was learned: %w", err)
	}
	l.Made = fromUnix(made)
	return l, nil
}

// SetLearned stores what was learned, in place of what was before.
func (s *Store) SetLearned(ctx context.Context, l Learned) error {
	packed := []byte{}
	if l.Model != nil {
		var err error
		if packed, err = pack(l.Model); err != nil {
			return fmt.Errorf("store what was learned: %w", err)
		}
	}
	err := s.exec(ctx, `INSERT INTO learned (id, model, made, decision, part, issues, candidate) VALUES (1, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET model = excluded.model, made = excluded.made, decision = excluded.decision, part = excluded.part,
			issues = excluded.issues, candidate = excluded.candidate`,
		packed, s.now().Unix(), l.From.Decision, l.From.Part, l.From.Issues, l.From.Candidate)
	if err != nil {
		return fmt.Errorf("store what was learned: %w", err)
	}
	return nil
}

// Known is what ranking learns from of a candidate.
type Known struct {
	ID               int64
	Canonical, Title string
	Matched          []Match
	State            State
	Published        time.Time // zero: unknown
	FirstSeen        time.Time
}

const knownColumns = `SELECT id, canonical, title, matched, state, coalesce(published, 0), first_seen FROM candidate `

func (s *Store) known(ctx context.Context, query string, args ...any) ([]Known, error) {
	var out []Known
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var k Known
		var matched string
		var published, seen int64
		if err := rows.Scan(&k.ID, &k.Canonical, &k.Title, &matched, &k.State, &published, &seen); err != nil {
			return err
		}
		k.Published, k.FirstSeen = fromUnix(published), fromUnix(seen)
		out = append(out, k)
		return json.Unmarshal([]byte(matched), &k.Matched)
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read candidates: %w", err)
	}
	return out, nil
}

// Decided returns the candidates that are not queued any more, the newest up to limit, newest first.
func (s *Store) Decided(ctx context.Context, limit int) ([]Known, error) {
	return s.known(ctx, knownColumns+`WHERE state IN ('accepted', 'rejected', 'held', 'published') ORDER BY id DESC LIMIT ?`, limit)
}

// Waiting returns the queued ones among the newest candidates up to limit, newest first.
func (s *Store) Waiting(ctx context.Context, limit int) ([]Known, error) {
	return s.known(ctx, knownColumns+`WHERE id IN (SELECT id FROM candidate ORDER BY id DESC LIMIT ?) AND +state = 'queued' ORDER BY id DESC`, limit)
}

// PublishedStory is a story of a back issue: all its words, and its links that can be opened.
type PublishedStory struct {
	Text  string
	Links []BackLink
}

// PublishedStories returns the stories of back issues, newest issue first, up to limit.
func (s *Store) PublishedStories(ctx context.Context, limit int) ([]PublishedStory, error) {
	var out []PublishedStory
	part := int64(0)
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		var heading, body, tail string
		var l BackLink
		if err := rows.Scan(&id, &heading, &body, &tail, &l.URL, &l.Canonical, &l.Label); err != nil {
			return err
		}
		if id != part {
			part = id
			out = append(out, PublishedStory{Text: heading + "\n" + body + "\n" + tail})
		}
		out[len(out)-1].Links = append(out[len(out)-1].Links, l)
		return nil
	}, `SELECT p.id, p.heading, p.body, p.tail, l.url, l.canonical, l.label
		FROM (SELECT b.id, b.week, b.position, b.heading, b.body, b.tail FROM back_part b JOIN issue i ON i.week = b.week
			WHERE b.kind = 'story' AND i.published IS NOT NULL ORDER BY b.week DESC, b.position LIMIT ?) p
		JOIN back_link l ON l.part_id = p.id WHERE l.canonical <> '' ORDER BY p.week DESC, p.position, l.position`, limit)
	if err != nil {
		return nil, fmt.Errorf("read links of back issues: %w", err)
	}
	return out, nil
}

// SourceName names a source.
type SourceName struct {
	ID         int64
	Name, Kind string
}

// Shown returns the sources that showed each of the candidates.
func (s *Store) Shown(ctx context.Context, candidates []int64) (map[int64][]SourceName, error) {
	out := make(map[int64][]SourceName, len(candidates))
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		var src SourceName
		err := rows.Scan(&id, &src.ID, &src.Name, &src.Kind)
		out[id] = append(out[id], src)
		return err
	}, `SELECT DISTINCT g.candidate_id, o.id, o.name, o.kind FROM sighting g JOIN source o ON o.id = g.source_id
		WHERE g.candidate_id IN `+listed+` ORDER BY g.candidate_id, o.id`, toJSON(candidates))
	if err != nil {
		return nil, fmt.Errorf("read sightings: %w", err)
	}
	return out, nil
}

// Head calls f for the queued candidates, best first, until it returns false, with the only source that
// showed each; several did: the zero SourceName.
func (s *Store) Head(ctx context.Context, f func(Scored, SourceName) (more bool)) error {
	enough := errors.New("enough")
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var c Scored
		var src SourceName
		var why string
		if err := rows.Scan(&c.ID, &c.Score, &why, &src.ID, &src.Name, &src.Kind); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(why), &c.Why); err != nil {
			return err
		}
		if !f(c, src) {
			return enough
		}
		return nil
	}, `SELECT c.id, c.score, c.why, coalesce(o.id, 0), coalesce(o.name, ''), coalesce(o.kind, '') FROM candidate c LEFT JOIN source o ON o.id =
			(SELECT min(g.source_id) FROM sighting g WHERE g.candidate_id = c.id HAVING min(g.source_id) = max(g.source_id))
		WHERE c.state = 'queued' ORDER BY c.score DESC, c.id`)
	if err != nil && !errors.Is(err, enough) {
		return fmt.Errorf("read the queue: %w", err)
	}
	return nil
}

// Scored is a new score of a candidate.
type Scored struct {
	ID    int64
	Score float64
	Why   []Reason
}

// SetScores stores scores of candidates that were grouped before. What is queued
// no more keeps the score that it was decided on by.
func (s *Store) SetScores(ctx context.Context, scores []Scored) error {
	for len(scores) > 0 {
		n := 0
		err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
			put, err := tx.PrepareContext(ctx, `UPDATE candidate SET score = ?, why = ? WHERE id = ? AND state = 'queued'`)
			if err != nil {
				return err
			}
			defer put.Close()
			for yield := s.yield(); n < min(len(scores), shortWrite) && (n == 0 || !yield()); n++ {
				if _, err := put.ExecContext(ctx, scores[n].Score, toJSON(scores[n].Why), scores[n].ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("store scores: %w", err)
		}
		scores = scores[n:]
	}
	return nil
}

// Pin is a term or a site to which the editor gave a weight of his own.
type Pin struct {
	Name   string
	Weight float64
}

// Pins returns all pins, by name.
func (s *Store) Pins(ctx context.Context) ([]Pin, error) {
	var out []Pin
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var p Pin
		err := rows.Scan(&p.Name, &p.Weight)
		out = append(out, p)
		return err
	}, `SELECT name, weight FROM pin ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("read pins: %w", err)
	}
	return out, nil
}

// SetPin stores a pin, in place of one of that name.
func (s *Store) SetPin(ctx context.Context, p Pin) error {
	err := s.exec(ctx, `INSERT INTO pin (name, weight) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET weight = excluded.weight`, p.Name, p.Weight)
	if err != nil {
		return fmt.Errorf("store pin %s: %w", p.Name, err)
	}
	return nil
}

// DropPin removes a pin; ErrNotFound where there is none of that name.
func (s *Store) DropPin(ctx context.Context, name string) error {
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM pin WHERE name = ?`, name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return cmp.Or(err, ErrNotFound)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("pin %s: %w", name, err)
	}
	return nil
}
