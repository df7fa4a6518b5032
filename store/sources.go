package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Source is a line of feeds.yaml and how its polling goes.
type Source struct {
	ID              int64
	Name, Kind, URL string

	ETag, LastModified string    // validators, byte for byte
	BodyHash           int64     // of the last body taken whole; 0: none
	Rule               int64     // hash of the rules by which its items were judged
	NextPoll           time.Time // zero: at once
	LastPoll           time.Time // zero: never
	LastSuccess        time.Time // zero: it never worked
	Failures           int       // in a row
	Status             int       // HTTP status of the last poll, 0 when there was no answer
	Stage, Error       string    // where and why the last poll failed; empty: it did not
	Moved              string    // permanent redirect, a proposal to the editor
	Gone               bool      // it answered 410
	Entries            int       // in the last full answer
	Newest             time.Time // when it last brought something new, as far as it says

	Addresses []Address // those beside URL that this poll took, for AddItems to store
}

// Address is one of several addresses that a source is polled at, and its last full answer.
type Address struct {
	URL                string
	ETag, LastModified string
	BodyHash           int64
	Entries            int
}

// Health is what `sources` shows beside the state of polling.
type Health struct {
	Source
	ItemsWeek int // items that matched in the last seven days
	Seen      int // candidates it ever showed
	Accepted  int // of these, accepted or published
}

const sourceColumns = `id, name, kind, url, etag, last_modified, body_hash, rule, next_poll, last_poll, last_success, failures, status, stage, error, moved, gone, entries, newest`

func scanSource(row interface{ Scan(...any) error }, more ...any) (Source, error) {
	var s Source
	var next, poll, success, newest int64
	err := row.Scan(append([]any{&s.ID, &s.Name, &s.Kind, &s.URL, &s.ETag, &s.LastModified, &s.BodyHash, &s.Rule, &next, &poll, &success,
		&s.Failures, &s.Status, &s.Stage, &s.Error, &s.Moved, &s.Gone, &s.Entries, &newest}, more...)...)
	s.NextPoll, s.LastPoll, s.LastSuccess, s.Newest = fromUnix(next), fromUnix(poll), fromUnix(success), fromUnix(newest)
	return s, err
}

// SyncSources makes a row for every source of feeds.yaml that has none, by name, and returns all
// of them in the given order. A source whose kind or URL changed starts afresh: its validators
// and failures were another's. Sources that left feeds.yaml keep their rows and sightings.
func (s *Store) SyncSources(ctx context.Context, sources []Source) ([]Source, error) {
	have := map[string]Source{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		src, err := scanSource(rows)
		have[src.Name] = src
		return err
	}, `SELECT `+sourceColumns+` FROM source`)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	var changed []Source
	for _, src := range sources {
		if old, ok := have[src.Name]; !ok || old.Kind != src.Kind || old.URL != src.URL {
			changed = append(changed, src)
		}
	}
	if len(changed) > 0 {
		err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, src := range changed {
				row := tx.QueryRowContext(ctx, `INSERT INTO source (name, kind, url) VALUES (?, ?, ?)
					ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, url = excluded.url, etag = '', last_modified = '', body_hash = 0,
						next_poll = 0, last_success = 0, failures = 0, status = 0, stage = '', error = '', moved = '', gone = 0, entries = 0, newest = 0
					RETURNING `+sourceColumns, src.Name, src.Kind, src.URL)
				src, err := scanSource(row)
				if err != nil {
					return err
				}
				have[src.Name] = src
				if _, err := tx.ExecContext(ctx, `DELETE FROM address WHERE source_id = ?`, src.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("store sources: %w", err)
		}
	}
	out := make([]Source, len(sources))
	for i, src := range sources {
		out[i] = have[src.Name]
	}
	return out, nil
}

// Addresses returns the further addresses at which a source was answered, by URL.
func (s *Store) Addresses(ctx context.Context, source int64) (map[string]Address, error) {
	out := map[string]Address{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var a Address
		err := rows.Scan(&a.URL, &a.ETag, &a.LastModified, &a.BodyHash, &a.Entries)
		out[a.URL] = a
		return err
	}, `SELECT url, etag, last_modified, body_hash, entries FROM address WHERE source_id = ?`, source)
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	return out, nil
}

// Sources returns the health of every source that was ever in feeds.yaml, by name. It costs by what
// was seen in a week, and by what was ever accepted.
func (s *Store) Sources(ctx context.Context) ([]Health, error) {
	week := s.now().Add(-7 * 24 * time.Hour).Unix()
	var out []Health
	err := each(ctx, s.r, func(rows *sql.Rows) (err error) {
		var h Health
		h.Source, err = scanSource(rows, &h.ItemsWeek, &h.Seen, &h.Accepted)
		out = append(out, h)
		return err
	}, `SELECT `+sourceColumns+`, (SELECT count(*) FROM sighting WHERE source_id = source.id AND seen >= ?), shown, coalesce(n.accepted, 0)
		FROM source LEFT JOIN (
			SELECT g.source_id, count(DISTINCT c.id) AS accepted
			FROM candidate c CROSS JOIN sighting g ON g.candidate_id = c.id
			WHERE c.state IN ('accepted', 'published') GROUP BY g.source_id
		) n ON n.source_id = source.id ORDER BY name`, week)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return out, nil
}

// farWait is longer than any host is left alone: a wait beyond it was stored by a clock that ran
// ahead.
const farWait = 8 * 24 * time.Hour

// Waits returns the hosts that asked to be left alone, and until when.
func (s *Store) Waits(ctx context.Context) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var name string
		var until int64
		err := rows.Scan(&name, &until)
		out[name] = fromUnix(until)
		return err
	}, `SELECT name, retry_after FROM host WHERE retry_after > ? AND retry_after <= ?`, s.now().Unix(), s.now().Add(farWait).Unix())
	if err != nil {
		return nil, fmt.Errorf("read hosts: %w", err)
	}
	return out, nil
}

// SetWait stores that a host asked to be left alone until then (Retry-After, RFC 9110).
func (s *Store) SetWait(ctx context.Context, host string, until time.Time) error {
	err := s.exec(ctx, `INSERT INTO host VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET retry_after = excluded.retry_after`, host, until.Unix())
	if err != nil {
		return fmt.Errorf("store host %s: %w", host, err)
	}
	return nil
}
