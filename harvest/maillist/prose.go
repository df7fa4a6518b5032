package maillist

import (
	"regexp"
	"strings"

	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

var (
	attribution = regexp.MustCompile(`(?i)(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto|<\S+@\S+>)\s*:$|<\S+(?:@| at )\S+>$`)
	leadIn      = regexp.MustCompile(`^\s*(?:(?:On|Am|Le|El|Il|In) .*\d|\d{4}[-/]\d\d?[-/]\d\d? )`)
	quoted      = regexp.MustCompile(`^\s*(?:[A-Z]{1,3})?>`)
	patchStart  = regexp.MustCompile(`^(?:diff --git |Index: \S|--- a/|--- \S+\s+\d{4}-|---$|@@ -\d|-+BEGIN PGP SIGNATURE)`)
	trailer     = regexp.MustCompile(`^(?:Signed-off-by|Reviewed-by|Acked-by|Tested-by|Reported-by|Cc|Fixes|Link|Suggested-by|Co-developed-by|base-commit|change-id|prerequisite-\S+):\s|^-+BEGIN PGP SIGNED|^Hash: SHA`)
	footer      = regexp.MustCompile(`^(?:_{20,}|-{6,} next part -{6,}|-{3,} ?(?:Original Message|Forwarded message|Message d'origine|Ursprüngliche Nachricht|Mensaje original) ?-{3,})$`)
	rule        = regexp.MustCompile(`^[-=_*#]{3,}$`)
	ofList      = regexp.MustCompile(`(?i)\bunsubscribe\b|\bmailing list\b`)
	copied      = regexp.MustCompile(`(?i)^\*?(?:from|de|von)\s?:\*?\s`)
	copiedMore  = regexp.MustCompile(`(?i)^\*?(?:sent|date|to|subject|envoyé|gesendet|an|à|cc)\s?:\*?\s`)
	diffstat    = regexp.MustCompile(`^ \S+\s+\|\s+\d+|^ \d+ files? changed`)
	shortURL    = regexp.MustCompile(`https?://[^\s<>"'\x60]+`)
)

// prose keeps what the writer himself says: no quoted lines nor the line that leads them in, no
// signature, patch, trailers, diffstat or footer of the list, no copy of the mail that is
// answered. Text, Quotes and Links are set from it.
func (m *Message) prose(body string) {
	var kept []string
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
scan:
	for i, line := range lines {
		bare := strings.TrimRight(line, " \t\u00a0")
		switch {
		case line == "-- " || bare == "--" && i > len(lines)-12 || footer.MatchString(bare) || patchStart.MatchString(line):
			break scan
		case rule.MatchString(bare) && ofList.MatchString(next(lines[i+1:])), ofList.MatchString(bare) && i > len(lines)-5 && rule.MatchString(next(lines[i+1:])):
			break scan
		case copied.MatchString(bare) && i+1 < len(lines) && copiedMore.MatchString(lines[i+1]):
			break scan
		case quoted.MatchString(bare), rule.MatchString(bare), trailer.MatchString(bare), diffstat.MatchString(line):
			kept = append(kept, "")
		case (strings.HasSuffix(bare, ":") || strings.HasSuffix(bare, ">")) && leadsIn(bare, next(lines[i+1:])):
			kept = append(kept[:wrapped(kept)], "")
		default:
			kept = append(kept, line)
		}
	}
	m.Text = plain.Text(strings.Join(kept, "\n"))
	for para := range strings.SplitSeq(m.Text, "\n\n") {
		words := len(strings.Fields(para))
		if words >= 15 && words <= 160 && !table(para) && len(m.Quotes) < 10 {
			m.Quotes = append(m.Quotes, para)
		}
	}
	seen := map[string]bool{}
	for _, raw := range shortURL.FindAllString(strings.Join(kept, "\n"), 40) {
		if clean, err := link.Clean(strings.TrimRight(raw, ".,;:!?)]}"), ""); err == nil && !seen[clean] {
			seen[clean] = true
			m.Links = append(m.Links, clean)
		}
	}
}

// leadsIn reports a line such as "On Monday, X <x@example.org> wrote:", by two signs of three: how
// it begins, how it ends, and what follows.
func leadsIn(line, next string) bool {
	n := 0
	for _, sign := range []bool{leadIn.MatchString(line), attribution.MatchString(line), quoted.MatchString(next)} {
		if sign {
			n++
		}
	}
	return n >= 2
}

// next is the first line that is not empty.
func next(lines []string) string {
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			return l
		}
	}
	return ""
}

// wrapped is where "On Monday, X <x@example.org> wrote:" begins that ends behind the given lines:
// up to three lines before, in the same paragraph.
func wrapped(kept []string) int {
	for n := len(kept) - 1; n >= 0 && n >= len(kept)-3 && strings.TrimSpace(kept[n]) != ""; n-- {
		if leadIn.MatchString(kept[n]) {
			return n
		}
	}
	return len(kept)
}

// table tells a paragraph that was columns, code or a log from prose.
func table(para string) bool {
	letters := 0
	for _, r := range para {
		if r == ' ' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f {
			letters++
		}
	}
	return letters*100 < len(para)*85
}

// Page lays a message out as a page of the queue: its prose, and its paragraphs as quotes of
// which the writer is the speaker.
func (m *Message) Page(interest func(string) float64) page.Page {
	return page.OfText(m.URL, m.Title, m.Author, m.Published, m.Text, m.Quotes, interest)
}
