package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/spf13/cobra"

	"wiredesk/harvest"
	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/page"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// What `probe --json` promises.
type (
	feedJSON struct {
		ID          string    `json:"id,omitempty"`
		Title       string    `json:"title,omitempty"`
		Link        string    `json:"link,omitempty"`
		Description string    `json:"description,omitempty"`
		Author      string    `json:"author,omitempty"`
		Updated     time.Time `json:"updated,omitzero"`
		Tags        []string  `json:"tags,omitempty"`
		Type        string    `json:"type,omitempty"`
		Version     string    `json:"version,omitempty"`
		Language    string    `json:"language,omitempty"`
	}
	entryJSON struct {
		ID         string          `json:"id,omitempty"`
		URL        string          `json:"url,omitempty"`
		Title      string          `json:"title,omitempty"`
		Author     string          `json:"author,omitempty"`
		AuthorMail string          `json:"author_mail,omitempty"`
		Published  time.Time       `json:"published,omitzero"`
		Updated    time.Time       `json:"updated,omitzero"`
		Summary    string          `json:"summary,omitempty"`
		Text       string          `json:"text,omitempty"`
		Tags       []string        `json:"tags,omitempty"`
		Links      []string        `json:"links,omitempty"`
		Enclosures []enclosureJSON `json:"enclosures,omitempty"`
	}
	enclosureJSON struct {
		URL    string `json:"url"`
		Type   string `json:"type,omitempty"`
		Length string `json:"length,omitempty"`
	}
	releaseJSON struct {
		ID         string    `json:"id,omitempty"`
		URL        string    `json:"url,omitempty"`
		Title      string    `json:"title,omitempty"`
		Version    string    `json:"version,omitempty"`
		Prerelease bool      `json:"prerelease"`
		Published  time.Time `json:"published,omitzero"`
		Text       string    `json:"text,omitempty"`

		Architectures []string `json:"architectures,omitempty"`
	}
	hitJSON struct {
		entryJSON
		Kind     string   `json:"kind,omitempty"`
		State    string   `json:"state,omitempty"`
		Labels   []string `json:"labels,omitempty"`
		Comments int      `json:"comments,omitempty"`
		Points   int      `json:"points,omitempty"`
	}
	messageJSON struct {
		ID        string    `json:"id"`
		Thread    string    `json:"thread"`
		InReplyTo string    `json:"in_reply_to,omitempty"`
		URL       string    `json:"url,omitempty"`
		Title     string    `json:"title,omitempty"`
		Author    string    `json:"author,omitempty"`
		From      string    `json:"from,omitempty"`
		Published time.Time `json:"published,omitzero"`
		Text      string    `json:"text,omitempty"`
		Quotes    []string  `json:"quotes"`
		Error     string    `json:"error,omitempty"`
	}
	pageQuoteJSON struct {
		Text    string `json:"text"`
		Speaker string `json:"speaker,omitempty"`
		Kind    string `json:"kind"`
		Rank    int    `json:"rank"`
	}
	pageJSON struct {
		URL       string          `json:"url"`
		Canonical string          `json:"canonical,omitempty"`
		Title     string          `json:"title,omitempty"`
		Site      string          `json:"site,omitempty"`
		Author    string          `json:"author,omitempty"`
		Published time.Time       `json:"published,omitzero"`
		Language  string          `json:"language,omitempty"`
		Excerpt   string          `json:"excerpt,omitempty"`
		Image     string          `json:"image,omitempty"`
		Text      string          `json:"text,omitempty"`
		Quotes    []pageQuoteJSON `json:"quotes"`
		Warnings  []string        `json:"warnings,omitempty"`

		// Evidence tells where on the page the facts were found.
		Evidence map[string]string `json:"evidence,omitempty"`
	}
)

