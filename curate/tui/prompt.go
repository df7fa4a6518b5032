package tui

import (
	"context"

	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
)

// typed is what words of the editor's belong to: what they are on, and the key that has them typed.
type typed struct {
	on    curate.Ref
	quote int64
	key   string
}

// line is one line that the editor types below the list.
type line struct {
	label string
	of    typed
	input textinput.Model
	keep  bool // what is typed is kept when he leaves in the midst of it
	from  mode // esc goes back there
	then  func(*model, string) tea.Cmd
}

// ask has a line typed; enter hands it to then, esc drops it. What was refused before stands there again.
func (m *model) ask(label string, of typed, value string, keep bool, then func(*model, string) tea.Cmd) tea.Cmd {
	in := textinput.New()
	in.Prompt = ""
	in.KeyMap.Paste.Unbind() // the terminal pastes; a clipboard program is none of ours
	styles := in.Styles()
	styles.Cursor.Blink = false
	in.SetStyles(styles)
	if text, ok := m.unsaved[of]; ok {
		value = text
	}
	in.SetValue(value)
	in.CursorEnd()
	cmd := in.Focus()
	m.line = line{label, of, in, keep, m.mode, then}
	m.mode = asking
	return cmd
}

func (l *line) key(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.mode = l.from
		delete(m.unsaved, l.of)
		m.quotes.update(m) // they may have changed meanwhile
		return nil
	case "enter":
		return l.finish(m)
	}
	var cmd tea.Cmd
	l.input, cmd = l.input.Update(k)
	return cmd
}

func (l *line) finish(m *model) tea.Cmd {
	m.mode = l.from
	delete(m.unsaved, l.of)
	cmd := l.then(m, clean(l.input.Value()))
	m.quotes.update(m)
	return cmd
}

// note is the editor's prose on a story or link, written in place of its text.
type note struct {
	area textarea.Model
	ref  curate.Ref
	was  string
}

// editNote begins to write the note of the row under the cursor.
func (m *model) editNote() tea.Cmd {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	ref, was := m.list.ref(r), m.list.Stories[r.story].Note
	if ref.Candidate != 0 {
		c, _ := m.list.lead(r)
		was = c.Note
	}
	area := textarea.New()
	area.Prompt, area.ShowLineNumbers = "", false
	area.KeyMap.Paste.Unbind()
	styles := area.Styles()
	styles.Cursor.Blink = false
	area.SetStyles(styles)
	area.SetValue(was)
	if text, ok := m.unsaved[typed{on: ref, key: "n"}]; ok {
		area.SetValue(text)
	}
	cmd := area.Focus()
	m.note = note{area, ref, was}
	m.mode = writing
	m.note.resize(m)
	return cmd
}

func (n *note) resize(m *model) {
	if m.mode != writing {
		return
	}
	at := m.layout()
	n.area.SetWidth(at.paneWidth)
	n.area.SetHeight(max(1, at.pane-1))
}

func (n *note) key(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.mode = listing
		delete(m.unsaved, typed{on: n.ref, key: "n"})
		m.say("note left as it was")
		return nil
	case "ctrl+s":
		return n.finish(m)
	}
	var cmd tea.Cmd
	n.area, cmd = n.area.Update(k)
	return cmd
}

func (n *note) finish(m *model) tea.Cmd {
	m.mode = listing
	ref, was, value := n.ref, n.was, n.area.Value()
	of := typed{on: ref, key: "n"}
	delete(m.unsaved, of)
	if value == was {
		return nil
	}
	return m.enqueue(act{verb: "note", refs: []curate.Ref{ref}, text: value, of: of, do: func(ctx context.Context) (string, error) {
		return "note stored", m.desk.Edit(ctx, ref, curate.Note, was, value)
	}})
}
