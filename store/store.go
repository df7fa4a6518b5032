// Package store is the room between harvest and curate: the words of the trade as Go types, and
// the one database that holds them. harvest writes what it finds, curate writes what the editor
// decides; they speak through these rows and never to each other.
//
// Open a database, pass it to both, Close it:
//
//	st, err := store.Open(ctx, "wiredesk.db")
//	...
//	defer st.Close()
//
// What is stored, and who writes it (the comments of migrations/*.sql name every column):
//
//	source     harvest   a line of feeds.yaml: validators, schedule, health
//	host       harvest   hosts that asked to be left alone until then
//	item       harvest   what a source yielded, known again by id, link and title, or bytes
//	candidate  both      one link in the queue, by its canonical URL; state and score are curate's
//	sighting   harvest   this source showed this candidate, then
//	outlink    harvest   what a candidate's text links to
//	snapshot   harvest   the page as fetched, compressed, once per content
//	quote      both      verbatim words of a snapshot; picking one is curate's
//	story      curate    candidates that tell one news
//	decision   curate    what the editor did, who and when; appended, never rewritten
//	issue      curate    week, number, file
//	back_part  curate    what stood in a published issue, with its links in back_link
//	draft      curate    the text last written for an issue
//	learned    curate    what ranking learned, in one row
//	pin        curate    terms and sites with a weight of the editor's own
//
// Every write is one transaction and is on disk when the function returns. Times are UTC, to
// the second. A *Store may be used by many goroutines; several processes may have the same
// database open. Errors say what was being done; ErrNotFound and ErrConflict can be told apart
// with errors.Is.
package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	_ "github.com/mattn/go-sqlite3"
)

// ErrNotFound is returned when a candidate, story, quote or issue does not exist.
var ErrNotFound = errors.New("not found")

// ErrConflict is returned when something has changed since, and doing as asked would lose that.
var ErrConflict = errors.New("changed since")

// ErrCorrupt is returned by Open for a file that is no database or a damaged one.
var ErrCorrupt = errors.New("damaged database")

// Store is an open database.
type Store struct {
	path string
	w    *sql.DB // one connection: writers queue here, not in SQLite's busy loop
	r    *sql.DB // readers, never inside a transaction
	v    *sql.DB // one connection, on which versions are comparable
	c    *sql.DB // one connection, which moves the log into the file
	now  func() time.Time

	waiting atomic.Int32  // how many of this process wait to write
	turn    chan struct{} // of this process's writers …
	next    *flock.Flock  // … of all processes' that wait, the one that is next …
	gate    *flock.Flock  // … and the one that writes
	moving  sync.Mutex    // while the log is moved into the file

	locked bool        // while Open holds the lock of a new file
	file   os.FileInfo // as it was opened
}

// Open opens the database at path, makes it where there is none, and brings an older one up to
// date after copying it to path.bak-vN. It asks the database at once, so that a program built
// without cgo, a foreign file, a damaged or a newer one is refused here, with what to do.
func Open(ctx context.Context, path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("no database named")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if info, err := os.Stat(filepath.Dir(abs)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("database %s: there is no folder %s; make it first", path, filepath.Dir(path))
	}
	if err := foreign(ctx, abs); err != nil {
		return nil, explain(path, err)
	}
	s := &Store{path: abs, now: time.Now, turn: make(chan struct{}, 1), next: flock.New(abs + ".next"), gate: flock.New(abs + ".lock")}
	if info, err := os.Stat(abs); err != nil || info.Size() == 0 {
		// Two processes must not make a new file both; SQLite's own lock comes too late for that.
		unlock, err := s.alone(ctx)
		if err != nil {
			return nil, fmt.Errorf("database %s: %w", path, err)
		}
		defer unlock()
		s.locked = true
	}
	for _, c := range []struct {
		to    **sql.DB
		more  string
		conns int
	}{{&s.w, "&_txlock=immediate&_cache_size=-8000", 1}, {&s.r, "&_query_only=on&_cache_size=-2000", 4}, {&s.v, "&_query_only=on", 1}, {&s.c, "", 1}} {
		if *c.to, err = sql.Open("sqlite3", dsn(abs, c.more)); err != nil {
			return nil, fmt.Errorf("database %s: %w", path, err)
		}
		(*c.to).SetMaxOpenConns(c.conns)
	}
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, explain(path, err)
	}
	// Of its own accord SQLite moves the log at the end of a transaction, while others wait for it.
	if _, err := s.w.ExecContext(ctx, `PRAGMA wal_autocheckpoint = 0`); err != nil {
		s.Close()
		return nil, explain(path, err)
	}
	s.file, err = os.Stat(abs)
	return s, err
}

// StillThere returns an error where another file, or none, now stands where the database was
// opened: what is written from then on would be lost.
func (s *Store) StillThere() error {
	if now, err := os.Stat(s.path); err != nil || !os.SameFile(s.file, now) {
		return fmt.Errorf("the database %s was removed or replaced while it was open; start again", s.path)
	}
	return nil
}

// foreign refuses a file of another program before anything is written into it: merely asking for
// a journal changes its header.
func foreign(ctx context.Context, path string) error {
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return nil
	}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&_busy_timeout=5000")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = version(ctx, db)
	return err
}

// dsn spells the settings that every connection needs; a PRAGMA sent once would reach one
// connection of the pool only. SQLite's own locks around a connection are off: the pool gives each to
// one goroutine at a time.
func dsn(path, more string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_foreign_keys=on&_stmt_cache_size=32&_mutex=no" + more
}

// explain turns SQLite's terse errors at opening into what a person can do about them.
func explain(path string, err error) error {
	switch msg := err.Error(); {
	case strings.Contains(msg, "requires cgo"):
		return fmt.Errorf("database %s: this program was built without cgo, which SQLite needs; install a C compiler and build with CGO_ENABLED=1", path)
	case strings.Contains(msg, "file is not a database"), strings.Contains(msg, "malformed"):
		return fmt.Errorf("database %s: %w: %s; nothing was changed. Put a backup in its place, or name another file with --db", path, ErrCorrupt, msg)
	case strings.Contains(msg, "readonly"), strings.Contains(msg, "unable to open"):
		return fmt.Errorf("database %s: %w; see that the file and its folder may be written", path, err)
	}
	return fmt.Errorf("database %s: %w", path, err)
}

// SetClock replaces the clock by which decisions and sightings are stamped.
func (s *Store) SetClock(now func() time.Time) { s.now = now }

// Close closes the database. What was written is on disk already.
func (s *Store) Close() error {
	errs := []error{s.next.Close(), s.gate.Close()}
	for _, db := range []*sql.DB{s.c, s.v, s.r, s.w} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// unix and fromUnix keep times as whole seconds; the zero time is 0.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// optional is NULL for the zero time: an unknown date is absent, never invented.
func optional(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.Unix(), Valid: !t.IsZero()}
}

func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // only our own plain structs come here
		panic(err)
	}
	return string(b)
}

// querier is what reads: the pool of readers, or a transaction that must see its own writes.
type querier interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// each calls f for every row of a query.
func each(ctx context.Context, q querier, f func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// listed is a set of values that is given as one JSON array, however many there are.
const listed = `(SELECT value FROM json_each(?))`
