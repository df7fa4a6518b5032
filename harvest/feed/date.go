package feed

import (
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
)

// zones are the abbreviations that dates name. Where one has several meanings, the one that feeds
// use: IST is India's, CST America's.
var zones = map[string]int{
	"Z": 0, "UT": 0, "GMT": 0, "UTC": 0, "WET": 0, "WEST": 3600, "BST": 3600, "MET": 3600, "MEST": 7200, "CET": 3600, "CEST": 7200,
	"EET": 7200, "EEST": 10800, "MSK": 10800, "IST": 5*3600 + 1800, "SGT": 8 * 3600, "HKT": 8 * 3600, "PHT": 8 * 3600, "AWST": 8 * 3600,
	"JST": 9 * 3600, "KST": 9 * 3600, "ACST": 9*3600 + 1800, "ACDT": 10*3600 + 1800, "AEST": 10 * 3600, "AEDT": 11 * 3600,
	"NZST": 12 * 3600, "NZDT": 13 * 3600, "BRT": -3 * 3600, "ART": -3 * 3600,
	"AT": -4 * 3600, "ADT": -3 * 3600, "NST": -3*3600 - 1800, "NDT": -2*3600 - 1800,
	"EST": -5 * 3600, "EDT": -4 * 3600, "CST": -6 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600, "PDT": -7 * 3600,
	"ET": -5 * 3600, "CT": -6 * 3600, "MT": -7 * 3600, "PT": -8 * 3600, "AKST": -9 * 3600, "AKDT": -8 * 3600, "HST": -10 * 3600,
}

var (
	clock     = pattern.New(`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?:\s*([aApP])\.?[mM]\b\.?)?`)
	compact   = pattern.New(`^(\d{4})(\d{2})(\d{2})[Tt ]?(\d{2})(\d{2})(\d{2})?`)
	weekday   = pattern.New(`(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|^\s*\pL{2,12}\.?,`)
	remark    = pattern.New(`\([^()]*\)\s*$`)
	yearAfter = pattern.New(`(?:^|\s)((?:19|20)\d{2})(?:\s|$)`)
	offset    = pattern.New(`([+-])(\d{1,2}):?(\d{2})?(?::00)?(?:\s|$)|^(\d{2}):(\d{2})$`)
	spaced    = pattern.New(`^([+-]) `)
	zoneName  = pattern.New(`^[A-Za-z]{1,5}\b`)
	zoneLast  = pattern.New(` (?:[A-Z]{2,4}|[+-]\d{4})$`)
	yearFirst = pattern.New(`^(\d{4})[-/. ]+0?(\d{1,2})[-/. ]+(\d{1,2})\.?$`)
	yearName  = pattern.New(`^(\d{4})[-/. ]*([A-Za-z]{3,9})[-/. ]*(\d{1,2})\.?$`)
	partial   = pattern.New(`^(?:((?:19|20)\d{2})(?:-(\d{2}))?|-(\d{2})-?(\d{2})|((?:19|20)\d{2})(\d{2})(\d{2}))$`)
	dayFirst  = pattern.New(`^(\d{1,2})[-. ]*([A-Za-z]{3,9})[-. ]*(\d{4}|\d{2})$`)
	monthName = pattern.New(`^([A-Za-z]{3,9})[-. ]*(\d{1,2})(?:st|nd|rd|th)?[-. ]*(\d{4})$`)
	digits    = pattern.New(`^(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})$`)
)

// Date is the instant that a date names, in whatever form feeds and mails write one; zone is for
// those that name none (nil: UTC). Zero: it cannot be read, or may mean two days.
func Date(stated string, zone *time.Location) time.Time {
	s := strings.Trim(strings.Join(strings.Fields(stated), " "), `"'`)
	if s == "" || len(s) > 100 {
		return time.Time{}
	}
	for _, layout := range []string{"Mon, 2 Jan 2006 15:04:05 -0700", time.RFC3339} { // nearly all of them
		if t, err := time.Parse(layout, s); err == nil {
			if _, seconds := t.Zone(); max(seconds, -seconds) <= maxOffset && t.Year() <= maxYear {
				return t.UTC()
			}
		}
	}
	if zone == nil {
		zone = time.UTC
	}
	t := english(s, zone)
	if t.IsZero() {
		if in, own := inEnglish(s, zone); in != s {
			t = english(in, own)
		}
	}
	return t
}

// maxYear is the last year that a date is believed to mean.
const maxYear = 2200

// maxOffset is the farthest, in seconds, that a zone lies from UTC, with some room.
const maxOffset = 15 * 3600

