package page

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/harvest/pattern"
)

// published is when the page says it was published, and where it says so. An instant that falls on
// another day in UTC than the day that readers are shown gives way to that: it is the writer's.
func (s story) published() (time.Time, string) {
	at, from := s.dated()
	if from == "url" || from == "text" || at.IsZero() {
		return at, from
	}
	first, _ := headDate(s.head)
	for _, shown := range []struct {
		day  time.Time
		from string
	}{{ofPath(s.url), "url"}, {first, "text"}} {
		if off := shown.day.Sub(at.UTC().Truncate(24 * time.Hour)).Abs(); off == 0 {
			break
		} else if off == 24*time.Hour {
			return shown.day, shown.from
		}
	}
	return at, from
}

// dated is the first date that the page states, the surest place first.
func (s story) dated() (time.Time, string) {
	f := s.facts
	if !f.published.IsZero() {
		return f.published, "json-ld"
	}
	if !f.story && s.isManual() {
		return time.Time{}, ""
	}
	if f.story || !s.sells() {
		for _, name := range []string{"article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dc.date", "dc.created",
			"citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "pubdate", "date", "published", "publish-date",
			"publish_date", "publication_date", "publication-date"} {
			if t := anyDate(f.meta(name)); !t.IsZero() {
				return t, origin(name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(f.metas)) {
			if metaDate().MatchString(name) {
				if t := anyDate(f.metas[name]); !t.IsZero() {
					return t, "meta"
				}
			}
		}
	}
	if !s.own() {
		return time.Time{}, ""
	}
	if !f.loaded.IsZero() && !f.goods && s.shape == article && f.author+f.meta("author") != "" {
		return f.loaded, "json-ld"
	}
	if t := s.marked(); !t.IsZero() {
		return t, "time"
	}
	if t := ofPath(s.url); !t.IsZero() {
		return t, "url"
	}
	if first, late := headDate(s.head); !first.IsZero() {
		return first, "text"
	} else if !late.IsZero() {
		return late, "text"
	}
	if f.article {
		if t := s.labelled(); !t.IsZero() {
			return t, "text"
		}
	}
	return time.Time{}, ""
}

// isManual reports that the address is one of documentation: what that says of a date is when a
// version of it was built.
func (s story) isManual() bool {
	u, err := url.Parse(s.url)
	return err == nil && manuals().MatchString(u.Host+u.Path)
}

// marked is the date that an element states to programs.
func (s story) marked() time.Time {
	for _, selector := range []string{`[itemprop="datePublished"]`, `[itemprop="dateCreated"]`, `time[pubdate]`, `time.dt-published`, `time.published`, `time.entry-date`} {
		e := s.doc.FindMatcher(goquery.Single(selector))
		if t := parseDate(first(e.AttrOr("datetime", ""), e.AttrOr("content", ""))); !t.IsZero() {
			return t
		}
	}
	for _, within := range []string{"article", "main", ".js-discussion"} {
		e := s.doc.FindMatcher(goquery.Single(within)).FindMatcher(goquery.Single("time[datetime], relative-time[datetime]"))
		if t := parseDate(e.AttrOr("datetime", "")); !t.IsZero() && !changed(e) {
			return t
		}
	}
	if times := s.doc.Find("time[datetime]"); times.Length() == 1 && !changed(times) {
		return parseDate(times.AttrOr("datetime", ""))
	}
	return time.Time{}
}

// changed reports that a time is that of the last change: by its own mark, or by the line that it
// stands in.
func changed(s *goquery.Selection) bool {
	if strings.Contains(strings.ToLower(s.AttrOr("itemprop", "")+s.AttrOr("class", "")+s.Parent().AttrOr("class", "")), "modified") {
		return true
	}
	for up, near := s.Parent(), 3; near > 0 && up.Length() > 0; up, near = up.Parent(), near-1 {
		line := spaced(up, " ")
		if line == "" || len(line) > maxDateLine {
			return false
		}
		if updated().MatchString(line) && !released().MatchString(line) {
			return true
		}
	}
	return false
}

// labelled is the date in the first short element whose class says that it holds one.
func (s story) labelled() time.Time {
	var found time.Time
	s.doc.Find(`time, [class*="publish" i], [class*="date" i], [class*="posted" i]`).EachWithBreak(func(i int, e *goquery.Selection) bool {
		line := spaced(e, " ")
		if line != "" && len(line) <= maxDateLine && !updated().MatchString(line) && !beside(e) && e.Closest("li, aside, footer").Length() == 0 {
			found = worded(line)
		}
		return found.IsZero() && i < 20
	})
	return found
}

// maxDateLine is how long a line may be that is there for its date, in bytes.
const maxDateLine = 80

var (
	// metaDate are names such as "w-published-date" and "ms.date".
	metaDate  = pattern.New(`(?:^|[._:-])(?:publish(?:ed)?|publication)[._-]?(?:date|time|on)$|^ms\.date$`)
	manuals   = pattern.New(`(?i)^docs?\.|/docs?/`)
	updated   = pattern.New(`(?i)\b(?:updated|modified|edited|reviewed|changed|active)\b`)
	released  = pattern.New(`(?i)\b(?:published|posted|created|released)\b`)
	pathDate  = pattern.New(`/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/+_.-]|$)`)
	dotted    = pattern.New(`\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b`)
	monthDay  = pattern.New(`(?i)\b(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)\b`)
	dayMonth  = pattern.New(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+(` + months + `)\.?,?[\s-]+((?:19|20)\d\d)\b`)
	yearFirst = pattern.New(`(?i)\b((?:19|20)\d\d)\s+(` + months + `)\.?\s+(\d{1,2})\b`)
	isoDate   = pattern.New(`\b((?:19|20)\d\d-\d\d-\d\d)(?:T|\b)`)
	shortDate = pattern.New(`\b(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)\b`)
	joined    = pattern.New(`(?i)^(?:joined|join date|registered|member since)\b`)
)

// ofPath is the day in an address such as /2026/11/18/boards.
func ofPath(address string) time.Time {
	u, err := url.Parse(address)
	if err != nil {
		return time.Time{}
	}
	m := pathDate().FindStringSubmatch(u.Path)
	if m == nil {
		return time.Time{}
	}
	return ymd(m[1], m[2], m[3])
}

// headDate is the day that the lines at the head of the text state: in the first line that does not
// say "updated", and in the first that does, since some writers keep no other.
func headDate(lines []line) (first, late time.Time) {
	for _, l := range lines {
		if joined().MatchString(l.text) { // a forum tells it of each writer
			continue
		}
		t := parseDate(l.datetime)
		if t.IsZero() {
			t = worded(l.text)
		}
		switch {
		case t.IsZero():
		case !updated().MatchString(l.text) || released().MatchString(l.text):
			return t, late
		case late.IsZero():
			late = t
		}
	}
	return time.Time{}, late
}

// worded is the first day in a line: with its month as a word, or in figures that can be read in
// one way only.
func worded(line string) time.Time {
	if m := monthDay().FindStringSubmatch(line); m != nil {
		return inWords(m[2], m[1], m[3])
	}
	if m := dayMonth().FindStringSubmatch(line); m != nil {
		return inWords(m[1], m[2], m[3])
	}
	if m := yearFirst().FindStringSubmatch(line); m != nil {
		return inWords(m[3], m[2], m[1])
	}
	if m := isoDate().FindStringSubmatch(line); m != nil {
		return parseDate(m[1])
	}
	if m := dotted().FindStringSubmatch(line); m != nil {
		return ymd(m[3], m[2], m[1])
	}
	if m := shortDate().FindStringSubmatch(line); m != nil {
		// 11/18/2026 is a day in November; 3/4/2026 may be one in March or in April.
		switch day, month := m[1], m[2]; {
		case len(month) == 2 && month > "12":
			return ymd(m[3], day, month)
		case len(day) == 2 && day > "12":
			return ymd(m[3], month, day)
		}
	}
	return time.Time{}
}

func inWords(day, month, year string) time.Time {
	t, err := time.Parse("2 Jan 2006", day+" "+strings.ToUpper(month[:1])+strings.ToLower(month[1:3])+" "+year)
	return sane(t, err)
}

func ymd(year, month, day string) time.Time {
	t, err := time.Parse("2006-1-2", year+"-"+strings.TrimPrefix(month, "0")+"-"+strings.TrimPrefix(day, "0"))
	return sane(t, err)
}

// sane drops what is before there was a web, and what no page of today can say. The zone stays as
// stated: with it a day is the day of the writer.
func sane(t time.Time, err error) time.Time {
	if err != nil || t.Year() < 1990 || t.Year() > 2100 {
		return time.Time{}
	}
	return t
}

// anyDate reads a date that is stated to programs, as ISO 8601 has it or in words.
func anyDate(s string) time.Time {
	if t := parseDate(s); !t.IsZero() || len(s) > maxDateLine {
		return t
	}
	return worded(s)
}

// parseDate reads the forms of ISO 8601, and of mail, that pages use.
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04-07:00", "2006-01-02T15:04Z", "2006-01-02T15:04",
		"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil {
			return sane(t, nil)
		}
	}
	return time.Time{}
}
