package main

import (
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"wiredesk/curate/tui"
)

func (a *app) triageCommand() *cobra.Command {
	var logPath string
	cmd := &cobra.Command{
		Use:   "triage",
		Short: "Decide on the queue on a screen, by keys",
		Long: `Shows the queue as stories, best first, and what stands behind each. j and k move,
a accepts, x rejects, h holds, u undoes; ? lists all keys. A decision is on disk
before it is shown as done, so the screen can be left, or die, at any time.

o opens a link with the program that BROWSER names, else with what your system
opens links with. NO_COLOR is honoured.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, in := terminal(a.stdin)
			_, out := terminal(a.stdout)
			if !in || !out {
				return usage("triage is a screen and needs a terminal; without one, use `wiredesk queue`, `wiredesk accept`, `wiredesk reject` and `wiredesk hold`")
			}
			if os.Getenv("TERM") == "dumb" {
				return usage("this terminal says that it shows no screens (TERM=dumb); use another one, or `wiredesk queue`, `wiredesk accept`, `wiredesk reject` and `wiredesk hold`")
			}
			if a.json {
				return usage("triage prints nothing, so there is no --json; use `wiredesk queue --json`")
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			log := slog.New(slog.DiscardHandler)
			if logPath != "" {
				f, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
				if err != nil {
					return fmt.Errorf("--log: %w", err)
				}
				defer f.Close()
				log = slog.New(slog.NewTextHandler(f, nil))
			}
			return tui.Run(cmd.Context(), d, a.stdin, a.stdout, log)
		},
	}
	cmd.Flags().StringVar(&logPath, "log", "", "append what is decided, and errors, to this file")
	return cmd
}
