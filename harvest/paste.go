package harvest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wiredesk/harvest/pattern"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Pasted is one link of a pasted text. URL is as it was written, less what surrounds it, and with
// "https://" before a bare "www."; it is not checked. A line that only announces a link, with
// "(need URL)", has a Title and no URL.
type Pasted struct {
	URL, Title string
	Credit     store.Credit
}

// maxPastedTitle is how many bytes before a link are taken for its title: more is a paragraph.
const maxPastedTitle = 200

// wrappedProse is the length in bytes from which a line without a link is taken for running text
// that goes on in the next line: mail is wrapped near 70 columns.
const wrappedProse = 50

// Paste finds the links in what a person pasted: one URL a line with a title before or behind it,
// "Title (Person, @handle) URL", lists, markdown, sentences, mail. A link alone on its line with
// text before it takes that text as its title; a link within a sentence, or one of several on a
// line, takes none unless it is a markdown link with a text of its own. Lines that begin with "#"
// are comments. Each URL comes once, in the order of the text.
func Paste(text string) []Pasted {
	var out []Pasted
	at := map[string]int{}
	add := func(p Pasted) {
		i, known := at[p.URL]
		if !known || p.URL == "" {
			at[p.URL] = len(out)
			out = append(out, p)
			return
		}
		if out[i].Title == "" {
			out[i].Title = p.Title
		}
		if out[i].Credit == (store.Credit{}) {
			out[i].Credit = p.Credit
		}
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = wrappedURL().ReplaceAllString(text, "<$1$2>")
	before := "" // the line before, where it holds no link
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			before = ""
			continue
		}
		bare := bullet().ReplaceAllString(line, "")
		goesOn := bare == line && len(before) >= wrappedProse && !strings.HasSuffix(before, ":")
		found := spans(bare)
		before = ""
		switch len(found) {
		case 0:
			before = line
			if p, ok := unlinked(bare); ok {
				add(p)
			}
		case 1:
			add(pastedAlone(bare, found[0], goesOn))
		default:
			for _, s := range found {
				add(Pasted{URL: s.url, Title: title(s.label)})
			}
		}
	}
	return out
}

var (
	// wrappedURL is a URL in angle brackets that a mail program broke in two (RFC 3986, appendix C).
	wrappedURL = pattern.New(`<(https?://[^\s<>]+)\n[ \t]*([^\s<>]+)>`)
	bullet     = pattern.New(`^(?:>+\s*|[*+•·‣–—-]+\s+|\d{1,3}[.)]\s+|\[[ xX]?\]\s+)+`)
	urlBegin   = pattern.New(`(?i)https?://|www\.[a-z0-9-]+\.`)
	needURL    = pattern.New(`(?i)\s*\(?\bneeds? (?:a )?(?:url|link)\b\)?\s*`)
	otherLink  = pattern.New(`(?i)^(?:[a-z][a-z0-9+.-]*://|(?:javascript|data|file|mailto):|[a-z0-9-]+(?:\.[a-z0-9-]+)+/)[^\s<>"]*`)
	linkTitle  = pattern.New(`^\s+(?:"[^"]*"|'[^']*')\s*\)`)
	inBrackets = pattern.New(`^\[[^\]]*\]:$`)
)

// unlinked reads a line without a link: one that says so, or one whose link is none to be taken,
// which is handed on to be refused with its reason.
func unlinked(line string) (Pasted, bool) {
	if needURL().MatchString(line) {
		t, c := creditAtEnd(needURL().ReplaceAllString(line, " "))
		return Pasted{Title: title(strings.Trim(t, " :-–—")), Credit: c}, true
	}
	if url := otherLink().FindString(line); url != "" {
		return Pasted{URL: url, Title: title(line[len(url):])}, true
	}
	return Pasted{}, false
}

// span is where a link stands in a line.
type span struct {
	from, to   int
	url, label string
}

// spans finds the links of a line.
func spans(line string) []span {
	var out []span
	end := 0 // of the last link
	for {
		m := urlBegin().FindStringIndex(line[end:])
		if m == nil {
			return out
		}
		from := end + m[0]
		run := line[from:min(len(line), from+link.MaxLen)]
		if i := strings.IndexFunc(run, endsURL); i >= 0 {
			run = run[:i]
		}
		if len(run) <= m[1]-m[0] || glued(line[:from], run) {
			end += m[1]
			continue
		}
		s := span{from: from, to: from + len(run)}
		lead := line[end:from]
		switch {
		case strings.HasSuffix(lead, "]("), strings.HasSuffix(lead, "](<"):
			if image := s.markdown(line, end, run); image {
				end = s.to
				continue
			}
		case strings.HasSuffix(lead, "<"):
			s.from--
			s.url = run
			if i := strings.IndexByte(run, '|'); i >= 0 { // as chats write a link with its text
				s.url = run[:i]
				rest := line[from+i+1:]
				if j := strings.IndexByte(rest, '>'); j >= 0 {
					s.label, s.to = rest[:j], from+i+1+j
				}
			}
			if strings.HasPrefix(line[s.to:], ">") {
				s.to++
			}
		default:
			s.url = trimURL(run)
			s.to = from + len(s.url)
		}
		if len(s.url) > 4 && strings.EqualFold(s.url[:4], "www.") {
			s.url = "https://" + s.url
		}
		end = s.to
		out = append(out, s)
	}
}

