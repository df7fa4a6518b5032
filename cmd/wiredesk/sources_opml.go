package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"wiredesk/harvest"
)

// leftOut is a proposed source that was not taken as it is, and why.
type leftOut struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Reason string `json:"reason"`
}

// importer decides which of the proposed sources are added, and under which names.
type importer struct {
	dir     string           // of feeds.yaml
	have    []harvest.Source // of feeds.yaml
	secrets bool             // take headers and tokens along

	added   []addition
	left    []leftOut
	renamed []leftOut // added under another name
}

// take goes through the proposals. What a file from elsewhere asks to be sent along with requests
// is not taken: it would hand the secrets of this machine to whoever wrote the file.
func (in *importer) take(outlines []outline) {
	names := map[string]bool{harvest.Captured: true, harvest.Watched: true}
	known := map[string]string{}
	for _, s := range in.have {
		names[s.Name] = true
		known[sameSource(s)] = s.Name
	}
	group := ""
	for _, o := range outlines {
		s := o.source
		leave := func(format string, args ...any) {
			in.left = append(in.left, leftOut{s.Name, s.URL, fmt.Sprintf(format, args...)})
		}
		stripped := !in.secrets && (len(s.Headers) > 0 || s.Token != "")
		if stripped {
			s.Headers, s.Token = nil, ""
		}
		if o.wrong != "" {
			leave("%s", o.wrong)
			continue
		}
		if other, dup := known[sameSource(s)]; dup {
			leave("%q has that address", other)
			continue
		}
		stated := s.Name
		s.Name = freeName(s.Name, names)
		if wrong := faultOf(s, in.dir); wrong != "" {
			leave("%s", wrong)
			continue
		}
		if stripped {
			leave("added without its headers and token; write them into feeds.yaml yourself, or import with --secrets if the file is your own")
		}
		if s.Name != stated {
			in.renamed = append(in.renamed, leftOut{stated, s.URL, s.Name})
		}
		names[s.Name], known[sameSource(s)] = true, s.Name
		a := addition{source: s}
		if o.group != group && o.group != "" && o.group != s.Section {
			a.comment = o.group
		}
		group = o.group
		in.added = append(in.added, a)
	}
}

func (a *app) importCommand() *cobra.Command {
	var dry, secrets bool
	cmd := &cobra.Command{
		Use:   "import FILE.opml|-",
		Short: "Add the feeds of an OPML file to feeds.yaml",
		Long: `Adds the feeds of an OPML file, as feed readers export them, to feeds.yaml: below
the sources that stand there, nothing else changes. Nothing is fetched; see
"wiredesk sources check".

Exit status: 3 when something was left out (no feed, an address twice).`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, words []string) error {
			path := a.feedsPath()
			cfg, old, err := loadForEdit(path)
			if err != nil {
				return err
			}
			body, err := a.readAll(words[0], maxOPML+1)
			if err != nil {
				return err
			}
			outlines, err := parseOPML(body)
			cut := errors.Is(err, errCut)
			if err != nil && !cut {
				return usage("%s: %v", words[0], err)
			}
			in := importer{dir: cfg.dir, have: cfg.Sources, secrets: secrets}
			in.take(outlines)
			if len(in.added) > 0 && !dry {
				if err := addSources(path, cfg, old, in.added); err != nil {
					return err
				}
			}
			if err := a.printImport(in, path, dry); err != nil {
				return err
			}
			if cut {
				a.complain(fmt.Errorf("%s: %w", words[0], err))
			}
			if cut || len(in.left) > 0 {
				return errPart
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "print the lines, and change nothing")
	cmd.Flags().BoolVar(&secrets, "secrets", false, "take headers and tokens along; only for a file that you exported yourself")
	return cmd
}

// feedsPath is the feeds.yaml that is to be edited.
func (a *app) feedsPath() string {
	for _, path := range []string{a.configPath, os.Getenv("WIREDESK_CONFIG")} {
		if path != "" {
			return path
		}
	}
	return "feeds.yaml"
}

// readAll reads a file, or standard input for "-", up to so many bytes.
func (a *app) readAll(path string, limit int64) ([]byte, error) {
	in := a.stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usage("%v", err)
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, limit))
}

func (a *app) printImport(in importer, path string, dry bool) error {
	for _, r := range in.renamed {
		a.say("note: %s is named %q, since the name is taken", r.URL, r.Reason)
	}
	for _, l := range in.left {
		a.say("left out: %s %s: %s", l.Name, l.URL, l.Reason)
	}
	if a.json {
		names := []string{}
		for _, m := range in.added {
			names = append(names, m.source.Name)
		}
		left := in.left
		if left == nil {
			left = []leftOut{}
		}
		return a.printJSON(map[string]any{"path": path, "added": names, "left_out": left, "written": !dry && len(names) > 0})
	}
	if !dry {
		fmt.Fprintf(a.stdout, "%s added to %s, %d left out\n", plural(len(in.added), "source", "sources"), path, len(in.left))
		if len(in.added) > 0 {
			a.say("next: wiredesk sources check")
		}
		return nil
	}
	return a.printLines(in.added)
}

// printLines prints sources as they stand in feeds.yaml.
func (a *app) printLines(more []addition) error {
	for _, m := range more {
		line, err := lineOf(m.source)
		if err != nil {
			return err
		}
		if m.comment != "" {
			fmt.Fprintln(a.stdout, "  # "+m.comment)
		}
		fmt.Fprintln(a.stdout, "  - "+line)
	}
	return nil
}

func (a *app) exportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the sources as OPML, for other readers and for import",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			text := exportOPML(cfg.Sources)
			if out == "" || out == "-" {
				_, err = a.stdout.Write(text)
				return err
			}
			if err := os.WriteFile(out, text, 0o644); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(map[string]any{"path": out, "sources": len(cfg.Sources)})
			}
			a.say("%s written to %s", plural(len(cfg.Sources), "source", "sources"), out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: standard output)")
	return cmd
}
