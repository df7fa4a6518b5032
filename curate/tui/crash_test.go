package tui

import (
	"bufio"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// kills is how often a pair of screens is killed. Eighty take half a minute of a machine that has
// nothing else to do; a few in every run of the tests, each with other keys, find the same.
var kills = flag.Int("kills", 4, "how often TestKilledScreens kills")

// The child process: two editors at two screens, each with a source of his own.
const childEnv = "WIREDESK_TRIAGE_CHILD"

func TestMain(m *testing.M) {
	if spec := os.Getenv(childEnv); spec != "" {
		if err := child(spec); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child types keys at a screen without end, and writes a line after each that was dealt with.
func child(spec string) error {
	var who string
	var seed uint64
	var path string
	if _, err := fmt.Sscanf(spec, "%s %d %s", &who, &seed, &path); err != nil {
		return err
	}
	st, err := store.Open(context.Background(), path)
	if err != nil {
		return err
	}
	s, err := seat(st, who)
	if err != nil {
		return err
	}
	for keys := newScript(seed); ; {
		for _, k := range press(keys.next()) {
			s.send(k)
			if _, err := os.Stdout.WriteString(".\n"); err != nil {
				return nil
			}
		}
	}
}

// seat is a screen at which one editor sees his source only.
func seat(st *store.Store, who string) (*screen, error) {
	p, err := issue.ParsePublication("friday 12:00", time.UTC)
	if err != nil {
		return nil, err
	}
	d := &curate.Desk{Store: st, Who: who, Newsletter: curate.Newsletter{Title: "Wire", Layout: "classic", Wrap: 66, Publication: p}}
	m, err := newModel(context.Background(), d, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	m.filter.Source, m.filter.states = who, nil
	s := &screen{model: m}
	s.run(m.refilter())
	return s, nil
}

// script is an endless row of keys.
type script struct {
	rnd *rand.Rand
	n   int
}

func newScript(seed uint64) *script { return &script{rnd: rand.New(rand.NewPCG(seed, 7))} }

func (s *script) next() string {
	s.n++
	return []string{
		"a", "x", "h", "r", "u", "j", "j", "k", "g", "space", "space", "m", "enter", "s", "a", "x", "u",
		fmt.Sprintf(`e ctrl+u "Headline %d" enter`, s.n), fmt.Sprintf(`n ctrl+u "Note %d" ctrl+s`, s.n), `v ctrl+u "Ann Other, Org" enter`,
		`w ctrl+u "2026-W50" enter`,
	}[s.rnd.IntN(21)]
}

// mine is what the editor of a source has made of it: every candidate with his words on it, and with
// whom it is in a story.
func mine(t *testing.T, st *store.Store, who string) string {
	t.Helper()
	all, err := st.Candidates(t.Context(), store.Filter{Source: who, Sort: "old"})
	must(t, err)
	var out []string
	members := map[int64][]string{}
	for _, c := range all {
		members[c.StoryID] = append(members[c.StoryID], fmt.Sprint(c.ID))
	}
	for _, c := range all {
		line := fmt.Sprintf("%d %s %q %q %v", c.ID, c.State, c.Note, c.Until, c.Credit)
		if c.StoryID != 0 {
			s, err := st.Story(t.Context(), c.StoryID)
			must(t, err)
			line += fmt.Sprintf(" in %v: %q %q %q %v", members[c.StoryID], s.Headline, s.Note, s.Week, s.Settled)
		}
		out = append(out, line)
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

// TestKilledScreens kills two screens on one database in the midst of their keys. What is there then
// is what the keys that had been dealt with make of it, and at most one key more of each.
func TestKilledScreens(t *testing.T) {
	dir := t.TempDir()
	editors := []string{"ann", "bob"}
	first := filepath.Join(dir, "first.db")
	makeCrashDesk(t, first, editors)
	for n := range *kills {
		path := filepath.Join(dir, fmt.Sprint(n, ".db"))
		duplicate(t, first, path)
		rnd := rand.New(rand.NewPCG(uint64(n), 3))
		acked := map[string]int{}
		counts := make(chan struct {
			who string
			n   int
		})
		for _, who := range editors {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s", childEnv, who, n, path))
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			after := 1 + rnd.IntN(90)
			go func() {
				lines := 0
				for sc := bufio.NewScanner(out); sc.Scan(); {
					if lines++; lines == after {
						cmd.Process.Kill()
					}
				}
				cmd.Wait()
				counts <- struct {
					who string
					n   int
				}{who, lines}
			}()
		}
		for range editors {
			c := <-counts
			acked[c.who] = c.n
		}
		must(t, integrity(path))
		st, err := store.Open(t.Context(), path)
		must(t, err)
		for _, who := range editors {
			if acked[who] == 0 {
				t.Fatalf("round %d: %s's screen died by itself", n, who)
			}
			replayed := filepath.Join(dir, fmt.Sprintf("%d-%s.db", n, who))
			duplicate(t, first, replayed)
			got := mine(t, st, who)
			if with, one := replay(t, replayed, who, uint64(n), acked[who]); got != with && got != one {
				t.Errorf("round %d, %s, %d keys acknowledged:\n%s\nwant\n%s\nor, with one key more\n%s", n, who, acked[who], got, with, one)
			}
		}
		must(t, st.Close())
	}
}

// replay types the keys on a fresh copy, and returns what comes of them, and of one more.
func replay(t *testing.T, path, who string, seed uint64, n int) (with, one string) {
	t.Helper()
	st, err := store.Open(t.Context(), path)
	must(t, err)
	defer st.Close()
	s, err := seat(st, who)
	must(t, err)
	for keys := newScript(seed); ; {
		for _, k := range press(keys.next()) {
			if n == 0 {
				with = mine(t, st, who)
			}
			s.send(k)
			if n--; n < 0 {
				return with, mine(t, st, who)
			}
		}
	}
}

// makeCrashDesk makes a database with ten links of each editor's source.
func makeCrashDesk(t *testing.T, path string, editors []string) {
	t.Helper()
	st, err := store.Open(t.Context(), path)
	must(t, err)
	st.SetClock(func() time.Time { return storetest.Start })
	var sources []store.Source
	for _, who := range editors {
		sources = append(sources, store.Source{Name: who, Kind: "feed", URL: "https://" + who + ".example/"})
	}
	sources, err = st.SyncSources(t.Context(), sources)
	must(t, err)
	for i := range 10 * len(editors) {
		url := fmt.Sprintf("https://site%d.example/%d", i, i)
		_, err := st.AddItems(t.Context(), sources[i%len(editors)], []store.Item{{Key: int64(i), Alt: int64(i), Hash: int64(i), URL: url, Canonical: url, Title: fmt.Sprint("News ", i), Taken: true}})
		must(t, err)
		must(t, st.SetRanks(t.Context(), []store.Rank{{ID: int64(i + 1), Score: float64(i), Lead: true}}))
	}
	must(t, st.Close())
}

func duplicate(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, b, 0o600))
}

// integrity asks SQLite whether the tables that screens write are whole.
func integrity(path string) error {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, table := range []string{"candidate", "story", "decision", "watch"} {
		var said string
		if err := db.QueryRow(`PRAGMA integrity_check(` + table + `)`).Scan(&said); err != nil || said != "ok" {
			return fmt.Errorf("%s: %s, %v", table, said, err)
		}
	}
	return nil
}
