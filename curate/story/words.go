package story

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wiredesk/store/link"
)

// The limits of words, and why.
const (
	common  = 60   // candidates in which a word or a piece of one may stand and still point to one news
	unread  = 1000 // candidates thought of beside those that there are: a few say little of how rare a word is
	alike   = 0.25 // how much of what the read ones are about the unread are about: of a topic with ten candidates all have its words
	gramLen = 4    // length of the pieces by which words are compared: "raspberrypi" and "raspberry pi"
)

// doc is a candidate as the words of its title and address. A word is a name where it stands in the
// host, or names an owner or a repository; it is the site's where most pages of the site have it.
type doc struct {
	words          []word // in order, each once
	host           int32
	owner, project int32 // 0: none
	at             int64 // unix seconds; 0: unknown
}

// word is the number of a word in the vocabulary, and how it stands in a candidate.
type word int32

const (
	isName word = 1 << iota
	ofSite
	mute     // it only names a host that anybody's pages are on
	wordBits = iota
)

func (w word) number() int32 { return int32(w >> wordBits) }

// corpus is all candidates, and their vocabulary. Words are numbers, so that tens of thousands of
// candidates take little room.
type corpus struct {
	members []Member
	docs    []doc
	words   counter
	fillers int32     // words with a lower number are filler
	grams   [][]int32 // by word: the numbers of its pieces
	rarity  []float32 // by piece: what it says that two candidates have it
	has     []int32   // by piece: candidates that have it
	hosts   counter
	places  counter // owners and projects
	buf     []byte
}

// counter numbers names, and counts the candidates that have them.
type counter struct {
	number map[string]int32
	in     []int32
}

// of returns the number of a name.
func (c *counter) of(name []byte) int32 {
	n, ok := c.number[string(name)]
	if !ok {
		n = int32(len(c.in))
		c.number[string(name)] = n
		c.in = append(c.in, 0)
	}
	return n
}

// read makes the corpus of members.
func read(members []Member) *corpus {
	c := &corpus{members: members, docs: make([]doc, len(members))}
	for _, n := range []*counter{&c.words, &c.hosts, &c.places} {
		n.number = map[string]int32{}
	}
	c.places.of(nil) // 0 is none
	for w := range strings.FieldsSeq(filler) {
		c.words.of([]byte(w))
	}
	c.fillers = int32(len(c.words.in))
	for i, m := range members {
		d := c.doc(m)
		for _, w := range d.words {
			c.words.in[w.number()]++
		}
		c.hosts.in[d.host]++
		c.places.in[d.owner]++
		c.places.in[d.project]++
		c.docs[i] = d
	}
	c.sites()
	c.cut()
	return c
}

// cut cuts the vocabulary into pieces.
func (c *corpus) cut() {
	c.grams = make([][]int32, len(c.words.in))
	numbers := map[uint32]int32{}
	for s, n := range c.words.number {
		for _, g := range grams(s) {
			k, ok := numbers[g]
			if !ok {
				k = int32(len(c.has))
				numbers[g] = k
				c.has = append(c.has, 0)
			}
			c.grams[n] = append(c.grams[n], k)
			c.has[k] += c.words.in[n]
		}
	}
	c.rarity = make([]float32, len(c.has))
	for k, n := range c.has {
		c.rarity[k] = float32(c.says(n))
	}
}

// says is what it says that two candidates have in common what n of all candidates have: the
// logarithm of how rare that is; 0 where these are too many.
func (c *corpus) says(n int32) float64 {
	if n > common {
		return 0
	}
	all := float64(len(c.docs))
	return math.Log((all + unread) / (float64(n)*(1+alike*unread/all) + 1))
}

// doc reads the words of a title and an address.
func (c *corpus) doc(m Member) doc {
	_, rest, _ := strings.Cut(m.Canonical, "://")
	host, path, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, ":")
	d := doc{host: c.hosts.of([]byte(host)), at: m.Published.Unix()}
	var all []word
	for rest, first := host, true; rest != ""; first = false { // from the last label to the first
		at := strings.LastIndexByte(rest, '.') + 1
		kind := isName | ofSite
		if label := rest[at:]; first || anybodys[host] || anySite[label] {
			kind = mute
		}
		all = c.add(all, rest[at:], kind)
		rest = rest[:max(at-1, 0)]
	}
	project := link.Project(m.Canonical)
	if project != "" || host == "github.com" {
		owner, more, _ := strings.Cut(path, "/")
		name, more, _ := strings.Cut(more, "/")
		d.owner = c.places.of([]byte(host + "/" + owner))
		if project != "" {
			d.project = c.places.of([]byte(project))
		}
		all = c.add(c.add(all, owner, isName), name, isName)
		path = more
	}
	all = c.add(c.add(all, path, 0), m.Title, 0)
	slices.Sort(all)
	n := 0
	for i := 0; i < len(all); {
		w := all[i]
		for i++; i < len(all) && all[i].number() == w.number(); i++ {
			w |= all[i]
		}
		if w&mute == 0 {
			all[n] = w
			n++
		}
	}
	d.words = slices.Clone(all[:n])
	return d
}

