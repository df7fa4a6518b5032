package harvest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"wiredesk/harvest/search"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/link"
)

// job is a source that is due.
type job struct {
	Source
	state  store.Source
	reread bool // the rules changed: what was left out before may be wanted now
}

// Run polls every source that is due, then fetches the pages of new candidates. A source's
// failure is in the report; the error means that the run itself could not go on, and the report
// then says how far it came.
func (h *Harvester) Run(ctx context.Context, o Options) (Report, error) {
	begin := h.cfg.Now()
	started := time.Now()
	rep := Report{Report: []Outcome{}}
	jobs, err := h.due(ctx, o, begin, &rep)
	if err != nil {
		return rep, err
	}
	waits, err := h.store.Waits(ctx)
	if err != nil {
		return rep, err
	}
	h.client.SetWaits(waits)
	// What was asked longest ago comes first: on a host that soon wants to be left alone again, it
	// would else always be the last sources of feeds.yaml that are not reached.
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return jobs[a].state.LastPoll.Compare(jobs[b].state.LastPoll) })
	results := make([]Outcome, len(jobs))
	b := &batch{store: h.store, settled: started}
	err = h.each(ctx, len(jobs), func(k int) string { return h.address(jobs[order[k]].Source) }, func(k int) error {
		return h.one(ctx, jobs[order[k]], &results[order[k]], b)
	}, func(done int) {
		if o.Progress != nil {
			o.Progress(done, len(jobs), "sources")
		}
	})
	if e := b.settle(ctx); err == nil {
		err = e
	}
	for _, r := range results {
		if r.Source == "" { // not reached
			continue
		}
		if r.unasked {
			rep.Report = append(rep.Report, r)
			continue
		}
		rep.Polled++
		rep.Bytes += r.bytes
		rep.Items += r.New
		rep.New += r.candidates
		if r.notModified {
			rep.NotModified++
		}
		if r.Error != "" {
			rep.Failed++
		}
		rep.Report = append(rep.Report, r)
	}
	if rep.Offline = err == nil && offline(jobs, results); rep.Offline {
		err = h.restore(ctx, jobs)
	}
	if err == nil && len(o.Names) == 0 && !rep.Offline {
		err = h.watch(ctx, &rep)
	}
	if err == nil && !o.NoPages && !rep.Offline {
		var failures map[int64]string
		rep.Pages, failures, err = h.pages(ctx, o.Progress, &rep.Bytes)
		if e := h.blame(context.WithoutCancel(ctx), failures, &rep); err == nil {
			err = e
		}
	}
	if err == nil {
		_, err = h.store.PruneSnapshots(ctx, begin.Add(-keepPages), pruneBatch)
	}
	rep.ElapsedMS = time.Since(started).Milliseconds()
	return rep, err
}

// offline reports that no name was found of three hosts or more, and nothing else was reached: it
// is this machine that is off the network.
func offline(jobs []job, results []Outcome) bool {
	hosts := map[string]bool{}
	for i, r := range results {
		if r.Source == "" || !r.lookup {
			return false
		}
		hosts[link.Host(jobs[i].URL)] = true
	}
	return len(hosts) >= 3
}

// restore leaves the sources as they were before the run: what was not reached did not fail.
func (h *Harvester) restore(ctx context.Context, jobs []job) error {
	polls := make([]store.Poll, len(jobs))
	for i, j := range jobs {
		polls[i].Source = j.state
	}
	return h.store.AddPolls(ctx, polls)
}

// due returns the jobs of a run.
func (h *Harvester) due(ctx context.Context, o Options, now time.Time, rep *Report) ([]job, error) {
	var enabled []Source
	var rows []store.Source
	for _, s := range h.cfg.Sources {
		if !s.Disabled {
			enabled = append(enabled, s)
			rows = append(rows, store.Source{Name: s.Name, Kind: s.Kind, URL: s.URL})
		}
	}
	rep.Sources = len(enabled)
	named := map[string]bool{}
	for _, n := range o.Names {
		named[n] = true
	}
	states, err := h.store.SyncSources(ctx, rows)
	if err != nil {
		return nil, err
	}
	var jobs []job
	for i, s := range enabled {
		if len(named) > 0 && !named[s.Name] {
			continue
		}
		st := states[i]
		// A clock that once ran ahead must not silence a source for years.
		next := st.NextPoll
		if far := now.Add(max(maxBackoff, s.Every) + 7*24*time.Hour); next.After(far) {
			next = now
		}
		forced := o.All || len(named) > 0
		if st.Gone || !forced && now.Before(next) {
			continue
		}
		jobs = append(jobs, job{Source: s, state: st})
	}
	return jobs, nil
}

// address is where a source is asked, as far as its host goes.
func (h *Harvester) address(s Source) string {
	if s.Kind == KindSearch {
		if address, err := search.Address(search.Query{URL: s.URL, Terms: s.Query}); err == nil {
			return address
		}
	}
	return s.URL
}

