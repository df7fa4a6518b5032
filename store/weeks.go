package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SourceWeek is what a source brought in one week.
type SourceWeek struct {
	Items    int // that matched
	Accepted int // candidates that it showed in that week and that were accepted or published since
}

// SourceWeeks returns for every source, by name, what it brought in each of the n weeks from then on,
// oldest first. It costs by what was seen in these weeks, and by what was ever accepted.
func (s *Store) SourceWeeks(ctx context.Context, from time.Time, n int) (map[string][]SourceWeek, error) {
	const week = 7 * 24 * 60 * 60
	out := map[string][]SourceWeek{}
	count := func(query string, into func(*SourceWeek) *int) error {
		return each(ctx, s.r, func(rows *sql.Rows) error {
			var name string
			var at, found int
			if err := rows.Scan(&name, &at, &found); err != nil || at < 0 || at >= n {
				return err
			}
			if out[name] == nil {
				out[name] = make([]SourceWeek, n)
			}
			*into(&out[name][at]) = found
			return nil
		}, query, from.Unix(), week, n)
	}
	// Each week of each source is one stretch of an index.
	err := count(`WITH RECURSIVE w(at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM w WHERE at + 1 < ?3)
		SELECT name, at, found FROM (
			SELECT o.name, w.at, (SELECT count(*) FROM sighting WHERE source_id = o.id AND seen >= ?1 + w.at * ?2 AND seen < ?1 + (w.at + 1) * ?2) AS found
			FROM source o CROSS JOIN w
		) WHERE found > 0`, func(w *SourceWeek) *int { return &w.Items })
	if err == nil {
		err = count(`SELECT o.name, (g.seen - ?1) / ?2 AS week, count(DISTINCT c.id)
			FROM candidate c CROSS JOIN sighting g ON g.candidate_id = c.id JOIN source o ON o.id = g.source_id
			WHERE c.state IN ('accepted', 'published') AND g.seen >= ?1 AND g.seen < ?1 + ?2 * ?3 GROUP BY o.id, week`, func(w *SourceWeek) *int { return &w.Accepted })
	}
	if err != nil {
		return nil, fmt.Errorf("read weeks of sources: %w", err)
	}
	return out, nil
}

// StateCounts returns how many candidates are in each state, all of them counted: it costs by their
// number.
func (s *Store) StateCounts(ctx context.Context) (map[State]int, error) {
	out := map[State]int{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var st State
		var n int
		err := rows.Scan(&st, &n)
		out[st] = n
		return err
	}, `SELECT state, count(*) FROM candidate GROUP BY state`)
	if err != nil {
		return nil, fmt.Errorf("count candidates: %w", err)
	}
	return out, nil
}
