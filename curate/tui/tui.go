// Package tui is the triage screen: the queue as a list of stories, best first, and beside it what
// stands behind the one under the cursor. Everything is a key; no mouse is needed and no colour.
//
//	err := tui.Run(ctx, desk, os.Stdin, os.Stdout, log)
//
// The screen never waits for the database. Keys work on what is shown; what they decide goes to the
// Desk one after the other, in the order of the keys, and counts as done when the Desk says that it
// is on disk. What other processes do appears by itself; a decision that it overtook is refused, with
// who was faster. Every character on the screen went through plain.Line.
package tui

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"wiredesk/curate"
)

// Run shows the screen on a terminal until the editor leaves it. What was decided by then is on
// disk. The log is told of every decision and error; it must not write to the terminal.
func Run(ctx context.Context, d *curate.Desk, in io.Reader, out io.Writer, log *slog.Logger) error {
	m, err := newModel(ctx, d, log)
	if err != nil {
		return err
	}
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out)}
	if os.Getenv("NO_COLOR") != "" {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	if _, err := tea.NewProgram(m, options...).Run(); err != nil {
		return fmt.Errorf("the screen broke off: %w; what was decided is kept", err)
	}
	return nil
}
