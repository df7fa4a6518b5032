package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"wiredesk/store"
)

// The looks. Nothing is told by colour alone: without any, letters and marks say the same.
var (
	bold    = lipgloss.NewStyle().Bold(true)
	faint   = lipgloss.NewStyle().Faint(true)
	under   = lipgloss.NewStyle().Reverse(true) // the cursor
	alarm   = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	heading = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Cyan)
	looks   = map[store.State]lipgloss.Style{
		store.Accepted: lipgloss.NewStyle().Foreground(lipgloss.Green), store.Held: lipgloss.NewStyle().Foreground(lipgloss.Yellow),
		store.Rejected: lipgloss.NewStyle().Faint(true), store.Published: lipgloss.NewStyle().Foreground(lipgloss.Blue),
	}
)

// wideFrom is the width from which list and text stand side by side.
const wideFrom = 110

// layout is the room of each part of the screen, in lines and cells. Two lines stand above, three
// below.
type layout struct {
	wide                             bool
	list, listWidth, pane, paneWidth int
}

func (m *model) layout() layout {
	h := max(m.height-5, 1)
	if m.width >= wideFrom {
		w := m.width * 11 / 20
		return layout{true, h, w, h, m.width - w - 3}
	}
	at := layout{false, max(h/2, 1), m.width, 0, m.width}
	if at.pane = h - at.list - 1; at.pane < 2 {
		at.list, at.pane = h, 0
	}
	return at
}

