package maillist

import (
	"cmp"
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"

	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
)

// finish does what takes all messages of an archive: titles, threads, quotes, and URLs. quotes
// reads those of a message of which only the header was looked at.
func finish(all []Message, source string, quotes func(i int) []string) {
	dropTags(all, source)
	series(all)
	parent := threads(all)
	ownQuotes(all, parent, quotes)
	for i := range all {
		all[i].refs = nil
	}
	base, err := url.Parse(source)
	if err != nil || base.Host == "" {
		return
	}
	base.Fragment, base.RawFragment = "", ""
	page := pages(base)
	first := map[string]int64{}
	for i := range all {
		m := &all[i]
		hash, seen := first[m.ID]
		if !seen {
			first[m.ID] = m.Hash
		}
		if m.URL != "" || m.brief {
			continue
		}
		if page != nil && !strings.HasSuffix(m.ID, noID) {
			m.URL, _ = link.Clean(page(m.ID), "")
			m.paged = true
			continue
		}
		fragment := strings.ReplaceAll(url.QueryEscape(m.ID), "+", "%20")
		if seen && hash != m.Hash { // the id of another message
			fragment += fmt.Sprintf("~%08x", uint32(m.Hash))
		}
		m.URL, _ = link.Clean(base.String()+"#"+fragment, "")
	}
}

// pages tells the address of a message's page by its id, for the archives that make one of the
// other: HyperKitty, and a thread or a message of public-inbox. It is nil for others.
func pages(source *url.URL) func(id string) string {
	if root, _ := hyperKitty(source); root != nil {
		return func(id string) string {
			sum := sha1.Sum([]byte(id))
			return root.JoinPath("message", base32.StdEncoding.EncodeToString(sum[:])).String() + "/"
		}
	}
	if m := inboxMail().FindStringSubmatch(source.EscapedPath()); m != nil {
		return func(id string) string { return source.Scheme + "://" + source.Host + m[1] + url.PathEscape(id) + "/" }
	}
	return nil
}

var inboxMail = pattern.New(`^(/[^/]+/)[^/]*(?:@|%40)[^/]*/(?:raw|t\.mbox\.gz)$`)

// threads gives every message the id of the root of its thread. A parent that the archive lacks
// is stood in for by the nearest one above it that is there; the root that References name counts
// even where it is not. A reply that names nothing goes by its subject. It returns
// the place of each message's parent, -1 where it is not there.
func threads(all []Message) []int {
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
				m.Thread = strings.Clone(m.refs[0])
			} else if m.Reply {
				m.Thread = cmp.Or(m.InReplyTo, m.ID)
			}
		}
	}
	return parent
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