// add appends the words of a text that say something; of "FriendlyElec" its two parts too.
func (c *corpus) add(all []word, text string, kind word) []word {
	c.buf = c.buf[:0]
	part := 0 // where the last part of the word begins
	take := func(w []byte) {
		if len(w) < 2 || len(w) <= 4 && len(bytes.Trim(w, "0123456789")) == 0 {
			return
		}
		if n := c.words.of(w); n >= c.fillers || kind != 0 {
			all = append(all, word(n)<<wordBits|kind)
		}
	}
	end := func() {
		if part > 0 {
			take(c.buf[part:])
		}
		take(c.buf)
		c.buf, part = c.buf[:0], 0
	}
	for i := 0; i < len(text); {
		b := text[i]
		switch {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
			c.buf = append(c.buf, b)
		case 'A' <= b && b <= 'Z':
			if i > 0 && 'a' <= text[i-1] && text[i-1] <= 'z' {
				take(c.buf[part:])
				part = len(c.buf)
			}
			c.buf = append(c.buf, b|0x20)
		case b < utf8.RuneSelf:
			end()
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				c.buf = utf8.AppendRune(c.buf, unicode.ToLower(r))
			} else {
				end()
			}
			i += size
			continue
		}
		i++
	}
	end()
	return all
}

// sites marks the words that most pages of a site have: "scan", "page" and "item" are in every
// address of some.
func (c *corpus) sites() {
	first, next := make([]int32, len(c.hosts.in)), make([]int32, len(c.docs)) // lists of the candidates of a host, by index+1
	for i := len(c.docs) - 1; i >= 0; i-- {
		h := c.docs[i].host
		next[i], first[h] = first[h], int32(i+1)
	}
	times := make([]int32, len(c.words.in))
	for h, n := range c.hosts.in {
		if n < 3 || c.docs[first[h]-1].owner != 0 {
			continue
		}
		for i := first[h]; i > 0; i = next[i-1] {
			for _, w := range c.docs[i-1].words {
				times[w.number()]++
			}
		}
		for i := first[h]; i > 0; i = next[i-1] {
			words := c.docs[i-1].words
			for k, w := range words {
				if times[w.number()] > n/2 {
					words[k] |= ofSite
				}
			}
		}
		for i := first[h]; i > 0; i = next[i-1] {
			for _, w := range c.docs[i-1].words {
				times[w.number()] = 0
			}
		}
	}
}

// grams returns the pieces of a word, with its beginning and end marked, in order, each once.
func grams(word string) []uint32 {
	s := "^" + word + "$"
	out := make([]uint32, 0, len(s))
	for i := 0; i == 0 || i+gramLen <= len(s); i++ {
		var g uint32
		for _, b := range []byte(s[i:min(i+gramLen, len(s))]) {
			g = g<<8 | uint32(b)
		}
		out = append(out, g)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}

// filler are words that say nothing of which news it is.
const filler = `a an and are as at be by for from has how in into is it its more new no not now of on or our out the this to what
	why with you your announce announced announces announcing announcement article available blog html htm http https index introducing
	id item list news note notes page pages php post posts release released releases status thread topic update updates user version watch week www`

// anySite are labels of hosts that name a part of any site.
var anySite = set(`archive blog blogs bugs com community de developer docs download downloads en events forum forums groups issues
	lists mail media net news org store support web wiki www`)

// anybodys are hosts on which anybody's pages are: that two candidates are there says nothing.
var anybodys = set(`bitbucket.org businesswire.com codeberg.org docs.google.com drive.google.com eventbrite.com facebook.com
	github.com gitlab.com globenewswire.com groups.google.com hub.docker.com indiegogo.com instagram.com kickstarter.com launchpad.net linkedin.com
	medium.com meetup.com news.ycombinator.com play.google.com prnewswire.com prweb.com reddit.com schd.ws slideshare.net
	sourceforge.net speakerdeck.com twitter.com vimeo.com youtube.com`)
