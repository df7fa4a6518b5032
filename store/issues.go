package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Issue is one week's issue of the newsletter.
type Issue struct {
	Week      string // 2026-W47
	Number    int
	Path      string
	Published time.Time // zero: still a draft
}

// Draft is the text that wiredesk last wrote for an issue, byte for byte.
type Draft struct {
	Week, Path, Text string
	Written          time.Time
}

// Issues returns all issues, oldest week first.
func (s *Store) Issues(ctx context.Context) ([]Issue, error) {
	var out []Issue
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var i Issue
		var published sql.NullInt64
		err := rows.Scan(&i.Week, &i.Number, &i.Path, &published)
		i.Published = fromUnix(published.Int64)
		out = append(out, i)
		return err
	}, `SELECT week, number, path, published FROM issue ORDER BY week`)
	if err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	return out, nil
}

// SetIssue stores an issue, new or changed.
func (s *Store) SetIssue(ctx context.Context, i Issue) error {
	_, err := s.w.ExecContext(ctx, `INSERT INTO issue (week, number, path, published) VALUES (?, ?, ?, ?)
		ON CONFLICT (week) DO UPDATE SET number = excluded.number, path = excluded.path, published = excluded.published`,
		i.Week, i.Number, i.Path, optional(i.Published))
	if err != nil {
		return fmt.Errorf("store issue %s: %w", i.Week, err)
	}
	return nil
}

// Draft returns the text last written for an issue; ErrNotFound where there is none.
func (s *Store) Draft(ctx context.Context, week string) (Draft, error) {
	d := Draft{Week: week}
	var written int64
	err := s.r.QueryRowContext(ctx, `SELECT path, text, written FROM draft WHERE week = ?`, week).Scan(&d.Path, &d.Text, &written)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("draft of %s: %w", week, ErrNotFound)
	}
	if err != nil {
		return d, fmt.Errorf("read draft of %s: %w", week, err)
	}
	d.Written = fromUnix(written)
	return d, nil
}

// SetDraft stores the text that was written for an issue, which must be stored before.
func (s *Store) SetDraft(ctx context.Context, d Draft) error {
	_, err := s.w.ExecContext(ctx, `INSERT INTO draft (week, path, text, written) VALUES (?, ?, ?, ?)
		ON CONFLICT (week) DO UPDATE SET path = excluded.path, text = excluded.text, written = excluded.written`,
		d.Week, d.Path, d.Text, s.now().Unix())
	if err != nil {
		return fmt.Errorf("store draft of %s: %w", d.Week, err)
	}
	return nil
}
