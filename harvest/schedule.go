package harvest

import "time"

// The bounds of the schedule.
const (
	// MinEvery is the shortest interval that a source may have.
	MinEvery = time.Minute
	// DefaultEvery is the interval of a source that states none.
	DefaultEvery = time.Hour
	// maxBackoff is the longest pause after failures: a source is never given up in silence.
	maxBackoff = 24 * time.Hour
	// maxStretch is how far an answer that says how long it holds may put off the next poll.
	maxStretch = 24 * time.Hour
)

// nextPoll says when a source is to be asked again. failures counts those in a row, the last poll
// included; age is what the answer said of how long it holds; retry is when the host allows to
// be asked again, zero where it said nothing; jitter, in [0, 1), spreads sources that would come
// due together. A poll is never put off by jitter, so that a source due every hour is due at
// each run of an hourly job.
func nextPoll(now time.Time, every time.Duration, failures int, age time.Duration, retry time.Time, jitter float64) time.Time {
	wait := max(every, MinEvery)
	if failures > 0 {
		for range min(failures-1, 16) {
			wait = min(wait*2, max(maxBackoff, every))
		}
	} else {
		wait = max(wait, min(age, maxStretch))
	}
	next := now.Add(wait - time.Duration(jitter*float64(wait)/20))
	if retry.After(next) {
		next = retry
	}
	return next
}
