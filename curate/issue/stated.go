package issue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wiredesk/store"
)

// Stated is what an issue says of itself in its front matter and header. It may be wrong.
type Stated struct {
	Number int // 0: not stated
	Weeks  []StatedWeek
	Dates  []StatedDate
}

// StatedWeek is a week that an issue names: an ISO week, or its number alone where Year is 0.
type StatedWeek struct{ Year, Week, Line int }

// StatedDate is a day that an issue names.
type StatedDate struct {
	Date time.Time // midnight, UTC
	Line int
}

var (
	isoWeek    = regexp.MustCompile(`(?i)\b(\d{4})-?w(\d{1,2})\b`)
	weekNumber = regexp.MustCompile(`(?i)\bweek\s+(\d{1,2})\b`)
	dayOfYear  = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	dayFirst   = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\s+(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(\d{4})\b`)
	isoDay8    = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})`)
	issueNo    = regexp.MustCompile(`(?i)(?:\bissue|\bnumber|\bno\.|#)\s*(\d{1,4})\b`)
	titleNo    = regexp.MustCompile(`^\D*\s(\d{1,4})(?:,|\s|$)`)
)

// Stated reads number, week and date out of the front matter and the header of an issue.
func (d *Document) Stated() Stated {
	var s Stated
	for _, key := range []string{"issue", "number"} {
		if v, _ := d.FrontMatter.Get(key); s.Number == 0 {
			s.Number, _ = strconv.Atoi(v)
		}
	}
	title, _ := d.FrontMatter.Get("title")
	for _, key := range []string{"week", "date", "title"} {
		if v, line := d.FrontMatter.Get(key); v != "" {
			s.read(v, line)
		}
	}
	header, line := d.header()
	s.read(header, line)
	for _, text := range []string{header, title} {
		if m := issueNo.FindStringSubmatch(text); m != nil && s.Number == 0 {
			s.Number, _ = strconv.Atoi(m[1])
		}
	}
	for _, dated := range []*regexp.Regexp{isoWeek, weekNumber, dayOfYear, dayFirst, isoDay8} {
		title = dated.ReplaceAllString(title, "")
	}
	if m := titleNo.FindStringSubmatch(title); m != nil && s.Number == 0 {
		if n, _ := strconv.Atoi(m[1]); n < 1900 { // "Works on Arm News 2018" names a year
			s.Number = n
		}
	}
	return s
}

// header is the line over an issue: its first heading of level 1, else the first line of what
// stands before the contents list.
func (d *Document) header() (text string, line int) {
	for _, p := range d.Parts {
		if p.Kind != store.IntroPart {
			break
		}
		if p.Level == 1 {
			return p.Plain, p.Line
		}
		if p.Blocks[0].Kind == ParagraphBlock && text == "" {
			text, _, _ = strings.Cut(d.Text(p.Blocks[0].Text), "\n")
			line = p.Line
		}
	}
	return text, line
}

// read finds weeks and dates in a line.
func (s *Stated) read(text string, line int) {
	for _, m := range isoWeek.FindAllStringSubmatch(text, -1) {
		year, _ := strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[2])
		s.Weeks = append(s.Weeks, StatedWeek{year, n, line})
	}
	for _, m := range weekNumber.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		s.Weeks = append(s.Weeks, StatedWeek{0, n, line})
	}
	day := func(month, day, year string) {
		if t, err := time.Parse("Jan 2 2006", strings.ToUpper(month[:1])+strings.ToLower(month[1:])+" "+day+" "+year); err == nil {
			s.Dates = append(s.Dates, StatedDate{t, line})
		}
	}
	for _, m := range dayOfYear.FindAllStringSubmatch(text, -1) {
		day(m[1], m[2], m[3])
	}
	for _, m := range dayFirst.FindAllStringSubmatch(text, -1) {
		day(m[2], m[1], m[3])
	}
	for _, m := range isoDay8.FindAllString(text, -1) {
		if t, err := time.Parse(time.DateOnly, m); err == nil {
			s.Dates = append(s.Dates, StatedDate{t, line})
		}
	}
}

// Week is the ISO week that an issue states; empty: none with its year.
func (s Stated) Week() string {
	for _, w := range s.Weeks {
		if w.Year > 0 {
			return fmt.Sprintf("%04d-W%02d", w.Year, w.Week)
		}
	}
	for _, d := range s.Dates {
		return WeekOf(d.Date)
	}
	return ""
}

// Faults are the statements that do not agree with the week that an issue is of.
func (s Stated) Faults(week string) []Fault {
	var out []Fault
	seen := map[string]bool{}
	add := func(line int, format string, args ...any) {
		f := Fault{line, fmt.Sprintf(format, args...)}
		if key := fmt.Sprint(f); !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	for _, w := range s.Weeks {
		if w.Year > 0 && fmt.Sprintf("%04d-W%02d", w.Year, w.Week) != week {
			add(w.Line, "states %04d-W%02d, but is the issue of %s", w.Year, w.Week, week)
		} else if w.Year == 0 && !strings.HasSuffix(week, fmt.Sprintf("-W%02d", w.Week)) {
			add(w.Line, "states week %d, but is the issue of %s", w.Week, week)
		}
	}
	for _, d := range s.Dates {
		if WeekOf(d.Date) != week {
			add(d.Line, "states %s, which is in %s, but is the issue of %s", d.Date.Format("January 2, 2006"), WeekOf(d.Date), week)
		}
	}
	return out
}

// WeekOfFile is the ISO week in the name of an issue's file; empty: there is none.
func WeekOfFile(name string) string {
	m := isoWeek.FindStringSubmatch(strings.ReplaceAll(name, "_", "-"))
	if m == nil {
		return ""
	}
	n, _ := strconv.Atoi(m[2])
	w := fmt.Sprintf("%s-W%02d", m[1], n)
	if _, err := ParseWeek(w, time.UTC); err != nil {
		return ""
	}
	return w
}
