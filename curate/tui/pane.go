package tui

import (
	"fmt"
	"slices"
	"strings"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// paneLines draws the text beside the list: what stands behind the row under the cursor, or what is
// being written or chosen.
func (m *model) paneLines(at layout) []string {
	var lines []string
	top := 0
	switch m.mode {
	case writing:
		lines = append([]string{heading.Render("note, markdown")}, strings.Split(m.note.area.View(), "\n")...)
	case choosing:
		lines, top = m.choiceLines(at)
	case quoting:
		lines, top = m.quoteLines(at)
	default:
		lines = m.textLines(at.paneWidth)
		m.paneTop = max(0, min(m.paneTop, len(lines)-at.pane))
		top = m.paneTop
	}
	out := make([]string, at.pane)
	for i := range out {
		if n := top + i; n < len(lines) {
			out[i] = lines[n]
		}
		out[i] = fit(out[i], at.paneWidth)
	}
	return out
}

// textLines tell of the row under the cursor.
func (m *model) textLines(w int) []string {
	r, ok := m.list.current()
	if !ok {
		return nil
	}
	s := m.list.Stories[r.story]
	c, ok := m.list.lead(r)
	if !ok {
		return append([]string{bold.Render(fit(m.rowTitle(r), w))}, "a story without links yet")
	}
	var out []string
	add := func(text string) { out = append(out, wrap(text, w, 0)...) }
	for _, l := range wrap(title(c), w, 2) {
		out = append(out, bold.Render(l))
	}
	add(m.about(s, c))
	out = append(out, faint.Render(fit(clean(c.URL), w)))
	if s.Headline != "" {
		add("headline: " + s.Headline)
	}
	if c.Credit != (store.Credit{}) {
		add("credit: " + issue.CreditText(c.Credit))
	}
	for _, v := range m.list.Covered[c.ID] {
		where := "not published yet"
		if v.Week != "" {
			where = v.Week
		}
		out = append(out, alarm.Render(fit(clean(fmt.Sprintf("%s of %s: %s", v.Kind, where, v.Heading)), w)))
	}
	for _, n := range []string{s.Note, c.Note} {
		if n != "" {
			add("note: " + n)
		}
	}
	out = append(out, wrap(c.Excerpt, w, 6)...)
	if c.PageError != "" {
		add("page: " + c.PageError)
	}
	add(m.reasons(c))
	if r.candidate < 0 && len(s.Candidates) > 1 {
		out = append(out, heading.Render(plural(len(s.Candidates), "link", "links")))
		for _, o := range s.Candidates {
			state := stateMark[o.State]
			out = append(out, fit(fmt.Sprintf("%1s%6.1f %4s  %s  %s", state, o.Score, age(when(o, m.now()), m.now()), clean(site(o)), clean(title(o))), w))
		}
	}
	if m.detailOf != m.list.ref(r) {
		return append(out, "…")
	}
	return append(out, m.detailLines(r, w)...)
}

// about is a line of facts.
func (m *model) about(s curate.Story, c store.Candidate) string {
	parts := []string{site(c)}
	if c.Author != "" {
		parts = append(parts, c.Author)
	}
	if !c.Published.IsZero() {
		parts = append(parts, c.Published.Format("2006-01-02"))
	}
	parts = append(parts, "seen "+c.FirstSeen.Format("2006-01-02"), string(c.State))
	if c.Until != "" {
		parts = append(parts, "until "+c.Until)
	}
	for _, p := range []struct{ name, value string }{{"section ", s.Section}, {"week ", s.Week}} {
		if p.value != "" {
			parts = append(parts, p.name+p.value)
		}
	}
	id := fmt.Sprint(c.ID)
	if s.ID != 0 {
		id = fmt.Sprintf("s%d/%d", s.ID, c.ID)
	}
	return strings.Join(append(parts, id), " · ")
}

// reasons are why the score is what it is.
func (m *model) reasons(c store.Candidate) string {
	var parts []string
	for _, r := range c.Why {
		weight := strings.Replace(fmt.Sprintf("%+.2f", r.Weight), "-", "\u2212", 1) // a line does not end after this minus
		parts = append(parts, r.Term+" "+weight)
	}
	return fmt.Sprintf("score %.2f: %s", c.Score, strings.Join(parts, ", "))
}

// detailLines are the quotes of a row, where it was seen, and what was decided last.
func (m *model) detailLines(r row, w int) []string {
	var out, quoted []string
	var seen []string
	var last store.Decision
	for _, c := range m.list.candidates(r) {
		d := m.detail[c.ID]
		for _, q := range d.Quotes {
			quoted = append(quoted, wrap(quoteText(q), w, 3)...)
		}
		for _, g := range d.Sightings {
			if !slices.Contains(seen, g.Source) {
				seen = append(seen, g.Source)
			}
		}
		if n := len(d.Decisions); n > 0 && d.Decisions[n-1].Act > last.Act {
			last = d.Decisions[n-1]
		}
	}
	if len(quoted) > 0 {
		out = append(append(out, heading.Render("quotes")), quoted...)
	}
	if len(seen) > 0 {
		out = append(out, wrap("seen on "+strings.Join(seen, ", "), w, 0)...)
	}
	if last.Act != 0 {
		out = append(out, wrap(fmt.Sprintf("last decided: %s by %s, %s", last.Verb, last.Who, last.At.Format("2006-01-02 15:04 MST")), w, 0)...)
	}
	return out
}

func quoteText(q store.Quote) string {
	mark := "- "
	if q.Picked > 0 {
		mark = "* "
	}
	if q.Speaker != "" {
		mark += q.Speaker + ": "
	}
	return mark + q.Text
}

// quoteLines are the quotes in full, and the line from which they are shown.
func (m *model) quoteLines(at layout) (lines []string, top int) {
	lines = []string{heading.Render("quotes; * is in the draft")}
	for i, q := range m.quotes.all {
		cursor := "  "
		if i == m.quotes.cursor {
			cursor = "> "
		}
		for j, l := range wrap(quoteText(q), at.paneWidth-2, 0) {
			l = fit(cursor+l, at.paneWidth)
			if i == m.quotes.cursor {
				if j == 0 {
					top = max(0, len(lines)-at.pane/2)
				}
				l = under.Render(l)
			}
			lines, cursor = append(lines, l), "  "
		}
	}
	return lines, top
}

// choiceLines are the values to choose from, and the line from which they are shown.
func (m *model) choiceLines(at layout) (lines []string, top int) {
	lines = []string{heading.Render(clean(m.choice.label + ": " + m.choice.typed))}
	for i, v := range m.choice.offered() {
		l := fit("  "+clean(v), at.paneWidth)
		if i == m.choice.cursor {
			l = under.Render(fit("> "+clean(v), at.paneWidth))
			top = max(0, len(lines)-at.pane+1)
		}
		lines = append(lines, l)
	}
	return lines, top
}
