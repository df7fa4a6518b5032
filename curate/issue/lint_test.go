package issue

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// whole is an issue in which there is nothing to find.
const whole = `# Slow Boats, Issue 12, March 6, 2026 (Week 10)

Slow Boats is written by [Ann Lee].

#### In this issue

* The ferry to Tarn runs on batteries
* A lock at Medling

### The ferry to Tarn runs on batteries (Bo Tran, Tarn Lines)

Bo Tran writes:

> The crossing takes nine minutes longer now, and nobody
> on the upper deck has to shout any more.

* https://tarn.example/ferry
* https://tarn.example/charging

### Medling has a new lock

It opened on Monday.

* https://medling.example/lock

[Ann Lee]: https://ann.example/
`

func lint(t *testing.T, file string, f Facts) []string {
	t.Helper()
	if f.Week == "" {
		f.Week = "2026-W10"
	}
	var out []string
	for _, n := range Lint(Parse([]byte(file)), f) {
		fix := ""
		if n.Fix != "" {
			fix = " -> " + n.Fix
		}
		out = append(out, fmt.Sprintf("%d:%d %s %s: %s%s", n.Line, n.Column, n.Severity, n.Rule, n.Message, fix))
	}
	return out
}

func TestNothingIsFoundInAWholeIssue(t *testing.T) {
	for _, file := range []string{whole, strings.ReplaceAll(whole, "\n", "\r\n"), ""} {
		if got := lint(t, file, Facts{Number: 12, Pages: map[string]string{"https://tarn.example/ferry": "“The crossing takes nine minutes longer\nnow, and nobody on the upper deck has to shout any more.”"}}); len(got) > 0 {
			t.Errorf("%q", got)
		}
	}
}

