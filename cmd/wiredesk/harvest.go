package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"wiredesk/harvest"
)

func (a *app) harvestCommand() *cobra.Command {
	var o harvest.Options
	var every string
	var reextract bool
	cmd := &cobra.Command{
		Use:   "harvest [SOURCE…]",
		Short: "Poll the sources that are due, and queue what matches the topic",
		Long: `Polls the sources of feeds.yaml that are due, or those that are named, puts what
matches the topic into the queue, fetches the pages of what is new, groups and
scores it. Issues and pull requests that you took are asked whether they were
closed or merged.

With --every it stays, and harvests again and again until it is stopped; a changed
feeds.yaml counts from the next round. One harvest runs at a time.

With --reextract nothing is asked of the network: the pages that are stored are read
again, which after an upgrade may find better titles, dates and quotes. What you
picked or wrote stays.

A stored page goes 90 days after it was fetched, unless its link was accepted, held
or published, or you picked a quote of it.

Exit status 3: a source failed; what the others brought is stored.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			o.Names = names
			ctx := cmd.Context()
			if reextract {
				if every != "" || len(names) > 0 || o.All {
					return usage("--reextract reads every stored page again; it takes no sources, --every or --all")
				}
				return a.reextract(ctx)
			}
			if every == "" {
				unlock, err := a.lockHarvest(ctx, o.Names)
				if err != nil {
					return err
				}
				defer unlock()
				rep, err := a.harvest(ctx, o)
				if err == nil && rep.Failed > 0 {
					err = errPart
				}
				return err
			}
			pause, err := parseDuration(every)
			if err != nil || pause < harvest.MinEvery {
				return usage("--every: write a time of a minute or more, like 30m or 6h")
			}
			return a.harvestEvery(ctx, o, pause)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.All, "all", false, "poll every source, whatever the schedule says")
	flags.BoolVar(&o.NoPages, "no-pages", false, "do not fetch the pages of new candidates")
	flags.BoolVar(&reextract, "reextract", false, "read the stored pages again, without the network")
	flags.StringVar(&every, "every", "", "stay, and harvest again after this time, like 30m")
	return cmd
}

// lockHarvest opens the database and keeps other harvests off it until unlock is called.
func (a *app) lockHarvest(ctx context.Context, names []string) (unlock func(), err error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	if err := known(cfg, names); err != nil {
		return nil, err
	}
	st, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	return st.LockHarvest(ctx)
}

// harvestEvery harvests until ctx ends, which is a clean end. A round that fails is told, and the
// next one tries again: whoever started this is not there to do so.
func (a *app) harvestEvery(ctx context.Context, o harvest.Options, pause time.Duration) error {
	unlock, err := a.lockHarvest(ctx, o.Names)
	if err != nil {
		return err
	}
	defer unlock()
	for round := 0; ; round++ {
		if round > 0 {
			a.reload()
			if err := a.store.StillThere(); err != nil {
				return err
			}
		}
		_, err := a.harvest(ctx, o)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && round == 0:
			return err
		case err != nil:
			a.complain(err)
		}
		a.say("next harvest at %s", time.Now().Add(pause).Format("15:04"))
		debug.FreeOSMemory() // between rounds it is an idle program, and should look like one
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// reload reads feeds.yaml again. One that has become faulty is told, and the one before it holds.
func (a *app) reload() {
	old := a.cfg
	a.cfg = nil
	if _, err := a.load(); err != nil {
		a.complain(err)
		a.say("the sources stay as they were until feeds.yaml is corrected")
		a.cfg = old
	}
}

// harvest runs one harvest, groups what it brought, and prints the report. The caller holds the
// harvest's lock.
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
	h, err := a.harvester(cfg, a.store)
	if err != nil {
		return harvest.Report{}, err
	}
	defer h.Close()
	var finish func()
	o.Progress, finish = a.progress()
	rep, err := h.Run(ctx, o)
	finish()
	debug.FreeOSMemory() // grouping wants as much again as polling did
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

// reextract reads the stored pages again, groups what changed, and prints what came of it.
func (a *app) reextract(ctx context.Context) error {
	unlock, err := a.lockHarvest(ctx, nil)
	if err != nil {
		return err
	}
	defer unlock()
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	h, err := a.harvester(a.cfg, a.store)
	if err != nil {
		return err
	}
	defer h.Close()
	progress, finish := a.progress()
	rep, err := h.Reextract(ctx, progress)
	finish()
	if e := d.Refresh(context.WithoutCancel(ctx)); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(rep)
	}
	for _, w := range rep.Warnings {
		fmt.Fprintln(a.stdout, "stays as it was:", printable(w))
	}
	fmt.Fprintf(a.stdout, "%d pages read again\n", rep.Pages)
	return nil
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
	if rep.Offline {
		fmt.Fprintf(a.stdout, "none of the names of %d sources could be looked up: is this machine on the network? Nothing was changed\n", rep.Polled)
		return
	}
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
		for i, w := range o.Warnings {
			if i == maxNotes && len(o.Warnings) > maxNotes+1 {
				fmt.Fprintf(a.stdout, "%-28s   and %d more notes; --json tells all\n", "", len(o.Warnings)-i)
				break
			}
			fmt.Fprintf(a.stdout, "%-28s   note: %s\n", printable(o.Source), printable(w))
		}
	}
	if quiet > 0 && quiet == len(rep.Report) {
		fmt.Fprintln(a.stdout, "nothing new")
	}
	fmt.Fprintf(a.stdout, "%d of %d sources polled, %d not modified, %d failed; %d new items, %d new candidates, %d pages; %.1f s, %s\n",
		rep.Polled, rep.Sources, rep.NotModified, rep.Failed, rep.Items, rep.New, rep.Pages, float64(rep.ElapsedMS)/1000, size(rep.Bytes))
	switch {
	case rep.New > 0:
		a.say("next: wiredesk queue")
	case rep.Polled == 0 && rep.Sources > 0:
		a.say("nothing is due yet; `wiredesk sources` tells when, --all asks every source now")
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
