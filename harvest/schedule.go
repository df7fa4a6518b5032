package harvest

import "time"

// The bounds of the schedule.
const (
	// MinEvery is the shortest interval that a source may have.
	MinEvery = time.Minute
	// DefaultEvery is the interval of a source that states none, while it has news.
	DefaultEvery = time.Hour
	// maxBackoff is the longest pause after failures: a source is never given up in silence.
	maxBackoff = 24 * time.Hour
	// maxStretch is how far an answer that says how long it holds may put off the next poll.
	maxStretch = 24 * time.Hour
	// maxQuiet is the longest pause of a source that states no interval and has long had no news.
	maxQuiet = 6 * time.Hour
	// quietShare is the part of the time without news that such a source is left alone: one that
	// brought something today is asked every hour, one that has been quiet for a week every
	// seven hours or so.
	quietShare = 24
)

// timing is what the next poll of a source depends on.
type timing struct {
	every    time.Duration // as feeds.yaml says; 0: it does not say
	failures int           // in a row, the last poll included
	holds    time.Duration // what the answer said of how long it holds: max-age, Expires, ttl
	newest   time.Time     // when the source last had news; zero: not known
	retry    time.Time     // when the host allows to be asked again; zero: it says nothing
}

// nextPoll says when a source is to be asked again. Jitter, in [0, 1), spreads sources that would
// come due together. A poll is never put off by jitter, so that a source due every hour is due at
// each run of an hourly job.
func nextPoll(now time.Time, t timing, jitter float64) time.Time {
	wait := max(t.every, MinEvery)
	if t.every == 0 {
		wait = DefaultEvery
		if quiet := now.Sub(t.newest); !t.newest.IsZero() && quiet > 0 {
			wait = max(wait, min(quiet/quietShare, maxQuiet))
		}
	}
	if t.failures > 0 {
		most := max(maxBackoff, wait)
		for range min(t.failures-1, 16) {
			wait = min(wait*2, most)
		}
	} else {
		wait = max(wait, min(t.holds, maxStretch))
	}
	next := now.Add(wait - time.Duration(jitter*float64(wait)/20))
	if t.retry.After(next) {
		next = t.retry
	}
	return next
}
