package story

import (
	"fmt"
	"testing"

	"wiredesk/store"
)

// m makes a member: its number is its id and its place in its URL.
func m(id int64, title string, links ...string) Member {
	return Member{Brief: store.Brief{ID: id, Title: title, Canonical: fmt.Sprintf("https://example.org/%d", id)}, Links: links}
}

func (m Member) in(story int64) Member { m.StoryID = story; return m }

func (m Member) states(url string) Member { m.PageCanonical = url; return m }

func (m Member) closed() Member { m.Fixed = true; return m }

func TestWhatBelongsTogether(t *testing.T) {
	const one = "https://example.org/1"
	hub := make([]string, hubLinks+1)
	for i := range hub {
		hub[i] = fmt.Sprintf("https://example.org/%d", i+1)
	}
	for _, c := range []struct {
		name    string
		members []Member
		want    string
	}{
		{"strangers", []Member{m(1, "Fenwick shows a chip"), m(2, "Larkspur is out")}, "[0 1]"},
		{"a link", []Member{m(1, "A"), m(2, "B", one)}, "[0 0]"},
		{"a link from the older to the newer", []Member{m(1, "A", "https://example.org/2"), m(2, "B")}, "[0 0]"},
		{"a list of news links to everything", []Member{m(1, "A"), m(2, "B", hub...)}, "[0 1]"},
		{"a page that names another", []Member{m(1, "A"), m(2, "B").states(one)}, "[0 0]"},
		{"two pages that name a third", []Member{m(1, "A").states("https://x.example/"), m(2, "B").states("https://x.example/")}, "[0 0]"},
		{"a chain", []Member{m(1, "A"), m(2, "B", one), m(3, "C", "https://example.org/2")}, "[0 0 0]"},
		{"near-same titles", []Member{m(1, "Larkspur Linux 12 released with arm64 installer"), m(2, "Larkspur Linux 12 is released, with an arm64 installer!")}, "[0 0]"},
		{"another version", []Member{m(1, "Larkspur Linux 12 released today"), m(2, "Larkspur Linux 13 released today")}, "[0 1]"},
		{"titles that say nothing", []Member{m(1, "Release notes"), m(2, "Release notes")}, "[0 1]"},
		{"into a story that is there", []Member{m(1, "A").in(7), m(2, "B", one)}, "[-1 0]"},
		{"into its story through its other member", []Member{m(1, "A").in(7), m(2, "B").in(7), m(3, "C", "https://example.org/2")}, "[-1 -1 0]"},
		{"two stories are never joined", []Member{m(1, "A").in(7), m(2, "B", one).in(8), m(3, "C", one)}, "[-1 -1 0]"},
		{"a story that the editor closed", []Member{m(1, "A").in(7).closed(), m(2, "B", one)}, "[-1 1]"},
	} {
		if got := fmt.Sprint(Group(c.members)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func BenchmarkGroup(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		members := make([]Member, n)
		for i := range members {
			members[i] = m(int64(i), fmt.Sprintf("Project %d releases version %d.%d for machine %d with part %d", i%997, i%7, i%11, i%89, i/2))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Group(members)
			}
		})
	}
}
