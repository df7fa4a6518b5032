package maillist

import (
	"fmt"
	"strings"
	"testing"
)

const dateIndex = "https://lists.example.org/pipermail/reef/2026-November/date.html"

// index is pipermail's page of a month by date, of entries "number|subject|author".
func index(entries ...string) []byte {
	var b strings.Builder
	b.WriteString(`<HTML><HEAD><title>The Reef November 2026 Archive by date</title></HEAD><BODY><ul><li><b>Messages sorted by:</b> <a href="thread.html#start">[ thread ]</a></ul>
<p><b>Starting:</b> <i>Mon Nov  2 09:15:00 UTC 2026</i><br><ul>`)
	for _, e := range entries {
		f := strings.Split(e, "|")
		fmt.Fprintf(&b, "\n<LI><A HREF=\"%s.html\">%s\n</A><A NAME=\"%[1]s\">&nbsp;</A>\n<I>%[3]s\n</I>\n", f[0], f[1], f[2])
	}
	return []byte(b.String() + `</ul><a name="end"><b>Last message date:</b></a> <i>Mon Nov 16 12:00:00 UTC 2026</i></BODY></HTML>`)
}

// letter is a message as pipermail's text has it.
func letter(id, subject, from string) string {
	return fmt.Sprintf("From ada at example.org  Mon Nov 16 12:00:00 2026\nFrom: %s\nDate: Mon, 16 Nov 2026 12:00:00 +0000\nSubject: %s\nMessage-ID: <%s@x>\n\ntext\n\n", from, subject, id)
}

func TestAMonthGetsItsPages(t *testing.T) {
	ada, bo := "ada at example.org (Ada Keel)", "bo at example.org (=?iso-8859-1?q?Bo_R=E9ed?=)"
	for _, c := range []struct {
		name    string
		letters []string
		dates   []byte
		want    string // the page of each message, "-" for none
	}{
		{"in another order", []string{letter("a", "[Reef] Pumps", ada), letter("b", "[Reef] Valves", bo), letter("c", "[Reef] Pumps", bo)},
			index("000012|[Reef] Pumps|Bo R&eacute;ed", "000011|[Reef] Valves|Bo Réed", "000010|[Reef] Pumps|Ada Keel"), "000010 000011 000012"},
		{"equal ones by their order", []string{letter("a", "Pumps", ada), letter("b", "Valves", ada), letter("c", "Pumps", ada)},
			index("000012|Pumps|Ada Keel", "000011|Valves|Ada Keel", "000010|Pumps|Ada Keel"), "000010 000011 000012"},
		{"a reply is another subject", []string{letter("a", "Re: [Reef] Pumps", ada), letter("b", "[Reef] Pumps", ada)},
			index("000001|[Reef] Pumps|Ada Keel", "000002|Re: [Reef] Pumps|Ada Keel"), "000002 000001"},
		{"a charset that the index lacks", []string{letter("a", "=?utf-8?q?K=C3=B6der?= 1", bo), letter("b", "Pumps", ada)},
			index("000001|K?der 1|Bo R?ed", "000002|Pumps|Ada Keel"), "000001 000002"},
		{"without a name or a subject", []string{letter("a", "Pumps", "ada at example.org"), letter("b", "", ada), letter("c", "No subject", bo)},
			index("000001|Pumps|ada at example.org", "000002|No subject|Ada Keel", "000003|No subject|Bo Réed"), "000001 000002 000003"},
		{"a subject cut short", []string{letter("a", "One", ada), letter("b", "A long subject that goes on", bo), letter("c", "Two", ada)},
			index("000001|One|Ada Keel", "000002|A long sub|Bo Réed", "000003|Two|Ada Keel"), "000001 000002 000003"},
		{"nothing in common", []string{letter("a", "One", ada), letter("b", "Else", bo), letter("c", "Two", ada)},
			index("000001|One|Ada Keel", "000002|Something|Cy Tang", "000003|Two|Ada Keel"), "000001 - 000003"},
		{"the text lags behind", []string{letter("a", "One", ada)}, index("000001|One|Ada Keel", "000002|Two|Ada Keel"), "000001"},
		{"the index lags behind", []string{letter("a", "One", ada), letter("b", "Two", ada)}, index("000001|One|Ada Keel"), "000001 -"},
		{"markup in a subject", []string{letter("a", "[Reef] a < b & c", ada)}, index("000001|[Reef] a &lt; b &amp; c|Ada Keel"), "000001"},
		{"no index", []string{letter("a", "One", ada)}, []byte("not found"), "-"},
	} {
		all := parse(t, strings.Join(c.letters, ""))
		n := Pair(all, c.dates, dateIndex)
		var got []string
		paired := 0
		for _, m := range all {
			page := strings.TrimSuffix(strings.TrimPrefix(m.URL, strings.TrimSuffix(dateIndex, "date.html")), ".html")
			if strings.HasPrefix(page, "https:") {
				page = "-"
				if !strings.HasPrefix(m.URL, source+"#") {
					t.Errorf("%s: %s", c.name, m.URL)
				}
			} else {
				paired++
			}
			got = append(got, page)
		}
		if strings.Join(got, " ") != c.want || n != paired {
			t.Errorf("%s: %d, %v, want %s", c.name, n, got, c.want)
		}
	}
}

func TestAPageThatIsStatedStays(t *testing.T) {
	all := parse(t, strings.Replace(letter("a", "One", "ada at example.org (Ada Keel)"), "Message-ID", "Archived-At: <https://lists.example.org/a/>\nMessage-ID", 1))
	if n := Pair(all, index("000001|One|Ada Keel"), dateIndex); n != 0 || all[0].URL != "https://lists.example.org/a/" {
		t.Errorf("%d, %s", n, all[0].URL)
	}
}

func TestPagesThatFollowFromTheID(t *testing.T) {
	for from, want := range map[string]string{
		// The digest of "a@x", as HyperKitty writes it.
		"https://lists.example.org/archives/list/reef@lists.example.org/export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01": "https://lists.example.org/archives/list/reef@lists.example.org/message/5723NVAHPMAJYMSR6P66QNOTL2MTX5LY/",
		"https://inbox.example.org/reef/root@x/t.mbox.gz": "https://inbox.example.org/reef/a@x/",
		"https://inbox.example.org/reef/a@x/raw":          "https://inbox.example.org/reef/a@x/",
		"https://inbox.example.org/reef/all.mbox.gz":      "https://inbox.example.org/reef/all.mbox.gz#a%40x",
	} {
		all, _, err := Parse([]byte(mailOf("a", "", "x")), from)
		if err != nil || all[0].URL != want {
			t.Errorf("%s: %s, %v", from, all[0].URL, err)
		}
	}
	all, _, err := Parse(nil, "https://lists.example.org/archives/list/reef@lists.example.org/export/reef-2026-11.mbox.gz?start=2026-11-01&end=2026-12-01")
	if err != nil || len(all) != 0 {
		t.Errorf("a month in which nobody wrote: %v, %v", all, err)
	}
}
