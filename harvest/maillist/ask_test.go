package maillist

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// asked writes alternatives as "url dates, url dates | url".
func asked(all [][]Archive) string {
	var out []string
	for _, a := range all {
		out = append(out, named(a))
	}
	return strings.Join(out, " | ")
}

func named(all []Archive) string {
	var out []string
	for _, a := range all {
		out = append(out, strings.TrimSpace(a.URL+" "+a.Dates))
	}
	return strings.Join(out, ", ")
}

func TestWhatToAskForAList(t *testing.T) {
	since, now := at("2026-10-30T00:00:00Z"), at("2026-11-16T12:00:00Z")
	reef := "https://lists.example.org/archives/list/reef@lists.example.org/"
	kitty := reef + "export/reef-2026-10.mbox.gz?start=2026-10-01&end=2026-11-01, " + reef + "export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01 | " + reef + "feed/"
	pipe := "https://lists.example.org/pipermail/reef/"
	month := pipe + "2026-November.txt.gz " + pipe + "2026-November/date.html | " + pipe + "2026-November.txt " + pipe + "2026-November/date.html | "
	for _, c := range []struct{ source, want string }{
		{"https://lore.kernel.org/linux-arm-kernel/", "https://lore.kernel.org/linux-arm-kernel/new.atom"},
		{"https://lore.kernel.org/reef/?q=arm&x=A", "https://lore.kernel.org/reef/?q=arm&x=A"},
		{"https://lore.kernel.org/reef/a@x/t.mbox.gz", "https://lore.kernel.org/reef/a@x/t.mbox.gz"},
		{reef, kitty},
		{strings.TrimSuffix(reef, "/"), kitty},
		{reef + "latest", kitty},
		{reef + "2026/11/", kitty},
		{"https://mail.example.org/mailman3/hyperkitty/list/reef@lists.example.org/", strings.ReplaceAll(kitty, reef, "https://mail.example.org/mailman3/hyperkitty/list/reef@lists.example.org/")},
		{reef + "feed/", reef + "feed/"},
		{reef + "thread/ABC/", reef + "thread/ABC/"},
		{pipe, pipe},
		{pipe + "2026-November.txt.gz", pipe + "2026-November.txt.gz " + pipe + "2026-November/date.html"},
		{pipe + "2026q4.txt", pipe + "2026q4.txt " + pipe + "2026q4/date.html"},
		{pipe + "2026-November/", month + pipe + "2026-November/"},
		{pipe + "2026-November/date.html", month + pipe + "2026-November/date.html"},
		{pipe + "2026/thread.html", strings.ReplaceAll(month, "-November", "") + pipe + "2026/thread.html"},
		{"https://reef.example.org/2026/", "https://reef.example.org/2026/"},
		{"https://reef.example.org/2026.txt", "https://reef.example.org/2026.txt"},
		{"https://groups.example.org/g/reef", "https://groups.example.org/g/reef"},
		{"reef.mbox", "reef.mbox"},
		{"https://[broken", "https://[broken"},
	} {
		if got := asked(Ask(c.source, since, now)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.source, got, c.want)
		}
	}
}

func TestExportsHaveTheirLimits(t *testing.T) {
	reef := "https://lists.example.org/list/reef@lists.example.org/"
	now := at("2026-11-16T12:00:00Z")
	for since, want := range map[string]int{"2026-11-30T00:00:00Z": 1, "2026-11-01T00:00:00Z": 1, "2026-10-31T23:59:00Z": 2, "2026-01-31T00:00:00Z": 11, "0001-01-01T00:00:00Z": maxArchives} {
		got := Ask(reef, at(since), now)[0]
		if len(got) != want || !strings.Contains(got[len(got)-1].URL, "start=2026-11-01") {
			t.Errorf("since %s: %d archives, the last %v", since, len(got), got[len(got)-1])
		}
	}
}

