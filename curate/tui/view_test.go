package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"

	tea "charm.land/bubbletea/v2"

	"wiredesk/store"
)

var update = flag.Bool("update", false, "write the screens into the golden files")

// TestScreens compares screens with testdata/*.golden: what is seen after some keys, in some size.
func TestScreens(t *testing.T) {
	for _, c := range []struct {
		name          string
		width, height int
		keys          string
	}{
		{"queue", 80, 24, "a x h j"}, {"wide", 160, 50, "a space j space g m enter 0 g"}, {"help", 80, 24, "?"}, {"help-wide", 160, 50, "?"},
		{"quotes", 80, 24, "q enter j"}, {"note", 120, 20, `n "A note, 木 and so on"`}, {"headline", 80, 24, "j j e"}, {"filter", 80, 24, `f "week" enter`},
		{"small", 40, 12, "j j"}, {"empty", 80, 24, "5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScreen(t, desk(t), c.width, c.height)
			s.press(c.keys)
			lines := strings.Split(s.text(), "\n")
			for i, l := range lines {
				lines[i] = strings.TrimRight(l, " ")
			}
			got := strings.Join(lines, "\n") + "\n"
			path := filepath.Join("testdata", c.name+".golden")
			if *update {
				must(t, os.WriteFile(path, []byte(got), 0o644))
			}
			want, err := os.ReadFile(path)
			must(t, err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got; with -update what is seen is written:\n%s", diff)
			}
		})
	}
}

// TestEveryLineFillsTheScreenAndNoMore goes through modes and sizes, among them ones of no use.
func TestEveryLineFillsTheScreenAndNoMore(t *testing.T) {
	s := newScreen(t, desk(t), 80, 24)
	for _, keys := range []string{"", "0 space j m", "enter j", "/ \"木木木木\"", "esc ?", "esc q j", "esc esc n \"木 wide 🦀\"", "esc f"} {
		s.press(keys)
		for width := 1; width <= 230; width += 1 + width/5 {
			for height := 1; height <= 70; height += 1 + height/2 {
				s.send(tea.WindowSizeMsg{Width: width, Height: height})
				lines := strings.Split(s.View().Content, "\n")
				if len(lines) != height {
					t.Fatalf("%q at %dx%d: %d lines:\n%s", keys, width, height, len(lines), s.text())
				}
				for i, l := range lines {
					if w := lipgloss.Width(l); w != width {
						t.Fatalf("%q at %dx%d: line %d is %d wide: %q", keys, width, height, i, w, l)
					}
				}
			}
		}
	}
}

// TestTheHelpNamesEveryKey turns its pages on a small screen.
func TestTheHelpNamesEveryKey(t *testing.T) {
	for _, width := range []int{30, 40, 80} {
		s := newScreen(t, desk(t), width, 10)
		s.press("?")
		all := ""
		for range 20 {
			if s.mode != helping {
				break
			}
			all += s.text()
			s.press("j")
		}
		if s.mode == helping {
			t.Fatalf("the help has no end:\n%s", s.text())
		}
		for _, b := range s.keys {
			if b.show != "" && !strings.Contains(all, b.show) {
				t.Errorf("%d wide: the help does not name %s:\n%s", width, b.show, all)
			}
		}
	}
}

// TestNothingOnTheScreenIsObeyed shows what a hostile database might hold in all places.
func TestNothingOnTheScreenIsObeyed(t *testing.T) {
	evil := "a\x1b[2J\x1b]0;owned\x07b\u009b31mc\u202ed\u200be\r\nf\x00g\u2028h\u061ci\U000e0041j\u2066"
	s := newScreen(t, desk(t), 160, 50)
	for i := range s.list.Stories {
		st := &s.list.Stories[i]
		st.Title, st.Headline, st.Section, st.Week, st.Note = evil, evil, evil, evil, evil
		for j := range st.Candidates {
			c := &st.Candidates[j]
			c.Title, c.Site, c.Author, c.Excerpt, c.URL, c.Note, c.PageError, c.Until = evil, evil, evil, evil, evil, evil, evil, evil
			c.Credit, c.Why = store.Credit{Person: evil}, []store.Reason{{Term: evil}}
			s.list.Covered[c.ID] = []store.Covered{{Week: evil, Heading: evil, Kind: evil}}
			d := s.detail[c.ID]
			d.Quotes = []store.Quote{{Text: evil, Speaker: evil}}
			d.Sightings = []store.Sighting{{Source: evil}}
			d.Decisions = []store.Decision{{Act: 1, Who: evil, Verb: evil}}
			s.detail[c.ID] = d
		}
	}
	s.filter.Source, s.filter.Search = evil, evil
	s.fail(fmt.Errorf("error %s", evil))
	s.progress.Week = evil
	s.choice = choice{label: "x", all: []string{evil}}
	for _, mode := range []mode{listing, quoting, choosing} {
		s.mode = mode
		s.quotes.all = s.detail[1].Quotes
		for _, r := range s.text() {
			if r != '\n' && r != ' ' && !unicode.IsGraphic(r) {
				t.Fatalf("%U is on the screen in mode %d:\n%q", r, mode, s.text())
			}
		}
		if strings.Contains(s.View().Content, "\x1b[2J") || strings.Contains(s.View().Content, "\x1b]") {
			t.Errorf("a sequence of the database is on the screen: %q", s.View().Content)
		}
	}
}

func TestTextIsCutByCells(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"abc", 5, "abc  "}, {"abcdef", 4, "abc…"}, {"木木木", 6, "木木木"}, {"木木木", 5, "木木…"}, {"木木木", 4, "木… "}, {"木", 1, "…"}, {"x", 0, ""}, {"🦀🦀", 3, "🦀…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	} {
		if got := fit(c.in, c.w); got != c.want {
			t.Errorf("fit(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
	if got := wrap("one two 木木木木 three four", 7, 2); len(got) != 2 || got[0] != "one two" || lipgloss.Width(got[1]) > 7 || !strings.HasSuffix(got[1], "…") {
		t.Errorf("wrapped %q", got)
	}
	if got := wrap("", 10, 0); got != nil {
		t.Errorf("wrapped %q", got)
	}
}
