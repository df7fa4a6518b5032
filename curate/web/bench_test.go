package web_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// BenchmarkClick clicks Accept, Reject or Hold on the first story of a queue of 100,000 candidates
// while a harvest goes on, and waits for the page that follows. It reports the median and the
// slowest hundredth in milliseconds.
func BenchmarkClick(b *testing.B) {
	w := begin(b, "127.0.0.1", 0)
	queueUp(w, 100_000)
	stop := harvestElsewhere(b, w)
	defer stop()
	page := w.get("/")
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		_, rest, ok := strings.Cut(page, `name="do" value="`+[]string{"accepted", "rejected", "held"}[i%3]+" ")
		if !ok {
			b.Fatal(page)
		}
		token, _, _ := strings.Cut(rest, `"`)
		begun := time.Now()
		var status int
		if status, page = w.post("/decide", url.Values{"do": {[]string{"accepted", "rejected", "held"}[i%3] + " " + token}}); status != 200 && status != 409 {
			b.Fatal(status, page)
		}
		took = append(took, time.Since(begun))
	}
	report(b, took)
}

// BenchmarkPage asks for each of the pages of a queue of 100,000 candidates.
func BenchmarkPage(b *testing.B) {
	w := begin(b, "127.0.0.1", 0)
	queueUp(w, 100_000)
	for _, path := range []string{"/", "/?state=any", "/?q=News", "/story/1", "/issue", "/wires", "/changes", "/metrics"} {
		b.Run(path, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				w.get(path)
				took = append(took, time.Since(begun))
			}
			report(b, took)
		})
	}
}

// BenchmarkPaint opens the Desk of a queue of 100,000 candidates in a browser while a harvest goes on,
// with its style and script known from before and without, and reports in milliseconds how long it
// took until something of it was seen (First Contentful Paint).
func BenchmarkPaint(b *testing.B) {
	ctx := browser(b)
	w := begin(b, "127.0.0.1", 0)
	queueUp(w, 100_000)
	stop := harvestElsewhere(b, w)
	defer stop()
	t := browse(ctx, w)
	for _, known := range []bool{true, false} {
		t.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
			_, err := cdp.Call(ctx, tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: !known})
			return err
		}))
		b.Run(fmt.Sprintf("known=%v", known), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				t.open("/")
				const seen = `performance.getEntriesByName("first-contentful-paint")`
				t.until("paint", seen+`.length > 0`)
				ms, err := strconv.ParseFloat(t.js(seen+`[0].startTime`), 64)
				must(b, err)
				took = append(took, time.Duration(ms*float64(time.Millisecond)))
			}
			report(b, took)
		})
	}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	ms := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
}

// queueUp fills the queue with n candidates, each a story of its own.
func queueUp(w *world, n int) {
	w.Helper()
	src, err := w.desk.Store.SyncSources(w.Context(), []store.Source{{Name: "wire", Kind: "feed", URL: "https://wire.example/"}})
	must(w, err)
	dice := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < n; from += 1000 {
		items := make([]store.Item, 1000)
		ranks := make([]store.Rank, 1000)
		for i := range items {
			items[i] = many(from+i+1, dice)
			ranks[i] = store.Rank{ID: int64(from + i + 1), Score: dice.Float64() * 10, Lead: true, Why: []store.Reason{{Term: "arm64 in title", Weight: 3}}}
		}
		_, err := w.desk.Store.AddItems(w.Context(), src[0], items)
		must(w, err)
		must(w, w.desk.Store.SetRanks(w.Context(), ranks))
	}
}

func many(n int, dice *rand.Rand) store.Item {
	it := item(1)
	it.Key, it.Alt, it.Hash = int64(n), int64(n+1e8), int64(n+2e8)
	it.URL = fmt.Sprintf("https://example.org/news/%d", n)
	it.Canonical = it.URL
	it.Title = fmt.Sprintf("News %d of %d boards and %d cores", n, dice.IntN(1000), dice.IntN(1000))
	it.Excerpt = strings.Repeat("What it is about, in some words. ", 5)
	return it
}

// keepHarvesting stores as another process does: twenty polls of 50 new items at a time, and groups what
// came of them, until it is stopped.
func keepHarvesting(w *world) (stop func()) {
	other := &curate.Desk{Store: storetest.At(w, filepath.Join(w.dir, "wiredesk.db"))}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		if err := harvestOn(ctx, other); ctx.Err() == nil {
			w.Errorf("the harvest ended early: %v", err)
		}
	})
	return func() { cancel(); done.Wait() }
}

func harvestOn(ctx context.Context, d *curate.Desk) error {
	src, err := d.Store.SyncSources(ctx, []store.Source{{Name: "late", Kind: "feed", URL: "https://late.example/"}})
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(3, 4))
	for n := 1_000_000; ; {
		polls := make([]store.Poll, 20)
		for i := range polls {
			polls[i] = store.Poll{Source: src[0], Items: make([]store.Item, 50)}
			for j := range polls[i].Items {
				polls[i].Items[j] = many(n, dice)
				n++
			}
		}
		if err := d.Store.AddPolls(ctx, polls); err != nil {
			return err
		}
		if err := d.Refresh(ctx); err != nil {
			return err
		}
	}
}

// harvestElsewhere is keepHarvesting in a process of its own: with one memory, each would wait for what
// the other leaves behind.
func harvestElsewhere(b *testing.B, w *world) (stop func()) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), harvested+"="+filepath.Join(w.dir, "wiredesk.db"))
	cmd.Stderr = os.Stderr
	must(b, cmd.Start())
	return func() {
		must(b, cmd.Process.Kill())
		_ = cmd.Wait() // it was killed
	}
}

// harvested names the database that this process is to harvest into, and do nothing else.
const harvested = "WIREDESK_TEST_HARVEST"

func TestMain(m *testing.M) {
	path := os.Getenv(harvested)
	if path == "" {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	st, err := store.Open(ctx, path)
	if err == nil {
		err = harvestOn(ctx, &curate.Desk{Store: st})
	}
	fmt.Fprintln(os.Stderr, "the harvest ended:", err)
	os.Exit(1)
}
