package harvest_test

import (
	"fmt"
	"strings"
	"testing"
)

// blogs is a world with 100 sources that take every entry.
func blogs(b *testing.B) *world {
	w := newWorld(b)
	for i := range 100 {
		host := fmt.Sprintf("h%d.example", i)
		w.source(host, "http://"+host+"/feed").Match = "all"
	}
	return w
}

// writes has every source answer with its thirty entries up to a number: a feed of some 100 KB, packed
// and without validators.
func (w *world) writes(newest int) {
	for _, s := range w.sources {
		var entries []string
		for i := newest; i > newest-30; i-- {
			prose := fmt.Sprintf("<p>The board boots for the %dth time, &amp; its <a href=\"http://%s/fan\">fan</a> is quiet.</p>\n", i, s.Name)
			entries = append(entries, fmt.Sprintf(`<item><title>Note %d of %s</title><link>http://%s/%d</link><guid isPermaLink="false">%d</guid><description><![CDATA[%s]]></description></item>`,
				i, s.Name, s.Name, i, i, strings.Repeat(prose, 32)))
		}
		w.answers(s.URL, gzipped(w, rss(entries...)))
	}
}

// BenchmarkRun is a harvest of these sources into an empty store, one with two new entries in each, and
// one of the same bytes again. The server's time is in it.
func BenchmarkRun(b *testing.B) {
	run := func(b *testing.B, w *world, want int) {
		w.asked = nil
		b.StartTimer()
		rep := w.run(all)
		b.StopTimer()
		if rep.Failed > 0 || rep.New != want {
			b.Fatalf("%d failed, %d new, want %d", rep.Failed, rep.New, want)
		}
	}
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			w := blogs(b)
			w.writes(30)
			run(b, w, 3000)
			b.StartTimer()
		}
	})
	for _, fresh := range []int{2, 0} {
		b.Run(fmt.Sprintf("%d new", fresh), func(b *testing.B) {
			b.StopTimer()
			w := blogs(b)
			newest := 30
			w.writes(newest)
			run(b, w, 3000)
			b.StartTimer()
			for b.Loop() {
				b.StopTimer()
				newest += fresh
				if fresh > 0 {
					w.writes(newest)
				}
				run(b, w, 100*fresh)
				b.StartTimer()
			}
		})
	}
}
