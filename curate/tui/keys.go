package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// binding is a key of the list, and what it does.
type binding struct {
	keys []string
	show string // the key as the help names it
	help string
	do   func(*model) tea.Cmd
}

func (b binding) has(key string) bool { return slices.Contains(b.keys, key) }

// bindings are the keys of the list, in the order of the help, which leaves out those that show "".
func bindings() []binding {
	move := func(by func(*model) int) func(*model) tea.Cmd {
		return func(m *model) tea.Cmd { m.list.move(by(m)); return nil }
	}
	verdict := func(state store.State) func(*model) tea.Cmd {
		return func(m *model) tea.Cmd {
			refs, shown := m.chosen()
			return m.decide(state, "", refs, shown)
		}
	}
	show := func(n int, key, help string) binding {
		state := append([]store.State{""}, store.States...)[n]
		return binding{[]string{strconv.Itoa(n)}, key, help, func(m *model) tea.Cmd { return m.showState(state) }}
	}
	return []binding{
		{[]string{"j", "down"}, "j k", "down, up", move(func(m *model) int { return m.list.cursor + 1 })},
		{[]string{"k", "up"}, "", "", move(func(m *model) int { return m.list.cursor - 1 })},
		{[]string{"a"}, "a", "accept", verdict(store.Accepted)},
		{[]string{"x"}, "x", "reject", verdict(store.Rejected)},
		{[]string{"h"}, "h", "hold", verdict(store.Held)},
		{[]string{"u"}, "u", "undo", func(m *model) tea.Cmd { return m.undo(1) }},
		{[]string{"m"}, "m", "merge the marked into this", (*model).merge},
		{[]string{"s"}, "s", "split off a link", (*model).split},
		{[]string{"e"}, "e", "headline", func(m *model) tea.Cmd { return m.edit(curate.Headline) }},
		{[]string{"n"}, "n", "note", (*model).editNote},
		{[]string{"v"}, "v", "credit (via)", func(m *model) tea.Cmd { return m.edit(curate.Credit) }},
		{[]string{"q"}, "q", "quotes", (*model).showQuotes},
		{[]string{"o"}, "o", "open in the browser", (*model).openLink},
		{[]string{"/"}, "/", "search", (*model).search},
		{[]string{"f"}, "f", "filter: source, section, …", (*model).chooseFilter},
		{[]string{"space"}, "space", "mark", (*model).mark},
		{[]string{"?"}, "?", "help", func(m *model) tea.Cmd { m.mode, m.helpTop = helping, 0; return nil }},
		{[]string{"Q"}, "Q", "leave; loses nothing", (*model).leave},
		{[]string{"enter", "right", "l"}, "enter", "unfold a story, fold it", (*model).fold},
		{[]string{"A", "ctrl+a"}, "A", "mark all that is listed", (*model).markAll},
		{[]string{"esc"}, "esc", "clear marks, then filters", (*model).clear},
		{[]string{"r"}, "r", "back to the queue", verdict(store.Queued)},
		{[]string{"H"}, "H", "hold until a week", (*model).holdUntil},
		{[]string{"U"}, "U", "undo all of this session", func(m *model) tea.Cmd { return m.undo(-1) }},
		{[]string{"c"}, "c", "section of the story", func(m *model) tea.Cmd { return m.edit(curate.Section) }},
		{[]string{"w"}, "w", "week of the story", func(m *model) tea.Cmd { return m.edit(curate.Week) }},
		show(1, "1…5 0", "list one state, or any"), show(2, "", ""), show(3, "", ""), show(4, "", ""), show(5, "", ""), show(0, "", ""),
		{[]string{"g", "home"}, "g G", "first, last", move(func(m *model) int { return 0 })},
		{[]string{"G", "end"}, "", "", move(func(m *model) int { return len(m.list.rows) - 1 })},
		{[]string{"ctrl+d", "pgdown", "ctrl+f"}, "ctrl+d u", "a page down, up", move(func(m *model) int { return m.list.cursor + m.layout().list - 1 })},
		{[]string{"ctrl+u", "pgup", "ctrl+b"}, "", "", move(func(m *model) int { return m.list.cursor - m.layout().list + 1 })},
		{[]string{"J"}, "J K", "scroll the text", func(m *model) tea.Cmd { m.paneTop++; return nil }},
		{[]string{"K"}, "", "", func(m *model) tea.Cmd { m.paneTop = max(0, m.paneTop-1); return nil }},
	}
}

