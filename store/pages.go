package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Page is what was read of the page behind a candidate.
type Page struct {
	CandidateID     int64
	URL             string // after redirects
	ContentType     string
	Body            []byte // as fetched
	Canonical       string // identity that the page states; empty: it states none
	Title, Site     string
	Author, Excerpt string
	Language, Image string
	Published       time.Time // zero: unknown
	Text            string    // main text, clean paragraphs
	Quotes          []Quote   // best first
	Links           []string  // identities of the links in the main text
	Matched         []Match   // topic terms in the main text
}

// Quote is a piece of a page, word for word.
type Quote struct {
	ID          int64
	CandidateID int64
	SnapshotID  int64
	Rank        int    // 1 is proposed first
	Kind        string // blockquote, speech, key, own
	Text        string
	Speaker     string // empty: unknown
	Start       int    // byte offset into the snapshot's text; len(Text) bytes are the quote
	Picked      int    // 0: only proposed; else its place among the candidate's picked quotes
}

// MaxPage is how many bytes of a stored page are ever unpacked again.
const MaxPage = 64 << 20

// PagesDue returns at most limit candidates whose page is to be fetched now, the best first.
func (s *Store) PagesDue(ctx context.Context, limit int) ([]Candidate, error) {
	var out []Candidate
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		c, err := scanCandidate(rows)
		out = append(out, c)
		return err
	}, `SELECT `+candidateColumns+candidateTables+` WHERE c.page_due <= ? ORDER BY c.score DESC, c.id LIMIT ?`, s.now().Unix(), limit)
	if err != nil {
		return nil, fmt.Errorf("read pages due: %w", err)
	}
	return out, nil
}

// AddPage stores what was read of a candidate's page, with its snapshot and quotes, in one
// transaction. What a source or the editor said of the candidate stands; the page fills what is
// not known. Quotes that were proposed before go, quotes that the editor picked stay.
func (s *Store) AddPage(ctx context.Context, p Page) error {
	if err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return addPage(ctx, tx, p, s.now().Unix()) }); err != nil {
		return fmt.Errorf("store page %s: %w", p.URL, err)
	}
	return nil
}

// addPage is AddPage inside a transaction.
func addPage(ctx context.Context, tx *sql.Tx, p Page, now int64) error {
	body, err := pack(p.Body)
	if err != nil {
		return err
	}
	text, err := pack([]byte(p.Text))
	if err != nil {
		return err
	}
	hash := sha256.Sum256(p.Body)
	var snapshot int64
	err = tx.QueryRowContext(ctx, `INSERT INTO snapshot (hash, url, content_type, fetched, body, text) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET text = excluded.text RETURNING id`,
		hash[:], p.URL, p.ContentType, now, body, text).Scan(&snapshot)
	if err != nil {
		return err
	}
	var matched []Match
	c, err := oneCandidate(ctx, tx, `c.id = ?`, p.CandidateID)
	if err != nil {
		return err
	}
	for _, m := range c.Matched {
		if m.Where != "page" {
			matched = append(matched, m)
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE candidate SET page_canonical = ?,
			title = CASE WHEN title = '' THEN ? ELSE title END, site = CASE WHEN ? <> '' THEN ? ELSE site END,
			author = CASE WHEN author = '' THEN ? ELSE author END, excerpt = CASE WHEN excerpt = '' OR length(excerpt) < 60 THEN ? ELSE excerpt END,
			language = ?, image = ?, published = coalesce(published, ?), matched = ?,
			snapshot_id = ?, page_due = NULL, page_error = '', stale = 1 WHERE id = ?`,
		p.Canonical, p.Title, p.Site, p.Site, p.Author, p.Excerpt, p.Language, p.Image, optional(p.Published), toJSON(append(matched, p.Matched...)),
		snapshot, p.CandidateID)
	if err != nil {
		return err
	}
	for _, l := range p.Links {
		if l == c.Canonical || l == p.Canonical {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO outlink (candidate_id, canonical) VALUES (?, ?) ON CONFLICT DO NOTHING`, p.CandidateID, l); err != nil {
			return err
		}
	}
	// A decision may name a quote that was picked and put back: such a row stays too.
	_, err = tx.ExecContext(ctx, `DELETE FROM quote WHERE candidate_id = ? AND picked = 0 AND kind <> 'own'
		AND id NOT IN (SELECT quote_id FROM decision WHERE quote_id IS NOT NULL)`, p.CandidateID)
	if err != nil {
		return err
	}
	for i, q := range p.Quotes {
		_, err := tx.ExecContext(ctx, `INSERT INTO quote (candidate_id, snapshot_id, rank, kind, text, speaker, start) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (candidate_id, snapshot_id, start, text) DO UPDATE SET rank = excluded.rank`,
			p.CandidateID, snapshot, i+1, q.Kind, q.Text, q.Speaker, q.Start)
		if err != nil {
			return err
		}
	}
	return nil
}

