package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// choice is a short list of which the editor takes one: j and k, or the letters that a value holds,
// and enter.
type choice struct {
	label  string
	all    []string
	typed  string // only what holds this is offered
	cursor int
	then   func(*model, string) tea.Cmd
}

// offered are the values that fit what was typed.
func (c *choice) offered() []string {
	var out []string
	for _, v := range c.all {
		if strings.Contains(strings.ToLower(v), strings.ToLower(c.typed)) {
			out = append(out, v)
		}
	}
	return out
}

func (c *choice) key(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc":
		m.mode = listing
	case "down", "ctrl+n", "tab":
		c.cursor = max(0, min(c.cursor+1, len(c.offered())-1))
	case "up", "ctrl+p", "shift+tab":
		c.cursor = max(c.cursor-1, 0)
	case "backspace":
		if c.typed != "" {
			runes := []rune(c.typed)
			c.typed, c.cursor = string(runes[:len(runes)-1]), 0
		}
	case "enter":
		m.mode = listing
		if all := c.offered(); c.cursor < len(all) {
			return c.then(m, all[c.cursor])
		}
	default:
		c.typed, c.cursor = c.typed+clean(k.Text), 0
	}
	return nil
}

// anyValue takes a filter away.
const anyValue = "any"

// valueOf is the value to filter by that was chosen.
func valueOf(chosen string) string {
	if chosen == anyValue {
		return ""
	}
	return chosen
}

func (m *model) choose(label string, all []string, then func(*model, string) tea.Cmd) {
	m.choice, m.mode = choice{label: label, all: all, then: then}, choosing
}

// weeksBack is how many past weeks the filter offers.
const weeksBack = 12

// valuesM are the values that a filter may have, as they were read.
type valuesM struct {
	kind   string
	values []string
	err    error
}

// chooseFilter asks what to filter by, and then for the value.
func (m *model) chooseFilter() tea.Cmd {
	m.choose("filter by", []string{"source", "section", "week", "state"}, func(m *model, kind string) tea.Cmd {
		switch kind {
		case "state":
			all := []string{anyValue}
			for _, s := range store.States {
				all = append(all, string(s))
			}
			m.choose(kind, all, func(m *model, v string) tea.Cmd { return m.showState(store.State(valueOf(v))) })
			return nil
		case "section":
			m.choose(kind, append([]string{anyValue}, m.desk.Newsletter.Sections...), func(m *model, v string) tea.Cmd {
				m.filter.Section = valueOf(v)
				return m.refilter()
			})
			return nil
		case "week":
			m.choose(kind, append([]string{anyValue}, m.weeks()...), (*model).filterWeek)
			return nil
		}
		m.waiting = true
		return m.readSources()
	})
	return nil
}

func (m *model) readSources() tea.Cmd {
	return func() tea.Msg {
		all, err := m.desk.Store.Sources(m.ctx)
		names := []string{anyValue}
		for _, s := range all {
			names = append(names, s.Name)
		}
		return valuesM{"source", names, err}
	}
}

func (m *model) gotValues(msg valuesM) tea.Cmd {
	m.waiting = false
	if msg.err != nil {
		m.fail(msg.err)
		return m.resume()
	}
	m.choose(msg.kind, msg.values, func(m *model, v string) tea.Cmd {
		m.filter.Source = valueOf(v)
		return m.refilter()
	})
	return m.resume()
}

// weeks are those of the coming issue and back from it.
func (m *model) weeks() []string {
	p := m.desk.Newsletter.Publication
	out := []string{p.Next(m.now().AddDate(0, 0, 7))}
	for i := range weeksBack {
		out = append(out, p.Next(m.now().AddDate(0, 0, -7*i)))
	}
	return out
}

func (m *model) filterWeek(week string) tea.Cmd {
	week = valueOf(week)
	m.filter.Week, m.filter.From, m.filter.To = week, time.Time{}, time.Time{}
	if week != "" {
		from, err := issue.ParseWeek(week, m.desk.Newsletter.Publication.Zone)
		if err != nil {
			m.fail(err)
			return nil
		}
		m.filter.From, m.filter.To = from, from.AddDate(0, 0, 7)
	}
	return m.refilter()
}
