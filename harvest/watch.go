package harvest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"wiredesk/harvest/fetch"
	"wiredesk/harvest/search"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/link"
)

// Watched is the source under which it stands what became of an issue, a pull request or a bug
// that the editor took.
const Watched = "watched"

const (
	watchBatch = 40                   // asked in one run: without a token GitHub answers 60 an hour
	watchFor   = 400 * 24 * time.Hour // what was first seen longer ago is not watched any more
	watchSoon  = 24 * time.Hour       // the shortest pause
	watchLate  = 14 * 24 * time.Hour  // the longest
	watchShare = 10                   // of the time since it was taken, the part that is waited
)

// told is what came of asking about one of them.
type told struct {
	state   string
	next    time.Time   // when to ask again; zero: never
	news    *store.Item // the follow-up, nil: nothing changed
	warning string      // what went wrong, in a sentence
	bytes   int64
}

// watch asks the issues, pull requests and bugs that the editor holds, accepted or published
// whether their state changed, and queues a follow-up for those that did. A page that cannot be
// asked is left for another day.
func (h *Harvester) watch(ctx context.Context, rep *Report) error {
	now := h.cfg.Now()
	due, err := h.store.WatchDue(ctx, now.Add(-watchFor), watchBatch)
	if err != nil || len(due) == 0 {
		return err
	}
	answers := make([]*told, len(due))
	stopped := h.each(ctx, len(due), func(i int) string { return search.Watch(due[i].URL) }, func(i int) (err error) {
		answers[i], err = h.look(ctx, due[i])
		return err
	}, func(int) {})
	// What was told is stored even when the run was stopped half-way, the news before the state:
	// a kill in between tells them twice, and they are known by then.
	ctx = context.WithoutCancel(ctx)
	out := Outcome{Source: Watched}
	var news []store.Item
	for i, t := range answers {
		if t == nil {
			continue
		}
		out.bytes += t.bytes
		if t.warning != "" && len(out.Warnings) < maxWarnings {
			out.Warnings = append(out.Warnings, due[i].URL+": "+t.warning)
		}
		if t.news != nil {
			news = append(news, *t.news)
		}
	}
	if len(news) > 0 {
		src, err := h.store.SyncSources(ctx, []store.Source{{Name: Watched, Kind: Watched}})
		if err != nil {
			return err
		}
		state := src[0]
		state.LastPoll, state.LastSuccess = now, now
		added, err := h.store.AddItems(ctx, state, news)
		if err != nil {
			return err
		}
		out.New, out.candidates = added.New, added.Candidates
	}
	for i, t := range answers {
		if t == nil {
			continue
		}
		if err := h.store.SetWatch(ctx, due[i].ID, t.state, t.next); err != nil {
			return err
		}
	}
	rep.Bytes += out.bytes
	rep.Items += out.New
	rep.New += out.candidates
	if out.New > 0 || len(out.Warnings) > 0 {
		rep.Report = append(rep.Report, out)
	}
	return stopped
}

// look asks about one of them.
func (h *Harvester) look(ctx context.Context, w store.Watched) (*told, error) {
	address := search.Watch(w.URL)
	if address == "" {
		return &told{}, nil
	}
	now := h.cfg.Now()
	pause := watchSoon
	if !w.Since.IsZero() {
		pause = min(max(watchSoon, now.Sub(w.Since)/watchShare), watchLate)
	}
	t := &told{state: w.State, next: now.Add(pause)}
	res, err := h.client.Get(ctx, fetch.Request{URL: address, Headers: h.tokenFor(address), Limit: fetch.PageLimit, Accept: "application/json"})
	var f *fetch.Error
	switch {
	case errors.As(err, &f) && !f.Retry.IsZero():
		t.next = f.Retry
		return t, h.store.SetWait(ctx, f.Host, f.Retry)
	case errors.As(err, &f) && (f.Status == statusMissing || f.Status == statusGone):
		t.warning, t.next = "it is not there any more", now.Add(watchLate)
		return t, nil
	case errors.As(err, &f):
		t.warning, t.next = f.Text, now.Add(watchSoon)
		return t, nil
	case err != nil:
		return nil, err
	}
	t.bytes = res.Size
	text, _ := fetch.UTF8(res.Body, res.ContentType)
	state, err := search.ReadState(text)
	if err != nil {
		t.warning, t.next = err.Error(), now.Add(watchSoon)
		return t, nil
	}
	if w.State != "" && w.State != state.Name {
		t.news = followUp(w, state, now)
	}
	switch t.state = state.Name; {
	case state.Name == "merged":
		t.next = time.Time{}
	case state.Final: // it may be opened again
		t.next = now.Add(watchLate)
	}
	return t, nil
}

// followUp is the item that tells a change of state. It leads to the same page, but it is another
// piece of news, and so another candidate: one for each time that the state changed.
func followUp(w store.Watched, s search.State, now time.Time) *store.Item {
	title := s.Title
	if title == "" {
		title = w.Title
	}
	news := strings.ToUpper(s.Name[:1]) + s.Name[1:]
	if s.Name == "open" {
		news = "Reopened"
	}
	excerpt := news
	if s.By != "" {
		excerpt += " by " + s.By
	}
	if !s.At.IsZero() {
		excerpt += " on " + s.At.UTC().Format(time.DateOnly)
	}
	excerpt += "; "
	switch {
	case w.Week != "":
		excerpt += "covered in " + w.Week
	case w.Candidate.State == store.Held:
		excerpt += "you hold it"
	default:
		excerpt += "you took it"
	}
	at := s.At
	if at.IsZero() {
		at = now
	}
	it := store.Item{
		URL: w.URL, Canonical: fmt.Sprintf("%s#%s-%s", w.Canonical, url.PathEscape(s.Name), at.UTC().Format("20060102-150405")), Title: news + ": " + title, Excerpt: excerpt + ".",
		Author: s.By, Site: w.Site, Published: s.At, Taken: true, Matched: w.Matched, Weight: w.Weight, Section: w.SourceSection,
		Facts: store.Facts{Kind: w.Facts.Kind, State: s.Name, Labels: w.Facts.Labels}, Follows: w.ID,
	}
	it.Key = hash.ID([]byte(it.Canonical))
	it.Alt, it.Hash = it.Key, it.Key
	return &it
}

// tokenFor is what a source on the same host has been given to ask with.
func (h *Harvester) tokenFor(address string) []fetch.Header {
	host := link.Host(address)
	for _, s := range h.cfg.Sources {
		if s.Bearer == "" {
			continue
		}
		if at := link.Host(s.URL); at != "" && (at == host || "api."+at == host) || host == "api.github.com" && strings.HasPrefix(s.URL, "github:") {
			return []fetch.Header{{Name: "Authorization", Value: "Bearer " + s.Bearer}}
		}
	}
	return nil
}
