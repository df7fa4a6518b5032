package maillist

import (
	"regexp"
	"strings"

	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

var (
	attribution = regexp.MustCompile(`(?i)(?:wrote|writes|said|schrieb|a écrit)\s*:\s*$`)
	patchStart  = regexp.MustCompile(`^(?:diff --git |Index: \S|--- a/|--- \S+\s+\d{4}-|---$|@@ -\d)`)
	trailer     = regexp.MustCompile(`^(?:Signed-off-by|Reviewed-by|Acked-by|Tested-by|Reported-by|Cc|Fixes|Link|Suggested-by|Co-developed-by|base-commit|change-id|prerequisite-\S+):\s`)
	footer      = regexp.MustCompile(`^_{20,}$`)
	diffstat    = regexp.MustCompile(`^ \S+\s+\|\s+\d+|^ \d+ files? changed`)
	shortURL    = regexp.MustCompile(`https?://[^\s<>"'\x60]+`)
)

// prose keeps what the writer himself says: no quoted lines nor the line that leads them in, no
// signature, patch, trailers, diffstat or footer of the list. Text, Quotes and Links are set from
// it.
func (m *Message) prose(body string) {
	var kept []string
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	if !strings.Contains(body, "\n\n") { // came as paragraphs already
		lines = strings.Split(body, "\n")
	}
scan:
	for i, line := range lines {
		bare := strings.TrimRight(line, " \t")
		switch {
		case line == "-- " || bare == "--" && i > len(lines)-12 || footer.MatchString(bare) || patchStart.MatchString(line):
			break scan
		case strings.HasPrefix(strings.TrimLeft(bare, " "), ">"), trailer.MatchString(bare), diffstat.MatchString(line):
			kept = append(kept, "")
		case attribution.MatchString(bare) && leadsIn(lines[i+1:]):
			// "On Monday, X <x@example.org> wrote:" may be wrapped: the line before goes too.
			if n := len(kept); n > 0 && strings.HasPrefix(strings.TrimSpace(kept[n-1]), "On ") {
				kept[n-1] = ""
			}
			kept = append(kept, "")
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

// leadsIn reports that the next line that is not empty is quoted.
func leadsIn(rest []string) bool {
	for _, l := range rest {
		if l = strings.TrimSpace(l); l != "" {
			return strings.HasPrefix(l, ">")
		}
	}
	return false
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
