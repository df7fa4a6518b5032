package harvest

import (
	"testing"
	"time"
)

func TestNextPoll(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		every    time.Duration
		failures int
		age      time.Duration // Cache-Control: max-age
		retry    time.Duration // Retry-After, from now
		want     time.Duration
	}{
		{"as configured", time.Hour, 0, 0, 0, time.Hour},
		{"never under a minute", time.Second, 0, 0, 0, time.Minute},
		{"unset", 0, 0, 0, 0, time.Hour},
		{"two weeks", 14 * day, 0, 0, 0, 14 * day},
		{"a short max-age does not hasten", time.Hour, 0, time.Minute, 0, time.Hour},
		{"max-age stretches", time.Hour, 0, 3 * time.Hour, 0, 3 * time.Hour},
		{"max-age stretches to a day at most", time.Hour, 0, 3650 * day, 0, day},
		{"max-age does not shorten a long interval", 2 * day, 0, 3650 * day, 0, 2 * day},
		{"first failure", time.Hour, 1, 0, 0, time.Hour},
		{"second failure doubles", time.Hour, 2, 0, 0, 2 * time.Hour},
		{"third failure doubles again", time.Hour, 3, 0, 0, 4 * time.Hour},
		{"at most a day", time.Hour, 6, 0, 0, day},
		{"at most a day, for ever", time.Hour, 1 << 30, 0, 0, day},
		{"a minute doubles as well", time.Minute, 5, 0, 0, 16 * time.Minute},
		{"a minute ends at a day too", time.Minute, 100, 0, 0, day},
		{"failures do not shorten a long interval", 2 * day, 9, 0, 0, 2 * day},
		{"max-age of a failure says nothing", time.Hour, 1, 3 * time.Hour, 0, time.Hour},
		{"the host asks for longer", time.Hour, 1, 0, 5 * time.Hour, 5 * time.Hour},
		{"the host asks for less", time.Hour, 3, 0, time.Minute, 4 * time.Hour},
		{"the host asks for a week", time.Hour, 1, 0, 7 * day, 7 * day},
	} {
		var retry time.Time
		if c.retry != 0 {
			retry = now.Add(c.retry)
		}
		if got := nextPoll(now, timing{every: c.every, failures: c.failures, holds: c.age, retry: retry}, 0).Sub(now); got != c.want {
			t.Errorf("%s: in %s, want %s", c.name, got, c.want)
		}
		for _, jitter := range []float64{0.1, 0.5, 0.999} {
			got := nextPoll(now, timing{every: c.every, failures: c.failures, holds: c.age, retry: retry}, jitter).Sub(now)
			if got > c.want || got < c.want*19/20 || got < c.retry {
				t.Errorf("%s, jitter %g: in %s, want up to a twentieth before %s", c.name, jitter, got, c.want)
			}
		}
	}
}

func TestJitterSpreadsSources(t *testing.T) {
	now := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	early, late := nextPoll(now, timing{every: time.Hour}, 0.9), nextPoll(now, timing{every: time.Hour}, 0.1)
	if late.Sub(early) < time.Minute {
		t.Errorf("%s and %s", early, late)
	}
}

func TestSourceWithoutNewsIsAskedLess(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		every time.Duration
		quiet time.Duration // since its newest item
		want  time.Duration
	}{
		{"news today", 0, 5 * time.Hour, time.Hour},
		{"news two days ago", 0, 2 * day, 2 * time.Hour},
		{"quiet for years", 0, 3000 * day, maxQuiet},
		{"news from the future", 0, -5 * day, time.Hour},
		{"the interval in feeds.yaml holds", 30 * time.Minute, 3000 * day, 30 * time.Minute},
	} {
		if got := nextPoll(now, timing{every: c.every, newest: now.Add(-c.quiet)}, 0).Sub(now); got != c.want {
			t.Errorf("%s: in %s, want %s", c.name, got, c.want)
		}
	}
}
