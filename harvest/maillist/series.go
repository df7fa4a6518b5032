package maillist

import (
	"cmp"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
)

// How far the parts of one series of patches are dated from one another. They are sent in one go,
// but some mailers date them by the commit. Where the marks differ, as by "RFC" that stands in
// the cover letter's alone, only those of one go are one series.
const (
	maxApart = 48 * time.Hour
	oneGo    = time.Hour
)

// seriesMark is [PATCH 2/7], [RFC PATCH net-next v3 02/15], [PATCHv3 0/2], behind tags of the list.
var seriesMark = pattern.New(`(?i)^(?:\[[^\]]*\]\s*)*?\[([^\]]*\bpatch[^\]]*?)[ ,:]*\b(\d{1,4})\s*/\s*(\d{1,4})\]`)

// part is the place of a message in a series of patches.
type part struct {
	at, number int
	version    string // what its mark says besides the numbers
}

// series ties the parts of a series of patches that name no parent to its cover letter, the part
// 0 of the same author and length that is nearest in time; where there is none, part 1 stands
// for the series. No other part is ever the root of a thread.
func series(all []Message) {
	parts := map[string][]part{}
	for i := range all {
		if s := seriesMark().FindStringSubmatch(all[i].stated); s != nil {
			key := cmp.Or(all[i].From, all[i].Author) + "\n" + strings.TrimLeft(s[3], "0")
			n, _ := strconv.Atoi(s[2])
			parts[key] = append(parts[key], part{i, n, strings.ToLower(strings.Join(strings.Fields(s[1]), " "))})
		}
	}
	for _, same := range parts {
		// The heads of a series by their mark, which "" stands for all of.
		heads := [2]map[string][]part{{}, {}}
		slices.SortFunc(same, func(a, b part) int {
			return cmp.Or(all[a.at].Published.Compare(all[b.at].Published), a.at-b.at)
		})
		for _, p := range same {
			if p.number <= 1 {
				of := heads[p.number]
				of[p.version] = append(of[p.version], p)
				of[""] = append(of[""], p)
			}
		}
		for _, p := range same {
			m := &all[p.at]
			if p.number == 0 || m.Reply {
				continue
			}
			head := nearest(all, heads[0], p)
			if head < 0 && p.number > 1 {
				head = nearest(all, heads[1], p)
			}
			if head >= 0 {
				m.refs = []string{all[head].ID}
			}
			m.Reply = head >= 0 || p.number > 1
		}
	}
}

// nearest is the place of the head that is dated next to p, of its version if there is one; -1:
// none is near.
func nearest(all []Message, heads map[string][]part, p part) int {
	if at := near(all, heads[p.version], p, maxApart); at >= 0 {
		return at
	}
	return near(all, heads[""], p, oneGo)
}

// near is the place of the head that is dated next to p, no further than most from it; -1: none
// is. heads are sorted by their dates.
func near(all []Message, heads []part, p part, most time.Duration) int {
	sent := all[p.at].Published
	later := sort.Search(len(heads), func(i int) bool { return all[heads[i].at].Published.After(sent) })
	best := -1
	if later > 0 {
		if at := heads[later-1].at; sent.Sub(all[at].Published) <= most {
			best, most = at, sent.Sub(all[at].Published)
		}
	}
	if later < len(heads) {
		if at := heads[later].at; all[at].Published.Sub(sent) < most || best < 0 && all[at].Published.Sub(sent) <= most {
			best = at
		}
	}
	return best
}

var (
	tagMark  = pattern.New(`^\s*\[([^\[\]]{1,60})\]\s*`)
	patchTag = pattern.New(`(?i)\b(?:patch|rfc|git pull|pull)`)
	infoTag  = pattern.New(`(?i)^(?:ann|announce(?:ment)?)$`)
)

// dropTags takes the tags off titles that say nothing of the mail: the name of the list, as its
// address or most of its messages have it, and [ANNOUNCE]. The marks of patches stay.
func dropTags(all []Message, source string) {
	const few = 4 // messages that tell nothing of the others
	name := map[string]bool{}
	if u, err := url.Parse(source); err == nil {
		dirs := strings.Split(u.Path, "/")
		for _, dir := range dirs[:len(dirs)-1] {
			dir, _, _ = strings.Cut(dir, "@")
			name[strings.ToLower(dir)] = true
		}
	}
	count := map[string]int{}
	if len(all) >= few {
		for i := range all {
			if m := tagMark().FindStringSubmatch(all[i].Title); m != nil {
				count[strings.ToLower(m[1])]++
			}
		}
	}
	for i := range all {
		rest, kept, dropped := all[i].Title, "", false
		for {
			m := tagMark().FindStringSubmatch(rest)
			if m == nil {
				break
			}
			rest = rest[len(m[0]):]
			tag := strings.ToLower(m[1])
			if patchTag().MatchString(tag) || !infoTag().MatchString(tag) && !name[tag] && count[tag]*2 <= len(all) {
				kept += "[" + m[1] + "] "
			} else {
				dropped = true
			}
		}
		if dropped && rest != "" {
			all[i].Title = kept + rest
		}
	}
}
