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

	"github.com/spf13/cobra"

	"wiredesk/harvest"
	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/page"
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
	}
)

func (a *app) probeCommand() *cobra.Command {
	var kind, base, contentType string
	cmd := &cobra.Command{
		Use:   "probe URL|FILE|-",
		Short: "Show what a harvest would see, storing nothing",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			if kinds := []string{"", harvest.KindFeed, harvest.KindReleases, harvest.KindList, harvest.KindPage}; !slices.Contains(kinds, kind) {
				return usage("there is no kind %q to probe%s; there are %s", kind, didYouMean(kind, kinds), strings.Join(kinds[1:], ", "))
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
			p, err := a.probe(cmd, h, words[0], kind, base, contentType)
			if err != nil {
				a.complain(fmt.Errorf("%s: %w", words[0], err))
				return errPart
			}
			return a.printProbe(p)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "", "feed, releases, list or page (default: found out)")
	flags.StringVar(&base, "base", "", "for a file: the URL that it came from")
	flags.StringVar(&contentType, "content-type", "", "for a file: the Content-Type that it came with")
	return cmd
}

func (a *app) probe(cmd *cobra.Command, h *harvest.Harvester, what, kind, base, contentType string) (harvest.Probe, error) {
	if u, err := url.Parse(what); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		if base != "" || contentType != "" {
			return harvest.Probe{}, errors.New("--base and --content-type go with a file")
		}
		return h.ProbeURL(cmd.Context(), kind, what)
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
	body, err := io.ReadAll(io.LimitReader(in, fetch.ListLimit+1))
	if err != nil {
		return harvest.Probe{}, err
	}
	if len(body) > fetch.ListLimit {
		return harvest.Probe{}, fmt.Errorf("longer than the limit of %d MiB", fetch.ListLimit>>20)
	}
	return h.ProbeBytes(cmd.Context(), kind, body, base, contentType)
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
			items = append(items, releaseJSON{r.ID, r.URL, r.Title, r.Version, r.Prerelease, r.Published, r.ContentText()})
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
	for _, x := range e.Enclosures {
		out.Enclosures = append(out.Enclosures, enclosureJSON(x))
	}
	return out
}

func pageOf(p page.Page, warnings []string) pageJSON {
	out := pageJSON{p.URL, p.Canonical, p.Title, p.Site, p.Author, p.Published, p.Language, p.Excerpt, p.Image, p.Text, []pageQuoteJSON{}, warnings}
	for _, q := range p.Quotes {
		out.Quotes = append(out.Quotes, pageQuoteJSON{q.Text, q.Speaker, q.Kind, q.Rank})
	}
	return out
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
				fmt.Fprintf(w, "%-10s %s\n", l[0], printable(l[1]))
			}
		}
		if !p.Page.Published.IsZero() {
			fmt.Fprintf(w, "%-10s %s\n", "published", p.Page.Published.Format(time.RFC3339))
		}
		fmt.Fprintf(w, "%-10s %d words\n", "text", len(strings.Fields(p.Page.Text)))
		for i, q := range pageOf(*p.Page, nil).Quotes {
			printQuotes(w, []quoteJSON{{i + 1, q.Text, q.Speaker, q.Kind, q.Rank, false}})
		}
	case p.Kind == harvest.KindReleases:
		fmt.Fprintf(w, "%d releases\n", len(p.Releases))
		for _, r := range p.Releases {
			note := ""
			if r.Prerelease {
				note = "prerelease"
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
