package page_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wiredesk/harvest/page"
)

// madePages are n pages of 20 to 80 KB as a news site, a forum and a shop would send them: a
// third of the bytes in scripts and styles, menus around the text.
func madePages(n int) [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("board kernel arm64 boot loader memory patch release server the a of and with new for image port build mirror package every core cache line")
	sentence := func(b *strings.Builder, n int) {
		for i := range n {
			w := words[r.IntN(len(words))]
			if i == 0 {
				w = strings.ToUpper(w[:1]) + w[1:]
			} else {
				b.WriteByte(' ')
			}
			b.WriteString(w)
		}
		b.WriteString(". ")
	}
	var pages [][]byte
	for i := range n {
		size := 20<<10 + r.IntN(60<<10)
		var b strings.Builder
		fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><title>Page %d of boards | The Bench</title><meta property="og:site_name" content="The Bench"><meta property="og:type" content="article">`+
			`<script type="application/ld+json">{"@type":"NewsArticle","headline":"Page %d of boards","author":{"name":"Jo Tanaka"},"datePublished":"2026-11-%02dT09:00:00Z"}</script><script>`, i, i, 1+i%28)
		for b.Len() < size/3 {
			fmt.Fprintf(&b, `window.x%d={"a":[1,2,3],"b":"%x"};`, r.IntN(1e6), r.Uint64())
		}
		b.WriteString(`</script></head><body><header><nav><ul>`)
		for j := range 40 {
			fmt.Fprintf(&b, `<li class="nav-item"><a href="/section/%d">Section %d</a></li>`, j, j)
		}
		fmt.Fprintf(&b, `</ul></nav></header><main><article class="post"><h1>Page %d of boards</h1><p class="byline">By Jo Tanaka</p>`, i)
		for b.Len() < size*9/10 {
			fmt.Fprintf(&b, `<p>The <a href="/boards/%d">board</a> is new. `, r.IntN(1000))
			for range 2 + r.IntN(4) {
				sentence(&b, 8+r.IntN(12))
			}
			b.WriteString(`</p><div class="share"><span>Share</span></div>`)
		}
		b.WriteString(`</article></main><section class="related"><ul>`)
		for b.Len() < size {
			fmt.Fprintf(&b, `<li><a href="/related/%d">Another page of another board</a></li>`, r.IntN(1000))
		}
		b.WriteString(`</ul></section><footer><p>All rights reserved.</p></footer></body></html>`)
		pages = append(pages, []byte(b.String()))
	}
	return pages
}

// BenchmarkThousandPages reads 1,000 pages of 20 to 80 KB, as a run does after its polls: pages a
// second, the share of the time that the HTML parser alone takes, and what is left in memory.
func BenchmarkThousandPages(b *testing.B) {
	pages := madePages(1000)
	size := 0
	for _, p := range pages {
		size += len(p)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, body := range pages {
			if p, err := page.Parse(body, "https://bench.example/boards/1", armWords); err != nil || len(p.Quotes) == 0 {
				b.Fatal(err, len(p.Quotes))
			}
		}
	}
	all := b.Elapsed() / time.Duration(b.N)
	start := time.Now()
	for _, body := range pages {
		if _, err := html.Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(pages))/all.Seconds(), "pages/s")
	b.ReportMetric(100*float64(time.Since(start))/float64(all), "%parsing")
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(int(m.HeapAlloc)-size)/(1<<20), "MB-left")
	runtime.KeepAlive(pages)
}

func TestNothingOfAPageStaysInMemory(t *testing.T) {
	pages := madePages(100)
	left := func() int64 {
		for _, body := range pages {
			if _, err := page.Parse(body, "https://bench.example/boards/1", armWords); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	left()
	if before, after := left(), left(); after-before > 1<<20 {
		t.Errorf("100 pages leave %d bytes", after-before)
	}
	runtime.KeepAlive(pages)
}
