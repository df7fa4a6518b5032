package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/plain"
)

func (a *app) archiveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "archive",
		Short: "Back issues: import, search",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) == 0 {
				return cmd.Help()
			}
			return usage("there is no command \"archive %s\"%s", words[0], didYouMean(words[0], []string{"import", "search"}))
		},
	}
	cmd.AddCommand(a.archiveImport(), a.archiveSearch())
	return cmd
}

func (a *app) archiveImport() *cobra.Command {
	var dry bool
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Read back issues: files, folders or patterns",
		Long: `Reads issues that were published into the archive: stories, links, quotes, credits.
Ranking learns from them, and queue and show tell what was covered before.

The week of an issue is that in the name of its file (2026-W47.md), else the one that it
states; what an issue states wrongly is warned of. Importing again changes nothing.
Exit status 3: a file is no issue.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, paths []string) error {
			files, err := backFiles(paths)
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			in, err := d.ImportIssues(cmd.Context(), files, dry)
			if err != nil {
				return err
			}
			if err := a.printImported(in, dry); err != nil {
				return err
			}
			if in.Failed > 0 {
				return errPart
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be imported, and store nothing")
	return cmd
}

func (a *app) printImported(in curate.Imported, dry bool) error {
	if a.json {
		return a.printJSON(in)
	}
	for _, w := range in.Warnings {
		if w.Line > 0 {
			a.say("%s:%d: %s", w.File, w.Line, w.Message)
		} else {
			a.say("%s: %s", w.File, w.Message)
		}
	}
	for _, one := range in.Report {
		number := "no number"
		if one.Number > 0 {
			number = fmt.Sprintf("issue %d", one.Number)
		}
		fmt.Fprintf(a.stdout, "%s  %-9s %3d stories %4d links %3d quotes  %s\n", one.Week, number, one.Stories, one.Links, one.Quotes, printable(one.File))
	}
	stored := fmt.Sprintf("%d new or changed", in.Changed)
	if dry {
		stored = "nothing stored"
	}
	a.say("%d issues, %d stories, %d links, %d quotes; %s; %d warnings, %d files left out", in.Issues, in.Stories, in.Links, in.Quotes, stored, len(in.Warnings), in.Failed)
	return nil
}

// backFiles reads the files that paths name: files as they are, of folders all markdown below
// them, and patterns that the shell left alone.
func backFiles(paths []string) ([]curate.BackFile, error) {
	var names []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			err = filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					if e != nil && e.IsDir() && name != path && strings.HasPrefix(e.Name(), ".") {
						return fs.SkipDir
					}
					return err
				}
				if ext := strings.ToLower(filepath.Ext(name)); ext == ".md" || ext == ".markdown" {
					names = append(names, name)
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?["):
			found, err := filepath.Glob(path)
			if err != nil {
				return nil, usage("%q is no pattern: %v", path, err)
			}
			if len(found) == 0 {
				return nil, usage("nothing fits %q", path)
			}
			names = append(names, found...)
		case errors.Is(err, fs.ErrNotExist):
			return nil, usage("there is no file or folder %s", path)
		default:
			names = append(names, path)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil, usage("there is no markdown file in %s", strings.Join(paths, ", "))
	}
	files := make([]curate.BackFile, len(names))
	for i, name := range names {
		text, err := os.ReadFile(name)
		files[i] = curate.BackFile{Path: name, Text: text, Err: err}
	}
	return files, nil
}

// placeJSON is what `archive search --json` says of a place: in the archive, or in the queue.
type placeJSON struct {
	Where   string         `json:"where"` // archive or queue
	Week    string         `json:"week,omitempty"`
	Kind    store.PartKind `json:"kind,omitempty"`
	Heading string         `json:"heading"`
	File    string         `json:"file,omitempty"`
	Line    int            `json:"line,omitempty"`
	Excerpt string         `json:"excerpt,omitempty"`
	ID      int64          `json:"id,omitempty"`
	State   store.State    `json:"state,omitempty"`
	URL     string         `json:"url,omitempty"`
}

func (a *app) archiveSearch() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find words in back issues and in the queue",
		Long: `Finds the back issues and candidates in which every word of TEXT stands, newest issue
and best candidate first. A word is found by its beginning, whatever its case and accents.`,
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			if limit < 0 {
				return usage("--limit is not below 0")
			}
			return a.searchArchive(cmd.Context(), strings.Join(words, " "), limit)
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "how many places of each to show; 0: all")
	return cmd
}

func (a *app) searchArchive(ctx context.Context, text string, limit int) error {
	if strings.TrimSpace(text) == "" {
		return usage("search for what?")
	}
	st, err := a.open(ctx)
	if err != nil {
		return err
	}
	hits, err := st.SearchArchive(ctx, text, limit)
	if err != nil {
		return err
	}
	queue, err := st.Candidates(ctx, store.Filter{Search: text, Limit: limit})
	if err != nil {
		return err
	}
	if a.json {
		for _, h := range hits {
			if err := a.printJSON(placeJSON{Where: "archive", Week: h.Week, Kind: h.Kind, Heading: h.Heading, File: h.Path, Line: h.Line, Excerpt: h.Excerpt}); err != nil {
				return err
			}
		}
		for _, c := range queue {
			if err := a.printJSON(placeJSON{Where: "queue", Heading: c.Title, ID: c.ID, State: c.State, URL: c.URL}); err != nil {
				return err
			}
		}
		return nil
	}
	for _, h := range hits {
		heading := h.Heading
		if heading == "" {
			heading = string(h.Kind)
		}
		fmt.Fprintf(a.stdout, "%s  %s\n", h.Week, plain.Cut(plain.Line(heading), 88))
		if h.Excerpt != h.Heading {
			fmt.Fprintf(a.stdout, "          %s\n", plain.Cut(plain.Line(h.Excerpt), 88))
		}
	}
	for _, c := range queue {
		title := c.Title
		if title == "" {
			title = c.URL
		}
		fmt.Fprintf(a.stdout, "%5d %-9s %s  %s\n", c.ID, c.State, plain.Cut(title, 70), siteOf(c))
	}
	a.say("%d places in back issues, %d candidates", len(hits), len(queue))
	return nil
}

// coveredMarks say in a word, by candidate, that something was covered before: "=2026-W44" where
// the page itself was, "~2026-W44" where it is a follow-up.
func coveredMarks(ctx context.Context, st *store.Store, all []store.Candidate) (map[int64]string, error) {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	covered, err := st.Covered(ctx, ids)
	if err != nil {
		return nil, err
	}
	marks := map[int64]string{}
	for id, where := range covered {
		for _, c := range where {
			if c.Kind == store.Repeat {
				marks[id] = "  =" + c.Week
				break
			}
			if marks[id] == "" && c.Week != "" {
				marks[id] = "  ~" + c.Week
			}
		}
	}
	return marks, nil
}
