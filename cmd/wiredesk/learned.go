package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/curate/rank"
	"wiredesk/store"
)

// learnedJSON is what `learned --json` promises.
type learnedJSON struct {
	Made    time.Time    `json:"made,omitzero"`
	Taken   int          `json:"taken"`
	Seen    int          `json:"seen"`
	Pins    []pinJSON    `json:"pins"`
	Terms   []learntJSON `json:"terms"`
	Sites   []learntJSON `json:"sites"`
	Sources []learntJSON `json:"sources"`
}

type pinJSON struct {
	Name   string  `json:"name"`
	Kind   string  `json:"kind"` // term or site
	Weight float64 `json:"weight"`
	Muted  bool    `json:"muted"`
}

type learntJSON struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"`
	Taken  int     `json:"taken"`
	Seen   int     `json:"seen"`
}

func pinOf(p store.Pin) pinJSON {
	out := pinJSON{Name: p.Name, Kind: "term", Weight: p.Weight, Muted: p.Weight <= rank.Muted}
	if rank.IsSite(p.Name) {
		out.Kind = "site"
	}
	return out
}

func learntOf(all []rank.Learnt) []learntJSON {
	out := make([]learntJSON, len(all))
	for i, l := range all {
		out[i] = learntJSON{l.Name, l.Weight, l.Took, l.Seen}
	}
	return out
}

func (a *app) learnedCommand() *cobra.Command {
	var pin, mute, unpin []string
	var weight float64
	cmd := &cobra.Command{
		Use:   "learned",
		Short: "Show what ranking has learned; pin or mute a term or site",
		Long: `Shows what ranking has learned from your decisions and from back issues, on one page:
terms, sites and sources with what they add to a score, and how many of their links
you took of those that you chose on. With --json, all of it.

--pin gives a term ("kubernetes", "bare metal") or a site (lwn.net, github.com/docker)
a weight of yours, which wins over the topic and over all that was learned; --weight 0
makes it count nothing. --mute sends what has it to the end of the queue. --unpin takes
either back. Each may be given several times.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("weight") && len(pin) == 0 {
				return usage("--weight goes with --pin")
			}
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			for _, name := range pin {
				if err := d.Pin(ctx, name, weight); err != nil {
					return err
				}
			}
			for _, name := range mute {
				if err := d.Mute(ctx, name); err != nil {
					return err
				}
			}
			for _, name := range unpin {
				if err := d.Unpin(ctx, name); err != nil {
					return err
				}
			}
			l, err := d.Learned(ctx)
			if err != nil {
				return err
			}
			if a.json {
				out := learnedJSON{Made: l.Made, Taken: l.Took, Seen: l.Seen, Pins: []pinJSON{}, Terms: learntOf(l.Terms), Sites: learntOf(l.Sites), Sources: learntOf(l.Sources)}
				for _, p := range l.Pins {
					out.Pins = append(out.Pins, pinOf(p))
				}
				return a.printJSON(out)
			}
			a.printLearned(l)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&pin, "pin", nil, "give this term or site a weight of yours")
	flags.Float64Var(&weight, "weight", rank.Pinned, "that weight, from -10 to 10")
	flags.StringArrayVar(&mute, "mute", nil, "send what has this term or site to the end of the queue")
	flags.StringArrayVar(&unpin, "unpin", nil, "take a pin or mute back")
	return cmd
}

// learnedRows is how many lines of each kind the page shows.
const learnedRows = 25

func (a *app) printLearned(l curate.Learned) {
	w := a.stdout
	if len(l.Pins) > 0 {
		fmt.Fprintln(w, "pinned and muted by you")
		for _, p := range l.Pins {
			mark := ""
			if p.Weight <= rank.Muted {
				mark = "  muted"
			}
			fmt.Fprintf(w, "  %+6.2f  %s%s\n", p.Weight, printable(p.Name), mark)
		}
	}
	for _, part := range []struct {
		name string
		rows []rank.Learnt
	}{{"terms", l.Terms}, {"sites", l.Sites}, {"sources", l.Sources}} {
		if len(part.rows) == 0 {
			continue
		}
		fmt.Fprintln(w, part.name)
		for _, r := range part.rows[:min(len(part.rows), learnedRows)] {
			fmt.Fprintf(w, "  %+6.2f  %-40s you took %s\n", r.Weight, printable(r.Name), r.Record)
		}
		if more := len(part.rows) - learnedRows; more > 0 {
			fmt.Fprintf(w, "  and %d more: wiredesk learned --json\n", more)
		}
	}
	if l.Made.IsZero() {
		a.say("nothing was learned yet: the terms of the topic decide; accept and reject some, or `wiredesk archive import` back issues")
		return
	}
	a.say("learned %s from %d links, of which you took %d", l.Made.Format(time.RFC3339), l.Seen, l.Took)
}