func (a *app) probeCommand() *cobra.Command {
	var src harvest.Source
	var base, contentType string
	cmd := &cobra.Command{
		Use:   "probe URL|FILE|-",
		Short: "Show what a harvest would see, storing nothing",
		Long: `Shows what a harvest would see of a source, storing nothing. The flags are the keys
of a source in feeds.yaml. --kind page shows the facts of one page; with --item and
--link it reads a page as a list, and with --links the links inside it.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			if src.Kind != "" && !slices.Contains(harvest.Kinds, src.Kind) {
				return usage("there is no kind %q to probe%s; there are %s", src.Kind, didYouMean(src.Kind, harvest.Kinds), strings.Join(harvest.Kinds, ", "))
			}
			for key, css := range selectors(&src) {
				if _, err := cascadia.ParseGroup(css); css != "" && err != nil {
					return usage("--%s: %q is no CSS selector: %v", key, css, err)
				}
			}
			cfg, err := a.load()
			if err != nil { // probe needs no feeds.yaml, but heeds one that was named
				if a.configPath != "" || os.Getenv("WIREDESK_CONFIG") != "" {
					return err
				}
				c := defaults()
				cfg = &c
			}
			h, err := a.harvester(cfg, nil)
			if err != nil {
				return err
			}
			defer h.Close()
			p, err := a.probe(cmd, h, words[0], src, base, contentType)
			if err != nil {
				a.complain(fmt.Errorf("%s: %w", words[0], err))
				return errPart
			}
			return a.printProbe(p)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&src.Kind, "kind", "", strings.Join(harvest.Kinds, ", ")+" (default: found out)")
	flags.StringVar(&base, "base", "", "for a file: the URL that it came from")
	flags.StringVar(&contentType, "content-type", "", "for a file: the Content-Type that it came with")
	flags.StringVar(&src.Query, "query", "", "of a search")
	flags.StringVar(&src.Item, "item", "", "CSS selector of the items of a page")
	flags.StringVar(&src.Link, "link", "", "CSS selector of the link within an item")
	flags.StringVar(&src.Title, "title", "", "CSS selector of the title within an item")
	flags.StringVar(&src.Date, "date", "", "CSS selector of the date within an item")
	flags.BoolVar(&src.Links, "links", false, "the links inside each entry, or on the page")
	return cmd
}

func (a *app) probe(cmd *cobra.Command, h *harvest.Harvester, what string, src harvest.Source, base, contentType string) (harvest.Probe, error) {
	u, err := url.Parse(what)
	if shorthand := src.Kind == harvest.KindSearch && strings.Contains(what, ":"); shorthand || err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		if base != "" || contentType != "" {
			return harvest.Probe{}, errors.New("--base and --content-type go with a file")
		}
		src.URL = what
		return h.ProbeURL(cmd.Context(), src)
	}
	in := a.stdin
	if what != "-" {
		f, err := os.Open(what)
		if err != nil {
			return harvest.Probe{}, err
		}
		defer f.Close()
		in = f
	}
	src.URL = base
	body, err := io.ReadAll(io.LimitReader(in, fetch.ListLimit+1))
	if err != nil {
		return harvest.Probe{}, err
	}
	if len(body) > fetch.ListLimit {
		return harvest.Probe{}, fmt.Errorf("longer than the limit of %d MiB", fetch.ListLimit>>20)
	}
	return h.ProbeBytes(cmd.Context(), src, body, contentType)
}

func (a *app) printProbe(p harvest.Probe) error {
	if p.Found != "" {
		a.say("the page names the feed %s", p.Found)
	}
	if !a.json {
		a.describe(p)
		return nil
	}
	warnings := p.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	switch {
	case p.Page != nil:
		return a.printJSON(pageOf(*p.Page, p.Warnings))
	case p.Kind == harvest.KindReleases:
		items := []releaseJSON{}
		for _, r := range p.Releases {
			items = append(items, releaseJSON{r.ID, r.URL, r.Title, r.Version, r.Prerelease, r.Published, r.ContentText(), r.Architectures})
		}
		return a.printJSON(map[string]any{"items": items, "warnings": warnings})
	case p.Kind == harvest.KindList:
		items := []messageJSON{}
		for _, m := range p.Messages {
			quotes := m.Quotes
			if quotes == nil {
				quotes = []string{}
			}
			items = append(items, messageJSON{m.ID, m.Thread, m.InReplyTo, m.URL, m.Title, m.Author, m.From, m.Published, m.Text, quotes, m.Err})
		}
		return a.printJSON(map[string]any{"items": items, "warnings": warnings})
	}
	if len(p.Hits) > 0 {
		items := []hitJSON{}
		for _, hit := range p.Hits {
			items = append(items, hitJSON{entryOf(hit.Item), hit.Kind, hit.State, hit.Labels, hit.Comments, hit.Points})
		}
		return a.printJSON(map[string]any{"items": items, "warnings": warnings})
	}
	items := []entryJSON{}
	for _, e := range p.Entries {
		items = append(items, entryOf(e))
	}
	f := p.Feed
	return a.printJSON(map[string]any{
		"feed":  feedJSON{f.ID, f.Title, f.Link, f.Description, f.Author, f.Updated, f.Tags, f.Type, f.Version, f.Language},
		"items": items, "warnings": warnings,
	})
}

func entryOf(e feed.Item) entryJSON {
	out := entryJSON{
		ID: e.ID, URL: e.URL, Title: e.Title, Author: e.Author, AuthorMail: e.AuthorMail, Published: e.Published, Updated: e.Updated,
		Summary: page.Text(e.Summary), Text: e.ContentText(), Tags: e.Tags, Links: e.Links,
	}
	if e.Untitled {
		out.Title = "" // made from its first words, not stated
	}
	for _, x := range e.Enclosures {
		out.Enclosures = append(out.Enclosures, enclosureJSON(x))
	}
	return out
}

func pageOf(p page.Page, warnings []string) pageJSON {
	out := pageJSON{p.URL, p.Canonical, p.Title, p.Site, p.Author, p.Published.UTC(), p.Language, p.Excerpt, p.Image, p.Text, []pageQuoteJSON{}, warnings, p.Evidence}
	for _, q := range p.Quotes {
		out.Quotes = append(out.Quotes, pageQuoteJSON{q.Text, q.Speaker, q.Kind, q.Rank})
	}
	return out
}

// foundIn says where on a page a fact was found.
func foundIn(evidence string) string {
	if evidence == "" {
		return ""
	}
	return "  (" + evidence + ")"
}

// describe prints a probe for a person.
func (a *app) describe(p harvest.Probe) {
	w := a.stdout
	item := func(at time.Time, title, url, more string) {
		day := "no date   "
		if !at.IsZero() {
			day = at.Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s  %s\n            %s\n", day, plain.Cut(printable(title), 100), printable(url))
		if more != "" {
			fmt.Fprintf(w, "            %s\n", printable(more))
		}
	}
	switch {
	case p.Page != nil:
		for _, l := range [][2]string{{"title", p.Page.Title}, {"site", p.Page.Site}, {"author", p.Page.Author}, {"canonical", p.Page.Canonical}, {"language", p.Page.Language}, {"excerpt", p.Page.Excerpt}} {
			if l[1] != "" {
				fmt.Fprintf(w, "%-10s %s%s\n", l[0], printable(l[1]), foundIn(p.Page.Evidence[l[0]]))
			}
		}
		if !p.Page.Published.IsZero() {
			fmt.Fprintf(w, "%-10s %s%s\n", "published", p.Page.Published.Format(time.RFC3339), foundIn(p.Page.Evidence["published"]))
		}
		fmt.Fprintf(w, "%-10s %d words\n", "text", len(strings.Fields(p.Page.Text)))
		for i, q := range pageOf(*p.Page, nil).Quotes {
			printQuotes(w, []quoteJSON{{i + 1, q.Text, q.Speaker, q.Kind, q.Rank, false}})
		}
	case p.Kind == harvest.KindReleases:
		fmt.Fprintf(w, "%d releases\n", len(p.Releases))
		for _, r := range p.Releases {
			note := strings.Join(r.Architectures, ", ")
			if r.Prerelease {
				note = strings.TrimSuffix("prerelease, "+note, ", ")
			}
			item(r.Published, r.Version+"  "+r.Title, r.URL, note)
		}
	case p.Kind == harvest.KindList:
		roots := 0
		for _, m := range p.Messages {
			if m.Root() {
				roots++
			}
		}
		fmt.Fprintf(w, "%d messages, %d threads\n", len(p.Messages), roots)
		for _, m := range p.Messages {
			if m.Root() {
				item(m.Published, m.Title, m.URL, m.Author)
			}
		}
	case len(p.Hits) > 0:
		fmt.Fprintf(w, "%d results\n", len(p.Hits))
		for _, hit := range p.Hits {
			item(hit.Published, hit.Title, hit.URL, factsText(store.Facts{Kind: hit.Kind, State: hit.State, Labels: hit.Labels, Comments: hit.Comments, Points: hit.Points}))
		}
	case p.Kind == harvest.KindPage:
		fmt.Fprintf(w, "%d items\n", len(p.Entries))
		for _, e := range p.Entries {
			item(e.Published, e.Title, e.URL, "")
		}
	default:
		fmt.Fprintf(w, "%s %s: %s, %d entries\n", p.Feed.Type, p.Feed.Version, printable(p.Feed.Title), len(p.Entries))
		for _, e := range p.Entries {
			item(e.Published, e.Title, e.URL, "")
		}
	}
	for _, warning := range p.Warnings {
		a.say("note: %s", warning)
	}
}
