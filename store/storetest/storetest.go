// Package storetest opens a real database for a test.
package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"wiredesk/store"
)

// Start is the moment at which the clock of a test's database begins: a Wednesday of 2026-W47.
var Start = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)

// Open returns a new database in a folder of the test, with a clock that stands still at Start.
// It is closed when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return At(t, filepath.Join(t.TempDir(), "wiredesk.db"))
}

// At is Open of the database at a path; a second time, it is what another process has open.
func At(t testing.TB, path string) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	st.SetClock(func() time.Time { return Start })
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}
