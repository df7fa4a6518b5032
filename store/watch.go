package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Watched is a candidate whose page may change its state: an issue, a pull request, a bug.
type Watched struct {
	Candidate
	State string    // as last told, or as it was when the editor took it; empty: not known
	Since time.Time // when watching began
}

// farWatch is beyond any time at which something is to be asked again: a clock that once ran
// ahead must not silence it for years.
const farWatch = 31 * 24 * time.Hour

// WatchDue returns up to limit candidates that the editor took (held, accepted or published), first
// seen since then, whose turn it is to be asked about.
func (s *Store) WatchDue(ctx context.Context, since time.Time, limit int) ([]Watched, error) {
	now := s.now()
	var out []Watched
	var at []struct {
		id, since int64
		state     string
	}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var w struct {
			id, since int64
			state     string
		}
		err := rows.Scan(&w.id, &w.state, &w.since)
		at = append(at, w)
		return err
	}, `SELECT c.id, w.state, w.since FROM watch w JOIN candidate c ON c.id = w.candidate_id
		WHERE (w.next <= ? OR w.next > ?) AND c.state IN ('held', 'accepted', 'published') AND c.first_seen >= ?
		ORDER BY w.next, c.id LIMIT ?`, now.Unix(), now.Add(farWatch).Unix(), since.Unix(), limit)
	if err != nil {
		return nil, fmt.Errorf("read what is watched: %w", err)
	}
	for _, w := range at {
		c, err := s.Candidate(ctx, w.id)
		if err != nil {
			return nil, err
		}
		out = append(out, Watched{c, w.state, fromUnix(w.since)})
	}
	return out, nil
}

// SetWatch stores what was told of a candidate, and when to ask again; zero: never.
func (s *Store) SetWatch(ctx context.Context, candidate int64, state string, next time.Time) error {
	err := s.exec(ctx, `UPDATE watch SET state = ?, next = ? WHERE candidate_id = ?`,
		state, sql.NullInt64{Int64: next.Unix(), Valid: !next.IsZero()}, candidate)
	if err != nil {
		return fmt.Errorf("store what is watched: %w", err)
	}
	return nil
}