// chosen are the rows that a key means, and what is shown of them.
func (m *model) chosen() ([]curate.Ref, []store.Candidate) {
	lost := m.list.lost && len(m.list.marked) == 0
	m.list.lost = false
	if lost { // he means what he had marked, not the row under the cursor
		m.say("what you had marked is not in this list any more; press it again for the row under the cursor")
		return nil, nil
	}
	return m.list.chosen()
}

// decide gives a verdict on rows, as they were shown when he chose them.
func (m *model) decide(state store.State, week string, refs []curate.Ref, shown []store.Candidate) tea.Cmd {
	if len(refs) == 0 {
		return nil
	}
	name := m.named(refs)
	marked := m.list.unmark()
	cmd := m.enqueue(act{verb: string(state), refs: refs, marked: marked, shown: shown, state: state, do: func(ctx context.Context) (string, error) {
		err := m.desk.DecideShown(ctx, state, refs, curate.Marks{Week: week}, shown)
		return fmt.Sprintf("%s: %s", state, name), err
	}})
	if len(marked) == 0 {
		m.list.next()
	}
	return cmd
}

// named is what refs are called in a message.
func (m *model) named(refs []curate.Ref) string {
	if len(refs) > 1 {
		return plural(len(refs), "row", "rows")
	}
	for _, r := range m.list.rows {
		if m.list.ref(r) == refs[0] {
			return m.rowTitle(r)
		}
	}
	return refs[0].String()
}

func (m *model) undo(n int) tea.Cmd {
	return m.enqueue(act{verb: "undo", do: func(ctx context.Context) (string, error) {
		back, err := m.desk.UndoOwn(ctx, m.since, n)
		if err != nil {
			return "", err
		}
		acts := map[int64]bool{}
		var what []string
		for _, d := range back {
			if !acts[d.Act] {
				what = append(what, d.Verb)
			}
			acts[d.Act] = true
		}
		switch {
		case len(what) == 0:
			return "nothing of this session is left to take back; wiredesk undo goes on", nil
		case len(what) > 5:
			return fmt.Sprintf("taken back: %d decisions", len(what)), nil
		}
		return "taken back: " + strings.Join(what, ", "), nil
	}})
}

// merge puts what is marked into the story under the cursor.
func (m *model) merge() tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	into := m.list.Stories[r.story].Ref()
	refs := []curate.Ref{into}
	more, shown := m.list.chosen()
	for _, ref := range more {
		if ref != into && m.list.marked[ref] {
			refs = append(refs, ref)
		}
	}
	if len(refs) == 1 {
		m.say("mark what belongs here with space, then press m on the story that takes it in")
		return nil
	}
	if len(m.list.pending) == 0 { // else it may be his own act that changes what takes them in
		shown = append(shown, m.list.Stories[r.story].Candidates...)
	}
	return m.enqueue(act{verb: "merge", refs: refs, marked: m.list.unmark(), do: func(ctx context.Context) (string, error) {
		_, err := m.desk.MergeShown(ctx, refs, shown)
		return fmt.Sprintf("merged: %s into one story", plural(len(refs), "row", "rows")), err
	}})
}

// split takes links out of their story.
func (m *model) split() tea.Cmd {
	refs, shown := m.chosen()
	var ids []int64
	for _, r := range refs {
		if r.Story != 0 {
			m.say("unfold the story with enter, and press s on the link that leaves it")
			return nil
		}
		ids = append(ids, r.Candidate)
	}
	if len(ids) == 0 {
		return nil
	}
	return m.enqueue(act{verb: "split", refs: refs, marked: m.list.unmark(), do: func(ctx context.Context) (string, error) {
		_, err := m.desk.SplitShown(ctx, ids, shown)
		return fmt.Sprintf("split off: %s", plural(len(ids), "link", "links")), err
	}})
}

