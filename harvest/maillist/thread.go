package maillist

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"wiredesk/store/link"
)

// finish ties threads together and gives every message its URL.
func finish(all []Message, source string) {
	threads(all)
	base, err := url.Parse(source)
	if err != nil || base.Host == "" {
		return
	}
	base.Fragment, base.RawFragment = "", ""
	first := map[string]int64{}
	for i := range all {
		m := &all[i]
		hash, seen := first[m.ID]
		if !seen {
			first[m.ID] = m.Hash
		}
		if m.URL != "" {
			continue
		}
		fragment := strings.ReplaceAll(url.QueryEscape(m.ID), "+", "%20")
		if seen && hash != m.Hash { // the id of another message
			fragment += fmt.Sprintf("~%08x", uint32(m.Hash))
		}
		m.URL, _ = link.Clean(base.String()+"#"+fragment, "")
	}
}

// threads gives every message the id of the root of its thread. A parent that the archive lacks
// is stood in for by the nearest one above it that is there; the root that References name counts
// even where it is not. A reply that names nothing goes by its subject.
func threads(all []Message) {
	at := make(map[string]int, len(all)) // the first message with an id
	bySubject := map[string]int{}
	for i := range all {
		if _, seen := at[all[i].ID]; !seen {
			at[all[i].ID] = i
		}
		if subject := strings.ToLower(all[i].Title); !all[i].Reply && subject != "" {
			if _, seen := bySubject[subject]; !seen {
				bySubject[subject] = i
			}
		}
	}
	parent := make([]int, len(all))
	for i := range all {
		parent[i] = all[i].parent(at, bySubject, i)
	}
	const unseen, walking, done = 0, 1, 2
	state := make([]uint8, len(all))
	for i := range all {
		var path []int
		j := i
		for j >= 0 && state[j] == unseen {
			state[j] = walking
			path = append(path, j)
			j = parent[j]
		}
		if j >= 0 && state[j] == walking { // messages that answer one another: the first is the root
			first := j
			for k := parent[j]; k != j; k = parent[k] {
				first = min(first, k)
			}
			parent[first] = -1
			all[first].InReplyTo, all[first].Reply, all[first].refs = "", false, nil
			for k := len(path) - 1; k >= 0; k-- {
				state[path[k]] = unseen
			}
			path = path[:0]
			for j = i; j >= 0 && state[j] == unseen; j = parent[j] {
				state[j] = walking
				path = append(path, j)
			}
		}
		for k := len(path) - 1; k >= 0; k-- {
			m := &all[path[k]]
			state[path[k]] = done
			if up := parent[path[k]]; up >= 0 {
				m.Thread = all[up].Thread
				continue
			}
			m.Thread = m.ID
			if len(m.refs) > 0 {
				m.Thread = m.refs[0]
			} else if m.Reply {
				m.Thread = cmp.Or(m.InReplyTo, m.ID)
			}
		}
	}
}

// parent is the place of the message that this one, at i, answers; -1: it is not there.
func (m *Message) parent(at, bySubject map[string]int, i int) int {
	if !m.Reply {
		return -1
	}
	if p, ok := at[m.InReplyTo]; ok && p != i {
		return p
	}
	for k := len(m.refs) - 1; k >= 0; k-- {
		if p, ok := at[m.refs[k]]; ok && p != i {
			return p
		}
	}
	if m.InReplyTo == "" && len(m.refs) == 0 {
		if p, ok := bySubject[strings.ToLower(m.Title)]; ok && p != i {
			return p
		}
	}
	return -1
}
