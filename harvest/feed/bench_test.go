package feed

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// long is a feed of about 128 KB: thirty entries with HTML, as blogs write them.
func long(atom bool) []byte {
	prose := strings.Repeat("<p>The board boots, &amp; its <a href=\"https://x.example/fan\">fan</a> is quiet; we measured it for a week.</p>\n", 36)
	var b strings.Builder
	for i := range 30 {
		if atom {
			fmt.Fprintf(&b, `<entry><id>tag:x.example,2026:%d</id><title type="html">Note %d &amp;amp; more</title><link href="https://x.example/%d"/><updated>2026-11-%02dT08:30:00Z</updated><author><name>Ada Keel</name></author><content type="html">%s</content></entry>`+"\n",
				i, i, i, i%28+1, strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(prose))
		} else {
			fmt.Fprintf(&b, `<item><title>Note %d &amp; more</title><link>https://x.example/%d</link><guid isPermaLink="false">%d</guid><pubDate>Mon, %02d Nov 2026 08:30:00 +0000</pubDate><dc:creator><![CDATA[Ada Keel]]></dc:creator><category>arm64</category><description><![CDATA[%s]]></description></item>`+"\n",
				i, i, i, i%28+1, prose)
		}
	}
	if atom {
		return []byte(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>tag:x.example</id><title>T</title><link href="https://x.example/"/>` + b.String() + "</feed>")
	}
	return []byte(`<?xml version="1.0"?>` + rssOf(b.String()))
}

func BenchmarkFeed(b *testing.B) {
	for _, atom := range []bool{false, true} {
		name := map[bool]string{false: "rss", true: "atom"}[atom]
		body := long(atom)
		b.Run(name+"/slice", func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Slice(body); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/all", func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				d, err := Slice(body)
				if err != nil {
					b.Fatal(err)
				}
				if _, items, _, err := d.Parse(nil, Meta{URL: base}); err != nil || len(items) != 30 {
					b.Fatal(len(items), err)
				}
			}
		})
		b.Run(name+"/gofeed alone", func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gofeed.NewParser().ParseString(string(body)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