// pipermailIndex is the page of a list, newest month first.
func pipermailIndex(volumes ...string) string {
	var b strings.Builder
	b.WriteString(`<HTML><BODY><h1>The Reef Archives </h1> <p>You can get <a href="https://lists.example.org/mailman/listinfo/reef">more information about this list</a>.</p><table border=3>`)
	for _, v := range volumes {
		name, _, _ := strings.Cut(v, ".")
		fmt.Fprintf(&b, `<tr><td>%s:</td><td><A href="%[1]s/thread.html">[ Thread ]</a> <A href="%[1]s/date.html">[ Date ]</a></td><td><A href="%s">[ Gzip'd Text 2 KB ]</a></td></tr>`+"\n", name, v)
	}
	return b.String() + `</table></BODY></HTML>`
}

func TestFollowingAWebPage(t *testing.T) {
	pipe := "https://lists.example.org/pipermail/reef/"
	kitty := "https://lists.example.org/archives/list/reef@lists.example.org/"
	month := func(v string) string {
		name, _, _ := strings.Cut(v, ".")
		return pipe + v + " " + pipe + name + "/date.html"
	}
	for _, c := range []struct{ name, body, source, want string }{
		{"the months of the window", pipermailIndex("2026-December.txt", "2026-November.txt", "2026-October.txt.gz", "2026-September.txt.gz"), pipe, month("2026-October.txt.gz") + ", " + month("2026-November.txt")},
		{"weeks", pipermailIndex("Week-of-Mon-20261116.txt", "Week-of-Mon-20261102.txt.gz", "Week-of-Mon-20261019.txt.gz"), pipe, month("Week-of-Mon-20261102.txt.gz") + ", " + month("Week-of-Mon-20261116.txt")},
		{"quarters", pipermailIndex("2026q4.txt", "2026q3.txt.gz"), pipe, month("2026q4.txt")},
		{"years", pipermailIndex("2026.txt", "2025.txt.gz"), pipe, month("2026.txt")},
		{"days", pipermailIndex("20261116.txt", "20261115.txt.gz", "20261001.txt.gz"), pipe, month("20261115.txt.gz") + ", " + month("20261116.txt")},
		{"a list that is silent", pipermailIndex("2024-May.txt.gz", "2024-March.txt.gz"), pipe, month("2024-May.txt.gz")},
		{"a month packed and not", pipermailIndex("2026-November.txt.gz", "2026-November.txt"), pipe, month("2026-November.txt")},
		{"a list of HyperKitty", "<html>any</html>", kitty, kitty + "export/reef-2026-10.mbox.gz?start=2026-10-01&end=2026-11-01, " + kitty + "export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01"},
		{"a page in place of an export", `<a href="/archives/list/reef@lists.example.org/">Sign in</a>`, kitty + "export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01", ""},
		{"a list of Mailman 3", `<a href="/archives/list/reef@lists.example.org/">Archives</a> <a href="/archives/list/reef@lists.example.org/latest">new</a>`, "https://lists.example.org/mailman3/lists/reef.lists.example.org/", kitty + "export/reef-2026-10.mbox.gz?start=2026-10-01&end=2026-11-01, " + kitty + "export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01"},
		{"all lists of a host", `<a href="/archives/list/reef@lists.example.org/">Reef</a> <a href="/archives/list/kelp@lists.example.org/">Kelp</a>`, "https://lists.example.org/archives/", ""},
		{"listinfo", `see the <a href="../../pipermail/reef/">Reef Archives</a>`, "https://lists.example.org/mailman/listinfo/reef", pipe},
		{"mod_mbox", `<a href="202611.mbox/thread">Thread</a> <a href="202611.mbox/date">Date</a> <a href="202610.mbox/thread">Thread</a> <a href="202601.mbox/thread">Thread</a>`, "https://mail.example.org/mod_mbox/reef/", "https://mail.example.org/mod_mbox/reef/202610.mbox, https://mail.example.org/mod_mbox/reef/202611.mbox"},
		{"a directory", `<a href="?C=N;O=D">Name</a> <a href="/archive/">Parent</a> <a href="reef-2026-11.mbox.gz">reef-2026-11.mbox.gz</a> 2026-11-16 10:00 1M <a href="reef-2026-08.mbox.gz">x</a>`, "https://mail.example.org/archive/reef/", "https://mail.example.org/archive/reef/reef-2026-11.mbox.gz"},
		{"a directory without dates in its names", `<a href="old.mbox">old.mbox</a></td><td>2019-01-02 10:00</td> <a href="new.mbox">new.mbox</a></td><td>15-Nov-2026 10:00</td>`, "https://mail.example.org/archive/reef/", "https://mail.example.org/archive/reef/new.mbox"},
		{"months without an ending", `<a href="2026-11">2026-11</a> <a href="2026-02">2026-02</a>`, "https://mail.example.org/archive/mbox/reef/", "https://mail.example.org/archive/mbox/reef/2026-11"},
		{"the home of a public-inbox", `<html><head><link rel="alternate" title="Atom feed" href="https://inbox.example.org/reef/new.atom" type="application/atom+xml"/></head></html>`, "https://inbox.example.org/reef/", "https://inbox.example.org/reef/new.atom"},
		{"another base", `<base href="https://mirror.example.org/pipermail/reef/"><a href="2026-November.txt">x</a>`, pipe, "https://mirror.example.org/pipermail/reef/2026-November.txt https://mirror.example.org/pipermail/reef/2026-November/date.html"},
		{"any other page", `<a href="/about.html">About</a> <a href="notes.txt">Notes</a>`, "https://reef.example.org/", ""},
		{"no page", "", "", ""},
	} {
		if got := named(Follow([]byte(c.body), c.source, at("2026-10-31T00:00:00Z"), at("2026-11-16T12:00:00Z"))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestALongHistoryIsCut(t *testing.T) {
	var all []string
	for year := 2026; year > 1996; year-- {
		for month := time.December; month >= time.January; month-- {
			all = append(all, fmt.Sprintf("%d-%s.txt.gz", year, month))
		}
	}
	got := Follow([]byte(pipermailIndex(all...)), "https://lists.example.org/pipermail/reef/", time.Time{}, at("2026-11-16T12:00:00Z"))
	if len(got) != maxArchives || !strings.Contains(got[0].URL, "2024-December") || !strings.Contains(got[maxArchives-1].URL, "2026-November") {
		t.Errorf("%d archives: %v", len(got), got)
	}
}

func FuzzFollow(f *testing.F) {
	f.Add(pipermailIndex("2026-November.txt", "2026q4.txt.gz"), "https://lists.example.org/pipermail/reef/")
	f.Add(`<a href="202611.mbox/thread">x</a><a href="/list/a@b/">`, "https://lists.example.org/")
	f.Add(`<LI><A HREF="000012.html">[Reef] Pumps`+"\n</A><A NAME=\"12\">&nbsp;</A>\n<I>Ada Keel\n</I>", "https://lists.example.org/pipermail/reef/2026-November/date.html")
	f.Fuzz(func(t *testing.T, body, source string) {
		since, now := at("2026-10-31T00:00:00Z"), at("2026-11-16T12:00:00Z")
		for _, alternative := range append(Ask(source, since, now), Follow([]byte(body), source, since, now)) {
			if len(alternative) > maxArchives {
				t.Fatalf("%d archives", len(alternative))
			}
			for _, a := range alternative {
				if a.URL != source && a.URL == "" {
					t.Fatalf("nothing to ask for: %+v", a)
				}
			}
		}
		all := []Message{{ID: "a", stated: "[Reef] Pumps", Author: "Ada Keel"}, {ID: "b"}}
		if n := Pair(all, []byte(body), source); n < 0 || n > len(all) {
			t.Fatalf("%d of %d", n, len(all))
		}
	})
}