// each runs do for 0 … n-1, as many at once as fetch.concurrency says, of one host no more than
// per_host; a host that waits for its turn takes no place from others. It stops early only when
// do returns an error or ctx ends.
func (h *Harvester) each(ctx context.Context, n int, address func(int) string, do func(int) error, done func(int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	byHost := map[string][]int{}
	for i := range n {
		host := ""
		if u, err := url.Parse(address(i)); err == nil {
			host = strings.ToLower(u.Hostname())
		}
		byHost[host] = append(byHost[host], i)
	}
	hosts := make([]chan int, 0, len(byHost)) // what is to be done, by host
	for _, all := range byHost {
		jobs := make(chan int, len(all))
		for _, i := range all {
			jobs <- i
		}
		close(jobs)
		hosts = append(hosts, jobs)
	}
	// A turn is the leave to ask a host: it has as many as per_host says, and loses them one by one
	// when all of its jobs are begun.
	var open atomic.Int64
	turns := make(chan chan int, n)
	for turn := range max(h.cfg.Fetch.PerHost, 1) { // every host first has one turn: its connection serves the next
		for _, all := range hosts {
			if turn < cap(all) {
				turns <- all
				open.Add(1)
			}
		}
	}
	var mu sync.Mutex
	count := 0
	work := func() {
		for ctx.Err() == nil {
			var jobs chan int
			select {
			case <-ctx.Done():
			case jobs = <-turns:
			}
			if jobs == nil {
				return
			}
			i, more := <-jobs
			if !more {
				if open.Add(-1) == 0 {
					close(turns)
				}
				continue
			}
			if err := do(i); err != nil {
				cancel(err)
				return
			}
			turns <- jobs
			mu.Lock()
			count++
			done(count)
			mu.Unlock()
		}
	}
	var wg sync.WaitGroup
	for range min(len(turns), max(h.cfg.Fetch.Concurrency, 1)) {
		wg.Go(work)
	}
	wg.Wait()
	return context.Cause(ctx)
}

// one polls one source: fetch, decode, parse, store. What goes wrong with the source is in the
// outcome and in its row; the error is the store's, or the end of ctx.
func (h *Harvester) one(ctx context.Context, j job, out *Outcome, b *batch) error {
	*out = Outcome{Source: j.Name}
	src := j.state
	rule := hash.Of([]byte(fmt.Sprint(h.matcher.rule, j.Match, j.Include, j.Exclude, j.MaxItems, j.Prerelease == nil || *j.Prerelease, j.Links, j.Item, j.Link, j.Title, j.Date, j.Query)))
	j.reread = src.Rule != rule
	if address := h.address(j.Source); h.silent.over(address) {
		out.unasked = true
		out.Warnings = []string{fmt.Sprintf("not asked: %s gave no answer %d times in a row", link.Host(address), maxSilent)}
		src.NextPoll = nextPoll(h.cfg.Now(), timing{every: j.Every}, rand.Float64())
		out.Next = src.NextPoll
		return b.add(ctx, src, nil, out)
	}
	got, err := h.guarded(ctx, j, src)
	if ctx.Err() != nil {
		*out = Outcome{}
		return ctx.Err()
	}
	now := h.cfg.Now()
	out.Warnings, out.bytes, out.Status = got.warnings, got.bytes, got.status
	out.notModified = got.notModified
	src.LastPoll, src.Status = now, got.status
	next := timing{every: j.Every, holds: got.holds}
	var failed *stageError
	h.silent.heard(h.address(j.Source), !errors.As(err, &failed) || !failed.mute)
	switch {
	case err == nil:
		src.LastSuccess, src.Failures, src.Stage, src.Error = now, 0, "", ""
		src.Rule = rule
		if got.taken {
			src.ETag, src.LastModified, src.BodyHash = got.etag, got.lastModified, got.bodyHash
		}
		if !got.notModified {
			src.Entries, src.Addresses = got.entries, got.addresses
		}
		src.Moved = got.moved
	case errors.As(err, &failed) && failed.unasked():
		// The host is left alone because of another source: that is no failure of this one.
		out.unasked, out.Next = true, failed.retry
		out.Warnings = append(out.Warnings, "not asked: "+failed.text)
		src.LastPoll, src.Status, src.NextPoll = j.state.LastPoll, j.state.Status, failed.retry
		return b.add(ctx, src, nil, out)
	case errors.As(err, &failed):
		src.Failures++
		src.Stage, src.Error = failed.stage, failed.Error()
		out.Stage, out.Error = failed.stage, failed.Error()
		next.retry = failed.retry
		out.lookup = failed.lookup
		src.Gone = failed.status == statusGone
		if failed.status != 0 {
			src.Status, out.Status = failed.status, failed.status
		}
	default:
		return err
	}
	if !next.retry.IsZero() {
		if err := h.store.SetWait(ctx, failed.host, next.retry); err != nil {
			return err
		}
	}
	src.Newest = newest(src.Newest, got.items, now)
	next.failures, next.newest = src.Failures, src.Newest
	src.NextPoll = nextPoll(now, next, rand.Float64())
	if !src.Gone {
		out.Next = src.NextPoll
	}
	out.Known = got.known
	return b.add(ctx, src, got.items, out)
}

// newest is when a source last had news: the date of its newest item, or now where what is new
// states no date.
func newest(before time.Time, items []store.Item, now time.Time) time.Time {
	for _, it := range items {
		at := it.Published
		if at.IsZero() || at.After(now) {
			at = now
		}
		if at.After(before) {
			before = at
		}
	}
	return before
}
