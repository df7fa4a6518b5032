package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
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
	Own             bool      // it came with its item, and was never fetched
	Reread          bool      // it was not fetched now, but is stored already

	// Evidence tells of title, author, excerpt, published and site where they were found.
	Evidence map[string]string
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
// not known, and corrects what it filled before. Quotes that were proposed before go, quotes that
// the editor picked stay.
func (s *Store) AddPage(ctx context.Context, p Page) error {
	if err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error { return addPage(ctx, tx, p, s.now().Unix()) }); err != nil {
		return fmt.Errorf("store page %s: %w", p.URL, err)
	}
	return nil
}

// addPage is AddPage inside a transaction.
func addPage(ctx context.Context, tx *sql.Tx, p Page, now int64) error {
	c, err := oneCandidate(ctx, tx, `c.id = ?`, p.CandidateID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM quote WHERE candidate_id = ? AND `+onlyProposed, p.CandidateID)
	if err != nil {
		return err
	}
	snapshot, text, err := addSnapshot(ctx, tx, p, now)
	if err != nil {
		return err
	}
	if err := fill(ctx, tx, &c, p); err != nil {
		return err
	}
	var matched []Match
	for _, m := range c.Matched {
		if m.Where != "page" {
			matched = append(matched, m)
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE candidate SET page_canonical = ?, language = ?, image = ?, matched = ?,
			snapshot_id = ?, page_due = NULL, page_error = '', stale = 1 WHERE id = ?`,
		p.Canonical, p.Language, p.Image, toJSON(append(matched, p.Matched...)), snapshot, p.CandidateID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM outlink WHERE candidate_id = ? AND page = 1`, p.CandidateID); err != nil {
		return err
	}
	for _, l := range p.Links {
		if l == c.Canonical || l == p.Canonical {
			continue
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO outlink (candidate_id, canonical, page) VALUES (?, ?, 1) ON CONFLICT DO NOTHING`, p.CandidateID, l); err != nil {
			return err
		}
	}
	for i, q := range p.Quotes {
		start := strings.Index(text, q.Text)
		if text == p.Text {
			start = q.Start
		}
		if start < 0 { // the text is one that was read before
			continue
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO quote (candidate_id, snapshot_id, rank, kind, text, speaker, start) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (candidate_id, snapshot_id, start, text) DO UPDATE SET rank = excluded.rank`,
			p.CandidateID, snapshot, i+1, q.Kind, q.Text, q.Speaker, start)
		if err != nil {
			return err
		}
	}
	return nil
}

// shortExcerpt is how many bytes of excerpt say so little that the page's own is preferred.
const shortExcerpt = 60

// fill takes over what the page says of a candidate and nobody else said.
func fill(ctx context.Context, tx *sql.Tx, c *Candidate, p Page) error {
	evidence, err := evidenceOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	from := func(field string, known bool) {
		if known {
			evidence[field] = cmp.Or(p.Evidence[field], "page")
		} else {
			delete(evidence, field)
		}
	}
	if p.Title != "" && (c.Title == "" || evidence["title"] != "") {
		c.Title = p.Title
		from("title", true)
	}
	if p.Site != "" {
		c.Site = p.Site
		from("site", true)
	}
	if c.Author == "" || evidence["author"] != "" {
		c.Author = p.Author
		from("author", p.Author != "")
	}
	if p.Excerpt != "" && (len(c.Excerpt) < shortExcerpt || evidence["excerpt"] != "") {
		c.Excerpt = p.Excerpt
		from("excerpt", true)
	}
	if c.Published.IsZero() || evidence["published"] != "" {
		c.Published = p.Published
		from("published", !p.Published.IsZero())
	}
	_, err = tx.ExecContext(ctx, `UPDATE candidate SET title = ?, site = ?, author = ?, excerpt = ?, published = ?, evidence = ? WHERE id = ?`,
		c.Title, c.Site, c.Author, c.Excerpt, optional(c.Published), toJSON(evidence), c.ID)
	return err
}

// Evidence tells where on its page the title, site, author, excerpt and date of publication of a
// candidate were found; those that a source stated are not in it.
func (s *Store) Evidence(ctx context.Context, candidate int64) (map[string]string, error) {
	e, err := evidenceOf(ctx, s.r, candidate)
	if err != nil {
		return nil, fmt.Errorf("read candidate %d: %w", candidate, err)
	}
	return e, nil
}

func evidenceOf(ctx context.Context, q querier, candidate int64) (map[string]string, error) {
	var text string
	if err := q.QueryRowContext(ctx, `SELECT evidence FROM candidate WHERE id = ?`, candidate).Scan(&text); err != nil {
		return nil, err
	}
	evidence := map[string]string{}
	return evidence, json.Unmarshal([]byte(text), &evidence)
}

// FailPage stores why a candidate's page could not be read, and when to ask again; a zero time
// means not again. asked says whether this counts as a try. The link stays in the queue.
func (s *Store) FailPage(ctx context.Context, candidate int64, reason string, again time.Time, asked bool) error {
	err := s.exec(ctx, `UPDATE candidate SET page_error = ?, page_due = ?, page_tries = page_tries + ? WHERE id = ?`,
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

// Quotes returns the quotes of the given candidates by candidate: the proposals, best first, then
// those that the editor chose himself. Picking one does not change the order.
func (s *Store) Quotes(ctx context.Context, candidates []int64) (map[int64][]Quote, error) {
	return quotes(ctx, s.r, candidates)
}

func quotes(ctx context.Context, in querier, candidates []int64) (map[int64][]Quote, error) {
	out := map[int64][]Quote{}
	err := each(ctx, in, func(rows *sql.Rows) error {
		q, err := scanQuote(rows)
		out[q.CandidateID] = append(out[q.CandidateID], q)
		return err
	}, `SELECT `+quoteColumns+` FROM quote WHERE candidate_id IN `+listed+` ORDER BY candidate_id, kind = 'own', rank, id`, toJSON(candidates))
	if err != nil {
		return nil, fmt.Errorf("read quotes: %w", err)
	}
	return out, nil
}

const quoteColumns = `id, candidate_id, snapshot_id, rank, kind, text, speaker, start, picked`

func scanQuote(row interface{ Scan(...any) error }) (Quote, error) {
	var q Quote
	err := row.Scan(&q.ID, &q.CandidateID, &q.SnapshotID, &q.Rank, &q.Kind, &q.Text, &q.Speaker, &q.Start, &q.Picked)
	return q, err
}
