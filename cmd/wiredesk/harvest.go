package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"wiredesk/harvest"
)

func (a *app) harvestCommand() *cobra.Command {
	var o harvest.Options
	cmd := &cobra.Command{
		Use:   "harvest [SOURCE…]",
		Short: "Poll the sources that are due, and queue what matches the topic",
		Long: `Polls the sources of feeds.yaml that are due, or those that are named, puts what
matches the topic into the queue, fetches the pages of what is new, groups and
scores it.

Exit status 3: a source failed; what the others brought is stored.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			o.Names = names
			rep, err := a.harvest(cmd.Context(), o)
			if err != nil {
				return err
			}
			if rep.Failed > 0 {
				return errPart
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&o.All, "all", false, "poll every source, whatever the schedule says")
	cmd.Flags().BoolVar(&o.NoPages, "no-pages", false, "do not fetch the pages of new candidates")
	return cmd
}

// harvest runs one harvest, groups what it brought, and prints the report.
func (a *app) harvest(ctx context.Context, o harvest.Options) (harvest.Report, error) {
	cfg, err := a.load()
	if err != nil {
		return harvest.Report{}, err
	}
	if err := known(cfg, o.Names); err != nil {
		return harvest.Report{}, err
	}
	d, err := a.desk(ctx)
	if err != nil {
		return harvest.Report{}, err
	}
	unlock, err := a.store.LockHarvest(ctx)
	if err != nil {
		return harvest.Report{}, err
	}
	defer unlock()
	h, err := a.harvester(cfg, a.store)
	if err != nil {
		return harvest.Report{}, err
	}
	defer h.Close()
	var finish func()
	o.Progress, finish = a.progress()
	rep, err := h.Run(ctx, o)
	finish()
	// What was stored is grouped even when the run was stopped half-way.
	if e := d.Refresh(context.WithoutCancel(ctx)); err == nil {
		err = e
	}
	if err != nil {
		return rep, err
	}
	if a.json {
		return rep, a.printJSON(rep)
	}
	a.printReport(rep)
	return rep, nil
}

// known refuses names that feeds.yaml does not have, or has disabled.
func known(cfg *config, names []string) error {
	var all []string
	disabled := map[string]bool{}
	for _, s := range cfg.Sources {
		all = append(all, s.Name)
		disabled[s.Name] = s.Disabled
	}
	for _, n := range names {
		off, ok := disabled[n]
		switch {
		case !ok:
			return usage("feeds.yaml has no source %q%s", n, didYouMean(n, all))
		case off:
			return usage("source %q is disabled in feeds.yaml", n)
		}
	}
	return nil
}

// progress returns a bar for the terminal, or nothing where there is none.
func (a *app) progress() (func(done, total int, what string), func()) {
	if _, ok := terminal(a.stderr); !ok || a.json {
		return nil, func() {}
	}
	var bar *progressbar.ProgressBar
	now := ""
	finish := func() {
		if bar != nil {
			_ = bar.Clear()
		}
	}
	return func(done, total int, what string) {
		if bar == nil || what != now {
			finish()
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30))
			now = what
		}
		bar.ChangeMax(total)
		_ = bar.Set(done)
	}, finish
}

// printReport prints one line a source that did something, and the sum.
func (a *app) printReport(rep harvest.Report) {
	quiet := 0
	for _, o := range rep.Report {
		switch {
		case o.Error != "":
			fmt.Fprintf(a.stdout, "%-28s failed (%s): %s\n", printable(o.Source), o.Stage, printable(o.Error))
		case o.New > 0:
			fmt.Fprintf(a.stdout, "%-28s %d new, %d known\n", printable(o.Source), o.New, o.Known)
		default:
			quiet++
		}
		for _, w := range o.Warnings {
			fmt.Fprintf(a.stdout, "%-28s   note: %s\n", printable(o.Source), printable(w))
		}
	}
	if quiet > 0 && quiet == len(rep.Report) {
		fmt.Fprintln(a.stdout, "nothing new")
	}
	fmt.Fprintf(a.stdout, "%d of %d sources polled, %d not modified, %d failed; %d new items, %d new candidates, %d pages; %.1f s, %s\n",
		rep.Polled, rep.Sources, rep.NotModified, rep.Failed, rep.Items, rep.New, rep.Pages, float64(rep.ElapsedMS)/1000, size(rep.Bytes))
	if rep.New > 0 {
		a.say("next: wiredesk queue")
	}
}

func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
