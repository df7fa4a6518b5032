package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
	"wiredesk/store"
)

// look is how often the screen asks whether anybody changed something.
const look = 400 * time.Millisecond

// The messages in which commands report what they read or did.
type (
	tick     struct{}
	versionM struct {
		version int64
		err     error
	}
	listM struct {
		turn  int   // of the filter that it was read under
		after int64 // the page before it; 0: read from the top
		list  curate.List
		err   error
	}
	countsM struct {
		counts   map[store.State]int
		progress curate.Draft
		err      error
	}
	detailM struct {
		of  curate.Ref
		all map[int64]curate.Detail
		err error
	}
	doneM struct {
		act
		said string
		err  error
	}
	openedM struct{ err error }
)

// act is one thing that the editor wants done. Acts are done one after the other.
type act struct {
	verb   string
	refs   []curate.Ref      // pending meanwhile
	marked []curate.Ref      // marked again if it is refused
	shown  []store.Candidate // in the state verdict when it is done
	state  store.State       // "": no verdict
	text   string            // what the editor typed: nothing of it is lost if it is refused
	of     typed
	do     func(context.Context) (said string, err error)
}

func later() tea.Cmd { return tea.Tick(look, func(time.Time) tea.Msg { return tick{} }) }

// readVersion asks whether anything changed.
func (m *model) readVersion() tea.Cmd {
	return func() tea.Msg {
		v, err := m.desk.Store.Version(m.ctx)
		return versionM{v, err}
	}
}

// reload reads the list again, as far as the editor has come in it, and the figures. One reading is
// under way at a time; what changes meanwhile is read after it.
func (m *model) reload() tea.Cmd {
	switch {
	case m.loading:
		m.again = true
		return nil
	case m.waiting && (m.busy || len(m.acts) > 0):
		m.due = true // the new list is to hold what was decided before it was asked for
		return nil
	}
	m.loading = true
	at := 0
	if r, ok := m.list.current(); ok {
		at = r.story
	}
	f, turn, ctx := m.filter, m.turn, m.reading
	f.Limit = pageSize * (1 + (at+pageSize/2)/pageSize)
	read := func() tea.Msg {
		l, err := m.desk.List(ctx, f.Filter, f.states, 0)
		return listM{turn: turn, list: l, err: err}
	}
	return tea.Batch(read, m.figures())
}

// figures reads the counts by state and how far the issue is.
func (m *model) figures() tea.Cmd {
	if m.counting {
		m.countAgain = true
		return nil
	}
	m.counting = true
	return func() tea.Msg {
		counts, err := m.desk.Store.Counts(m.ctx)
		if err != nil {
			return countsM{err: err}
		}
		p, err := m.desk.Progress(m.ctx, &m.press)
		var published *curate.Mistake // the coming issue is out already: there is nothing to tell of it
		if errors.As(err, &published) {
			p, err = curate.Draft{}, nil
		}
		return countsM{counts, p, err}
	}
}

// more reads the page after what is there, when the cursor comes near its end.
func (m *model) more() tea.Cmd {
	if m.list.Next == 0 || m.loading || m.cursorLeft() > 2*m.height {
		return nil
	}
	m.loading = true
	f, turn, ctx, after := m.filter, m.turn, m.reading, m.list.Next
	f.Limit = pageSize
	return func() tea.Msg {
		l, err := m.desk.List(ctx, f.Filter, f.states, after)
		return listM{turn, after, l, err}
	}
}

func (m *model) cursorLeft() int { return len(m.list.rows) - m.list.cursor }

// refilter reads another list from its top. Keys wait for it: they mean what will be shown.
func (m *model) refilter() tea.Cmd {
	m.stopReading()
	m.reading, m.stopReading = context.WithCancel(m.ctx)
	m.turn++
	m.waiting, m.loading, m.again, m.due = true, false, false, false
	clear(m.list.marked)
	return m.reload()
}

// detail reads what stands behind the row under the cursor, when that is not there yet.
func (m *model) readDetail() tea.Cmd {
	r, ok := m.list.current()
	if !ok || m.detailing {
		return nil
	}
	ref := m.list.ref(r)
	if ref == m.detailOf && !m.detailStale {
		return nil
	}
	m.detailing, m.detailStale = true, false
	var ids []int64 // the list may change meanwhile
	for _, c := range m.list.candidates(r) {
		ids = append(ids, c.ID)
	}
	ids = ids[:min(len(ids), maxDetails)]
	return func() tea.Msg {
		out := map[int64]curate.Detail{}
		for _, id := range ids {
			d, err := m.desk.Detail(m.ctx, id)
			if err != nil {
				return detailM{of: ref, err: err}
			}
			out[id] = d
		}
		return detailM{of: ref, all: out}
	}
}

// maxDetails is of how many links of a story the pane tells more than the title.
const maxDetails = 12

// enqueue has an act done after those before it.
func (m *model) enqueue(a act) tea.Cmd {
	for _, r := range a.refs {
		m.list.pending[r] = true
	}
	m.acts = append(m.acts, a)
	return m.work()
}

// work does the next act, if none is being done.
func (m *model) work() tea.Cmd {
	if m.busy || len(m.acts) == 0 {
		return nil
	}
	m.busy = true
	a := m.acts[0]
	m.acts = m.acts[1:]
	return func() tea.Msg {
		said, err := a.do(m.ctx)
		return doneM{a, said, err}
	}
}

// refused keeps what the editor typed until he has it typed again.
func (m *model) refused(of typed, text string, err error) {
	m.fail(err)
	m.unsaved[of], m.dropping = text, false
	m.message = of.key + " has what you typed: " + m.message
}

// done shows what became of an act.
func (m *model) done(d doneM) tea.Cmd {
	m.busy = false
	for _, r := range d.refs {
		delete(m.list.pending, r)
	}
	switch {
	case d.err != nil:
		m.log.Error(d.verb, "error", d.err)
		m.list.mark(d.marked)
		if d.text != "" {
			m.refused(d.of, d.text, d.err)
		} else {
			m.fail(d.err)
		}
	default:
		m.log.Info(d.verb, "of", d.refs, "said", d.said)
		m.say("%s", d.said)
		if d.state != "" {
			m.list.set(d.shown, d.state)
		}
	}
	m.detailStale = true
	if next := m.work(); next != nil {
		return next // the list is read again when all of them are done
	}
	if m.leaving {
		return tea.Quit
	}
	if m.due {
		m.due = false
		return tea.Batch(m.reload(), m.readVersion())
	}
	return m.readVersion()
}
