package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Outlinks calls f for each of the given candidates whose text links to anything, in the order of
// the ids, with the identities that it links to.
func (s *Store) Outlinks(ctx context.Context, candidates []int64, f func(from int64, links []string)) error {
	var from int64
	var links []string
	flush := func() {
		if len(links) > 0 {
			f(from, links)
		}
		links = nil
	}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		var to string
		err := rows.Scan(&id, &to)
		if id != from {
			flush()
			from = id
		}
		links = append(links, to)
		return err
	}, `SELECT candidate_id, canonical FROM outlink WHERE candidate_id IN `+listed+` ORDER BY candidate_id, canonical`, toJSON(candidates))
	if err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	flush()
	return nil
}

// LinksTo calls f for every text of a candidate first seen since then that links to one of the given
// candidates, with how many links it has in all.
func (s *Store) LinksTo(ctx context.Context, since time.Time, candidates []int64, f func(from, to int64, of int)) error {
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var from, to int64
		var of int
		err := rows.Scan(&from, &to, &of)
		f(from, to, of)
		return err
	}, `SELECT o.candidate_id, c.id, (SELECT count(*) FROM outlink x WHERE x.candidate_id = o.candidate_id)
		FROM candidate c JOIN outlink o ON o.canonical IN (c.canonical, nullif(c.page_canonical, ''))
			JOIN candidate f ON f.id = o.candidate_id AND f.first_seen >= ?
		WHERE c.id IN `+listed+` ORDER BY c.id, o.candidate_id`, since.Unix(), toJSON(candidates))
	if err != nil {
		return fmt.Errorf("read links: %w", err)
	}
	return nil
}
