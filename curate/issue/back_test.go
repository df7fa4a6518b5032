package issue_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/link"
)

func TestBackKeepsAllThatAPartSays(t *testing.T) {
	d := issue.Parse([]byte(classicIssue))
	b := d.Back("2017-W23")
	if b.Week != "2017-W23" || b.Layout != "classic" || !strings.HasPrefix(b.FrontMatter, "---\ntitle:") || len(b.Parts) != len(d.Parts) {
		t.Fatalf("%+v", b)
	}
	s := b.Stories()[0]
	for _, want := range []string{"Prose with [a link]", "> It took us a year,\nand nobody [D]oubted it.", "![the board](board.png)"} {
		if !strings.Contains(s.Body, want) {
			t.Errorf("the body lacks %q: %q", want, s.Body)
		}
	}
	if len(s.List) != 4 || s.List[2] != "LINK TO COME" || s.List[3] != "[The Board, Shop](https://shop.example/), in English" || s.Tail != "" {
		t.Errorf("list %q, tail %q", s.List, s.Tail)
	}
	if want := (store.BackQuote{Text: "It took us a year, and nobody [D]oubted it.", Speaker: "Dr. Bo Marsh, who built it", LeadIn: "Dr. Bo Marsh, who built it, writes:", Line: 21}); s.Quotes[0] != want {
		t.Errorf("%+v", s.Quotes[0])
	}
	if labelled := issue.Parse([]byte("### a\n\n* [b](https://b.example/)\n")); labelled.Layout() != "labelled" {
		t.Error("labelled links are not seen")
	}
}

func TestSpeakers(t *testing.T) {
	for paragraph, want := range map[string]string{
		"It is out. Jim Marsh, of Fenwick, writes:":               "Jim Marsh, of Fenwick",
		"Paul E. Stone of Org said this on Friday:":               "Paul E. Stone of Org",
		"From Michael Friis again:":                               "Michael Friis",
		"The Press:":                                              "",
		"Bloomberg:":                                              "Bloomberg",
		"He writes:":                                              "",
		"Release notes follow for the board:":                     "",
		"This was announced by Lucas K quoting Phil Stone:":       "Phil Stone",
		"According to Dr. Ann Lee:":                               "Ann Lee",
		"Ann Lee writes":                                          "",
		"The one that is most interesting to all of us is below:": "",
	} {
		d := issue.Parse([]byte("### a\n\n" + paragraph + "\n\n> Words.\n"))
		if got := d.Parts[0].Quotes[0].Speaker; got != want && !strings.HasSuffix(got, want) || want == "" && got != "" {
			t.Errorf("%q: speaker %q, want %q", paragraph, got, want)
		}
	}
}

func TestRepair(t *testing.T) {
	for _, c := range []struct{ in, want, says string }{
		{"KÃ¤se â€œsoâ€\u009d", "Käse “so”", "mojibake"},
		{"K\xe4se \x93so\x94", "Käse “so”", "windows-1252"},
		{"KÃƒÂ¤se", "Käse", "mojibake"},
		{"Käse “so” — SÃO, É€", "Käse “so” — SÃO, É€", ""},
		{"plain", "plain", ""},
		{"lost \ufffd", "lost \ufffd", "lost"},
	} {
		got, faults := issue.Repair([]byte("first\n" + c.in + "\n"))
		if string(got) != "first\n"+c.want+"\n" {
			t.Errorf("%q becomes %q", c.in, got)
		}
		if c.says == "" && len(faults) > 0 || c.says != "" && (len(faults) == 0 || faults[0].Line != 2 || !strings.Contains(faults[0].Message, c.says)) {
			t.Errorf("%q: %v", c.in, faults)
		}
	}
}

