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

// Draft is what wiredesk last wrote into a file for an issue.
type Draft struct {
	Week, Path string
	Text       string // the issue as it was laid out, byte for byte
	File       string // what the file held then: Text, merged with what the editor wrote
	Written    time.Time

	next *Draft // a write that was begun and not ended
}

// Settle returns the draft that a file comes from: where a write was begun whose end was never
// stored, and the file holds just what it was to write, that is the draft.
func (d Draft) Settle(file string) Draft {
	if d.next != nil && d.next.File == file {
		return *d.next
	}
	return d
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

// BackIssue returns an issue of the archive; ErrNotFound where it does not have that week.
func (s *Store) BackIssue(ctx context.Context, week string) (BackIssue, error) {
	out := BackIssue{Issue: Issue{Week: week}}
	found := false
	err := backIssues(ctx, s.r, week, func(b BackIssue) error {
		out, found = b, true
		return nil
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	if err != nil {
		return out, fmt.Errorf("back issue of %s: %w", week, err)
	}
	return out, nil
}

// SetIssue stores an issue, new or changed.
func (s *Store) SetIssue(ctx context.Context, i Issue) error {
	err := s.exec(ctx, `INSERT INTO issue (week, number, path, published) VALUES (?, ?, ?, ?)
		ON CONFLICT (week) DO UPDATE SET number = excluded.number, path = excluded.path, published = excluded.published`,
		i.Week, i.Number, i.Path, optional(i.Published))
	if err != nil {
		return fmt.Errorf("store issue %s: %w", i.Week, err)
	}
	return nil
}

// SlipIssue makes the issue of a week that of another, and what was drafted into one file the draft
// of another file. The other week must have no issue.
func (s *Store) SlipIssue(ctx context.Context, from string, to Issue, oldPath, newPath string) error {
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO issue (week, number, path) VALUES (?, ?, ?)`, []any{to.Week, to.Number, to.Path}},
			{`UPDATE draft SET week = ?, path = ? WHERE week = ? AND path = ?`, []any{to.Week, newPath, from, oldPath}},
			{`UPDATE draft SET week = ? WHERE week = ?`, []any{to.Week, from}},
			{`DELETE FROM issue WHERE week = ?`, []any{from}},
		} {
			if _, err := tx.ExecContext(ctx, q.sql, q.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("slip issue %s: %w", from, err)
	}
	return nil
}

// Draft returns what was last written for an issue into the file at a path; ErrNotFound where
// nothing was.
func (s *Store) Draft(ctx context.Context, week, path string) (Draft, error) {
	d, next := Draft{Week: week, Path: path}, Draft{Week: week, Path: path}
	var written int64
	err := s.r.QueryRowContext(ctx, `SELECT text, file, next_text, next_file, written FROM draft WHERE week = ? AND path = ?`, week, path).
		Scan(&d.Text, &d.File, &next.Text, &next.File, &written)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("draft of %s: %w", week, ErrNotFound)
	}
	if err != nil {
		return d, fmt.Errorf("read draft of %s: %w", week, err)
	}
	d.Written = fromUnix(written)
	next.Written = d.Written
	if next.File != "" {
		d.next = &next
	}
	return d, nil
}

// BeginDraft stores what is about to be written, so that a process that dies between the file and
// SetDraft is understood by the next one. The issue must be stored before.
func (s *Store) BeginDraft(ctx context.Context, d Draft) error {
	return s.putDraft(ctx, d, `INSERT INTO draft (week, path, text, file, next_text, next_file, written) VALUES (?1, ?2, '', '', ?3, ?4, ?5)
		ON CONFLICT (week, path) DO UPDATE SET next_text = excluded.next_text, next_file = excluded.next_file`)
}

// SetDraft stores what was written for an issue, which must be stored before.
func (s *Store) SetDraft(ctx context.Context, d Draft) error {
	return s.putDraft(ctx, d, `INSERT INTO draft (week, path, text, file, written) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT (week, path) DO UPDATE SET text = excluded.text, file = excluded.file, next_text = '', next_file = '', written = excluded.written`)
}

func (s *Store) putDraft(ctx context.Context, d Draft, q string) error {
	if err := s.exec(ctx, q, d.Week, d.Path, d.Text, d.File, s.now().Unix()); err != nil {
		return fmt.Errorf("store draft of %s: %w", d.Week, err)
	}
	return nil
}
