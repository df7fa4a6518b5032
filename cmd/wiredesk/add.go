package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/harvest"
	"wiredesk/store"
)

// captured is the result of `add` for one link.
type captured struct {
	ID    int64       `json:"id"`
	URL   string      `json:"url"`
	Title string      `json:"title,omitempty"`
	New   bool        `json:"new"`
	State store.State `json:"state"`
	Story string      `json:"story,omitempty"`
	Error string      `json:"error,omitempty"` // why the page could not be read
}

func (a *app) addCommand() *cobra.Command {
	var title, via, by, note, story string
	var accept bool
	cmd := &cobra.Command{
		Use:   "add [URL…]",
		Short: "Put links into the queue now",
		Long: `Puts links into the queue and fetches their pages; a page that cannot be read
leaves the link in the queue. Without a URL, reads standard input: one URL a line,
with an optional title behind it.

Either may be pasted text: "Title (Person, @handle) https://…", a list, markdown,
a mail. The words before a link are its title, names in brackets its credit. Lines
that begin with # are comments; "(need URL)" is reminded of. Posts on Twitter are
kept by their URL, which tells who and when, and never fetched.

Exit status: 3 when a link was refused, or is still missing.`,
		RunE: func(cmd *cobra.Command, urls []string) error {
			ctx := cmd.Context()
			links, err := a.links(urls, title)
			if err != nil {
				return err
			}
			m := curate.Marks{Note: note}
			if m.Credit, err = credit(via, by); err != nil {
				return err
			}
			if story != "" {
				if m.Story, err = storyID(story); err != nil {
					return err
				}
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			if m.Story != 0 {
				if _, err := a.store.Story(ctx, m.Story); err != nil {
					return err
				}
			}
			h, err := a.harvester(cfg, a.store)
			if err != nil {
				return err
			}
			defer h.Close()
			failed := false
			for _, l := range links {
				if l.URL == "" {
					a.say("needs a URL: %s", l.Title)
					failed = true
					continue
				}
				m := m
				if m.Credit == (store.Credit{}) {
					m.Credit = l.Credit
				}
				c, err := a.capture(ctx, h, d, l, m, accept)
				if err != nil {
					var bad *usageError
					if !errors.As(err, &bad) || len(links) == 1 {
						return err
					}
					a.complain(err)
					failed = true
					continue
				}
				if err := a.printCaptured(c); err != nil {
					return err
				}
			}
			if failed {
				return errPart
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&title, "title", "", "title, instead of the page's")
	flags.StringVar(&via, "via", "", `credit who pointed it out, "Person, Org"`)
	flags.StringVar(&by, "by", "", `credit who made it, "Person, Org"`)
	flags.StringVar(&note, "note", "", "your words about it, markdown")
	flags.StringVar(&story, "story", "", "put it into this story, like s7")
	flags.BoolVar(&accept, "accept", false, "accept it for the coming issue")
	return cmd
}

// maxPaste is how many bytes of pasted text are read: a long newsletter has 100,000.
const maxPaste = 1 << 20

// bareURL is an argument that is a URL as it stands.
var bareURL = regexp.MustCompile(`^(?i:https?)://\S+$`)

// links are what the command line or standard input name.
func (a *app) links(words []string, title string) ([]harvest.Pasted, error) {
	var out []harvest.Pasted
	for _, w := range words {
		found := []harvest.Pasted{{URL: w}}
		if !bareURL.MatchString(w) {
			if pasted := harvest.Paste(w); len(pasted) > 0 {
				found = pasted
			}
		}
		out = append(out, found...)
	}
	if len(words) == 0 {
		text, err := io.ReadAll(io.LimitReader(a.stdin, maxPaste+1))
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		if len(text) > maxPaste {
			return nil, usage("standard input is longer than %d MiB; give it in parts", maxPaste>>20)
		}
		if out = harvest.Paste(string(text)); len(out) == 0 {
			return nil, usage("name a URL, or give one a line on standard input")
		}
	}
	if title != "" {
		if len(out) > 1 {
			return nil, usage("--title goes with one URL")
		}
		out[0].Title = title
	}
	return out, nil
}

// capture queues one link, reads its page, groups it, and marks it as asked.
func (a *app) capture(ctx context.Context, h *harvest.Harvester, d *curate.Desk, l harvest.Pasted, m curate.Marks, accept bool) (captured, error) {
	c, isNew, err := h.Add(ctx, l.URL, l.Title)
	if err != nil {
		var bad *harvest.LinkError
		if errors.As(err, &bad) {
			return captured{}, usage("%v", err)
		}
		return captured{}, err
	}
	pageError := ""
	if (isNew || c.SnapshotID == 0) && !harvest.KnownByURL(c.URL) {
		_, err := h.Capture(ctx, c)
		var bad *harvest.PageError
		if errors.As(err, &bad) {
			pageError = bad.Error()
		} else if err != nil {
			return captured{}, err
		}
	}
	if err := d.Refresh(ctx); err != nil {
		return captured{}, err
	}
	ref := []curate.Ref{{Candidate: c.ID}}
	switch {
	case accept:
		err = d.Decide(ctx, store.Accepted, ref, m)
	case m != (curate.Marks{}):
		err = d.Mark(ctx, ref, m)
	}
	if err != nil {
		return captured{}, err
	}
	if c, err = a.store.Candidate(ctx, c.ID); err != nil {
		return captured{}, err
	}
	return captured{c.ID, c.URL, c.Title, isNew, c.State, fmt.Sprintf("s%d", c.StoryID), pageError}, nil
}

func (a *app) printCaptured(c captured) error {
	if a.json {
		return a.printJSON(c)
	}
	what := "added"
	if !c.New {
		what = "known"
	}
	title := c.Title
	if title == "" {
		title = c.URL
	}
	fmt.Fprintf(a.stdout, "%s %d %s %s %s\n", what, c.ID, c.Story, c.State, printable(title))
	if c.Error != "" {
		a.say("note: the link is kept, its page could not be read: %s", c.Error)
	}
	return nil
}
