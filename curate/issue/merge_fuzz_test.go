package issue

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dice are decisions taken from the bytes of a fuzzed input.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if n <= 1 || len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

func pageLink(n int) Link {
	return Link{URL: fmt.Sprintf("https://l%d.example/", n), Title: fmt.Sprintf("Page %d", n)}
}

// sketch is what Render makes of stories whose texts need no escaping, in a tenth of the time.
func sketch(name string, stories []Story) string {
	head, link := "# Wire, Issue 7, November 27, 2026 (Week 48)\n", func(l Link) string { return "* " + l.URL + "\n" }
	if name == "labelled" {
		head, link = "---\ntitle: Wire 2026-W48\n---\n", func(l Link) string { return "* [" + l.Title + ", Site](" + l.URL + ")\n" }
	}
	order := []string{"", "Boards", "Clouds"}
	body, contents := "", ""
	for _, section := range order {
		named := section == ""
		for _, s := range stories {
			if s.Section != section {
				continue
			}
			if !named {
				body, named = body+"\n## "+section+"\n", true
			}
			contents += "* " + s.Headline + "\n"
			body += "\n### " + s.Headline + "\n"
			if s.Note != "" {
				body += "\n" + s.Note + "\n"
			}
			for i, l := range s.Links {
				if i == 0 {
					body += "\n"
				}
				body += link(l)
			}
		}
	}
	if contents != "" {
		contents = "\n#### In this issue\n\n" + contents
	}
	return head + contents + body + "\n### Colophon\n\nMade at home.\n"
}

func TestSketch(t *testing.T) {
	a, b := news("A", "a1", "a2"), news("B", "b1")
	b.Section = "Clouds"
	for _, name := range Layouts {
		if diff := cmp.Diff(laidOut(t, name, a, b), sketch(name, []Story{a, b})); diff != "" {
			t.Error(diff)
		}
	}
}

// stories are some stories; those of before stay, go, change or move.
func (d *dice) stories(before []Story) []Story {
	var out []Story
	for _, s := range before {
		s.Links = slices.Clone(s.Links)
		switch d.roll(6) {
		case 0:
			continue
		case 1:
			s.Links = append(s.Links, pageLink(d.roll(12)))
		case 2:
			s.Headline = fmt.Sprintf("Headline %d", d.roll(9))
		case 3:
			s.Note = fmt.Sprintf("Note %d.", d.roll(9))
		case 4:
			s.Section = []string{"", "Boards", "Clouds"}[d.roll(3)]
		}
		out = append(out, s)
	}
	for range d.roll(4) {
		s := Story{Headline: fmt.Sprintf("Story %d", d.roll(20)), Section: []string{"", "Boards", "Clouds"}[d.roll(3)]}
		for range d.roll(4) {
			s.Links = append(s.Links, pageLink(d.roll(12)))
		}
		out = slices.Insert(out, d.roll(len(out)+1), s)
	}
	return out
}

// edited is a file after an editor worked in it: lines and blocks moved, doubled, deleted, reworded, and
// his own text between them.
func (d *dice) edited(file, own string) string {
	for range d.roll(6) {
		lines := strings.SplitAfter(file, "\n")
		from := d.roll(len(lines))
		to := min(from+1+d.roll(8), len(lines))
		piece := slices.Clone(lines[from:to])
		switch d.roll(8) {
		case 0:
			lines = slices.Delete(lines, from, to)
		case 1:
			lines = slices.Insert(slices.Delete(lines, from, to), d.roll(len(lines)-len(piece)+1), piece...)
		case 2:
			lines = slices.Insert(lines, d.roll(len(lines)+1), piece...)
		case 3:
			lines = slices.Insert(lines, from, own+"\n")
		case 4:
			lines[from] = strings.TrimRight(lines[from], "\n") + " " + own + "\n"
		case 5:
			lines[from] = strings.Replace(lines[from], "o", "0", 1)
		case 6:
			lines = slices.Insert(lines, from, "\n### "+own+"\n\n* https://l"+fmt.Sprint(d.roll(12))+".example/\n\n")
		case 7:
			lines = lines[:from]
		}
		file = strings.Join(lines, "")
	}
	switch d.roll(8) {
	case 0:
		file = strings.TrimRight(file, "\n")
	case 1:
		file = strings.ReplaceAll(unix(file), "\n", "\r\n")
	}
	return file
}

