package main

import (
	"github.com/spf13/cobra"
)

// storySlipCommand is story slip.
func (a *app) storySlipCommand() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "slip WEEK",
		Short: "Put a whole issue off: its stories, number and file",
		Long: `Puts the issue of a week off to the next one, or to another week: its stories, what is
held for it, its number, and its file with all that you wrote in it. Draft that week
then, and the header follows. Where that week has an issue already, the stories join it.`,
		Example: "  wiredesk story slip 2026-W47\n  wiredesk story slip 2026-W47 --to 2026-W49",
		Args:    args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			out, err := d.Slip(cmd.Context(), words[0], to, cfg.dir)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(out)
			}
			a.say("%s of %s now for %s", plural(out.Stories, "story", "stories"), out.From, out.To)
			if out.Path != "" {
				a.say("its file is %s", out.Path)
			}
			if out.Left != "" {
				a.say("%s has an issue of its own; %s stays where it is", out.To, out.Left)
			}
			a.say("next: wiredesk curate --week %s", out.To)
			return nil
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "ISO week that it is put off to (default: the week after)")
	return cmd
}
