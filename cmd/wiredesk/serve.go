package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/curate/web"
	"wiredesk/harvest"
)

// serveEvery is how long serve waits between two looks at what is due, unless told otherwise.
const serveEvery = "15m"

func (a *app) serveCommand() *cobra.Command {
	var listen, every string
	var idle bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Harvest on schedule, and show the desk as a page in the browser",
		Long: `Stays, harvests what is due, and serves the desk as a page for a browser on this
machine: triage, stories and quotes, the issue beside its preview, the sources.
Open the address that it prints: it holds a secret, new at every start, without
which the page shows nothing. Other wiredesk commands may run at the same time.

/healthz and /metrics (Prometheus) need no secret, and tell no title or address.

It listens on loopback only. To reach it from another machine, open a tunnel there:
ssh -L 8137:127.0.0.1:8137 USER@THIS-MACHINE`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := web.CheckAddress(listen); err != nil {
				return usage("--listen %v", err)
			}
			pause, err := parseDuration(every)
			if err != nil || pause < harvest.MinEvery {
				return usage("--every: write a time of a minute or more, like 30m or 6h")
			}
			return a.serve(cmd.Context(), listen, pause, idle)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:8137", "loopback address and port; port 0 takes a free one")
	flags.StringVar(&every, "every", serveEvery, "how often to look for sources that are due")
	flags.BoolVar(&idle, "no-harvest", false, "harvest only when the page asks for it")
	return cmd
}

// desktop is what the page and the harvests beside it share.
type desktop struct {
	app    *app
	cfg    atomic.Pointer[config] // as feeds.yaml stood at the last harvest
	asked  chan struct{}          // a harvest is wanted now
	active atomic.Bool            // one is under way
}

func (a *app) serve(ctx context.Context, listen string, pause time.Duration, idle bool) error {
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if _, err := a.open(ctx); err != nil {
		return err
	}
	ln, err := web.Listen(ctx, listen)
	if err != nil {
		return err
	}
	t := &desktop{app: a, asked: make(chan struct{}, 1)}
	t.cfg.Store(cfg)
	srv := web.New(web.Config{Desk: t.desk, Dir: cfg.dir, Sources: t.sources, Wires: t.wires, Add: t.add, Harvest: t.ask}, ln.Addr())
	if a.json {
		err = a.printJSON(map[string]string{"url": srv.URL()})
	} else {
		_, err = fmt.Fprintf(a.stdout, "the desk is at %s\n", srv.URL())
	}
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var harvests sync.WaitGroup
	harvests.Go(func() {
		t.harvest(ctx, srv, pause, idle)
		stop() // the database is gone: the page would only pretend
	})
	err = srv.Serve(ctx, ln)
	stop()
	harvests.Wait()
	return errors.Join(err, a.store.StillThere())
}

// harvest harvests until ctx ends or the database is gone. A round that fails is told, and the next
// one tries again.
func (t *desktop) harvest(ctx context.Context, srv *web.Server, pause time.Duration, idle bool) {
	a := t.app
	for round := 0; ; round++ {
		if round > 0 {
			a.reload()
			t.cfg.Store(a.cfg)
			if a.store.StillThere() != nil {
				return
			}
		}
		if round > 0 || !idle {
			if err := t.once(ctx, srv); err != nil && ctx.Err() == nil {
				a.complain(err)
			}
			debug.FreeOSMemory() // between rounds it is an idle program, and should look like one
		}
		later := time.After(pause)
		if idle {
			later = nil
		}
		select {
		case <-ctx.Done():
			return
		case <-later:
		case <-t.asked:
		}
	}
}

// once is one harvest. The lock is held no longer: `wiredesk harvest` may run in between.
func (t *desktop) once(ctx context.Context, srv *web.Server) error {
	t.active.Store(true)
	defer t.active.Store(false)
	unlock, err := t.app.lockHarvest(ctx, nil)
	if err != nil {
		return err
	}
	defer unlock()
	rep, err := t.app.harvest(ctx, harvest.Options{})
	if rep.Polled > 0 {
		srv.Harvested(figures(rep))
	}
	return err
}

// figures are the figures of a report.
func figures(rep harvest.Report) web.Harvest {
	h := web.Harvest{NotModified: rep.NotModified, Failed: map[string]int{}, Elapsed: time.Duration(rep.ElapsedMS) * time.Millisecond}
	h.Known = rep.Polled - rep.NotModified
	for _, o := range rep.Report {
		switch {
		case o.Stage != "":
			h.Failed[o.Stage]++
			h.Known--
		case o.New > 0:
			h.New++
			h.Known--
		}
	}
	h.Known = max(h.Known, 0)
	return h
}

// ask wants a harvest now; false: one is under way or wanted already.
func (t *desktop) ask() bool {
	if t.active.Load() {
		return false
	}
	select {
	case t.asked <- struct{}{}:
		return true
	default:
		return false
	}
}

func (t *desktop) desk() *curate.Desk {
	cfg := t.cfg.Load()
	return &curate.Desk{Store: t.app.store, Newsletter: cfg.Newsletter, Who: who(cfg), Judge: harvest.NewMatcher(cfg.Topic).Judge}
}

func (t *desktop) sources() []string {
	var names []string
	for _, s := range t.cfg.Load().Sources {
		names = append(names, s.Name)
	}
	return names
}

func (t *desktop) wires(ctx context.Context) ([]web.Wire, error) {
	all, err := health(ctx, t.cfg.Load(), t.app.store)
	if err != nil {
		return nil, err
	}
	out := make([]web.Wire, len(all))
	for i, j := range all {
		out[i] = web.Wire{
			Name: j.Name, Kind: j.Kind, URL: j.URL, State: j.State, Failures: j.Failures, Stage: j.Stage, Error: j.Error, Moved: j.Moved,
			ItemsWeek: j.ItemsWeek, AcceptedShare: j.AcceptedShare,
		}
		if j.LastSuccess != nil {
			out[i].LastSuccess = *j.LastSuccess
		}
		if j.Next != nil {
			out[i].Next = *j.Next
		}
	}
	return out, nil
}

// add captures a link, as `wiredesk add` does.
func (t *desktop) add(ctx context.Context, l web.Link) (web.Added, error) {
	m := curate.Marks{Note: l.Note}
	var err error
	if m.Credit, err = credit(l.Via, l.By); err != nil {
		return web.Added{}, err
	}
	h, err := t.app.harvester(t.cfg.Load(), t.app.store)
	if err != nil {
		return web.Added{}, err
	}
	defer h.Close()
	var refused *usageError
	c, err := t.app.capture(ctx, h, t.desk(), harvest.Pasted{URL: l.URL, Title: l.Title}, m, l.Accept)
	if errors.As(err, &refused) {
		err = web.Wrong(refused.text)
	}
	if err != nil {
		return web.Added{}, err
	}
	ref, err := curate.ParseRef(c.Story)
	return web.Added{Candidate: c.ID, Story: ref.Story, Title: c.Title, New: c.New, PageError: c.Error}, err
}
