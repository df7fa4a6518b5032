package tui

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// pageText is the page of the best candidate.
const pageText = "The board boots in four seconds.\n\nWe measured twice, said Ann Other. Nobody believed the first run."

// week is an invented week: titles in several scripts, one that would climb out of its line.
var week = []struct {
	title, site, source, section string
	days                         int
	score                        float64
}{
	{"Pebble 5 boards ship with mainline arm64 firmware", "Tin Whisker", "The Rack Wire", "", 1, 9.5},
	{"Sandpiper tunes its arm64 compiler for wide vectors", "Sandpiper", "Quarry", "Tools", 2, 8},
	{"嵌入式板卡的新内核支持六十四位架构并且改进了电源管理", "石板", "Quarry", "", 3, 7.25},
	{"🦀 Crates that learned NEON this month 🦀🦀", "Crab Notes", "The Rack Wire", "Tools", 4, 6},
	{"Zalgo t̶̢̛̗͉̲̗̞̮̀͆̇e̵x̷t stays in its line", "Void", "Quarry", "", 5, 5.5},
	{"Wren, a small hypervisor, reaches 1.0", "Wren", "The Rack Wire", "", 6, 5},
	{"A reading list for page tables", "Larkspur", "Quarry", "", 20, 4},
	{"", "", "Quarry", "", 70, 3},
}

// desk returns a desk over that week. Scores are as told, and nothing is grouped.
func desk(t testing.TB) *curate.Desk {
	t.Helper()
	st := storetest.Open(t)
	src, err := st.SyncSources(t.Context(), []store.Source{{Name: "The Rack Wire", Kind: "feed", URL: "https://rack.example/"}, {Name: "Quarry", Kind: "feed", URL: "https://quarry.example/"}})
	must(t, err)
	for i, w := range week {
		url := fmt.Sprintf("https://site%d.example/news/%d", i+1, i+1)
		item := store.Item{
			Key: int64(i), Alt: int64(i), Hash: int64(i), URL: url, Canonical: url, Title: w.title, Site: w.site, Section: w.section, Taken: true,
			Published: storetest.Start.AddDate(0, 0, -w.days), Excerpt: "What the page says of it, in a sentence or two that wrap.",
		}
		_, err := st.AddItems(t.Context(), src[map[string]int{"The Rack Wire": 0, "Quarry": 1}[w.source]], []store.Item{item})
		must(t, err)
		id := int64(i + 1)
		must(t, st.SetRanks(t.Context(), []store.Rank{{ID: id, Score: w.score, Why: []store.Reason{{Term: "arm64 in title", Weight: w.score}}, Lead: true}}))
	}
	must(t, st.AddPage(t.Context(), store.Page{CandidateID: 1, URL: "https://site1.example/news/1", Body: []byte("x"), Text: pageText, Title: week[0].title, Site: week[0].site, Quotes: []store.Quote{
		{Rank: 1, Kind: "speech", Text: "We measured twice", Speaker: "Ann Other", Start: strings.Index(pageText, "We measured")},
		{Rank: 2, Kind: "key", Text: "The board boots in four seconds.", Start: 0},
	}}))
	p, err := issue.ParsePublication("friday 12:00", time.UTC)
	must(t, err)
	return &curate.Desk{Store: st, Who: "ann", Now: func() time.Time { return storetest.Start }, Newsletter: curate.Newsletter{
		Title: "Wire", Layout: "classic", Output: "{week}.md", Wrap: 66, Contents: "In this issue", Sections: []string{"Boards", "Tools"}, Publication: p,
	}}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// screen drives a model as the runtime does, but in order: a command is run as soon as it is
// returned, and so is what comes of it.
type screen struct {
	*model
	t    testing.TB
	over bool
}

func newScreen(t testing.TB, d *curate.Desk, width, height int) *screen {
	t.Helper()
	m, err := newModel(t.Context(), d, slog.New(slog.DiscardHandler))
	must(t, err)
	s := &screen{model: m, t: t}
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	s.run(m.refilter())
	s.run(m.readVersion())
	return s
}

func (s *screen) send(msg tea.Msg) {
	_, cmd := s.Update(msg)
	s.run(cmd)
}

func (s *screen) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case tea.QuitMsg:
		s.over = true
	default:
		s.send(msg)
	}
}

var named = map[string]tea.KeyPressMsg{
	"space": {Code: tea.KeySpace, Text: " "}, "enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "backspace": {Code: tea.KeyBackspace},
	"down": {Code: tea.KeyDown}, "up": {Code: tea.KeyUp}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl},
	"ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
}

// press types keys, parted by spaces; a word in quotes is typed letter by letter.
func press(keys string) []tea.KeyPressMsg {
	var out []tea.KeyPressMsg
	for keys = strings.TrimSpace(keys); keys != ""; keys = strings.TrimSpace(keys) {
		var word string
		if text, ok := strings.CutPrefix(keys, `"`); ok {
			word, keys, _ = strings.Cut(text, `"`)
			for _, r := range word {
				out = append(out, tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		word, keys, _ = strings.Cut(keys, " ")
		k, ok := named[word]
		if !ok {
			k = tea.KeyPressMsg{Code: []rune(word)[0], Text: word}
		}
		out = append(out, k)
	}
	return out
}

func (s *screen) press(keys string) {
	s.t.Helper()
	for _, k := range press(keys) {
		s.send(k)
	}
}

// text is the screen as it is read.
func (s *screen) text() string { return ansi.Strip(s.View().Content) }

// states are the first letters of the states of all candidates, in the order of their ids.
func states(t testing.TB, st *store.Store) string {
	t.Helper()
	all, err := st.Candidates(t.Context(), store.Filter{Sort: "old"})
	must(t, err)
	out := ""
	for _, c := range all {
		out += string(c.State[0])
	}
	return out
}

func (s *screen) shows(words ...string) {
	s.t.Helper()
	text := s.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			s.t.Errorf("the screen does not show %q:\n%s", w, text)
		}
	}
}