// TestRules changes the whole issue in one place, and says what is found then; nothing else may be.
func TestRules(t *testing.T) {
	week9 := func(url, kind string) Facts {
		return Facts{Covered: map[string][]store.Covered{url: {{Week: "2026-W09", Heading: "Locks", URL: url, Kind: kind}}}}
	}
	const ferry = "https://tarn.example/ferry"
	for _, c := range []struct {
		old, new string // what is changed
		facts    Facts
		want     string // what is found; empty: nothing
	}{
		{"It opened", "It TODO opened", Facts{}, `22:4 error placeholder: "TODO" is a note to yourself`},
		{"It opened", "It opened (need URL)", Facts{}, `22:11 error placeholder: "(need URL)" is a note to yourself`},
		{"* https://medling.example/lock", "* https://medling.example/lock\n* LINK", Facts{}, `25:3 error placeholder: "LINK" stands where a link should`},
		{"* https://medling.example/lock", "* https://medling.example/lock\n* SECOND STORY LINK", Facts{}, `25:3 error placeholder: "SECOND STORY LINK" reads like a note to yourself`},
		{"It opened", "As told in SLOW BOATS PREVIOUS ISSUE, it opened", Facts{}, `22:12 error placeholder: "SLOW BOATS PREVIOUS ISSUE" reads like a note to yourself`},
		{"It opened", "It has AC, DC, USB and LTE, and opened", Facts{}, ""},
		{"It opened", "Run `make TODO`; it opened", Facts{}, ""},
		{"* https://medling.example/lock", "* https://medling.example/lock\n* IBM AIX DB2", Facts{}, ""},
		{"* https://medling.example/lock", "* [WATCH THE VIDEO FROM THE LOCK](https://medling.example/lock)", Facts{Layout: "classic"}, ""},

		{"It opened on Monday.\n\n* https://medling.example/lock\n", "", Facts{}, `20:5 error empty-story: nothing stands under the heading "Medling has a new lock"`},
		{"It opened on Monday.\n\n* https://medling.example/lock\n", "#### Why\n\nIt had to be.\n", Facts{}, ""},

		{"* A lock at Medling\n", "", Facts{}, `19:5 warning contents-out-of-step: the contents list has no item for "Medling has a new lock"`},
		{"* A lock at Medling\n", "* A lock at Medling\n* Whales\n", Facts{}, `9:3 warning contents-out-of-step: no story is headed like the item "Whales"`},
		{"* The ferry to Tarn runs on batteries\n* A lock at Medling\n\n", "", Facts{}, `5:6 error contents-out-of-step: the contents list is empty; there are 2 stories`},
		{"* A lock at Medling\n", "* Nine metres down at Medling\n", Facts{}, ""},
		{"* A lock at Medling\n", "* Nine metres down\n", Facts{}, ""}, // at the place of its story

		{"[Ann Lee]: https://ann.example/\n", "", Facts{}, `3:26 error undefined-reference: [Ann Lee] is defined nowhere: readers see the brackets`},
		{"[Ann Lee]: https://ann.example/\n", "[Ann Lee]: https://ann.example/\n[ann lee]: https://other.example/\n", Facts{}, `27:1 warning undefined-reference: [ann lee] is defined twice; the first definition counts`},
		{"It opened on", `The list calls it "[PATCH] lock: open". It opened on`, Facts{}, ""},
		{"The crossing takes", "The crossing [by ferry] takes", Facts{}, ""},

		{"* https://medling.example/lock", "* http://www.tarn.example/ferry/", Facts{}, `24:3 warning duplicate-link: this link stands in line 17 already: http://www.tarn.example/ferry/`},
		{"It opened on Monday.", "It [opened](https://medling.example/lock) on Monday.", Facts{}, ""},

		{"", "", week9(ferry, store.Repeat), `17:3 warning covered-before: a repeat: this page stood in 2026-W09, under "Locks"`},
		{"", "", week9(ferry, store.FollowUp), `17:3 note covered-before: a follow-up: "Locks" told of this project in 2026-W09`},
		{ferry, "https://tarn.example/", week9("https://tarn.example/", store.Repeat), `17:3 note covered-before: a repeat: this page stood in 2026-W09, under "Locks"`},

		{"", "", Facts{Pages: map[string]string{ferry: "The crossing takes nine minutes more now, and nobody on the upper deck has to shout any more."}},
			`14:1 warning quote-not-verbatim: this is not quite what the page says: it departs at "nine minutes longer now, and nobody"`},
		{"", "", Facts{Pages: map[string]string{ferry: "Another text.", "https://tarn.example/charging": "And another."}},
			`14:1 warning quote-not-verbatim: these words stand in no page that the story links to`},
		{"", "", Facts{Pages: map[string]string{ferry: "Another text."}}, ""}, // the other page is not known
		{"The crossing takes nine minutes longer now, and", "[T]he crossing takes nine minutes […] and",
			Facts{Pages: map[string]string{ferry: "So the crossing takes nine minutes longer now, and nobody on the upper deck has to shout any more."}}, ""},

		{"Bo Tran writes:\n\n", "", Facts{}, ""}, // the heading names him
		{" (Bo Tran, Tarn Lines)\n\nBo Tran writes:\n\n", "\n\n", Facts{}, `12:1 note speaker-missing: nothing tells who says this`},
		{" (Bo Tran, Tarn Lines)\n\nBo Tran writes:", "\n\nThe captain knows better.", Facts{Spoken: []Quote{{Text: "The crossing takes nine minutes longer now, and nobody on the upper deck has to shout any more.", Speaker: "Bo Tran, captain"}}},
			`14:1 warning speaker-missing: who says this is not told; the page names Bo Tran, captain`},

		{"", "", Facts{Layout: "labelled", Answers: nil}, "17:3 warning bare-link: this link has no label; write [Title, Site](https://tarn.example/ferry)\n" +
			"18:3 warning bare-link: this link has no label; write [Title, Site](https://tarn.example/charging)\n24:3 warning bare-link: this link has no label; write [Title, Site](https://medling.example/lock)"},

		{ferry, ferry + "?a=1&utm_source=rss&b=2#part", Facts{}, `17:3 warning tracking-parameter: utm_source=rss only tells where the reader comes from -> writes https://tarn.example/ferry?a=1&b=2#part`},
		{ferry, ferry + "#ftag=RSSbaffb68", Facts{}, `17:3 warning tracking-parameter: #ftag=RSSbaffb68 only tells where the reader comes from -> writes https://tarn.example/ferry`},
		{"https://ann.example/", "https://ann.example/?utm_medium=x", Facts{}, `26:12 warning tracking-parameter: utm_medium=x only tells where the reader comes from -> writes https://ann.example/`},

		{"* " + ferry, "* tarn.example.com/ferry", Facts{}, `17:3 error scheme: tarn.example.com/ferry is no link without https:// -> writes https://tarn.example.com/ferry`},
		{"* " + ferry, "* [Ferry](www.tarn.com)", Facts{Layout: "classic"}, `17:11 error scheme: www.tarn.com is no address without https:// -> writes https://www.tarn.com`},
		{"* " + ferry, "* [Ferry](htps://tarn.example)", Facts{Layout: "classic"}, `17:11 error scheme: htps://tarn.example is no address`},
		{ferry, "http://tarn.example/ferry", Facts{Answers: map[string]Answer{"http://tarn.example/ferry": {HTTPS: true}}}, `17:3 warning scheme: the page answers under https too -> writes https`},

		{"", "", Facts{Answers: map[string]Answer{ferry: {Dead: "answers 404 Not Found"}}}, `17:3 error dead-link: nobody can read https://tarn.example/ferry: answers 404 Not Found`},
		{"", "", Facts{Answers: map[string]Answer{ferry: {Unknown: "answers 403 Forbidden"}}}, `17:3 note dead-link: whether https://tarn.example/ferry can be read is not known: answers 403 Forbidden`},

		{"(Week 10)", "(Week 9)", Facts{}, `1:45 error header-mismatch: "9" is not the week of the file, 10 -> writes 10`},
		{"March 6", "March 16", Facts{Published: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)}, `1:25 error header-mismatch: "March 16, 2026" does not lie in the week of the file, 2026-W10 -> writes March 6, 2026`},
		{"", "", Facts{Number: 13}, `1:21 error header-mismatch: "12" is not the number of this issue, 13 -> writes 13`},
		{"", "", Facts{After: 12}, `1:21 error header-mismatch: "12" is no number for this issue: the one before it was 12`},
		{"# Slow", "---\ntitle: Slow Boats 2026-W11\n---\n\n# Slow", Facts{}, `2:19 error header-mismatch: "2026-W11" is not the week of the file, 2026-W10 -> writes 2026-W10`},

		{"It opened", "It definately opened", Facts{}, `22:4 warning spelling: "definately" is a misspelling of "definitely" -> writes definitely`},
		{"It opened", "It definately opened", Facts{Words: []string{"Definately"}}, ""},
		{"nobody\n", "nobody definately\n", Facts{}, ""}, // in another's words
		{"It opened on Monday", "Ask the Professor", Facts{Names: map[string]int{"Processor": 3}}, ""},
		{"It opened on", "Medlling opened on", Facts{Names: map[string]int{"Medling": 3}}, `22:1 warning spelling: "Medlling" is spelled "Medling" elsewhere`},
		{"It opened on", "Medlings opened on", Facts{Names: map[string]int{"Medling": 3}}, ""},

		{"It opened on Monday.", "It opened on Monday. ", Facts{}, `22:21 note whitespace: the line ends in blanks -> takes them off`},
		{"It opened on Monday.", "It opened  \non Monday.", Facts{}, ""}, // a line break
		{"https://ann.example/\n", "https://ann.example/", Facts{}, `26:32 warning whitespace: the file does not end with a line ending -> adds one`},
		{"It opened on Monday.\n", "It opened on Monday.\r\n", Facts{}, `22:21 warning whitespace: lines end in two ways in this file -> gives all lines the ending of the first`},

		{"### Medling", "###Medling", Facts{}, "8:3 warning contents-out-of-step: no story is headed like the item \"A lock at Medling\"\n" + `20:1 warning heading-level: this is no heading without a blank behind the marks -> puts a blank behind the marks`},
	} {
		if strings.Count(whole, c.old) == 0 {
			t.Fatalf("%q does not stand in the issue", c.old)
		}
		got := strings.Join(lint(t, strings.Replace(whole, c.old, c.new, 1), c.facts), "\n")
		if got != c.want {
			t.Errorf("%q for %q:\n got %s\nwant %s", c.new, c.old, got, c.want)
		}
	}
}

