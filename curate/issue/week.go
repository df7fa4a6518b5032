package issue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Publication is when issues appear: the day and time of the week, in a zone.
type Publication struct {
	Day  time.Weekday
	Hour int
	Min  int
	Zone *time.Location
}

var when = regexp.MustCompile(`^(\pL+)\s+(\d{1,2}):(\d{2})$`)

// ParsePublication reads "friday 12:00".
func ParsePublication(s string, zone *time.Location) (Publication, error) {
	m := when.FindStringSubmatch(strings.TrimSpace(s))
	if m != nil {
		hour, _ := strconv.Atoi(m[2])
		minute, _ := strconv.Atoi(m[3])
		for d := time.Sunday; d <= time.Saturday; d++ {
			if strings.EqualFold(d.String(), m[1]) && hour < 24 && minute < 60 {
				return Publication{d, hour, minute, zone}, nil
			}
		}
	}
	return Publication{}, fmt.Errorf("%q is no day and time; write friday 12:00", s)
}

var week = regexp.MustCompile(`^(\d{4})-W(\d{2})$`)

// ParseWeek checks an ISO 8601 week, 2026-W47, and returns its Monday in the zone.
func ParseWeek(s string, zone *time.Location) (time.Time, error) {
	if m := week.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[2])
		jan4 := time.Date(year, 1, 4, 0, 0, 0, 0, zone) // always in week 1
		monday := jan4.AddDate(0, 0, 1-isoDay(jan4)+7*(n-1))
		if n >= 1 && WeekOf(monday) == s {
			return monday, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no ISO week; write 2026-W47", s)
}

// WeekOf is the ISO week of a moment, in the moment's own zone.
func WeekOf(t time.Time) string {
	year, n := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, n)
}

func isoDay(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// Of is the moment at which the issue of a week appears.
func (p Publication) Of(week string) (time.Time, error) {
	monday, err := ParseWeek(week, p.Zone)
	if err != nil {
		return time.Time{}, err
	}
	day := (int(p.Day) + 6) % 7
	return time.Date(monday.Year(), monday.Month(), monday.Day()+day, p.Hour, p.Min, 0, 0, p.Zone), nil
}

// Next is the week of the next issue: this one's, until the moment it appears.
func (p Publication) Next(now time.Time) string {
	now = now.In(p.Zone)
	this := WeekOf(now)
	if at, err := p.Of(this); err == nil && now.Before(at) {
		return this
	}
	return WeekOf(now.AddDate(0, 0, 7))
}
