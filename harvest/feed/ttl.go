package feed

import (
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
)

var (
	ttl    = pattern.New(`(?i)<ttl>\s*(\d{1,6})\s*</ttl>`)
	period = pattern.New(`(?i)<(?:\w+:)?updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*</`)
	often  = pattern.New(`(?i)<(?:\w+:)?updateFrequency>\s*(\d{1,6})\s*</`)
)

var periods = map[string]time.Duration{
	"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
}

// TTL is how long the feed says that it stays as it is: <ttl> of RSS 2.0, in minutes, or
// updatePeriod by updateFrequency of the RSS 1.0 syndication module. 0: it does not say.
func (d *Document) TTL() time.Duration {
	if m := ttl().FindSubmatch(d.head); m != nil {
		n, _ := strconv.Atoi(string(m[1]))
		return time.Duration(n) * time.Minute
	}
	m := period().FindSubmatch(d.head)
	if m == nil {
		return 0
	}
	n := 1
	if f := often().FindSubmatch(d.head); f != nil {
		n, _ = strconv.Atoi(string(f[1]))
	}
	return periods[strings.ToLower(string(m[1]))] / time.Duration(max(n, 1))
}
