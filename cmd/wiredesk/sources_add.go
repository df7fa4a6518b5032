package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/harvest"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// maxNotes is how many of the warnings about a new source are told.
const maxNotes = 5

func (a *app) sourcesAddCommand() *cobra.Command {
	var s harvest.Source
	var every string
	var dry, force bool
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Find the feed of an address, and add it to feeds.yaml",
		Long: `Asks the address once, finds out what it is (a feed, a web page that names one,
a repository, the archive of a mailing list), shows what it holds, and adds a
line to feeds.yaml. What does not answer is not added without --force.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			path := a.feedsPath()
			cfg, old, err := loadForEdit(path)
			if err != nil {
				return err
			}
			if s.URL, err = sourceURL(words[0], s.Kind); err != nil {
				return err
			}
			if s.Every, err = stated(every); err != nil {
				return err
			}
			if err := free(cfg, s); err != nil {
				return err
			}
			if s.Match != "" && s.Match != "topic" && s.Match != "all" {
				return usage("--match: there is no %q; there are topic, all", s.Match)
			}
			h, err := a.harvester(cfg, nil)
			if err != nil {
				return err
			}
			defer h.Close()
			d, err := h.Discover(cmd.Context(), s.Kind, s.URL)
			if cmd.Context().Err() != nil {
				return cmd.Context().Err()
			}
			if err != nil && (!force || errors.Is(err, harvest.ErrNoFeed)) {
				a.complain(fmt.Errorf("%s is not added: %w", s.URL, err))
				if !errors.Is(err, harvest.ErrNoFeed) {
					a.say("--force adds it all the same")
				}
				return errPart
			}
			if d.URL != s.URL {
				a.say("its feed is %s", d.URL)
			}
			s.Kind, s.URL = d.Kind, d.URL
			names := map[string]bool{harvest.Captured: true, harvest.Watched: true}
			for _, have := range cfg.Sources {
				names[have.Name] = true
			}
			if s.Name == "" {
				s.Name = freeName(plain.Cut(cmp.Or(d.Title, link.Host(s.URL), "source"), maxName), names)
			}
			if err := free(cfg, s); err != nil { // by the address that was found
				return err
			}
			if wrong := faultOf(s, cfg.dir); wrong != "" {
				return usage("%s is not added: %s", s.URL, wrong)
			}
			if err != nil {
				a.say("note: it does not answer as it should: %v", err)
			}
			a.describeFound(d, err == nil)
			more := []addition{{source: s}}
			if !dry {
				if err := addSources(path, cfg, old, more); err != nil {
					return err
				}
			}
			if a.json {
				return a.printJSON(addedJSON{s.Name, s.Kind, s.URL, d.Items, d.Matches, d.Newest, d.Others, !dry})
			}
			if err := a.printLines(more); err != nil {
				return err
			}
			if !dry {
				a.say("added to %s; next: wiredesk harvest %s", path, shellWord(s.Name))
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.Name, "name", "", "name (default: the title of the feed)")
	flags.StringVar(&s.Kind, "kind", "", "feed, releases or list (default: found out)")
	flags.StringVar(&s.Section, "section", "", "section of the issue where its stories go")
	flags.StringVar(&every, "every", "", "how often to ask, like 6h (default 1h)")
	flags.StringVar(&s.Match, "match", "", "topic or all")
	flags.StringVar(&s.Via, "via", "", `credit for its links, "Person, Org"`)
	flags.Float64Var(&s.Weight, "weight", 0, "makes it count for more or less in the ranking")
	flags.BoolVar(&dry, "dry-run", false, "show the line, and change nothing")
	flags.BoolVar(&force, "force", false, "add it although it does not answer")
	return cmd
}

// addedJSON is the result of `sources add`.
type addedJSON struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"`
	URL     string    `json:"url"`
	Items   int       `json:"items"`
	Matches int       `json:"matches"` // of items, match the topic
	Newest  time.Time `json:"newest,omitzero"`
	Others  []string  `json:"others,omitempty"` // other feeds that the page names
	Written bool      `json:"written"`
}

// sourceURL completes an address that was typed without its scheme, and checks it.
func sourceURL(typed, kind string) (string, error) {
	if kinds := []string{harvest.KindFeed, harvest.KindReleases, harvest.KindList}; kind != "" && !slices.Contains(kinds, kind) {
		return "", usage("a source of kind %q needs keys of its own; write its line into feeds.yaml yourself%s", kind, didYouMean(kind, kinds))
	}
	if !strings.Contains(typed, ":") && strings.Contains(typed, ".") {
		typed = "https://" + typed
	}
	if _, err := link.Clean(typed, ""); err != nil {
		return "", usage("%s: %v", plain.Cut(plain.Line(typed), 80), err)
	}
	return plain.Line(typed), nil
}

// stated reads a duration flag; zero for none.
func stated(every string) (time.Duration, error) {
	if every == "" {
		return 0, nil
	}
	d, err := parseDuration(every)
	if err != nil {
		return 0, usage("--every: %v", err)
	}
	if d < harvest.MinEvery {
		return 0, usage("--every: shorter than a minute")
	}
	return d, nil
}

// free refuses a source whose address or name is taken.
func free(cfg *config, s harvest.Source) error {
	for _, have := range cfg.Sources {
		switch off := map[bool]string{true: ", which is disabled"}[have.Disabled]; {
		case sameSource(have) == sameSource(s):
			return usage("%s is a source already: %q%s", s.URL, have.Name, off)
		case have.Name == s.Name:
			return usage("there is a source %q already; give another --name", s.Name)
		}
	}
	return nil
}

// describeFound tells what stands at an address.
func (a *app) describeFound(d harvest.Discovery, answered bool) {
	if answered {
		what := map[string][2]string{harvest.KindReleases: {"release", "releases"}, harvest.KindList: {"thread", "threads"}}[d.Kind]
		text := plural(d.Items, cmp.Or(what[0], "entry"), cmp.Or(what[1], "entries"))
		if !d.Newest.IsZero() {
			text += ", newest " + d.Newest.Format(time.DateOnly)
		}
		verb := "match"
		if d.Matches == 1 {
			verb = "matches"
		}
		a.say("%s: %s, %d %s the topic", cmp.Or(d.Title, d.URL), text, d.Matches, verb)
	}
	for _, other := range d.Others {
		a.say("the page names another feed: %s", other)
	}
	for _, note := range d.Notes[:min(len(d.Notes), maxNotes)] {
		a.say("note: %s", note)
	}
}

// shellWord quotes a name for a shell, where it needs that.
func shellWord(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-/+", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
