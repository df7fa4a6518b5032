package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"wiredesk/store"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhoWaitsToWriteMayGiveUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	st, err := store.Open(t.Context(), path)
	must(t, err)
	held := flock.New(path + ".lock") // another process that was stopped in the midst of a transaction
	must(t, held.Lock())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- st.SetWait(ctx, "a.example", time.Now()) }()
	next := flock.New(path + ".next")
	for free := true; free; { // until it waits
		if free, err = next.TryLock(); free {
			must(t, next.Unlock())
		}
		must(t, err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	must(t, held.Unlock())
	must(t, st.SetWait(t.Context(), "a.example", time.Now())) // it left nothing behind
	must(t, st.Close())
}

func TestAnUpgradeThatBrokeOffIsDoneAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	st, err := store.Open(t.Context(), path)
	must(t, err)
	add(t, st, source(t, st, "a"), entry(1))
	must(t, st.Close())
	db, err := sql.Open("sqlite3", path)
	must(t, err)
	for _, q := range []string{`DELETE FROM goose_db_version WHERE version_id = 11`, `DROP INDEX candidate_section`, `DROP INDEX story_section`, `ALTER TABLE source DROP COLUMN shown`} {
		_, err := db.Exec(q)
		must(t, err)
	}
	must(t, db.Close())
	older, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path+".bak-v10.part", []byte("a backup that was cut off"), 0o600))
	for _, backup := range []string{".bak-v10", ".bak-v10-2"} { // the second after a migration that was cut off
		must(t, os.WriteFile(path, older, 0o600))
		st, err := store.Open(t.Context(), path)
		must(t, err)
		_, err = st.Candidate(t.Context(), 1)
		must(t, err)
		must(t, st.Close())
		kept, err := store.Open(t.Context(), path+backup)
		must(t, err)
		_, err = kept.Candidate(t.Context(), 1)
		must(t, err)
		must(t, kept.Close())
	}
	if _, err := os.Stat(path + ".bak-v10.part"); err == nil {
		t.Error("the part stays")
	}
}

func TestADecisionIsRefusedWhereTheFileIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	st, err := store.Open(t.Context(), path)
	must(t, err)
	defer st.Close()
	add(t, st, source(t, st, "a"), entry(1))
	must(t, os.Rename(path, path+".old"))
	if _, err := st.Act(t.Context(), "ann", "accept", func(a *store.Act) error {
		return a.SetCandidate(store.Candidate{ID: 1, State: store.Accepted})
	}); err == nil || !strings.Contains(err.Error(), "was removed or replaced") {
		t.Error(err)
	}
}
