package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// tx runs f in one writing transaction. It waits for other writers as long as ctx lasts, and longWait
// at most. Once begun it is not interrupted: transactions are short, and each statement that could be
// would cost a goroutine. f is given the context to use.
func (s *Store) tx(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	logged, err := s.write(ctx, f)
	if logged >= logPages {
		s.log(context.WithoutCancel(ctx), "PASSIVE") // beside other writers and readers
	}
	return err
}

// write is tx as far as others wait for it, and tells how many pages the log holds then.
//
// SQLite's own way to wait is to try again every now and then, up to five seconds: a process that
// writes one transaction after the other keeps the next one out for that long. So writers queue at
// locks of the system first. They are two, since who gives up a single one and asks for it again has
// it before who waits for it wakes up. Where they are not to be had, SQLite's way has to do.
func (s *Store) write(ctx context.Context, f func(context.Context, *sql.Tx) error) (logged int, err error) {
	unlock, err := s.alone(ctx)
	if err != nil {
		return 0, err
	}
	defer unlock()
	ctx = context.WithoutCancel(ctx)
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := f(ctx, tx); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	if err := s.StillThere(); err != nil { // it is in a file that nobody will find
		return 0, err
	}
	if logged = s.log(ctx, "NOOP"); logged >= longLog {
		s.log(ctx, "PASSIVE") // nobody adds to it now, so that it begins anew
	}
	return logged, nil
}

// How often a lock that another process holds is asked for, and how long at most. No transaction of
// wiredesk takes so long, but one whose process was stopped (ctrl+z) stands still.
const (
	askAgain = time.Millisecond
	longWait = 10 * time.Second
)

var errHeld = fmt.Errorf("another wiredesk has held the database for %v; if one was stopped (ctrl+z), let it go on (fg) or end it, then try again", longWait)

// alone waits until nobody else writes, and returns what lets others write again. Where locks of the
// system are not to be had it keeps out the writers of this process alone.
func (s *Store) alone(ctx context.Context) (unlock func(), err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, longWait, errHeld)
	defer cancel()
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	unlock = func() { <-s.turn }
	if next, _ := s.next.TryLockContext(ctx, askAgain); next {
		if gate, _ := s.gate.TryLockContext(ctx, askAgain); gate {
			unlock = func() {
				_ = s.gate.Unlock()
				<-s.turn
			}
		}
		_ = s.next.Unlock()
	}
	if ctx.Err() != nil {
		unlock()
		return nil, context.Cause(ctx)
	}
	return unlock, nil
}

// patience is how long a transaction that may as well be two goes on before it asks whether somebody
// waits.
const patience = 5 * time.Millisecond

// yield returns what such a transaction asks between its parts: whether it should end for one who
// waits to write. A harvest that nobody waits for pays for few transactions.
func (s *Store) yield() func() bool {
	asked := time.Now()
	return func() bool {
		if time.Since(asked) < patience {
			return false
		}
		asked = time.Now()
		if s.waiting.Load() > 0 {
			return true
		}
		nobody, err := s.next.TryLock()
		if nobody {
			err = s.next.Unlock()
		}
		return !nobody && err == nil
	}
}

// How many pages the log of what was written may hold before they are moved into the file: reading
// has to look for every page in it. While others write it cannot begin anew, and may grow.
const (
	logPages = 1000
	longLog  = 16 * logPages
)

// log moves the log into the file, or with NOOP only asks, and tells how many pages it holds; 0 where
// that fails or is under way. What is in the log is on disk, and the next one tries again.
func (s *Store) log(ctx context.Context, how string) (pages int) {
	if !s.moving.TryLock() {
		return 0
	}
	defer s.moving.Unlock()
	var busy, moved int
	if s.c.QueryRowContext(ctx, `PRAGMA wal_checkpoint = `+how).Scan(&busy, &pages, &moved) != nil {
		return 0
	}
	return pages
}

// exec runs one statement that writes, as a transaction of its own.
func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// LockHarvest makes this process the only one that harvests into the database until unlock is
// called or the process ends. The error says since when another one is at it.
func (s *Store) LockHarvest(ctx context.Context) (unlock func(), err error) {
	path := s.path + ".harvest"
	lock := flock.New(path)
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if !got {
		since, _ := os.ReadFile(path)
		return nil, fmt.Errorf("another harvest of this database is running since %s; wait for it to end, or stop it", strings.TrimSpace(string(since)))
	}
	if err := os.WriteFile(path, []byte(s.now().UTC().Format(time.RFC3339)+"\n"), 0o644); err != nil {
		lock.Unlock()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { lock.Unlock() }, nil
}
