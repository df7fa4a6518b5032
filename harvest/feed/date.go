package feed

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// zones are the abbreviations that dates name. Where one has several meanings, the one that feeds
// use: IST is India's, CST America's.
var zones = map[string]int{
	"Z": 0, "UT": 0, "GMT": 0, "UTC": 0, "WET": 0, "WEST": 3600, "BST": 3600, "MET": 3600, "MEST": 7200, "CET": 3600, "CEST": 7200,
	"EET": 7200, "EEST": 10800, "MSK": 10800, "IST": 5*3600 + 1800, "SGT": 8 * 3600, "HKT": 8 * 3600, "PHT": 8 * 3600, "AWST": 8 * 3600,
	"JST": 9 * 3600, "KST": 9 * 3600, "ACST": 9*3600 + 1800, "ACDT": 10*3600 + 1800, "AEST": 10 * 3600, "AEDT": 11 * 3600,
	"NZST": 12 * 3600, "NZDT": 13 * 3600, "BRT": -3 * 3600, "ART": -3 * 3600,
	"EST": -5 * 3600, "EDT": -4 * 3600, "CST": -6 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600, "PDT": -7 * 3600,
	"ET": -5 * 3600, "CT": -6 * 3600, "MT": -7 * 3600, "PT": -8 * 3600, "AKST": -9 * 3600, "AKDT": -8 * 3600, "HST": -10 * 3600,
}

var (
	clock     = regexp.MustCompile(`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?:\s*([aApP])\.?[mM]\b\.?)?`)
	weekday   = regexp.MustCompile(`(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|^\s*\pL{2,12}\.?,`)
	remark    = regexp.MustCompile(`\([^()]*\)\s*$`)
	yearAfter = regexp.MustCompile(`(?:^|\s)((?:19|20)\d{2})(?:\s|$)`)
	offset    = regexp.MustCompile(`([+-])(\d{1,2}):?(\d{2})?(?::00)?(?:\s|$)|^(\d{2}):(\d{2})$`)
	spaced    = regexp.MustCompile(`^([+-]) `)
	zoneName  = regexp.MustCompile(`^[A-Za-z]{1,5}\b`)
	zoneLast  = regexp.MustCompile(` [A-Z]{2,4}$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[-. ]*([A-Za-z]{3,9})[-. ]*(\d{4}|\d{2})$`)
	monthName = regexp.MustCompile(`^([A-Za-z]{3,9})[-. ]*(\d{1,2})(?:st|nd|rd|th)?[-. ]*(\d{4})$`)
	digits    = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})$`)
)

// Date is the instant that a date names, in whatever form feeds and mails write one; zone is for
// those that name none (nil: UTC). Zero: it cannot be read.
func Date(stated string, zone *time.Location) time.Time {
	s := strings.Trim(strings.Join(strings.Fields(stated), " "), `"'`)
	if s == "" || len(s) > 100 {
		return time.Time{}
	}
	for _, layout := range []string{"Mon, 2 Jan 2006 15:04:05 -0700", time.RFC3339} { // nearly all of them
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	if zone == nil {
		zone = time.UTC
	}
	s = strings.NewReplacer(",", " ", " at ", " ").Replace(weekday.ReplaceAllString(remark.ReplaceAllString(s, ""), " "))
	s = strings.Join(strings.Fields(s), " ")
	i := clock.FindStringSubmatchIndex(s)
	if i == nil { // a day without a time has no zone either
		return day(zoneLast.ReplaceAllString(s, ""), "", 0, 0, 0, time.UTC)
	}
	m := clock.FindStringSubmatch(s)
	hour, minute, second := number(m[1]), number(m[2]), number(m[3])
	if m[4] != "" {
		hour %= 12
		if strings.EqualFold(m[4], "p") {
			hour += 12
		}
	}
	before, after := strings.TrimRight(s[:i[0]], " T:-"), spaced.ReplaceAllString(strings.TrimSpace(s[i[1]:]), "$1")
	if y := yearAfter.FindStringSubmatch(after); y != nil { // "Jan 2 15:04:05 EST 2006"
		before, after = before+" "+y[1], strings.TrimSpace(strings.Replace(after, y[1], "", 1))
	}
	if hour > 23 || minute > 59 || second > 60 {
		return time.Time{}
	}
	return day(before, m[4], hour, minute, second, location(after, zone))
}

// location is the zone that a text names, or else the given one.
func location(s string, zone *time.Location) *time.Location {
	if m := offset.FindStringSubmatch(s); m != nil {
		seconds := (number(m[2])+number(m[4]))*3600 + (number(m[3])+number(m[5]))*60
		if seconds > 15*3600 {
			return zone
		}
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone("", seconds)
	}
	name := strings.ToUpper(zoneName.FindString(s))
	if seconds, ok := zones[name]; ok {
		return time.FixedZone(name, seconds)
	}
	return zone
}

// day reads the day of a date, and puts the time of day to it. half is "a" or "p" where the clock
// has twelve hours: such a country writes the month first.
func day(s, half string, hour, minute, second int, zone *time.Location) time.Time {
	var y, mon, d int
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		y, mon, d = number(m[1]), number(m[2]), number(m[3])
	} else if m := dayFirst.FindStringSubmatch(s); m != nil {
		y, mon, d = number(m[3]), month(m[2]), number(m[1])
	} else if m := monthName.FindStringSubmatch(s); m != nil {
		y, mon, d = number(m[3]), month(m[1]), number(m[2])
	} else if m := digits.FindStringSubmatch(s); m != nil {
		y, mon, d = number(m[4]), number(m[3]), number(m[1])
		if m[2] != "." && d <= 12 && (mon > 12 || half != "") {
			mon, d = d, mon
		} else if m[2] != "." && d <= 12 {
			return time.Time{} // 1/2/2006 may be either
		}
	}
	switch {
	case y < 70:
		y += 2000
	case y < 100:
		y += 1900
	}
	t := time.Date(y, time.Month(mon), d, hour, minute, second, 0, zone)
	if mon < 1 || mon > 12 || d < 1 || t.Day() != d && second != 60 {
		return time.Time{}
	}
	return t.UTC()
}

func month(name string) int {
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(name[:3]))
	if i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// number is a run of digits that a pattern has found; none is 0.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// date is the instant of a date as stated, or else as gofeed parsed it: gofeed knows rarer forms,
// but takes a zone that it does not know for UTC. One that cannot be read, or lies before the
// web, is unknown.
func date(stated string, parsed *time.Time, zone *time.Location) time.Time {
	t := Date(stated, zone)
	if t.IsZero() && parsed != nil {
		t = parsed.UTC()
	}
	if t.Year() < 1990 || t.Year() > 2200 {
		return time.Time{}
	}
	return t
}
