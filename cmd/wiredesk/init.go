package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// shipped is the feeds.yaml at the top of the repository; a test keeps the two equal.
//
//go:embed feeds.yaml
var shipped []byte

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented feeds.yaml, ready to run",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, words []string) error {
			dir := "."
			if len(words) == 1 {
				dir = words[0]
			}
			path := filepath.Join(dir, "feeds.yaml")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return usage("%s exists already; it is left as it is", path)
			}
			if err != nil {
				return err
			}
			_, err = f.Write(shipped)
			if err := errors.Join(err, f.Close()); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if a.json {
				return a.printJSON(map[string]string{"path": path})
			}
			fmt.Fprintln(a.stdout, path)
			a.say("next: set newsletter.title, newsletter.timezone and fetch.contact in it, then wiredesk --config %s harvest", path)
			return nil
		},
	}
}
