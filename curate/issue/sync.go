package issue

import (
	"slices"
	"strings"
)

// syncContents brings the contents list of a file in step with its headings. An item that said what
// a heading said when the last run ended follows that heading, and goes with its story; a story that
// is new gets an item. What the editor worded himself, and what he left out, stays.
func syncContents(d, last, theirs *Document, added []string) *Document {
	done := map[string]bool{} // headings that were given an item
	for range 500 {
		at := d.Contents()
		if at < 0 || d.Parts[at].List.Block < 0 && len(d.Parts[at].List.Items) > 0 {
			return d // none, or running text: that is his own prose
		}
		edits := newContents(d, last, theirs, added).edits(done)
		if len(edits) == 0 {
			return d
		}
		next, err := d.Apply(edits...)
		if err != nil {
			return d
		}
		d = next
	}
	return d
}

// contents is the contents list of a file beside its stories.
type contents struct {
	d, last, theirs *Document
	added           []string
	items           []Item
	of              map[int]int    // items to stories of the same words
	item            map[int]int    // the other way round
	before          map[int]int    // stories to those of last
	now             map[int]int    // the other way round
	lastItems       map[string]int // items of last, by their words
	lastStories     map[string]int
	lastOf          map[int]int // stories of last to their items
}

func newContents(d, last, theirs *Document, added []string) *contents {
	c := &contents{
		d: d, last: last, theirs: theirs, added: added, items: d.Parts[d.Contents()].List.Items,
		of: map[int]int{}, item: map[int]int{}, before: pair(d, last).to, now: map[int]int{},
		lastItems: map[string]int{}, lastStories: map[string]int{}, lastOf: map[int]int{},
	}
	for s, l := range c.before {
		c.now[l] = s
	}
	for _, s := range last.Stories() {
		if _, twice := c.lastStories[loose(last.Parts[s].Plain)]; !twice {
			c.lastStories[loose(last.Parts[s].Plain)] = s
		}
	}
	if at := last.Contents(); at >= 0 {
		for i, it := range last.Parts[at].List.Items {
			c.lastItems[loose(it.Plain)] = i
			if s, ok := c.lastStories[loose(it.Plain)]; ok {
				c.lastOf[s] = i
			}
		}
	}
	byWords := map[string]int{}
	for _, s := range slices.Backward(d.Stories()) {
		byWords[loose(d.Parts[s].Plain)] = s
	}
	for i, it := range c.items {
		if s, ok := byWords[loose(it.Plain)]; ok {
			if _, taken := c.item[s]; !taken {
				c.of[i], c.item[s] = s, i
			}
		}
	}
	return c
}

// edits are the next edits that the list needs; none: it is in step.
func (c *contents) edits(done map[string]bool) []Edit {
	if e := c.stale(); e != nil {
		return e
	}
	if e := c.reordered(); e != nil {
		return e
	}
	for _, s := range c.d.Stories() {
		words := loose(c.d.Parts[s].Plain)
		if _, has := c.item[s]; has || words == "" || done[words] || !c.wants(s) {
			continue
		}
		done[words] = true
		return []Edit{c.d.InsertContentsItem(c.position(s), c.wording(s))}
	}
	return nil
}

// stale rewords or removes the first item that tells of a heading as it was.
func (c *contents) stale() []Edit {
	for i, it := range c.items {
		s, known := c.lastStories[loose(it.Plain)]
		if _, linked := c.of[i]; linked || !known || !c.asLast(it) {
			continue
		}
		to, there := c.now[s]
		if !there {
			return []Edit{c.d.RemoveContentsItem(i)}
		}
		if _, taken := c.item[to]; !taken && loose(c.d.Parts[to].Plain) != "" {
			return []Edit{c.d.SetContentsItem(i, c.wording(to))}
		}
	}
	return nil
}

// asLast reports that an item says what it said when the last run ended.
func (c *contents) asLast(it Item) bool {
	i, ok := c.lastItems[loose(it.Plain)]
	return ok && c.last.Text(c.last.Parts[c.last.Contents()].List.Items[i].Text) == c.d.Text(it.Text)
}

// reordered puts items into the order of their stories, where that is another than it was, and the
// editor left the items in the order in which the stories stood.
func (c *contents) reordered() []Edit {
	var order []int // stories of last that have an item there and here
	for _, l := range c.last.Stories() {
		s, there := c.now[l]
		_, had := c.lastOf[l]
		if i, has := c.item[s]; there && had && has && !strings.Contains(c.d.Text(c.items[i].Text), "\n") {
			order = append(order, l)
		}
	}
	inOrder := func(of func(l int) int) bool {
		return slices.IsSortedFunc(order, func(a, b int) int { return of(a) - of(b) })
	}
	itemNow := func(l int) int { return c.item[c.now[l]] }
	if inOrder(func(l int) int { return c.now[l] }) || !inOrder(itemNow) || !inOrder(func(l int) int { return c.lastOf[l] }) {
		return nil
	}
	var slots []int
	for _, l := range order {
		slots = append(slots, itemNow(l))
	}
	slices.SortFunc(order, func(a, b int) int { return c.now[a] - c.now[b] })
	var out []Edit
	for i, l := range order {
		if from := itemNow(l); from != slots[i] {
			out = append(out, c.d.SetContentsItem(slots[i], c.d.Text(c.items[from].Text)))
		}
	}
	return out
}

// wants reports that a story without an item is to have one: it is new since the last run, and no
// item of the editor's own is about it.
func (c *contents) wants(s int) bool {
	at := c.last.Contents()
	emptied := len(c.items) == 0 && at >= 0 && len(c.last.Parts[at].List.Items) > 0
	if emptied {
		return false
	}
	if slices.Contains(c.added, c.d.title(s)) {
		return true
	}
	if _, old := c.before[s]; old || len(c.last.Parts) == 0 {
		return false
	}
	for i, it := range c.items {
		_, linked := c.of[i]
		if !linked && !c.asLast(it) && alike(loose(it.Plain), loose(c.d.Parts[s].Plain)) {
			return false
		}
	}
	return true
}

// alike reports that two headings share half of the words of the shorter one.
func alike(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	shared := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			shared++
		}
	}
	return len(x) > 0 && 2*shared >= len(x)
}

// position is the place of a new item: behind that of the story before, else before that of the
// story behind, else last.
func (c *contents) position(s int) int {
	stories := c.d.Stories()
	at := slices.Index(stories, s)
	for j := at - 1; j >= 0; j-- {
		if i, ok := c.item[stories[j]]; ok {
			return i + 1
		}
	}
	for j := at + 1; j < len(stories); j++ {
		if i, ok := c.item[stories[j]]; ok {
			return i
		}
	}
	return len(c.items)
}

// wording is the item of a story: that of theirs where it has one, else the heading without its
// credit.
func (c *contents) wording(s int) string {
	words := loose(c.d.Parts[s].Plain)
	if at := c.theirs.Contents(); at >= 0 {
		for _, it := range c.theirs.Parts[at].List.Items {
			if loose(it.Plain) == words {
				return c.theirs.Text(it.Text)
			}
		}
	}
	heading := c.d.Parts[s].Heading
	if m := creditAtEnd.FindStringIndex(heading); m != nil && m[0] > 0 {
		heading = strings.TrimSpace(heading[:m[0]])
	}
	return heading
}
