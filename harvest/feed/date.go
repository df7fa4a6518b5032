package feed

import (
	"regexp"
	"strings"
	"time"
)

// zones are abbreviations that gofeed silently reads as UTC. Where one has several meanings, the
// one that feeds use: IST is India's.
var zones = map[string]int{
	"IST": 5*3600 + 1800, "AEDT": 11 * 3600, "AEST": 10 * 3600, "ACST": 9*3600 + 1800, "ACDT": 10*3600 + 1800, "AWST": 8 * 3600,
	"NZST": 12 * 3600, "NZDT": 13 * 3600, "JST": 9 * 3600, "KST": 9 * 3600, "HKT": 8 * 3600, "SGT": 8 * 3600, "PHT": 8 * 3600,
	"MET": 3600, "MEST": 7200, "CET": 3600, "CEST": 7200, "EET": 7200, "EEST": 10800, "WET": 0, "WEST": 3600, "BST": 3600, "MSK": 10800,
	"BRT": -3 * 3600, "ART": -3 * 3600, "AKST": -9 * 3600, "AKDT": -8 * 3600, "HST": -10 * 3600,
	"PT": -8 * 3600, "ET": -5 * 3600, "CT": -6 * 3600, "MT": -7 * 3600,
	"EST": -5 * 3600, "EDT": -4 * 3600, "CST": -6 * 3600, "CDT": -5 * 3600, "MST": -7 * 3600, "MDT": -6 * 3600, "PST": -8 * 3600, "PDT": -7 * 3600,
}

var (
	endsInTime = regexp.MustCompile(`\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*$`)
	endsInWord = regexp.MustCompile(`\d\s*([A-Z]{2,5})\s*$`)
	offsetZone = regexp.MustCompile(`(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d{2}))?\s*$`)
)

// date is the instant of a date as stated and as gofeed parsed it: gofeed's, but for the zones
// that it does not know and the dates that name none. One that cannot be read, or lies before
// the web, is unknown.
func date(stated string, parsed *time.Time, zone *time.Location) time.Time {
	if parsed == nil || parsed.Year() < 1990 || parsed.Year() > 2200 {
		return time.Time{}
	}
	t := parsed.UTC()
	wall := func(loc *time.Location) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc).UTC()
	}
	stated = strings.TrimSpace(stated)
	if m := offsetZone.FindStringSubmatch(stated); m != nil {
		hours, minutes := atoi(m[2]), atoi(m[3])
		offset := hours*3600 + minutes*60
		if m[1] == "-" {
			offset = -offset
		}
		if _, have := parsed.Zone(); have == 0 && hours <= 14 {
			return wall(time.FixedZone(m[0], offset))
		}
		return t
	}
	if m := endsInWord.FindStringSubmatch(stated); m != nil {
		if offset, ok := zones[m[1]]; ok {
			if _, have := parsed.Zone(); have == 0 {
				return wall(time.FixedZone(m[1], offset))
			}
		}
		return t
	}
	if endsInTime.MatchString(stated) {
		return wall(zone)
	}
	return t
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}
