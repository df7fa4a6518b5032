package story

import (
	"fmt"
	"testing"

	"wiredesk/store"
)

// m makes a member: its number is its id and its place in its URL.
func m(id int64, title string, links ...int32) member {
	return member{Member{Brief: store.Brief{ID: id, Title: title, Canonical: fmt.Sprintf("https://example.org/%d", id)}}, links}
}

// member is a Member with the numbers of those that its text links to.
type member struct {
	Member
	links []int32
}

func (m member) in(story int64) member { m.StoryID = story; return m }

func (m member) states(url string) member { m.PageCanonical = url; return m }

func (m member) closed() member { m.Fixed = true; return m }

func group(all []member) []int {
	var members []Member
	var links []Link
	for i, m := range all {
		members = append(members, m.Member)
		for _, to := range m.links {
			links = append(links, Link{int32(i), to - 1})
		}
	}
	return Group(members, links)
}

func TestWhatBelongsTogether(t *testing.T) {
	const one = "https://example.org/1"
	for _, c := range []struct {
		name    string
		members []member
		want    string
	}{
		{"strangers", []member{m(1, "Fenwick shows a chip"), m(2, "Larkspur is out")}, "[0 1]"},
		{"a link", []member{m(1, "A"), m(2, "B", 1)}, "[0 0]"},
		{"a link from the older to the newer", []member{m(1, "A", 2), m(2, "B")}, "[0 0]"},
		{"a page that names another", []member{m(1, "A"), m(2, "B").states(one)}, "[0 0]"},
		{"two pages that name a third", []member{m(1, "A").states("https://x.example/"), m(2, "B").states("https://x.example/")}, "[0 0]"},
		{"a chain", []member{m(1, "A"), m(2, "B", 1), m(3, "C", 2)}, "[0 0 0]"},
		{"near-same titles", []member{m(1, "Larkspur Linux 12 released with arm64 installer"), m(2, "Larkspur Linux 12 is released, with an arm64 installer!")}, "[0 0]"},
		{"another version", []member{m(1, "Larkspur Linux 12 released today"), m(2, "Larkspur Linux 13 released today")}, "[0 1]"},
		{"titles that say nothing", []member{m(1, "Release notes"), m(2, "Release notes")}, "[0 1]"},
		{"into a story that is there", []member{m(1, "A").in(7), m(2, "B", 1)}, "[-1 0]"},
		{"into its story through its other member", []member{m(1, "A").in(7), m(2, "B").in(7), m(3, "C", 2)}, "[-1 -1 0]"},
		{"two stories are never joined", []member{m(1, "A").in(7), m(2, "B", 1).in(8), m(3, "C", 1)}, "[-1 -1 0]"},
		{"a story that the editor closed", []member{m(1, "A").in(7).closed(), m(2, "B", 1)}, "[-1 1]"},
	} {
		if got := fmt.Sprint(group(c.members)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func BenchmarkGroup(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		members := make([]Member, n)
		for i := range members {
			members[i] = m(int64(i), fmt.Sprintf("Project %d releases version %d.%d for machine %d with part %d", i%997, i%7, i%11, i%89, i/2)).Member
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Group(members, nil)
			}
		})
	}
}
