package issue

import (
	"testing"
	"time"
)

func TestWeeks(t *testing.T) {
	for s, monday := range map[string]string{
		"2026-W48": "2026-11-23", "2026-W01": "2025-12-29", "2026-W53": "2026-12-28", "2020-W53": "2020-12-28", "2017-W37": "2017-09-11", "2018-W01": "2018-01-01",
	} {
		got, err := ParseWeek(s, time.UTC)
		if err != nil || got.Format(time.DateOnly) != monday {
			t.Errorf("%s begins on %s, %v, want %s", s, got, err, monday)
		}
		if back := WeekOf(got.AddDate(0, 0, 6)); back != s {
			t.Errorf("the Sunday of %s is in %s", s, back)
		}
	}
	for _, s := range []string{"", "2026-48", "2026-W00", "2025-W53", "2026-W54", "2026-W1", "w48"} {
		if got, err := ParseWeek(s, time.UTC); err == nil {
			t.Errorf("%q is taken for %s", s, got)
		}
	}
}

func TestThePublicationDay(t *testing.T) {
	zone, err := time.LoadLocation("America/Detroit")
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePublication("friday 12:00", zone)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := p.Of("2017-W37"); err != nil || at.Format(time.RFC3339) != "2017-09-15T12:00:00-04:00" {
		t.Errorf("%s, %v", at, err)
	}
	for now, want := range map[string]string{
		"2026-11-27T16:59:00Z": "2026-W48", // a minute before noon in Detroit
		"2026-11-27T17:00:00Z": "2026-W49",
		"2026-11-30T04:59:00Z": "2026-W49", // Sunday evening in Detroit
		"2026-12-31T12:00:00Z": "2026-W53",
		"2027-01-02T12:00:00Z": "2027-W01",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Next(at); got != want {
			t.Errorf("at %s the next issue is %s, want %s", now, got, want)
		}
	}
	sunday, err := ParsePublication("Sunday 8:30", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if at, err := sunday.Of("2026-W48"); err != nil || at.Format(time.DateTime) != "2026-11-29 08:30:00" {
		t.Errorf("%s, %v", at, err)
	}
	for _, s := range []string{"", "friday", "12:00", "fri 12:00", "friday 24:00", "friday 12:60"} {
		if _, err := ParsePublication(s, zone); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