func TestStated(t *testing.T) {
	for _, c := range []struct {
		file, week string
		number     int
		faults     string
	}{
		{"# N, Issue 12, July 14, 2017 (Week 28)\n", "2017-W28", 12, ""},
		{"# N, Issue 13, July 28, 2017 (Week 28)\n", "2017-W30", 13, "1: states week 28, but is the issue of 2017-W30"},
		{"---\ntitle: N 5, May 26, 2017\n---\n", "2017-W21", 5, ""},
		{"---\ntitle: N for February 2, 2018 (week 5)\nweight: 9\n---\n", "2018-W05", 0, ""},
		{"---\ntitle: N 2018\nnumber: 63\ndate: 2018-07-20\n---\n", "2018-W29", 63, ""},
		{"---\ntitle: N 2018-W09 02 Mar 2018\n---\n", "2018-W10", 0, "2: states 2018-W09, but is the issue of 2018-W10\n2: states March 2, 2018, which is in 2018-W09, but is the issue of 2018-W10"},
		{"N, 2017 Week 42, Friday, October 20, 2017.\nMore.\n", "2017-W42", 0, ""},
	} {
		s := issue.Parse([]byte(c.file)).Stated()
		var told []string
		for _, f := range s.Faults(c.week) {
			told = append(told, string(rune('0'+f.Line))+": "+f.Message)
		}
		if s.Number != c.number || strings.Join(told, "\n") != c.faults {
			t.Errorf("%q: number %d, faults %q", c.file, s.Number, told)
		}
	}
	for name, want := range map[string]string{"2017-W30.md": "2017-W30", "n-2017w3.md": "2017-W03", "2017_W30-final.md": "2017-W30", "2017-W54.md": "", "notes.md": ""} {
		if got := issue.WeekOfFile(name); got != want {
			t.Errorf("%s is of week %q, want %q", name, got, want)
		}
	}
}

// TestRealStoriesAreWhole compares our reading of back issues with another one, that which goes with the
// stream of links: what it has in one story stands in one of ours, and nothing of another in the same.
func TestRealStoriesAreWhole(t *testing.T) {
	files := corpus(t)
	stream, err := os.ReadFile("../../../shared/corpus/stream/dev.jsonl")
	if err != nil {
		t.Skip("the stream of ../shared is not here")
	}
	type place struct{ week, story string }
	theirs := map[place][]string{}
	for _, line := range bytes.Split(bytes.TrimSpace(stream), []byte("\n")) {
		var l struct{ Week, Story, URL string }
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if at := (place{l.Week, l.Story}); l.Story != "" {
			theirs[at] = append(theirs[at], link.Canonical(l.URL))
		}
	}
	ours := map[string]map[string][]int{} // by week and link, the parts that are stories
	for name, text := range files {
		week := strings.TrimSuffix(name, ".md")
		ours[week] = map[string][]int{}
		for i, p := range issue.Parse(text).Back(week).Parts {
			for _, l := range p.Links {
				if c := link.Canonical(l.URL); p.Kind == store.StoryPart || p.Kind == store.EventsPart {
					ours[week][c] = append(ours[week][c], i)
				}
			}
		}
	}
	whole := map[place][]string{} // of ours, the stories of theirs in it
	n := 0
	for at, links := range theirs {
		same := ours[at.week][links[0]]
		for _, l := range links[1:] {
			same = slices.DeleteFunc(slices.Clone(same), func(i int) bool { return !slices.Contains(ours[at.week][l], i) })
		}
		if len(same) == 0 {
			t.Logf("%s is not one story: %s", at.story, links)
			continue
		}
		n++
		in := place{at.week, strconv.Itoa(same[0])}
		whole[in] = append(whole[in], at.story)
	}
	if n*100 < len(theirs)*99 {
		t.Errorf("%d of %d stories are whole", n, len(theirs))
	}
	for _, stories := range whole {
		if len(stories) > 1 {
			t.Errorf("one story of ours holds %s", stories)
		}
	}
	t.Logf("%d of %d stories are whole", n, len(theirs))
}
