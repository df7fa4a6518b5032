package tui

// wideHint is the width from which the most used keys fit into one line; below it they take the
// message's line too, while there is none.
const wideHint = 140

// hint names the keys of the moment.
func (m *model) hint() string {
	switch m.mode {
	case asking:
		return "enter take it  esc leave it"
	case writing:
		return "ctrl+s store the note  esc leave it as it was"
	case choosing:
		return "up, down or letters of it  enter take it  esc leave it"
	case quoting:
		return "j k move  enter pick, put back  e other words  s speaker  u undo  esc list"
	case helping:
		if len(m.helpLines()) > m.helpTop+max(m.height-5, 1) {
			return "any key: the rest of the help"
		}
		return "any key leaves the help"
	}
	if m.width < wideHint {
		return "a accept x reject h hold u undo m merge s split e headline q quote / find ? help"
	}
	return "j k move  a accept  x reject  h hold  u undo  space mark  m merge  s split  e headline  n note  v via  q quote  o open  / search  f filter  ? help  Q leave"
}

// legend explains the marks of a row.
const legend = "Left of a title: a accepted, x rejected, h held, p published, … being stored; the score; 3+ links; " +
	"R: this page stood in an earlier issue, F: one of its project did. Right: site, age, sightings."

// help shows as much of the help as fits.
func (m *model) help(height int) []string {
	out := make([]string, height)
	all := m.helpLines()
	for i := range out {
		if n := m.helpTop + i; n < len(all) {
			out[i] = all[n]
		}
		out[i] = fit(out[i], m.width)
	}
	return out
}

// turnHelp shows what is left of the help, or leaves it.
func (m *model) turnHelp() {
	m.helpTop += max(m.height-5, 1)
	if m.helpTop >= len(m.helpLines()) {
		m.mode = listing
	}
}

// helpLines list all keys, in two columns where these fit, and below them what the marks mean.
func (m *model) helpLines() []string {
	var out []string
	for _, b := range m.keys {
		if b.show != "" {
			out = append(out, fit(b.show, 9)+b.help)
		}
	}
	if m.width >= 60 {
		rows := (len(out) + 1) / 2
		for i := range rows {
			if rows+i < len(out) {
				out[i] = fit(out[i], m.width/2) + out[rows+i]
			}
		}
		out = out[:rows]
	}
	return append(append(out, ""), wrap(legend, min(m.width, 100), 0)...)
}
