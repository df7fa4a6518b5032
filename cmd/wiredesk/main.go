// Wiredesk is a curation assistant for the editor of a weekly newsletter: it harvests links about
// a topic all week, queues them, helps to choose, and drafts the week's issue in markdown.
//
// This package wires the rooms together: it reads feeds.yaml (config.go), runs one command (one
// file each), prints and exits. Results go to standard output, talk to standard error. Exit
// status: 0 done; 1 wiredesk itself could not work; 2 a mistake in the command line or feeds.yaml;
// 3 done in part, or there are findings.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"wiredesk/curate"
	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
)

func main() {
	log.SetOutput(io.Discard) // net/http logs what odd hosts send; it is no talk for the editor
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	os.Exit(a.run(ctx, os.Args[1:]))
}

// errPart ends a command with exit status 3; what there is to say has been said.
var errPart = errors.New("done in part")

// run runs one command line and returns the exit status.
func (a *app) run(ctx context.Context, args []string) int {
	defer a.close()
	root := a.command()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	var wrong *usageError
	var mistake *curate.Mistake
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errPart):
		return 3
	case errors.As(err, &wrong), errors.As(err, &mistake):
		a.complain(err)
		return 2
	case errors.Is(err, store.ErrNotFound):
		a.complain(err)
		return 2
	case ctx.Err() != nil:
		a.complain(errors.New("stopped; what was stored until now is kept"))
		return 1
	}
	a.complain(err)
	return 1
}

// app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	configPath     string
	dbPath         string
	json           bool
	web            func(*fetch.Config) // says where the web is, in tests; nil: where it always is

	cfg   *config
	store *store.Store
}

// command builds the tree of commands.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "wiredesk",
		Short: "Harvest links all week, choose, and draft the week's issue",
		Long: `Wiredesk harvests links about a topic from feeds, releases, mailing lists,
searches, newsletters and pages, queues them, and drafts the week's issue of a newsletter from what you accept.

Begin with "wiredesk demo", or with "wiredesk init" and "wiredesk harvest".`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.ArbitraryArgs, // so that an unknown command is told with a suggestion
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			return usage("there is no command %q%s; `wiredesk help` lists them", args[0], didYouMean(args[0], names))
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", "feeds.yaml to work by (default $WIREDESK_CONFIG, else ./feeds.yaml)")
	flags.StringVar(&a.dbPath, "db", "", "database (default: as feeds.yaml says)")
	flags.BoolVar(&a.json, "json", false, "print JSON, or JSON Lines for lists")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage("%v; `%s --help` tells more", err, cmd.CommandPath())
	})
	root.AddCommand(a.initCommand(), a.demoCommand(), a.harvestCommand(), a.probeCommand(), a.sourcesCommand(), a.addCommand(),
		a.queueCommand(), a.showCommand(), a.verdictCommand(store.Accepted), a.verdictCommand(store.Rejected), a.verdictCommand(store.Held),
		a.triageCommand(), a.serveCommand(), a.undoCommand(), a.learnedCommand(), a.storyCommand(), a.quoteCommand(), a.curateCommand(), a.lintCommand(), a.publishCommand(), a.archiveCommand())
	return root
}

// args wraps cobra's check of the number of arguments as a usage error.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage("%v; write: %s", err, cmd.UseLine())
		}
		return nil
	}
}

// load reads feeds.yaml, once.
func (a *app) load() (*config, error) {
	if a.cfg != nil {
		return a.cfg, nil
	}
	path := a.configPath
	if path == "" {
		path = os.Getenv("WIREDESK_CONFIG")
	}
	if path == "" {
		path = "feeds.yaml"
	}
	var err error
	a.cfg, err = loadConfig(path)
	return a.cfg, err
}

// open opens the database, once.
func (a *app) open(ctx context.Context) (*store.Store, error) {
	if a.store != nil {
		return a.store, nil
	}
	path := a.dbPath
	if path == "" {
		cfg, err := a.load()
		if err != nil {
			return nil, err
		}
		if path = cfg.Database; !filepath.IsAbs(path) {
			path = filepath.Join(cfg.dir, path)
		}
	}
	var err error
	a.store, err = store.Open(ctx, path)
	return a.store, err
}

// desk returns the editor's desk over the open database.
func (a *app) desk(ctx context.Context) (*curate.Desk, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	st, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	return &curate.Desk{Store: st, Newsletter: cfg.Newsletter, Who: who(cfg), Judge: harvest.NewMatcher(cfg.Topic).Judge}, nil
}

// who is named in decisions: the editor of feeds.yaml, else the user of the machine.
func who(cfg *config) string {
	if n := cfg.Newsletter.Editor.Name; n != "" {
		return n
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "editor"
}

// harvester returns a harvester by feeds.yaml; st may be nil for one that only probes.
func (a *app) harvester(cfg *config, st *store.Store) (*harvest.Harvester, error) {
	reach := cfg.Fetch
	if a.web != nil {
		a.web(&reach)
	}
	h, err := harvest.New(harvest.Config{Topic: cfg.Topic, Fetch: reach, Sources: cfg.Sources}, st)
	if err != nil {
		return nil, usage("%v", err)
	}
	return h, nil
}

func (a *app) close() {
	if a.store != nil {
		if err := a.store.Close(); err != nil {
			a.complain(err)
		}
	}
}

// complain prints an error, each of its lines behind the program's name.
func (a *app) complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(a.stderr, "wiredesk: %s\n", printable(line))
	}
}

// say prints talk for the person at the terminal.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.stderr, printable(fmt.Sprintf(format, args...)))
}

// printable drops what a terminal would obey instead of show; spaces stay.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

// print writes one JSON value on a line of its own.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// terminal reports that a stream is a terminal, and how wide it is.
func terminal(w any) (width int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	return width, err == nil
}