// endsURL reports what cannot stand in a URL, or ends the phrase that it stands in.
func endsURL(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("<>\"`“”„«»，。；！？）】》」、", r)
}

// glued reports that what looks like the begin of a URL is the middle of a word or of an address.
func glued(lead, run string) bool {
	r, _ := utf8.DecodeLastRuneInString(lead)
	if lead == "" {
		return false
	}
	if run[0] == 'w' || run[0] == 'W' {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/.@:_-=%", r)
	}
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// markdown reads a link whose "](" stands before the run; it may be an image.
func (s *span) markdown(line string, end int, run string) (image bool) {
	angle := line[s.from-1] == '<'
	open := s.from - 1
	if angle {
		open--
	}
	closing := open - 1 // the "]"
	depth, label := 0, -1
	for i := closing; i >= max(end, closing-500) && label < 0; i-- {
		switch line[i] {
		case ']':
			depth++
		case '[':
			if depth--; depth == 0 {
				label = i
			}
		}
	}
	s.url = run
	if !angle {
		depth = 0
		for i := range len(run) {
			if run[i] == '(' {
				depth++
			} else if run[i] == ')' {
				if depth--; depth < 0 {
					s.url = run[:i]
					break
				}
			}
		}
	}
	s.to = s.from + len(s.url)
	rest := strings.TrimPrefix(line[s.to:], ">")
	s.to = len(line) - len(rest)
	switch m := linkTitle().FindString(rest); {
	case m != "":
		s.to += len(m)
	case strings.HasPrefix(rest, ")"):
		s.to++
	}
	if label < 0 {
		return false
	}
	s.label, s.from = line[label+1:closing], label
	return label > 0 && line[label-1] == '!'
}

// trimURL takes off what the sentence around a URL put behind it.
func trimURL(url string) string {
	for {
		cut := strings.TrimRight(url, ".,;:!?'’…*_~|\\")
		for _, pair := range []string{"()", "[]", "{}"} {
			if strings.HasSuffix(cut, pair[1:]) && strings.Count(cut, pair[:1]) < strings.Count(cut, pair[1:]) {
				cut = cut[:len(cut)-1]
			}
		}
		if cut == url {
			return url
		}
		url = cut
	}
}

// pastedAlone reads a line with one link; goesOn says that it continues running text.
func pastedAlone(line string, s span, goesOn bool) Pasted {
	p := Pasted{URL: s.url}
	before, after := strings.TrimSpace(line[:s.from]), strings.TrimSpace(line[s.to:])
	if strings.HasSuffix(before, "(") {
		before, after = strings.TrimSuffix(before, "("), strings.TrimPrefix(after, ")")
	}
	before, p.Credit = creditAtEnd(before)
	if c, rest := creditAtBegin(after); c != (store.Credit{}) {
		p.Credit, after = c, rest
	}
	after = strings.TrimLeft(after, " .,;:!?…*_)]>\"'”’“„«»，。")
	switch {
	case title(s.label) != "":
		p.Title = title(s.label)
	case goesOn, before != "" && after != "", inBrackets().MatchString(before), strings.HasSuffix(strings.TrimRight(before, `"'`), "="):
	case before == "":
		p.Title = title(strings.TrimLeft(after, "-–—| "))
	default:
		p.Title = headline(before)
	}
	return p
}

// headline is the text before a link, where it is a title and not the begin of a sentence.
func headline(before string) string {
	const around = " :-–—|→=>,;([\"'“‘„«"
	before = strings.TrimRight(before, around)
	if i := strings.LastIndexByte(before, ' '); strings.EqualFold(before[i+1:], "via") {
		before = strings.TrimRight(before[:max(i, 0)], around)
	}
	t := title(before)
	last := strings.ToLower(strings.TrimLeft(t[strings.LastIndexByte(t, ' ')+1:], around))
	if len(t) > maxPastedTitle || leadsOn[last] {
		return ""
	}
	return t
}

// leadsOn are words with which no title ends: a sentence goes on to its link.
var leadsOn = map[string]bool{
	"a": true, "about": true, "an": true, "and": true, "are": true, "as": true, "at": true, "by": true, "for": true, "from": true, "here": true, "in": true,
	"is": true, "of": true, "on": true, "or": true, "read": true, "see": true, "that": true, "the": true, "this": true, "to": true, "via": true, "was": true, "with": true,
}

// title cleans a title; one that says nothing, such as "here" or the URL itself, is none.
func title(s string) string {
	s = strings.Trim(plain.Line(s), " *_`")
	low := strings.ToLower(s)
	switch {
	case low == "here", low == "link", low == "this", strings.HasPrefix(low, "http://"), strings.HasPrefix(low, "https://"), strings.Contains(s, "]("):
		return ""
	case !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) }):
		return ""
	}
	return s
}
