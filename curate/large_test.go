package curate

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// BenchmarkHistory does what an editor does, beside queues of 10,000, 100,000 and 1,000,000 candidates that
// came in over three years: the first page of the queue, a search, a decision, and the refresh after 500
// new candidates. It takes minutes, most of them to make the database:
//
//	go test -run - -bench History -benchtime 20x -timeout 30m ./curate
//
// How much slower each gets from one size to the next is what counts: opening, the queue and a decision
// should not. A search's first one indexes the words of what came since the last; a refresh reads what
// came within a week of the new ones.
func BenchmarkHistory(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		d, path := history(b, n)
		name := func(what string) string { return fmt.Sprintf("%s/%d", what, n) }
		b.Run(name("open"), func(b *testing.B) {
			for b.Loop() {
				st, err := store.Open(b.Context(), path)
				if err != nil {
					b.Fatal(err)
				}
				if err := st.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name("queue"), func(b *testing.B) {
			for b.Loop() {
				page(b, d, store.Filter{State: store.Queued, Limit: 50})
				if _, err := d.Store.Counts(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name("search"), func(b *testing.B) {
			begun := time.Now()
			page(b, d, store.Filter{Search: "kestrel", Limit: 50}) // the words of what is new are indexed by it
			first := time.Since(begun)
			for b.Loop() {
				page(b, d, store.Filter{Search: "wick " + fmt.Sprint(n/2), Limit: 50})
			}
			b.ReportMetric(first.Seconds(), "first-s")
		})
		b.Run(name("decision"), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				if err := d.Decide(b.Context(), store.Accepted, []Ref{{Candidate: int64(n/2 + i)}}, Marks{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name("refresh"), func(b *testing.B) {
			src, err := d.Store.SyncSources(b.Context(), []store.Source{{Name: "a", Kind: "feed", URL: "https://a.example/"}})
			if err != nil {
				b.Fatal(err)
			}
			for key := int64(1); b.Loop(); {
				b.StopTimer()
				var items []store.Item
				for range 500 {
					url := fmt.Sprintf("https://site%d.example/new-%d", key%97, key)
					items = append(items, store.Item{Key: key, Alt: key, Hash: key, URL: url, Canonical: url, Title: fmt.Sprintf("Odalys writes of part%d and board%d", key, key/3), Taken: true})
					key++
				}
				if _, err := d.Store.AddItems(b.Context(), src[0], items); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if err := d.Refresh(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func page(b *testing.B, d *Desk, f store.Filter) {
	all, err := d.Store.Candidates(b.Context(), f)
	if err != nil {
		b.Fatal(err)
	}
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	if _, err := d.Store.Covered(b.Context(), ids); err != nil {
		b.Fatal(err)
	}
}

// history makes a database with n queued candidates, each in a story, by SQL, and returns a desk over it
// and its path.
func history(b *testing.B, n int) (*Desk, string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "wiredesk.db")
	st, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	st.SetClock(func() time.Time { return storetest.Start })
	db, err := sql.Open("sqlite3", path+"?_foreign_keys=off&_synchronous=off&_busy_timeout=5000")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) `
	for _, q := range []string{
		`INSERT INTO story (id, created) ` + numbers + `SELECT i, 0 FROM n`,
		`INSERT INTO candidate (id, canonical, url, title, site, excerpt, published, first_seen, score, stale, story_id) ` + numbers + `
			SELECT i, 'https://site' || (i % 997) || '.example/' || i, 'https://site' || (i % 997) || '.example/' || i,
				'Wick ' || i || ' reads part' || (i / 7) || ' on machine' || (i % 8999), 'site' || (i % 997), 'What was measured on board' || (i % 4999),
				?2 - (?1 - i) * (94608000 / ?1), ?2 - (?1 - i) * (94608000 / ?1), i * 7919 % 1000003 / 100000.0, 0, i FROM n`,
	} {
		if _, err := db.ExecContext(context.Background(), q, n, storetest.Start.Unix()); err != nil {
			b.Fatal(err)
		}
	}
	return newDesk(st), path
}
