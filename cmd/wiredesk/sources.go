package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"wiredesk/harvest"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// The states of a source, as `sources` tells them.
const (
	stateOK       = "ok"
	stateNew      = "new"          // not polled yet
	stateQuiet    = "quiet"        // it works, and has had nothing new for long
	stateFailing  = "failing"      // it worked once
	stateNever    = "never worked" //
	stateGone     = "gone"         // it answered 410, and is not asked until its URL changes
	stateDisabled = "disabled"
)

// sourceJSON is the health of a source as `sources --json` promises it.
type sourceJSON struct {
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`
	URL           string     `json:"url"`
	State         string     `json:"state"` // ok, new, quiet, failing, never worked, gone, disabled
	LastSuccess   *time.Time `json:"last_success,omitempty"`
	Failures      int        `json:"failures"`
	Stage         string     `json:"stage,omitempty"`
	Error         string     `json:"error,omitempty"`
	Moved         string     `json:"moved,omitempty"`
	ItemsWeek     int        `json:"items_week"`
	AcceptedShare *float64   `json:"accepted_share,omitempty"` // of the candidates that it showed
	Newest        *time.Time `json:"newest,omitempty"`         // when it last had something new
	Next          *time.Time `json:"next,omitempty"`
}

func (a *app) sourcesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "Show the health of every source; add, import, export, check them",
		Args:  args(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listSources(cmd.Context()) },
	}
	cmd.AddCommand(a.sourcesAddCommand(), a.importCommand(), a.exportCommand(), a.checkCommand())
	return cmd
}

func (a *app) listSources(ctx context.Context) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	st, err := a.open(ctx)
	if err != nil {
		return err
	}
	all, err := health(ctx, cfg, st)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, j := range all {
		if !a.json {
			a.printHealth(j, now)
		} else if err := a.printJSON(j); err != nil {
			return err
		}
	}
	if !a.json {
		a.say("%s", sumOf(all, now))
	}
	return nil
}

// health tells how every source of feeds.yaml fares, in its order.
func health(ctx context.Context, cfg *config, st *store.Store) ([]sourceJSON, error) {
	rows, err := st.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]store.Health{}
	for _, h := range rows {
		byName[h.Name] = h
	}
	now := time.Now()
	var all []sourceJSON
	for _, s := range cfg.Sources {
		h, polled := byName[s.Name]
		if !polled || h.URL != s.URL || h.Kind != s.Kind {
			h = store.Health{Source: store.Source{Name: s.Name, Kind: s.Kind, URL: s.URL}}
		}
		all = append(all, healthOf(h, s.Disabled, now))
	}
	return all, nil
}

// healthOf tells how a source fares; one that never worked is told from one that stopped, and one
// that fails from one that has nothing to say.
func healthOf(h store.Health, disabled bool, now time.Time) sourceJSON {
	j := sourceJSON{
		Name: h.Name, Kind: h.Kind, URL: h.URL, Failures: h.Failures, Stage: h.Stage, Error: h.Error, Moved: h.Moved, ItemsWeek: h.ItemsWeek,
	}
	switch {
	case disabled:
		j.State = stateDisabled
	case h.Gone:
		j.State = stateGone
	case h.LastPoll.IsZero():
		j.State = stateNew
	case h.Failures > 0 && h.LastSuccess.IsZero():
		j.State = stateNever
	case h.Failures > 0:
		j.State = stateFailing
	case !h.Newest.IsZero() && now.Sub(h.Newest) > harvest.QuietAfter:
		j.State = stateQuiet
	default:
		j.State = stateOK
	}
	if !h.LastSuccess.IsZero() {
		j.LastSuccess = &h.LastSuccess
	}
	if !h.Newest.IsZero() {
		j.Newest = &h.Newest
	}
	if !h.NextPoll.IsZero() && !h.Gone && !disabled {
		j.Next = &h.NextPoll
	}
	if h.Seen > 0 {
		share := float64(h.Accepted) / float64(h.Seen)
		j.AcceptedShare = &share
	}
	return j
}

// printHealth prints a source within 80 columns: a line, and below it what is to be done.
func (a *app) printHealth(j sourceJSON, now time.Time) {
	var facts, below []string
	add := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	switch j.State {
	case stateNew:
		add("not polled yet")
	case stateFailing:
		add("since %s", ago(now.Sub(*j.LastSuccess)))
	case stateQuiet:
		add("no news since %s", j.Newest.Format(time.DateOnly))
	}
	switch {
	case j.State != stateFailing && j.State != stateNever:
	case j.Failures == 1:
		add("failed once")
	default:
		add("failed %d times", j.Failures)
	}
	if j.ItemsWeek > 0 && j.State == stateOK {
		add("%d/week", j.ItemsWeek)
	}
	if j.AcceptedShare != nil && *j.AcceptedShare > 0 && j.State == stateOK {
		add("%.0f%% accepted", 100**j.AcceptedShare)
	}
	if j.LastSuccess != nil && j.State == stateOK {
		add("%s ago", ago(now.Sub(*j.LastSuccess)))
	}
	if j.Next != nil {
		add("%s", next(j.Next.Sub(now)))
	}
	switch {
	case j.State == stateGone:
		below = append(below, "it answered 410: not asked again until its URL changes")
	case j.Error != "" && j.State != stateDisabled:
		below = append(below, j.Stage+": "+j.Error)
	}
	if j.Moved != "" {
		below = append(below, "has moved for good; put this into feeds.yaml: "+j.Moved)
	}
	fmt.Fprintln(a.stdout, row(j.Name, j.Kind, j.State, strings.Join(facts, ", ")))
	for _, text := range below {
		for _, line := range wrap(printable(text), 76) {
			fmt.Fprintf(a.stdout, "    %s\n", line)
		}
	}
}

// wrap cuts text into lines of up to width bytes, between words.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			out, line = append(out, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(out, line)
}

// row lays out a source: its name, kind and state in columns, the rest behind. With a name cut
// to 20 characters the rest has 41 of 80 columns.
func row(name, kind, state, rest string) string {
	name = plain.Cut(printable(name), 20)
	pad := max(20-utf8.RuneCountInString(name), 0)
	return strings.TrimRight(fmt.Sprintf("%s%s %-8s %-8s %s", name, strings.Repeat(" ", pad), kind, state, rest), " ")
}

// ago writes a span of time in its largest unit.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "1m"
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/(24*time.Hour))
}

// next writes when a source is asked again.
func next(d time.Duration) string {
	if d <= 0 {
		return "due"
	}
	return "next " + ago(d)
}

// sumOf sums up the states of all sources, and says when the next of them is due.
func sumOf(all []sourceJSON, now time.Time) string {
	count := map[string]int{}
	var soonest *time.Time
	for _, j := range all {
		count[j.State]++
		if j.Next != nil && (soonest == nil || j.Next.Before(*soonest)) {
			soonest = j.Next
		}
		if j.State == stateNew { // never polled, so due
			soonest = &now
		}
	}
	var parts []string
	for _, state := range []string{stateOK, stateNew, stateQuiet, stateFailing, stateNever, stateGone, stateDisabled} {
		if n := count[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	text := strings.Join(parts, ", ")
	switch {
	case text == "":
		return "no sources; `wiredesk sources add URL` adds one"
	case soonest == nil:
		return text
	case !soonest.After(now):
		return text + "; some are due now: wiredesk harvest"
	}
	return text + "; next poll in " + ago(soonest.Sub(now))
}
