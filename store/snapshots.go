package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// MaxPage is how many bytes of a stored page are ever unpacked again.
const MaxPage = 64 << 20

// Snapshot is a stored page, to be read once more.
type Snapshot struct {
	Candidate   Candidate
	URL         string // after redirects
	ContentType string
	Body        []byte // as fetched, or as it came with its item
	Own         bool   // the latter
	Err         error  // why Body cannot be had: it is damaged
}

// Snapshots calls f for the page of every candidate that has one, in the order of their ids.
func (s *Store) Snapshots(ctx context.Context, f func(Snapshot) error) error {
	for after := int64(0); ; {
		var n Snapshot
		var id int64
		var body []byte
		err := s.r.QueryRowContext(ctx, `SELECT c.id, n.url, n.content_type, n.body, n.own FROM candidate c JOIN snapshot n ON n.id = c.snapshot_id
			WHERE c.snapshot_id IS NOT NULL AND c.id > ? ORDER BY c.id LIMIT 1`, after).Scan(&id, &n.URL, &n.ContentType, &body, &n.Own)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			n.Candidate, err = s.Candidate(ctx, id)
		}
		if err != nil {
			return fmt.Errorf("read pages: %w", err)
		}
		n.Body, n.Err = unpack(body)
		if err := f(n); err != nil {
			return err
		}
		after = id
	}
}

// PruneSnapshots deletes at most limit pages that were fetched before a time and that nobody needs:
// every candidate of such a page is queued or rejected, and no quote of it was ever picked. The
// candidates stay. It returns how many went.
func (s *Store) PruneSnapshots(ctx context.Context, before time.Time, limit int) (int, error) {
	var ids []int64
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		err := each(ctx, tx, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}, `SELECT n.id FROM snapshot n WHERE n.fetched < ?
			AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.snapshot_id = n.id AND c.state NOT IN ('queued', 'rejected'))
			AND NOT EXISTS (SELECT 1 FROM quote WHERE snapshot_id = n.id AND NOT (`+onlyProposed+`))
			ORDER BY n.fetched LIMIT ?`, before.Unix(), limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, q := range []string{
			`DELETE FROM quote WHERE snapshot_id IN ` + listed,
			`UPDATE candidate SET snapshot_id = NULL WHERE snapshot_id IN ` + listed,
			`DELETE FROM snapshot WHERE id IN ` + listed,
		} {
			if _, err := tx.ExecContext(ctx, q, toJSON(ids)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("prune pages: %w", err)
	}
	return len(ids), nil
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

// onlyProposed are the quotes that no editor chose. A decision may name one that was picked and put
// back: such a row stays too.
const onlyProposed = `picked = 0 AND kind <> 'own' AND id NOT IN (SELECT quote_id FROM decision WHERE quote_id IS NOT NULL)`

// addSnapshot stores a page as fetched, once per content, and returns its id and the text that
// quotes of it point into. That is the text read now, unless a quote that stays is not in it: then
// the text that is stored already stands.
func addSnapshot(ctx context.Context, tx *sql.Tx, p Page, now int64) (id int64, text string, err error) {
	hash := sha256.Sum256(p.Body)
	var old []byte
	err = tx.QueryRowContext(ctx, `SELECT id, text FROM snapshot WHERE hash = ?`, hash[:]).Scan(&id, &old)
	if errors.Is(err, sql.ErrNoRows) {
		body, err := pack(p.Body)
		if err != nil {
			return 0, "", err
		}
		packed, err := pack([]byte(p.Text))
		if err != nil {
			return 0, "", err
		}
		err = tx.QueryRowContext(ctx, `INSERT INTO snapshot (hash, url, content_type, fetched, body, text, own) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			hash[:], p.URL, p.ContentType, now, body, packed, p.Own).Scan(&id)
		return id, p.Text, err
	}
	if err != nil {
		return 0, "", err
	}
	if !p.Reread { // it was fetched once more
		if _, err := tx.ExecContext(ctx, `UPDATE snapshot SET fetched = ? WHERE id = ?`, now, id); err != nil {
			return 0, "", err
		}
	}
	before, err := unpack(old)
	if err != nil || string(before) == p.Text {
		return id, p.Text, err
	}
	var moved, gone []Quote
	err = each(ctx, tx, func(rows *sql.Rows) error {
		q, err := scanQuote(rows)
		at := strings.Index(p.Text, q.Text)
		q.Start = at
		if at < 0 {
			gone = append(gone, q)
		} else {
			moved = append(moved, q)
		}
		return err
	}, `SELECT `+quoteColumns+` FROM quote WHERE snapshot_id = ?`, id)
	if err != nil {
		return 0, "", err
	}
	for _, q := range gone {
		var proposed bool
		if err := tx.QueryRowContext(ctx, `SELECT `+onlyProposed+` FROM quote WHERE id = ?`, q.ID).Scan(&proposed); err != nil {
			return 0, "", err
		}
		if !proposed { // what the editor chose holds the text
			return id, string(before), nil
		}
	}
	for _, q := range gone { // proposals to another candidate of this page
		if _, err := tx.ExecContext(ctx, `DELETE FROM quote WHERE id = ?`, q.ID); err != nil {
			return 0, "", err
		}
	}
	for _, q := range moved {
		if _, err := tx.ExecContext(ctx, `UPDATE OR IGNORE quote SET start = ? WHERE id = ?`, q.Start, q.ID); err != nil {
			return 0, "", err
		}
	}
	packed, err := pack([]byte(p.Text))
	if err != nil {
		return 0, "", err
	}
	_, err = tx.ExecContext(ctx, `UPDATE snapshot SET text = ? WHERE id = ?`, packed, id)
	return id, p.Text, err
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
