package story

import (
	"fmt"
	"testing"
	"time"

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

func (m member) at(url string) member { m.Canonical = url; return m }

func (m member) on(day int) member {
	m.Published = time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC)
	return m
}

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
		{"announcement, press, tweet and pull request", []member{
			m(1, "Fenwick announces Kestrel, 192 arm64 cores in one socket").at("https://fenwick.example/news/kestrel"),
			m(2, "Kestrel: Fenwick puts 192 cores into a socket").at("https://rackwire.example/2026/11/fenwick-kestrel-192-cores"),
			m(3, "Odalys Bremner on Kestrel, at last").at("https://twitter.com/odalysb/status/17"),
			m(4, "arm64: add Fenwick Kestrel").at("https://github.com/larkspur/linux/pull/7"),
			m(5, "Quayhand is looking for a treasurer").at("https://quayhand.example/jobs"),
		}, "[0 0 0 0 4]"},
		{"one project", []member{m(1, "panic on 16K pages").at("https://github.com/fen/wick/issues/3"), m(2, "v2.1").at("https://github.com/fen/wick/releases/tag/v2.1")}, "[0 0]"},
		{"a repository and its site", []member{m(1, "fen/wick").at("https://github.com/fen/wick"), m(2, "Wick: candles for clusters").at("https://wick.example/")}, "[0 0]"},
		{"one project in two weeks", []member{m(1, "panic on 16K pages").at("https://github.com/fen/wick/issues/3").on(3), m(2, "v2.1").at("https://github.com/fen/wick/releases/tag/v2.1").on(20)}, "[0 1]"},
		{"pages of one site", []member{m(1, "Larkspur is out").at("https://rackwire.example/scan?page=news&item=a"), m(2, "Fenwick hires").at("https://rackwire.example/scan?page=news&item=b"), m(3, "Odalys speaks").at("https://rackwire.example/scan?page=news&item=c")}, "[0 1 2]"},
		{"pages of anybody's host", []member{m(1, "Watch").at("https://youtube.com/watch?v=Ab12cD"), m(2, "Watch").at("https://youtube.com/watch?v=Xy98zW")}, "[0 1]"},
		{"near-same titles do not open a closed story", []member{m(1, "Larkspur Linux arrives with installer").in(7).closed(), m(2, "Larkspur Linux arrives with an installer")}, "[-1 1]"},
		{"into a story that is there", []member{m(1, "A").in(7), m(2, "B", 1)}, "[-1 0]"},
		{"into its story through its other member", []member{m(1, "A").in(7), m(2, "B").in(7), m(3, "C", 2)}, "[-1 -1 0]"},
		{"two stories are never joined", []member{m(1, "A").in(7), m(2, "B", 1).in(8), m(3, "C", 1)}, "[-1 -1 0]"},
		{"a story that the editor closed", []member{m(1, "A").in(7).closed(), m(2, "B", 1)}, "[-1 1]"},
	} {
		all := c.members
		for i := range 60 { // what else came in that week
			all = append(all, m(int64(100+i), name(5000+37*i)+" "+name(9000+41*i)).at(fmt.Sprintf("https://%s.example/%s", name(7000+53*i), name(3000+29*i))))
		}
		if got := fmt.Sprint(group(all)[:len(c.members)]); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Candidates that say a little of each other's news do not tie all news of a week together.
func TestNoChain(t *testing.T) {
	var all []member
	for i := range 40 {
		all = append(all, m(int64(i+1), name(900+97*i)+" meets "+name(900+97*i+97)).at(fmt.Sprintf("https://site%d.example/", i)))
	}
	size := map[int]int{}
	for _, j := range group(all) {
		size[j]++
	}
	for j, n := range size {
		if n > 20 {
			t.Errorf("%d of %d are in the story of %d", n, len(all), j)
		}
	}
}

// Poll by poll, the stories are nearly those that are found all at once: F1 over pairs.
func TestPollByPoll(t *testing.T) {
	members := week(600)
	once := Group(members, nil)
	polls := make([]Member, 0, len(members))
	for len(polls) < len(members) {
		polls = append(polls, members[len(polls):min(len(polls)+50, len(members))]...)
		for i, j := range Group(polls, nil) {
			if j >= 0 {
				if polls[j].StoryID == 0 {
					polls[j].StoryID = polls[j].ID
				}
				polls[i].StoryID = polls[j].StoryID
			}
		}
	}
	var both, either int
	for i := range members {
		for j := range i {
			a, b := once[i] == once[j], polls[i].StoryID == polls[j].StoryID
			if a && b {
				both++
			}
			if a || b {
				either++
			}
		}
	}
	if both < 300 || 2*both*10 < (both+either)*8 {
		t.Errorf("%d pairs are in one story both ways, %d in either", both, either)
	}
}
