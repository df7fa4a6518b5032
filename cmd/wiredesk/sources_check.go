package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/harvest"
	"wiredesk/store"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [SOURCE…]",
		Short: "Ask every source once now, storing nothing, and say what to change",
		Long: `Asks every source that is not disabled, or those that are named, once now, as a
harvest would, and stores nothing: which fail, which have moved or gone quiet,
and what to put into feeds.yaml.

Exit status: 3 when a source failed.`,
		RunE: func(cmd *cobra.Command, names []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if err := known(cfg, names); err != nil {
				return err
			}
			var st *store.Store // knows the hosts that asked to be left alone; none is made for that
			if a.hasDatabase(cfg) {
				if st, err = a.open(cmd.Context()); err != nil {
					return err
				}
			}
			h, err := a.harvester(cfg, st)
			if err != nil {
				return err
			}
			defer h.Close()
			progress, finish := a.progress()
			found, err := h.Check(cmd.Context(), names, progress)
			finish()
			if err != nil {
				return err
			}
			kinds := map[string]string{}
			for _, s := range cfg.Sources {
				kinds[s.Name] = s.Kind
			}
			failed := false
			count := map[string]int{}
			for _, f := range found {
				failed = failed || f.Failed()
				count[f.State]++
				if !a.json {
					a.printFinding(f, kinds[f.Source])
				} else if err := a.printJSON(f); err != nil {
					return err
				}
			}
			if !a.json {
				var parts []string
				for _, state := range []string{harvest.FoundOK, harvest.FoundMoved, harvest.FoundQuiet, harvest.FoundEmpty, harvest.FoundFailing, harvest.FoundGone} {
					if count[state] > 0 {
						parts = append(parts, fmt.Sprintf("%d %s", count[state], state))
					}
				}
				a.say("%s asked: %s", plural(len(found), "source", "sources"), strings.Join(parts, ", "))
			}
			if failed {
				return errPart
			}
			return nil
		},
	}
}

// hasDatabase reports that the database is there already.
func (a *app) hasDatabase(cfg *config) bool {
	path := a.dbPath
	if path == "" {
		if path = cfg.Database; !filepath.IsAbs(path) {
			path = filepath.Join(cfg.dir, path)
		}
	}
	_, err := os.Stat(path)
	return err == nil
}

func (a *app) printFinding(f harvest.Finding, kind string) {
	facts := ""
	if !f.Failed() {
		facts = plural(f.Items, "item", "items")
		if !f.Newest.IsZero() {
			facts += ", newest " + f.Newest.Format(time.DateOnly)
		}
	}
	fmt.Fprintln(a.stdout, row(f.Source, kind, f.State, facts))
	problem := f.Problem
	if f.Stage != "" && f.URL == "" {
		problem = f.Stage + ": " + problem
	}
	for _, line := range append([]string{problem, f.Advice}, f.Notes...) {
		if line != "" {
			fmt.Fprintf(a.stdout, "    %s\n", printable(line))
		}
	}
}
