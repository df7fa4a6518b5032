package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"wiredesk/store"
)

// quotes are the quotes of the row under the cursor while they have the keys.
type quotes struct {
	all    []store.Quote
	cursor int
}

// showQuotes gives the keys to the quotes of the row, as soon as these are there.
func (m *model) showQuotes() tea.Cmd {
	if _, ok := m.list.current(); !ok {
		return nil
	}
	m.quotes = quotes{}
	m.mode = quoting
	m.quotes.update(m)
	return nil
}

// update follows what was read.
func (q *quotes) update(m *model) {
	if m.mode != quoting {
		return
	}
	r, ok := m.list.current()
	if !ok { // the last row went while something was typed
		m.mode = listing
	}
	if !ok || !m.detailed() {
		return
	}
	q.all = nil
	for _, c := range m.list.candidates(r) {
		q.all = append(q.all, m.detail[c.ID].Quotes...)
	}
	if q.cursor = max(0, min(q.cursor, len(q.all)-1)); len(q.all) == 0 {
		m.mode = listing
		m.say("no quotes: the page was not read, or says nothing worth quoting")
	}
}

func (q *quotes) key(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "esc", "q":
		m.mode = listing
		m.paneTop = 0
	case "Q":
		return m.leave()
	case "j", "down":
		q.cursor = min(q.cursor+1, len(q.all)-1)
	case "k", "up":
		q.cursor = max(q.cursor-1, 0)
	case "enter", "space":
		return q.toggle(m)
	case "e":
		return q.edit(m)
	case "s":
		return q.speaker(m)
	case "u":
		return m.undo(1)
	}
	return nil
}

// toggle picks the quote for the draft, or puts it back.
func (q *quotes) toggle(m *model) tea.Cmd {
	shown := q.all[q.cursor]
	said := "quote picked"
	if shown.Picked > 0 {
		said = "quote put back"
	}
	return m.enqueue(act{verb: "quote", do: func(ctx context.Context) (string, error) {
		return said, m.desk.ToggleQuote(ctx, shown)
	}})
}

// edit lets the editor choose words of the page himself, from the quote on; they replace it.
func (q *quotes) edit(m *model) tea.Cmd {
	shown := q.all[q.cursor]
	of := typed{quote: shown.ID, key: "e"}
	return m.ask("words of the page", of, shown.Text, true, func(m *model, words string) tea.Cmd {
		if words == shown.Text || words == "" {
			return nil
		}
		return m.enqueue(act{verb: "quote", text: words, of: of, do: func(ctx context.Context) (string, error) {
			if _, err := m.desk.OwnQuote(ctx, shown.CandidateID, words); err != nil || shown.Picked == 0 {
				return "your words picked", err
			}
			return "your words picked, the quote put back", m.desk.ToggleQuote(ctx, shown)
		}})
	})
}

func (q *quotes) speaker(m *model) tea.Cmd {
	shown := q.all[q.cursor]
	of := typed{quote: shown.ID, key: "s"}
	return m.ask("speaker", of, shown.Speaker, true, func(m *model, name string) tea.Cmd {
		if name == shown.Speaker {
			return nil
		}
		return m.enqueue(act{verb: "speaker", text: name, of: of, do: func(ctx context.Context) (string, error) {
			return "speaker stored", m.desk.SetSpeaker(ctx, shown, name)
		}})
	})
}