// View draws the screen.
func (m *model) View() tea.View {
	at := m.layout()
	lines := []string{bold.Render(fit(m.head(), m.width)), faint.Render(fit(m.where(), m.width))}
	switch {
	case m.mode == helping:
		lines = append(lines, m.help(max(m.height-5, 1))...)
	case at.wide:
		list, pane := m.listLines(at), m.paneLines(at)
		for i := range at.list {
			lines = append(lines, list[i]+faint.Render(" │ ")+pane[i])
		}
	default:
		lines = append(lines, m.listLines(at)...)
		if at.pane > 0 {
			lines = append(append(lines, faint.Render(strings.Repeat("─", m.width))), m.paneLines(at)...)
		}
	}
	lines = append(append(lines, m.foot()...), faint.Render(fit(m.hint(), m.width)))
	if len(lines) > m.height { // a terminal of a few lines: the list and what is typed matter most
		lines = append(lines[2:m.height+1], lines[len(lines)-2])
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen, v.WindowTitle = true, "wiredesk triage"
	return v
}

// head names the states, how many links each holds, and which one is listed.
func (m *model) head() string {
	out := ""
	for i, s := range store.States {
		n := ""
		if m.counts != nil {
			n = fmt.Sprint(" ", m.counts[s])
			if m.counts[s] > store.MaxCount {
				n = fmt.Sprintf(" %d+", store.MaxCount)
			}
		}
		out += tab(fmt.Sprintf("%d %s%s", i+1, s, n), len(m.filter.states) == 1 && m.filter.states[0] == s)
	}
	if out += tab("0 any", len(m.filter.states) == 0); lipgloss.Width(out)+10 <= m.width {
		out = "wiredesk  " + out
	}
	return out
}

func tab(text string, on bool) string {
	if on {
		return "[" + text + "]"
	}
	return " " + text + " "
}

// where says which part of the list is shown, and by which filters.
func (m *model) where() string {
	var parts []string
	n := len(m.list.Stories)
	more := ""
	if m.list.Next != 0 {
		more = "+"
	}
	switch {
	case m.waiting:
		parts = append(parts, "reading…")
	case n > 0:
		at := 1
		if r, ok := m.list.current(); ok {
			at = r.story + 1
		}
		parts = append(parts, fmt.Sprintf("story %d of %d%s", at, n, more))
	}
	f := m.filter
	for _, p := range []struct{ name, value string }{{"source", f.Source}, {"section", f.Section}, {"week", f.Week}, {"search", f.Search}} {
		if p.value != "" {
			parts = append(parts, p.name+": "+clean(p.value))
		}
	}
	if n := len(m.list.marked); n > 0 {
		parts = append(parts, fmt.Sprintf("%d marked", n))
	}
	return strings.Join(parts, "   ")
}

// listLines draws the rows that fit.
func (m *model) listLines(at layout) []string {
	out := make([]string, at.list)
	for i := range out {
		n := m.list.top + i
		switch {
		case n < len(m.list.rows):
			out[i] = m.rowLine(n, at.listWidth)
		case n == 0 && !m.waiting:
			out[i] = fit(m.emptyText(), at.listWidth)
		default:
			out[i] = fit("", at.listWidth)
		}
	}
	return out
}

func (m *model) emptyText() string {
	if m.filter.Filter != (store.Filter{}) {
		return "  nothing fits; esc clears search and filters"
	}
	if len(m.filter.states) == 1 && m.filter.states[0] == store.Queued {
		return "  the queue is empty; wiredesk harvest brings what is new, and it appears here"
	}
	return "  nothing here"
}

var stateMark = map[store.State]string{store.Accepted: "a", store.Rejected: "x", store.Held: "h", store.Published: "p"}

// rowLine draws one row: cursor, mark, state, score, links, covered before, title, site, age,
// sightings.
func (m *model) rowLine(n, width int) string {
	r := m.list.rows[n]
	s := m.list.Stories[r.story]
	ref := m.list.ref(r)
	c, _ := m.list.lead(r)
	cursor, mark, state, links, indent := " ", " ", stateMark[s.State], "", ""
	if n == m.list.cursor {
		cursor = ">"
	}
	if m.list.marked[ref] {
		mark = "*"
	}
	if r.candidate >= 0 {
		state, indent = stateMark[c.State], "  "
	} else if len(s.Candidates) != 1 {
		links = fmt.Sprint(len(s.Candidates))
		if m.list.unfolded[ref] {
			links += "-"
		} else {
			links += "+"
		}
	}
	if m.list.pending[ref] {
		state = "…"
	}
	wires := 0
	for _, c := range m.list.candidates(r) {
		wires += m.list.Wires[c.ID]
	}
	left := cursor + mark + fit(state, 1) + fmt.Sprintf("%5.1f%4s", c.Score, links) + m.coveredMark(r) + " " + indent
	right := fmt.Sprintf("%4s%4s", age(when(c, m.now()), m.now()), fmt.Sprintf("%d×", wires))
	if w := siteWidth(width); w > 0 {
		right = "  " + fit(clean(site(c)), w) + right
	}
	line := left + fit(m.rowTitle(r), width-lipgloss.Width(left)-lipgloss.Width(right)) + right
	line = fit(line, width)
	if n == m.list.cursor && m.mode != quoting {
		return under.Render(line)
	}
	st := s.State
	if r.candidate >= 0 {
		st = c.State
	}
	if look, ok := looks[st]; ok {
		return look.Render(line)
	}
	return line
}

func siteWidth(width int) int {
	switch {
	case width >= 100:
		return 24
	case width >= 70:
		return 14
	}
	return 0
}

func (m *model) rowTitle(r row) string {
	if r.candidate < 0 {
		return clean(m.list.Stories[r.story].Title)
	}
	return clean(title(m.list.Stories[r.story].Candidates[r.candidate]))
}

// coveredMark is R where an earlier issue had the page itself, F where it had one of its project.
func (m *model) coveredMark(r row) string {
	mark := " "
	for _, c := range m.list.candidates(r) {
		for _, v := range m.list.Covered[c.ID] {
			if v.Kind == store.Repeat {
				return "R"
			}
			mark = "F"
		}
	}
	return mark
}

// progressText tells how far the coming issue is.
func (m *model) progressText() string {
	p := m.progress
	if p.Week == "" {
		return ""
	}
	figures := fmt.Sprintf("%s, %s, %s; %d without prose, %d bare", plural(p.Stories, "story", "stories"), plural(p.Links, "link", "links"), plural(p.Words, "word", "words"), p.Stubs, p.BareLinks)
	links := " links"
	if p.BareLinks == 1 {
		links = " link"
	}
	long := fmt.Sprintf("%s, issue %d: %s", p.Week, p.Number, figures)
	for _, text := range []string{long + links, long} { // what a narrow screen has no room for goes first
		if text = clean(text); lipgloss.Width(text) <= m.width {
			return text
		}
	}
	return clean(p.Week + ": " + figures)
}

// foot is two lines: how far the issue is, and what is being typed or happened last. What went wrong
// takes both where it is long.
func (m *model) foot() []string {
	progress := fit(m.progressText(), m.width)
	if m.mode == asking && !m.dropping { // the warning before leaving is seen over a prompt too
		label := m.line.label + ": "
		m.line.input.SetWidth(max(1, m.width-lipgloss.Width(label)-1))
		return []string{progress, fit(bold.Render(label)+m.line.input.View(), m.width)}
	}
	text := m.message
	waiting := len(m.acts)
	if m.busy {
		waiting++
	}
	if waiting > 0 {
		text = fmt.Sprintf("storing %d… %s", waiting, text)
	}
	if text == "" && m.mode == listing && m.width < wideHint {
		text = faint.Render(fit("jk move  space mark  n note  v via  w week  o open  f filter  Q leave", m.width))
	}
	if !m.failed {
		return []string{progress, fit(text, m.width)}
	}
	said := wrap("! "+text, m.width, 2)
	for i := range said {
		said[i] = alarm.Render(fit(said[i], m.width))
	}
	return append([]string{progress}, said...)[len(said)-1:]
}