// edit asks for the editor's words on the row under the cursor.
func (m *model) edit(f curate.Field) tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	s := m.list.Stories[r.story]
	c, has := m.list.lead(r)
	ref := curate.Ref{Story: s.ID}
	var was, prefill string
	switch f {
	case curate.Headline:
		was, prefill = s.Headline, s.Title
	case curate.Section:
		was = s.Section
	case curate.Week:
		was = s.Week
	case curate.Credit:
		if !has {
			return nil
		}
		ref, was = curate.Ref{Candidate: c.ID}, issue.CreditText(c.Credit)
		if was == "" {
			prefill = "via "
		}
	}
	if ref == (curate.Ref{}) {
		m.say("this link has no story yet; the next harvest finds it one, or accept it first")
		return nil
	}
	if prefill == "" {
		prefill = was
	}
	label := map[curate.Field]string{curate.Headline: "headline", curate.Section: "section", curate.Week: "week", curate.Credit: "credit"}[f]
	key := map[curate.Field]string{curate.Headline: "e", curate.Section: "c", curate.Week: "w", curate.Credit: "v"}[f]
	of := typed{on: ref, key: key}
	return m.ask(label, of, prefill, true, func(m *model, value string) tea.Cmd {
		if value == clean(prefill) {
			return nil
		}
		return m.enqueue(act{verb: label, refs: []curate.Ref{ref}, text: value, of: of, do: func(ctx context.Context) (string, error) {
			return label + " stored", m.desk.Edit(ctx, ref, f, was, value)
		}})
	})
}

func (m *model) holdUntil() tea.Cmd {
	refs, shown := m.chosen()
	if len(refs) == 0 {
		return nil
	}
	of, publication := typed{key: "H"}, m.desk.Newsletter.Publication
	return m.ask("hold until week", of, publication.Next(m.now().AddDate(0, 0, 7)), false, func(m *model, week string) tea.Cmd {
		if _, err := publication.Of(week); week != "" && err != nil {
			m.refused(of, week, err) // the marks and the cursor stay
			return nil
		}
		return m.decide(store.Held, week, refs, shown)
	})
}

func (m *model) openLink() tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	c, ok := m.list.lead(r)
	if !ok {
		return nil
	}
	m.say("opening %s", c.URL)
	return func() tea.Msg { return openedM{m.open(c.URL)} }
}

func (m *model) search() tea.Cmd {
	return m.ask("search", typed{}, m.filter.Search, false, func(m *model, words string) tea.Cmd {
		m.filter.Search = words
		return m.refilter()
	})
}

func (m *model) mark() tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	ref := m.list.ref(r)
	if m.list.marked[ref] {
		delete(m.list.marked, ref)
	} else {
		m.list.marked[ref] = true
	}
	m.list.move(m.list.cursor + 1)
	return nil
}

func (m *model) markAll() tea.Cmd {
	for _, s := range m.list.Stories {
		m.list.marked[s.Ref()] = true
	}
	if m.list.Next != 0 {
		m.say("marked the %s read so far; there are more below", plural(len(m.list.Stories), "story", "stories"))
	}
	return nil
}

func (m *model) fold() tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	s := m.list.Stories[r.story]
	if len(s.Candidates) < 2 {
		return nil
	}
	m.list.unfolded[s.Ref()] = !m.list.unfolded[s.Ref()]
	m.list.build()
	m.list.move(slices.Index(m.list.rows, row{r.story, -1}))
	return nil
}

// clear takes back the marks, or where there are none search and filters.
func (m *model) clear() tea.Cmd {
	if len(m.list.marked) > 0 {
		clear(m.list.marked)
		return nil
	}
	if m.filter.Filter == (store.Filter{}) {
		return nil
	}
	m.filter.Filter = store.Filter{}
	return m.refilter()
}

// showState lists what is in one state, or with "" everything.
func (m *model) showState(s store.State) tea.Cmd {
	m.filter.states = nil
	if s != "" {
		m.filter.states = []store.State{s}
	}
	return m.refilter()
}