// FailPage stores why a candidate's page could not be read, and when to ask again; a zero time
// means not again. asked says whether this counts as a try. The link stays in the queue.
func (s *Store) FailPage(ctx context.Context, candidate int64, reason string, again time.Time, asked bool) error {
	_, err := s.w.ExecContext(ctx, `UPDATE candidate SET page_error = ?, page_due = ?, page_tries = page_tries + ? WHERE id = ?`,
		reason, optional(again), asked, candidate)
	if err != nil {
		return fmt.Errorf("store page of candidate %d: %w", candidate, err)
	}
	return nil
}

// PageTries returns how often the page of a candidate failed.
func (s *Store) PageTries(ctx context.Context, candidate int64) (n int, err error) {
	err = s.r.QueryRowContext(ctx, `SELECT page_tries FROM candidate WHERE id = ?`, candidate).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read candidate %d: %w", candidate, err)
	}
	return n, nil
}

// SnapshotText returns the main text of a candidate's page, and the id of its snapshot;
// ErrNotFound where no page is stored.
func (s *Store) SnapshotText(ctx context.Context, candidate int64) (int64, string, error) {
	var id int64
	var packed []byte
	err := s.r.QueryRowContext(ctx, `SELECT n.id, n.text FROM candidate c JOIN snapshot n ON n.id = c.snapshot_id WHERE c.id = ?`, candidate).Scan(&id, &packed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", fmt.Errorf("page of candidate %d: %w", candidate, ErrNotFound)
	}
	if err != nil {
		return 0, "", fmt.Errorf("read page of candidate %d: %w", candidate, err)
	}
	text, err := unpack(packed)
	if err != nil {
		return 0, "", fmt.Errorf("read page of candidate %d: %w", candidate, err)
	}
	return id, string(text), nil
}

// Quotes returns the quotes of the given candidates by candidate: the proposals, best first, then
// those that the editor chose himself. Picking one does not change the order.
func (s *Store) Quotes(ctx context.Context, candidates []int64) (map[int64][]Quote, error) {
	out := map[int64][]Quote{}
	for _, part := range chunks(candidates) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := each(ctx, s.r, func(rows *sql.Rows) error {
			q, err := scanQuote(rows)
			out[q.CandidateID] = append(out[q.CandidateID], q)
			return err
		}, `SELECT `+quoteColumns+` FROM quote WHERE candidate_id IN `+in(len(part))+` ORDER BY candidate_id, kind = 'own', rank, id`, args...)
		if err != nil {
			return nil, fmt.Errorf("read quotes: %w", err)
		}
	}
	return out, nil
}

const quoteColumns = `id, candidate_id, snapshot_id, rank, kind, text, speaker, start, picked`

func scanQuote(row interface{ Scan(...any) error }) (Quote, error) {
	var q Quote
	err := row.Scan(&q.ID, &q.CandidateID, &q.SnapshotID, &q.Rank, &q.Kind, &q.Text, &q.Speaker, &q.Start, &q.Picked)
	return q, err
}

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
	for _, part := range chunks(candidates) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
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
		}, `SELECT candidate_id, canonical FROM outlink WHERE candidate_id IN `+in(len(part))+` ORDER BY candidate_id, canonical`, args...)
		if err != nil {
			return fmt.Errorf("read links: %w", err)
		}
		flush()
	}
	return nil
}

// LinksTo calls f for every text that links to one of the given candidates, with how many links it
// has in all.
func (s *Store) LinksTo(ctx context.Context, candidates []int64, f func(from, to int64, of int)) error {
	for _, part := range chunks(candidates) {
		args := make([]any, len(part))
		for i, id := range part {
			args[i] = id
		}
		err := each(ctx, s.r, func(rows *sql.Rows) error {
			var from, to int64
			var of int
			err := rows.Scan(&from, &to, &of)
			f(from, to, of)
			return err
		}, `SELECT o.candidate_id, c.id, (SELECT count(*) FROM outlink x WHERE x.candidate_id = o.candidate_id)
			FROM candidate c JOIN outlink o ON o.canonical IN (c.canonical, nullif(c.page_canonical, ''))
			WHERE c.id IN `+in(len(part))+` ORDER BY c.id, o.candidate_id`, args...)
		if err != nil {
			return fmt.Errorf("read links: %w", err)
		}
	}
	return nil
}

// encoder is made once: it is large, and may be used by many goroutines.
var encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
})

func pack(b []byte) ([]byte, error) {
	w, err := encoder()
	if err != nil {
		return nil, err
	}
	return w.EncodeAll(b, nil), nil
}

func unpack(b []byte) ([]byte, error) {
	r, err := zstd.NewReader(bytes.NewReader(nil), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxPage))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.DecodeAll(b, nil)
}
