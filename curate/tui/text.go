package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// clean makes text of any origin one line that a terminal shows and does not obey. The selector
// that asks for an emoji's coloured form goes too: terminals disagree on how wide it makes it.
func clean(s string) string { return strings.ReplaceAll(plain.Line(s), "\ufe0f", "") }

// fit returns a clean line in exactly w cells: cut with "…", or filled up. A wide character that
// would stand half outside is left out.
func fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = ansi.Truncate(s, w, "…")
	return s + strings.Repeat(" ", max(0, w-lipgloss.Width(s)))
}

// wrap breaks text into clean lines of at most w cells, and at most n of them; n 0: all.
func wrap(s string, w, n int) []string {
	if s = clean(s); s == "" || w <= 0 {
		return nil
	}
	lines := strings.Split(ansi.Wrap(s, w, ""), "\n")
	if n > 0 && len(lines) > n {
		rest := strings.Join(lines[n-1:], " ")
		lines = append(lines[:n-1], ansi.Truncate(rest, w, "…"))
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

// age is how long ago something was, in at most three characters.
func age(t, now time.Time) string {
	switch d := now.Sub(t); {
	case t.IsZero():
		return ""
	case d < time.Hour:
		return fmt.Sprintf("%dm", max(0, int(d.Minutes())))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	case d < 60*24*time.Hour:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	case d < 2*365*24*time.Hour:
		return fmt.Sprintf("%dM", int(d.Hours()/24/30))
	default:
		return fmt.Sprintf("%dy", min(99, int(d.Hours()/24/365)))
	}
}

// when is the time that a candidate's age is counted from: a date that lies ahead is no date.
func when(c store.Candidate, now time.Time) time.Time {
	if c.Published.IsZero() || c.Published.After(now) {
		return c.FirstSeen
	}
	return c.Published
}

// site names whose page it is.
func site(c store.Candidate) string {
	if c.Site != "" {
		return c.Site
	}
	return link.Host(c.URL)
}

// title is what a candidate is called: by its link where it has no title.
func title(c store.Candidate) string {
	if c.Title != "" {
		return c.Title
	}
	return strings.TrimPrefix(strings.TrimPrefix(c.URL, "https://"), "http://")
}

// plural counts a thing.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