// english reads a date of which all words are English.
func english(s string, zone *time.Location) time.Time {
	s = strings.NewReplacer(",", " ", " at ", " ", " of ", " ").Replace(weekday().ReplaceAllString(remark().ReplaceAllString(s, ""), " "))
	s = strings.Join(strings.Fields(s), " ")
	s = compact().ReplaceAllString(s, "$1-$2-$3 $4:$5:${6}")
	i := clock().FindStringSubmatchIndex(s)
	if i == nil { // a day without a time has no zone either
		return day(zoneLast().ReplaceAllString(s, ""), false, 0, 0, 0, time.UTC)
	}
	m := clock().FindStringSubmatch(s)
	hour, minute, second := number(m[1]), number(m[2]), number(m[3])
	if m[4] != "" {
		hour %= 12
		if strings.EqualFold(m[4], "p") {
			hour += 12
		}
	}
	before, after := strings.TrimRight(s[:i[0]], " Tt:-"), spaced().ReplaceAllString(strings.TrimSpace(s[i[1]:]), "$1")
	if y := yearAfter().FindStringSubmatch(after); y != nil { // "Jan 2 15:04:05 EST 2006"
		before, after = before+" "+y[1], strings.TrimSpace(strings.Replace(after, y[1], "", 1))
	}
	if before == "" { // "15:04 02.01.2006 -0700"
		before, after, _ = strings.Cut(after, " ")
	}
	if strings.HasPrefix(after, ":+") || strings.HasPrefix(after, ":-") {
		after = after[1:]
	}
	if hour > 23 && (hour != 24 || minute+second > 0) || minute > 59 || second > 60 || strings.HasPrefix(after, ":") || clock().MatchString(offset().ReplaceAllString(after, "")) {
		return time.Time{}
	}
	at, ok := location(after, zone)
	if !ok {
		return time.Time{}
	}
	return day(before, m[4] != "", hour, minute, second, at)
}

// location is the zone that a text names, or else the given one: also for an offset that no zone
// has. false: it names one that cannot be read.
func location(s string, zone *time.Location) (*time.Location, bool) {
	s = strings.TrimPrefix(s, "Etc/")
	if m := offset().FindStringSubmatch(s); m != nil {
		hours, minutes := number(m[2])+number(m[4]), number(m[3])+number(m[5])
		seconds := hours*3600 + minutes*60
		switch {
		case minutes > 59:
			return nil, false
		case seconds > maxOffset:
			return zone, true
		}
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds), true
	}
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
		return nil, false
	}
	name := strings.ToUpper(zoneName().FindString(s))
	if seconds, ok := zones[name]; ok {
		return time.FixedZone(name, seconds), true
	}
	return zone, true
}

// day reads the day of a date, and puts the time of day to it. Where the clock has twelve hours,
// the country writes the month first.
func day(s string, twelve bool, hour, minute, second int, zone *time.Location) time.Time {
	var year string
	var mon, d int
	if m := yearFirst().FindStringSubmatch(s); m != nil {
		year, mon, d = m[1], number(m[2]), number(m[3])
	} else if m := yearName().FindStringSubmatch(s); m != nil {
		year, mon, d = m[1], month(m[2]), number(m[3])
	} else if m := partial().FindStringSubmatch(s); m != nil && !twelve && hour+minute+second == 0 { // ISO 8601: 2003, 2003-12, -0312, 20031231
		year, mon, d = m[1]+m[3]+m[5], number(m[2]+m[4]+m[6]), max(number(m[7]), 1)
		if m[1] != "" && m[2] == "" {
			mon = 1
		}
	} else if m := dayFirst().FindStringSubmatch(s); m != nil {
		year, mon, d = m[3], month(m[2]), number(m[1])
	} else if m := monthName().FindStringSubmatch(s); m != nil {
		year, mon, d = m[3], month(m[1]), number(m[2])
	} else if m := digits().FindStringSubmatch(s); m != nil {
		year, mon, d = m[4], number(m[3]), number(m[1])
		switch dots := m[2] == "."; {
		case dots:
		case d <= 12 && (mon > 12 || twelve):
			mon, d = d, mon
		case d <= 12, len(year) == 2 && year <= "31":
			return time.Time{} // 1/2/2006 may be two days, and 19/11/26 too
		}
	}
	y := number(year)
	switch {
	case len(year) == 2 && y < 70:
		y += 2000
	case len(year) == 2:
		y += 1900
	}
	t := time.Date(y, time.Month(mon), d, hour, minute, second, 0, zone)
	if y > maxYear || mon < 1 || mon > 12 || d < 1 || d > 31 || t.Day() != d && second != 60 && hour != 24 {
		return time.Time{}
	}
	return t.UTC()
}

// month is the number of an English month, written out or cut short; 0: it is none.
func month(name string) int {
	name = strings.ToLower(name)
	for i := range time.December {
		if len(name) > 2 && strings.HasPrefix(strings.ToLower((i+1).String()), name) {
			return int(i) + 1
		}
	}
	return 0
}

// number is a run of digits that a pattern has found; none is 0.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// date is the instant of a date that a feed states. One that cannot be read, or lies before the
// web, is unknown.
func date(stated string, zone *time.Location) time.Time {
	t := Date(stated, zone)
	if t.Year() < 1990 || t.Year() > maxYear {
		return time.Time{}
	}
	return t
}
