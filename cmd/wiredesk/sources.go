package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/store"
	"wiredesk/store/plain"
)

// sourceJSON is the health of a source as `sources --json` promises it.
type sourceJSON struct {
	Name          string     `json:"name"`
	Kind          string     `json:"kind"`
	URL           string     `json:"url"`
	State         string     `json:"state"` // ok, new, failing, never worked, gone, disabled
	LastSuccess   *time.Time `json:"last_success,omitempty"`
	Failures      int        `json:"failures"`
	Stage         string     `json:"stage,omitempty"`
	Error         string     `json:"error,omitempty"`
	Moved         string     `json:"moved,omitempty"`
	ItemsWeek     int        `json:"items_week"`
	AcceptedShare *float64   `json:"accepted_share,omitempty"` // of the candidates that it showed
	Next          *time.Time `json:"next,omitempty"`
}

func (a *app) sourcesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "Show the health of every source",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			st, err := a.open(cmd.Context())
			if err != nil {
				return err
			}
			rows, err := st.Sources(cmd.Context())
			if err != nil {
				return err
			}
			byName := map[string]store.Health{}
			for _, h := range rows {
				byName[h.Name] = h
			}
			for _, s := range cfg.Sources {
				h, polled := byName[s.Name]
				if !polled || h.URL != s.URL || h.Kind != s.Kind {
					h = store.Health{Source: store.Source{Name: s.Name, Kind: s.Kind, URL: s.URL}}
				}
				j := healthOf(h, s.Disabled)
				if a.json {
					if err := a.printJSON(j); err != nil {
						return err
					}
					continue
				}
				a.printHealth(j)
			}
			return nil
		},
	}
}

// healthOf tells how a source fares; a source that never worked is told from one that stopped.
func healthOf(h store.Health, disabled bool) sourceJSON {
	j := sourceJSON{
		Name: h.Name, Kind: h.Kind, URL: h.URL, Failures: h.Failures, Stage: h.Stage, Error: h.Error, Moved: h.Moved, ItemsWeek: h.ItemsWeek,
	}
	switch {
	case disabled:
		j.State = "disabled"
	case h.Gone:
		j.State = "gone"
	case h.LastPoll.IsZero():
		j.State = "new"
	case h.Failures == 0:
		j.State = "ok"
	case h.LastSuccess.IsZero():
		j.State = "never worked"
	default:
		j.State = "failing"
	}
	if !h.LastSuccess.IsZero() {
		j.LastSuccess = &h.LastSuccess
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

func (a *app) printHealth(j sourceJSON) {
	var facts []string
	add := func(format string, args ...any) { facts = append(facts, fmt.Sprintf(format, args...)) }
	if j.LastSuccess != nil {
		add("last %s", j.LastSuccess.Format("01-02 15:04"))
	}
	if j.Next != nil {
		add("next %s", j.Next.Format("01-02 15:04"))
	}
	if j.ItemsWeek > 0 {
		add("%d a week", j.ItemsWeek)
	}
	if j.AcceptedShare != nil {
		add("%.0f%% accepted", 100**j.AcceptedShare)
	}
	if j.State == "new" {
		add("not polled yet")
	}
	line := fmt.Sprintf("%-28s %-8s %-12s %s", plain.Cut(printable(j.Name), 28), j.Kind, j.State, strings.Join(facts, ", "))
	fmt.Fprintln(a.stdout, strings.TrimRight(line, " "))
	if j.Error != "" && j.State != "disabled" {
		times := ""
		if j.Failures > 1 {
			times = fmt.Sprintf(", %d times in a row", j.Failures)
		}
		fmt.Fprintf(a.stdout, "%-28s   %s%s: %s\n", "", j.Stage, times, printable(j.Error))
	}
	if j.Moved != "" {
		fmt.Fprintf(a.stdout, "%-28s   has moved for good; put this into feeds.yaml: %s\n", "", printable(j.Moved))
	}
}
