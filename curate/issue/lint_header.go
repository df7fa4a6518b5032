package issue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// header compares what the header and the front matter state with the week of the file's name, with
// the day on which the issue appears, and with the number that the issue has.
func (l *linter) header() {
	for _, f := range l.d.FrontMatter.Faults {
		l.find(l.lineSpan(f.Line).Start, Warning, f.Message)
	}
	monday, err := ParseWeek(l.facts.Week, time.UTC)
	if err != nil {
		return
	}
	_, week := monday.ISOWeek()
	stated := l.d.Stated()
	for _, w := range stated.Weeks {
		switch {
		case w.Year > 0 && fmt.Sprintf("%04d-W%02d", w.Year, w.Week) != l.facts.Week:
			l.mismatch(w.Line, isoWeek, strconv.Itoa(w.Week), "is not the week of the file, "+l.facts.Week, l.facts.Week)
		case w.Year == 0 && w.Week != week:
			l.mismatch(w.Line, weekNumber, strconv.Itoa(w.Week), fmt.Sprintf("is not the week of the file, %d", week), strconv.Itoa(week))
		}
	}
	for _, d := range stated.Dates {
		if WeekOf(d.Date) == l.facts.Week {
			continue
		}
		want := ""
		if !l.facts.Published.IsZero() {
			want = l.facts.Published.Format("January 2, 2006")
		}
		l.mismatch(d.Line, dayOfYear, strconv.Itoa(d.Date.Day()), "does not lie in the week of the file, "+l.facts.Week, want)
	}
	_, line := l.d.header()
	switch n := strconv.Itoa(stated.Number); {
	case stated.Number == 0:
	case l.facts.Number > 0 && stated.Number != l.facts.Number:
		l.mismatch(line, issueNo, n, fmt.Sprintf("is not the number of this issue, %d", l.facts.Number), strconv.Itoa(l.facts.Number))
	case l.facts.Number == 0 && l.facts.After > 0 && stated.Number <= l.facts.After:
		l.mismatch(line, issueNo, n, fmt.Sprintf("is no number for this issue: the one before it was %d", l.facts.After), "")
	}
}

// lineSpan is a line of the file, from 1.
func (l *linter) lineSpan(line int) Span {
	line = min(max(line, 1), len(l.d.lines))
	end := len(l.d.src)
	if line < len(l.d.lines) {
		end = l.d.lines[line]
	}
	return Span{l.d.lines[line-1], end}
}

// mismatch is a finding about what a line states: where the pattern stands in it with a number, that
// is what is wrong, and want is the right text for it, if there is one. A pattern with a group for
// the number alone has the group replaced.
func (l *linter) mismatch(line int, pattern *regexp.Regexp, number, what, want string) {
	s := l.lineSpan(line)
	text := l.d.Text(s)
	for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
		span := Span{s.Start + m[0], s.Start + m[1]}
		if pattern.NumSubexp() == 1 {
			span = Span{s.Start + m[2], s.Start + m[3]}
		}
		if !strings.Contains(strings.TrimLeft(text[m[0]:m[1]], "0"), strings.TrimLeft(number, "0")) {
			continue
		}
		f := l.find(span.Start, Error, fmt.Sprintf("%q %s", l.d.Text(span), what))
		if want != "" {
			f.fix("writes "+want, Edit{span, want})
		}
		return
	}
	l.find(s.Start, Error, fmt.Sprintf("%q %s", strings.TrimSpace(text), what))
}