func TestStoriesOfAnotherLevel(t *testing.T) {
	file := "## Boats\n\n### One\n\nA.\n\n* https://a.example/1\n\n### Two\n\nB.\n\n* https://a.example/2\n\n## Three\n\nC.\n\n* https://a.example/3\n"
	got := lint(t, file, Facts{})
	if len(got) != 1 || !strings.HasPrefix(got[0], `15:4 warning heading-level: the heading "Three"`) {
		t.Errorf("%q", got)
	}
	fixed, n, err := Fix(Parse([]byte(file)), Lint(Parse([]byte(file)), Facts{}))
	if want := strings.Replace(file, "## Three", "### Three", 1); err != nil || n != 1 || string(fixed.Bytes()) != want {
		t.Errorf("%d, %v: %s", n, err, fixed.Bytes())
	}
}

// TestFixesMendAndTouchNothingElse makes all fixes at once, in each line ending.
func TestFixesMendAndTouchNothingElse(t *testing.T) {
	bad := strings.NewReplacer("(Week 10)", "(Week 11)", "https://tarn.example/ferry", "https://tarn.example/ferry?utm_source=a", "opened", "definately opened",
		"* https://medling.example/lock", "* medling.example.com/lock", "Monday.\n", "Monday. \n").Replace(whole)
	want := strings.NewReplacer("opened", "definitely opened", "medling.example/", "medling.example.com/").Replace(whole)
	for _, nl := range []string{"\n", "\r\n"} {
		doc := Parse([]byte(strings.ReplaceAll(bad, "\n", nl)))
		found := Lint(doc, Facts{Week: "2026-W10"})
		fixed, n, err := Fix(doc, found)
		if err != nil || n != 5 || string(fixed.Bytes()) != strings.ReplaceAll(want, "\n", nl) {
			t.Errorf("%d fixes, %v:\n%s", n, err, fixed.Bytes())
		}
		if again := Lint(fixed, Facts{Week: "2026-W10"}); len(again) > 0 {
			t.Errorf("%+v", again)
		}
	}
}

