package maillist

import (
	"fmt"
	"strings"
	"testing"
)

const monthURL = "https://lists.example.org/pipermail/reef/2026-November.txt"

// month is a busy month: n mails of about 3 KB in threads of twelve, with quoted lines, prose,
// patches and signatures.
func month(n int) []byte {
	words := strings.Fields("the pump keeps running while its board sleeps because nobody ever told the clock that water flows uphill after dark and valves open late")
	var b strings.Builder
	for i := range n {
		root := i - i%12
		fmt.Fprintf(&b, "From m%d at example.org  Mon Nov 16 %02d:%02d:00 2026\nReceived: from relay%d.example.org (relay.example.org [192.0.2.1])\n\tby lists.example.org (Postfix) with ESMTPS id %X\n\tfor <reef@lists.example.org>; Mon, 16 Nov 2026 12:00:00 +0000 (UTC)\n", i%97, i/60%24, i%60, i, i)
		fmt.Fprintf(&b, "From: Person %d <m%[1]d@example.org>\nDate: Mon, 16 Nov 2026 %02d:%02d:%02d +0100\nMessage-ID: <mail-%d@example.org>\nTo: reef@lists.example.org\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: 8bit\n", i%97, i/3600%24, i/60%60, i%60, i)
		if i == root {
			fmt.Fprintf(&b, "Subject: [Reef] Pump %d on Arm\n", i)
		} else {
			fmt.Fprintf(&b, "Subject: Re: [Reef] Pump %d on Arm\nIn-Reply-To: <mail-%d@example.org>\nReferences: <mail-%[1]d@example.org> <mail-%[2]d@example.org>\n", root, i-1)
		}
		fmt.Fprintf(&b, "\nOn Mon, 16 Nov 2026 at 12:00, Person %d wrote:\n", (i+96)%97)
		for line := range 12 {
			fmt.Fprintf(&b, "> %s %d\n", strings.Join(words[line%8:line%8+10], " "), i)
		}
		for para := range 4 {
			b.WriteByte('\n')
			for line := range 5 {
				fmt.Fprintf(&b, "%s %d\n", strings.Join(words[(i+para+line)%12:(i+para+line)%12+11], " "), i+para)
			}
		}
		b.WriteString("\nSee https://pumps.example.org/warm for more.\n\n---\n drivers/reef/pump.c | 4 ++--\n\ndiff --git a/pump.c b/pump.c\n")
		for range 10 {
			b.WriteString("-\tstop();\n+\tkeep(running, forever);\n")
		}
		b.WriteString("-- \nPump keepers of the world\n\n")
	}
	return []byte(b.String())
}

// BenchmarkCold reads a month of which nothing is known.
func BenchmarkCold(b *testing.B) {
	body := month(15000)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if all, _, err := Parse(body, monthURL); err != nil || len(all) != 15000 {
			b.Fatal(len(all), err)
		}
	}
}

// BenchmarkOneNew reads the same month again, in which one mail is new.
func BenchmarkOneNew(b *testing.B) {
	body := month(15000)
	all, _, err := Parse(body, monthURL)
	if err != nil {
		b.Fatal(err)
	}
	old := map[int64]bool{}
	for _, m := range all[:len(all)-1] {
		old[m.Hash] = true
	}
	known := func([]int64) (map[int64]bool, error) { return old, nil }
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if all, _, err := ParseNew(body, monthURL, known); err != nil || len(all[len(all)-1].Quotes) == 0 {
			b.Fatal(len(all), err)
		}
	}
}
