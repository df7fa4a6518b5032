package tui

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// benchSize is how many candidates the queue holds, and benchPause how long the editor waits between
// keys: forty a second, with some twenty verdicts among them.
const (
	benchSize  = 100_000
	benchPause = 25 * time.Millisecond
)

// BenchmarkKey types at a queue of 100,000 candidates while another process harvests into it, and
// reports in milliseconds the 99th percentile of the time from a key to the drawn screen (p99), and
// of that from a verdict or undo to its being on disk and shown as done (stored-p99).
func BenchmarkKey(b *testing.B) {
	path := filepath.Join(b.TempDir(), "wiredesk.db")
	open := func() *store.Store {
		st, err := store.Open(b.Context(), path)
		must(b, err)
		b.Cleanup(func() { st.Close() })
		return st
	}
	st := open()
	src := crowd(b, st, benchSize)
	p, err := issue.ParsePublication("friday 12:00", time.UTC)
	must(b, err)
	d := &curate.Desk{Store: st, Who: "ann", Newsletter: curate.Newsletter{Title: "Wire", Layout: "classic", Wrap: 66, Publication: p}}

	ctx, stop := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { harvestOn(ctx, b, open(), src) })
	b.Run("typing", func(b *testing.B) { // the queue is made once, whatever b.N comes to
		r := startRuntime(b, d)
		keys := rand.New(rand.NewPCG(1, 2))
		var drawn []time.Duration
		b.ResetTimer()
		for range b.N {
			time.Sleep(benchPause)
			k := "jjjjjjjjjjjkkaaxxhu"[keys.IntN(19)]
			drawn = append(drawn, r.key(tea.KeyPressMsg{Code: rune(k), Text: string(k)}))
		}
		b.StopTimer()
		b.ReportMetric(percentile(drawn, 0.99), "p99-ms")
		b.ReportMetric(percentile(r.stop(), 0.99), "stored-p99-ms")
		b.ReportMetric(0, "ns/op")
	})
	stop()
	wg.Wait()
}

func percentile(all []time.Duration, p float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return float64(all[min(len(all)-1, int(p*float64(len(all))))].Microseconds()) / 1000
}

// crowd fills a queue.
func crowd(b *testing.B, st *store.Store, n int) store.Source {
	src, err := st.SyncSources(b.Context(), []store.Source{{Name: "Crowd", Kind: "feed", URL: "https://crowd.example/"}})
	must(b, err)
	for from := 0; from < n; from += 10_000 {
		_, err := st.AddItems(b.Context(), src[0], crowdItems(from, 10_000))
		must(b, err)
	}
	var ranks []store.Rank
	for i := range n {
		r := store.Rank{ID: int64(i + 1), Score: float64(i*7919%10_007) / 1000, Lead: true, Why: []store.Reason{{Term: "arm64 in title", Weight: 3}}}
		if i%4 == 3 {
			r.Lead, r.Join = false, int64(i)
		}
		ranks = append(ranks, r)
	}
	must(b, st.SetRanks(b.Context(), ranks))
	return src[0]
}

func crowdItems(from, n int) []store.Item {
	items := make([]store.Item, n)
	for i := range items {
		id := from + i
		url := fmt.Sprintf("https://site%d.example/news/%d", id%97, id)
		items[i] = store.Item{
			Key: int64(id), Alt: int64(id), Hash: int64(id), URL: url, Canonical: url, Title: words(id), Taken: true,
			Excerpt: "A few sentences that a feed tells of its entry. They are as long as such sentences are, and they are stored with it.",
			Matched: []store.Match{{Term: "arm64", Where: "title", Weight: 3}},
		}
	}
	return items
}

// words are a title that has nothing in common with others: alike ones would become one story.
func words(id int) string {
	rnd := rand.New(rand.NewPCG(uint64(id), 5))
	var out []string
	for range 6 {
		out = append(out, strconv.FormatUint(rnd.Uint64N(1<<40), 36))
	}
	return strings.Join(out, " ")
}

// harvestOn stores batches of new items and refreshes the desk after every tenth, until it is told to
// stop.
func harvestOn(ctx context.Context, b *testing.B, st *store.Store, src store.Source) {
	d := &curate.Desk{Store: st}
	for batch := 0; ctx.Err() == nil; batch++ {
		if _, err := st.AddItems(ctx, src, crowdItems(benchSize+batch*100, 100)); err != nil && ctx.Err() == nil {
			b.Error(err)
			return
		}
		if batch%10 == 9 {
			if err := d.Refresh(ctx); err != nil && ctx.Err() == nil {
				b.Error(err)
				return
			}
		}
	}
}

// loop runs a model as Bubble Tea does: messages one after the other, commands beside them.
type loop struct {
	m      *model
	msgs   chan tea.Msg
	keys   chan timed
	begun  []time.Time // of the acts that are not done
	stored []time.Duration
	end    chan chan struct{}
}

type timed struct {
	key  tea.KeyPressMsg
	done chan struct{}
}

func startRuntime(b *testing.B, d *curate.Desk) *loop {
	m, err := newModel(b.Context(), d, slog.New(slog.DiscardHandler))
	must(b, err)
	r := &loop{m: m, msgs: make(chan tea.Msg, 64), keys: make(chan timed), end: make(chan chan struct{})}
	m.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
	r.run(m.Init())
	go r.serve()
	for { // the queue is on the screen before the clock runs
		if r.key(tea.KeyPressMsg{Code: 'j', Text: "j"}); !m.waiting {
			return r
		}
		time.Sleep(benchPause)
	}
}

func (r *loop) serve() {
	for {
		select {
		case msg := <-r.msgs:
			if _, ok := msg.(doneM); ok {
				r.update(msg)
				r.stored, r.begun = append(r.stored, time.Since(r.begun[0])), r.begun[1:]
				continue
			}
			r.update(msg)
		case k := <-r.keys:
			before := len(r.m.acts)
			if r.m.busy {
				before++
			}
			at := time.Now()
			r.update(k.key)
			after := len(r.m.acts)
			if r.m.busy {
				after++
			}
			for range after - before {
				r.begun = append(r.begun, at)
			}
			close(k.done)
		case done := <-r.end:
			close(done)
			return
		}
	}
}

// update is one turn of the loop, with the drawing.
func (r *loop) update(msg tea.Msg) {
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			r.run(c)
		}
		return
	}
	_, cmd := r.m.Update(msg)
	r.run(cmd)
	r.m.View()
}

func (r *loop) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() {
			if msg := cmd(); msg != nil {
				r.msgs <- msg
			}
		}()
	}
}

// key types one key and returns how long it took until the screen was drawn.
func (r *loop) key(k tea.KeyPressMsg) time.Duration {
	t := timed{k, make(chan struct{})}
	at := time.Now()
	r.keys <- t
	<-t.done
	return time.Since(at)
}

// stop ends the loop and returns how long the acts took.
func (r *loop) stop() []time.Duration {
	done := make(chan struct{})
	r.end <- done
	<-done
	return r.stored
}