func TestOnlyWhatIsNew(t *testing.T) {
	old := strings.Replace(whole, "It opened", "It TODO opened", 1)
	now := "<!-- more -->\n\n" + strings.Replace(old, "Bo Tran writes:", "Bo Tran XXX writes:", 1)
	a, b := Parse([]byte(now)), Parse([]byte(old))
	got := Newer(a, Lint(a, Facts{}), b, Lint(b, Facts{}))
	if len(got) != 1 || got[0].Line != 14 || !strings.Contains(got[0].Message, "XXX") {
		t.Errorf("%+v", got)
	}
}

// TestWhatShippedBroken looks for the defects that are known of real issues.
func TestWhatShippedBroken(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "corpus", "worksonarm")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the real issues are not here: ", err)
	}
	for _, c := range []struct {
		week, rule, word string
		times            int
	}{
		{"2017-W48", "placeholder", "PREVIOUS LEAD STORY LINK", 1},
		{"2017-W48", "placeholder", "", 7},
		{"2017-W38", "undefined-reference", "", 6},
		{"2017-W45", "contents-out-of-step", "empty", 1},
		{"2017-W48", "contents-out-of-step", "empty", 1},
		{"2017-W25", "header-mismatch", "June 16", 2},
		{"2018-W05", "spelling", "Allwinner", 1},
		{"2019-W20", "tracking-parameter", "s=20", 1},
	} {
		file, err := os.ReadFile(filepath.Join(folder, c.week+".md"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range Lint(Parse(file), Facts{Week: c.week}) {
			if f.Rule == c.rule && strings.Contains(f.Message, c.word) {
				n++
			}
		}
		if n != c.times {
			t.Errorf("%s: %s %q found %d times, want %d", c.week, c.rule, c.word, n, c.times)
		}
	}
}

// FuzzLint: nothing that stands in a file is a panic, findings stand in the file, and fixing ends.
func FuzzLint(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte("---\ntitle: 2026-W10\n---\n#### In this issue\n###x\n* www.a.com/b \r\n> [a]\nTODO"))
	f.Fuzz(func(t *testing.T, file []byte) {
		facts := Facts{Week: "2026-W10", Number: 3, Published: time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)}
		for range 4 {
			doc := Parse(file)
			found := Lint(doc, facts)
			for _, n := range found {
				if n.Line < 1 || n.Line > bytes.Count(file, []byte("\n"))+1 || n.Column < 1 || !slices.Contains(Rules(), n.Rule) {
					t.Fatalf("%+v", n)
				}
			}
			fixed, n, err := Fix(doc, found)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				return
			}
			file = fixed.Bytes()
		}
	})
}
