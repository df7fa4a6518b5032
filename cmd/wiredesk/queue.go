package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/curate/issue"
	"wiredesk/harvest"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// candidateJSON is a candidate as `queue --json` promises it.
type candidateJSON struct {
	ID        int64          `json:"id"`
	State     store.State    `json:"state"`
	URL       string         `json:"url"`
	Canonical string         `json:"canonical"`
	Title     string         `json:"title,omitempty"`
	Site      string         `json:"site,omitempty"`
	Author    string         `json:"author,omitempty"`
	Published time.Time      `json:"published,omitzero"`
	FirstSeen time.Time      `json:"first_seen"`
	Score     float64        `json:"score"`
	Why       []store.Reason `json:"why"`
	Story     string         `json:"story,omitempty"`
	Section   string         `json:"section,omitempty"`
	Week      string         `json:"week,omitempty"`
	Credit    *store.Credit  `json:"credit,omitempty"`
	Note      string         `json:"note,omitempty"`
	Until     string         `json:"until,omitempty"`
	Excerpt   string         `json:"excerpt,omitempty"`
	PageError string         `json:"page_error,omitempty"`
	Facts     *store.Facts   `json:"facts,omitempty"` // what the source states beside the text
	Sources   []sightingJSON `json:"sources"`

	Covered []store.Covered `json:"covered,omitempty"`
	Quotes  []quoteJSON     `json:"quotes"`
}

type sightingJSON struct {
	Name string    `json:"name"`
	Kind string    `json:"kind"`
	URL  string    `json:"url"`
	Seen time.Time `json:"seen"`
}

type quoteJSON struct {
	N       int    `json:"n"`
	Text    string `json:"text"`
	Speaker string `json:"speaker,omitempty"`
	Kind    string `json:"kind"`
	Rank    int    `json:"rank"`
	Picked  bool   `json:"picked"`
}

func (a *app) queueCommand() *cobra.Command {
	var state, week, source, search, story, since, sort string
	var limit int
	cmd := &cobra.Command{
		Use:   "queue",
		Short: "List candidates, best first",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			f := store.Filter{Source: source, Search: search, Sort: sort, Limit: limit}
			if limit < 0 {
				return usage("--limit %d is below 0; 0 lists all", limit)
			}
			if state != "any" {
				if f.State = store.State(state); !validState(f.State) {
					return usage("there is no state %q; there are queued, accepted, rejected, held, published, any", state)
				}
			}
			if sort != "score" && sort != "new" && sort != "old" {
				return usage("there is no order %q; there are %s", sort, strings.Join(store.Sorts, ", "))
			}
			if source != "" && source != harvest.Captured && source != harvest.Watched {
				if err := known(cfg, []string{source}); err != nil {
					a.say("note: %v; sightings of earlier times are listed all the same", err)
				}
			}
			if week != "" {
				f.Week = week
				if f.From, err = issue.ParseWeek(week, cfg.Newsletter.Publication.Zone); err != nil {
					return usage("--week: %v", err)
				}
				f.To = f.From.AddDate(0, 0, 7)
			}
			if story != "" {
				if f.Story, err = storyID(story); err != nil {
					return err
				}
			}
			if since != "" {
				if f.Since, err = a.moment(since, cfg.Newsletter.Publication.Zone); err != nil {
					return err
				}
			}
			return a.queue(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&state, "state", "queued", "queued, accepted, rejected, held, published or any")
	flags.StringVar(&week, "week", "", "first seen in this ISO week, or assigned to it")
	flags.StringVar(&source, "source", "", "shown by this source")
	flags.StringVar(&search, "search", "", "with these words in title, site, author, excerpt or link")
	flags.StringVar(&story, "story", "", "of this story, like s7")
	flags.StringVar(&since, "since", "", "first seen since a date (2026-11-20) or for a time (3d)")
	flags.StringVar(&sort, "sort", "score", "score, new or old")
	flags.IntVar(&limit, "limit", 50, "how many at most; 0: all")
	return cmd
}

func validState(s store.State) bool {
	for _, known := range store.States {
		if s == known {
			return true
		}
	}
	return false
}

// moment reads a date, or how long ago.
func (a *app) moment(s string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t, nil
	}
	d, err := parseDuration(s)
	if err != nil {
		return time.Time{}, usage("--since: %q is no date like 2026-11-20 and no time like 3d", s)
	}
	return time.Now().Add(-d), nil
}

