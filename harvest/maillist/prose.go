package maillist

import (
	"cmp"
	"slices"
	"strings"

	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

var (
	attribution = pattern.New(`(?i)(?:wrote|writes|said|schrieb|a écrit|escribió|ha scritto|<\S+@\S+>)\s*:$|\b(?:wrote|writes|schrieb)\b.*\d.*:$|<\S+(?:@| at )\S+>$`)
	leadIn      = pattern.New(`^\s*(?:(?:On|Am|Le|El|Il|In) .*\d|\d{4}[-/]\d\d?[-/]\d\d? )`)
	quoted      = pattern.New(`^\s*(?:[A-Z]{1,3})?>`)
	patchStart  = pattern.New(`^(?:diff --git |Index: \S|--- a/|--- \S+\s+\d{4}-|---$|@@ -\d|-+BEGIN PGP SIGNATURE)`)
	trailer     = pattern.New(`^\s*(?:Signed-off-by|Reviewed-by|Acked-by|Tested-by|Reported-by|Cc|Fixes|Link|Suggested-by|Co-developed-by|base-commit|change-id|prerequisite-\S+):\s|^-+BEGIN PGP SIGNED|^Hash: SHA`)
	footer      = pattern.New(`(?i)^(?:_{20,}$|-{6,} next part -{6,}$|-{3,} ?(?:original message|forwarded message(?: from .*)?|message d'origine|ursprüngliche nachricht|mensaje original) ?-{3,})`)
	dashed      = pattern.New(`^-{3,} ?\pL[\pL' ]{5,40}-{3,}\s*(.*)$`)
	rule        = pattern.New(`^[-=_*#]{3,}$`)
	listWords   = pattern.New(`(?i)\bunsubscribe\b|\bmailing list\b`)
	copied      = pattern.New(`(?i)^\*?(?:from|de|von|van|da|från|fra)\s?:\*?\s`)
	copiedMore  = pattern.New(`(?i)^\*?(?:sent|date|to|reply-to|subject|envoyé|gesendet|datum|objet|betreff|an|à|cc)\s?:\*?\s`)
	diffstat    = pattern.New(`^ \S+\s+\|\s+\d+|^ \d+ files? changed`)
	proseWord   = pattern.New(`^[("'“‘*_]*[\pL\pM]+(?:['’/-][\pL\pM]+)*[)"'”’*_.,:;!?…]*$`)
	shortURL    = pattern.New(`https?://[^\s<>"'\x60]+`)
)

const (
	maxFooter = 2000 // bytes from where the footer of a list must say what it is
	maxLeadIn = 1000 // bytes of a line that leads in what is quoted
)

// prose keeps what the writer himself says: no quoted lines nor the line that leads them in, no
// signature, patch, trailers, diffstat or footer of the list, no copy of the mail that is
// answered. Text, Quotes and Links are set from it.
//
// Most lines are none of these, which the first letter tells.
func (m *Message) prose(body string) {
	var kept []string
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
scan:
	for i, line := range lines {
		bare := strings.TrimRight(strings.ReplaceAll(line, "\u00a0", " "), " \t")
		rest, left := lines[i+1:], len(lines)-i
		ruled := begins(bare, "-=_*#") && rule().MatchString(bare)
		switch {
		case line == "-- " || bare == "--" && left < 12 || begins(bare, "-_") && footer().MatchString(bare) || begins(line, "dI-@") && patchStart().MatchString(line):
			break scan
		case ruled && (ofList(next(rest)) || left < 10 && ofList(strings.Join(rest, " "))), left < 5 && ofList(bare) && rule().MatchString(next(rest)):
			break scan
		case begins(bare, "-") && dashed().MatchString(bare) && copied().MatchString(cmp.Or(dashed().FindStringSubmatch(bare)[1], next(rest))):
			break scan
		case begins(bare, "*fFdDvV") && copied().MatchString(bare) && slices.ContainsFunc(rest[:min(3, len(rest))], copiedMore().MatchString):
			break scan
		case ruled, begins(bare, ">"), strings.Contains(bare, ">") && quoted().MatchString(bare), begins(strings.TrimSpace(bare), "-SRATCFLHbcp") && trailer().MatchString(bare), begins(line, " ") && diffstat().MatchString(line):
			kept = append(kept, "")
		case (strings.HasSuffix(bare, ":") || strings.HasSuffix(bare, ">")) && len(bare) <= maxLeadIn && leadsIn(bare, next(rest)):
			kept = append(kept[:wrapped(kept)], "")
		default:
			kept = append(kept, line)
		}
	}
	said := strings.Join(kept, "\n")
	m.Text = plain.Text(said)
	for para := range strings.SplitSeq(m.Text, "\n\n") {
		words := len(strings.Fields(para))
		if words >= 15 && words <= 160 && !table(para) && len(m.Quotes) < 10 {
			m.Quotes = append(m.Quotes, para)
		}
	}
	seen := map[string]bool{}
	for _, raw := range shortURL().FindAllString(said, 40) {
		if clean, err := link.Clean(strings.TrimRight(raw, ".,;:!?)]}"), ""); err == nil && !seen[clean] {
			seen[clean] = true
			m.Links = append(m.Links, clean)
		}
	}
}

// ownQuotes drops what others have said first from the quotes of messages: not every mailer marks
// what is quoted. Known messages are asked only where a new one answers them, at most maxAbove
// above it.
func ownQuotes(all []Message, parent []int, quotes func(i int) []string) {
	first := map[string]int{}
	said := func(i int, what []string) {
		for _, q := range what {
			if k, seen := first[q]; !seen || all[i].Published.Before(all[k].Published) {
				first[q] = i
			}
		}
	}
	asked := map[int]bool{}
	for i := range all {
		if said(i, all[i].Quotes); len(all[i].Quotes) == 0 {
			continue
		}
		for up, n := parent[i], 0; up >= 0 && n < maxAbove; up, n = parent[up], n+1 {
			if all[up].brief && !asked[up] {
				asked[up] = true
				said(up, quotes(up))
			}
		}
	}
	for i := range all {
		all[i].Quotes = slices.DeleteFunc(all[i].Quotes, func(q string) bool { return all[first[q]].Author != all[i].Author })
	}
}

// leadsIn reports a line such as "On Monday, X <x@example.org> wrote:", by two signs of three: how
// it begins, how it ends, and what follows.
func leadsIn(line, next string) bool {
	begun, answered := leadIn().MatchString(line), quoted().MatchString(next)
	return begun && answered || begun != answered && (strings.HasSuffix(line, " wrote:") || attribution().MatchString(line))
}

// ofList reports what the footer of a list says, at the beginning of a text.
func ofList(text string) bool { return listWords().MatchString(text[:min(len(text), maxFooter)]) }

// begins reports that a line begins with one of some letters.
func begins(line, letters string) bool {
	return line != "" && strings.IndexByte(letters, line[0]) >= 0
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
		if leadIn().MatchString(kept[n]) {
			return n
		}
	}
	return len(kept)
}

// table tells a paragraph that was columns, code or a log from prose, by its letters and by the
// words that are made of nothing else.
func table(para string) bool {
	letters, good := 0, 0
	for _, r := range para {
		if r == ' ' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f {
			letters++
		}
	}
	words := strings.Fields(para)
	for _, w := range words {
		if isWord(w) {
			good++
		}
	}
	return letters*100 < len(para)*85 || good*100 < len(words)*65
}

// isWord reports a word of prose; most are nothing but letters.
func isWord(w string) bool {
	for i := range len(w) {
		if c := w[i] | 0x20; c < 'a' || c > 'z' {
			return proseWord().MatchString(w)
		}
	}
	return true
}

// Page lays a message out as a page of the queue: its prose, and its paragraphs as quotes of
// which the writer is the speaker.
func (m *Message) Page(interest func(string) float64) page.Page {
	return page.OfText(m.URL, m.Title, m.Author, m.Published, m.Text, m.Quotes, interest)
}
