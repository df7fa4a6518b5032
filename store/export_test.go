package store

import "testing"

// Settings reads the settings of a writing and of a reading connection; where they differ, both.
func Settings(t testing.TB, s *Store) map[string]string {
	out := map[string]string{}
	for _, name := range []string{"journal_mode", "synchronous", "foreign_keys", "busy_timeout"} {
		var w, r string
		if err := s.w.QueryRow("PRAGMA " + name).Scan(&w); err != nil {
			t.Fatal(err)
		}
		if err := s.r.QueryRow("PRAGMA " + name).Scan(&r); err != nil {
			t.Fatal(err)
		}
		if out[name] = w; r != w {
			out[name] += " and " + r
		}
	}
	return out
}