// FuzzMerge drafts, has an editor work in the file, and drafts again, three times.
func FuzzMerge(f *testing.F) {
	f.Add([]byte("a draft, an editor, and a draft again: some bytes to decide by"), "My own words")
	f.Add([]byte{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4, 3, 3, 8, 3, 2, 7, 9, 5, 0, 2, 8, 8, 4, 1, 9, 7, 1, 6, 9, 3, 9, 9, 3, 7, 5, 1}, "## Boards")
	f.Add([]byte{3, 0, 3, 1, 2, 3, 0, 3, 4, 5, 6, 0, 2, 7, 8, 5, 9, 2, 1, 1, 6, 3, 4, 1, 1, 1, 1, 1, 5, 7, 3, 9, 1, 1, 3}, "#### In this issue\n\n* Story 1")
	f.Add([]byte{3, 0, 3, 1, 2, 3, 0, 3, 4, 5, 6, 0, 2, 7, 8, 5, 9, 2, 1, 1, 6, 3, 4, 1, 1, 1, 1, 1, 5, 7, 3, 9, 1, 1, 3}, "```\n<div>\n> lazy\n[a]: https://l1.example/")
	f.Fuzz(func(t *testing.T, data []byte, own string) {
		if len(data) <= 400 && len(own) <= 200 && !strings.ContainsAny(own, "\r\x00") && strings.TrimSpace(own) != "" {
			checkMerges(t, data, own)
		}
	})
}

// checkMerges drafts, edits and drafts again as the data decide.
func checkMerges(t *testing.T, data []byte, own string) {
	d := &dice{data}
	name := Layouts[d.roll(2)]
	now := d.stories(nil)
	v := Versions{Theirs: sketch(name, now)}
	v.Base, v.Last = v.Theirs, v.Theirs
	for range 3 {
		v.Mine = d.edited(v.Last, own)
		now = d.stories(now)
		if d.roll(5) == 0 {
			name = Layouts[d.roll(2)]
		}
		v.Theirs = sketch(name, now)
		got := Merge(v)
		if got.Beside {
			if got.Text != v.Mine || strings.TrimSpace(v.Mine) != "" && !plainly([]byte(v.Mine)) {
				t.Fatalf("%q could not be merged into, and became %q", v.Mine, got.Text)
			}
			continue // nothing was written
		}
		show := func() string {
			return fmt.Sprintf("base:\n%s\nlast:\n%s\nmine:\n%s\ntheirs:\n%s\nmerged:\n%s\n%q", v.Base, v.Last, v.Mine, v.Theirs, got.Text, got.Flagged)
		}
		if gone := lost(v.Last, v.Mine, got.Text); unix(v.Mine) != unix(v.Base) && len(gone) > 0 {
			t.Fatalf("lost %s\n%s", strings.Join(gone, ", "), show())
		}
		// What he touched stands in the result as he wrote it, up to the end of its list.
		m := merging(v)
		for _, at := range m.mine.Stories() {
			text := strings.TrimSpace(m.mine.Text(m.mine.Parts[at].Span))
			if items := m.mine.Parts[at].List.Items; len(items) > 0 {
				text = m.mine.Text(Span{m.mine.Parts[at].Span.Start, items[len(items)-1].Text.End})
			}
			if !m.untouched(at) && unix(v.Mine) != unix(v.Base) && !strings.Contains(unix(got.Text), unix(text)) {
				t.Fatalf("%q is not as he wrote it\n%s", text, show())
			}
		}
		// Again, with nothing new, by the long way.
		next := Versions{Base: v.Theirs, Last: got.Text, Mine: got.Text, Theirs: v.Theirs}
		if again := merging(next).merged(next); again.Text != got.Text {
			t.Fatalf("drafting again changes\n%s\n%s", cmp.Diff(got.Text, again.Text), show())
		}
		v.Base, v.Last = v.Theirs, got.Text
	}
}