// queueBatch is how many candidates are completed with sightings and quotes at once, so that a
// queue of any length is printed in little memory.
const queueBatch = 500

func (a *app) queue(ctx context.Context, f store.Filter) error {
	st, err := a.open(ctx)
	if err != nil {
		return err
	}
	all, err := st.Candidates(ctx, f)
	if err != nil {
		return err
	}
	if !a.json {
		return a.printQueue(ctx, st, all, f)
	}
	for len(all) > 0 {
		part := all[:min(len(all), queueBatch)]
		all = all[len(part):]
		rows, err := completed(ctx, st, part)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := a.printJSON(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// completed adds sightings and quotes to candidates.
func completed(ctx context.Context, st *store.Store, part []store.Candidate) ([]candidateJSON, error) {
	ids := make([]int64, len(part))
	for i, c := range part {
		ids[i] = c.ID
	}
	sightings := map[int64][]sightingJSON{}
	err := st.Sightings(ctx, ids, func(g store.Sighting) {
		sightings[g.CandidateID] = append(sightings[g.CandidateID], sightingJSON{g.Source, g.Kind, g.URL, g.Seen})
	})
	if err != nil {
		return nil, err
	}
	quotes, err := st.Quotes(ctx, ids)
	if err != nil {
		return nil, err
	}
	covered, err := st.Covered(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]candidateJSON, len(part))
	for i, c := range part {
		j := candidateJSON{
			ID: c.ID, State: c.State, URL: c.URL, Canonical: c.Canonical, Title: c.Title, Site: c.Site, Author: c.Author, Published: c.Published,
			FirstSeen: c.FirstSeen, Score: c.Score, Why: c.Why, Section: c.Section, Week: c.Week, Note: c.Note, Until: c.Until, Excerpt: c.Excerpt,
			PageError: c.PageError, Sources: sightings[c.ID], Quotes: []quoteJSON{}, Covered: covered[c.ID],
		}
		if !c.Facts.Empty() {
			j.Facts = &c.Facts
		}
		if j.Why == nil {
			j.Why = []store.Reason{}
		}
		if j.Sources == nil {
			j.Sources = []sightingJSON{}
		}
		if c.StoryID != 0 {
			j.Story = fmt.Sprintf("s%d", c.StoryID)
		}
		if c.Credit != (store.Credit{}) {
			j.Credit = &c.Credit
		}
		for n, q := range quotes[c.ID] {
			j.Quotes = append(j.Quotes, quoteJSON{n + 1, q.Text, q.Speaker, q.Kind, q.Rank, q.Picked > 0})
		}
		out[i] = j
	}
	return out, nil
}

func (a *app) printQueue(ctx context.Context, st *store.Store, all []store.Candidate, f store.Filter) error {
	width := 100
	if w, ok := terminal(a.stdout); ok {
		width = max(w, 60)
	}
	covered, err := coveredMarks(ctx, st, all)
	if err != nil {
		return err
	}
	for _, c := range all {
		mark := " "
		if f.State == "" {
			mark = string(c.State[0])
		}
		story := ""
		if c.StoryID != 0 {
			story = fmt.Sprintf("s%d", c.StoryID)
		}
		title := c.Title
		if title == "" {
			title = c.URL
		}
		tail := covered[c.ID] + "  " + siteOf(c)
		fmt.Fprintf(a.stdout, "%5d %s %5.1f %-6s %s%s\n", c.ID, mark, c.Score, story, plain.Cut(title, max(width-22-len(tail), 30)), tail)
	}
	counts, err := st.Counts(ctx)
	if err != nil {
		return err
	}
	var parts []string
	for _, s := range store.States {
		if counts[s] > 0 {
			parts = append(parts, counted(counts[s])+" "+string(s))
		}
	}
	if len(parts) == 0 {
		a.say("the queue is empty; next: wiredesk harvest")
		return nil
	}
	shown := fmt.Sprintf("%d shown", len(all))
	if len(all) == 0 {
		shown = "nothing fits"
	}
	a.say("%s; %s", shown, strings.Join(parts, ", "))
	return nil
}

// counted is a number of candidates as the store counts them.
func counted(n int) string {
	if n > store.MaxCount {
		return fmt.Sprintf("over %d", store.MaxCount)
	}
	return strconv.Itoa(n)
}

// siteOf names whose page it is.
func siteOf(c store.Candidate) string {
	if c.Site != "" {
		return c.Site
	}
	return link.Host(c.URL)
}
