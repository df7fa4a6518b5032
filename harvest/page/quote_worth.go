package page

import (
	"math"
	"slices"
	"strings"

	"wiredesk/harvest/pattern"
)

// What speaks for a paragraph as the quote of its page, and how much. The weights were fitted to
// what one editor quoted of some thirty pages, and tried on pages that they were not fitted to.
const (
	forTopic  = 0.85  // for each doubling of its interest
	forLength = 3.1   // as long as what editors quote
	forPlace  = -0.85 // for each e-fold of the paragraphs before it
	forNews   = 1.6   // it says that something is new
	forTitle  = 0.7   // all that the title names
	forLinks  = -2.5  // all of it is links
	forSpeech = 1.0   // the words of somebody with a name
	forLean   = -1.4  // it needs what stands before it
	forErrand = -2.0  // it sends the reader somewhere
	forAsking = -1.6  // it wants to know
)

// subject is what the title of a page names.
type subject map[string]bool

func subjectOf(title string) subject {
	about := subject{}
	for _, w := range titleWords(title) {
		if len(w) > 2 && !starters[w] && !common[w] {
			about[w] = true
		}
	}
	return about
}

var common = names(`the and for with from into about over your you its are was new now how why what who will can all not available release released
	github issue pull request post blog news`)

// worth is how much speaks for a paragraph of so many words and so much interest that has so
// many paragraphs before it.
func (about subject) worth(text string, words int, interest float64, linked, place int) float64 {
	score := forTopic*math.Log2(1+math.Min(interest, 7)) + forLength*nearSixty(words) + forPlace*math.Log(float64(1+place)) +
		forLinks*float64(linked)/float64(max(len(text), 1))
	says := about.read(strings.ToLower(text))
	score += forTitle * says.named
	if says.news {
		score += forNews
	}
	if says.errand {
		score += forErrand
	}
	if says.asking || strings.HasSuffix(strings.TrimRight(text, `"”’)`), "?") {
		score += forAsking
	}
	if leans().MatchString(text) {
		score += forLean
	}
	return score
}

// reading is what the words of a paragraph tell of it.
type reading struct {
	named                float64 // how much of the subject
	news, errand, asking bool
}

// read reads the words of a text in lower case.
func (about subject) read(low string) reading {
	var r reading
	var seen []string
	last := ""
	for w := range strings.FieldsFuncSeq(low, notInWord) {
		pair := [2]string{last, w}
		r.news = r.news || news[w]
		r.errand = r.errand || errands[pair] || w == "subscribe"
		r.asking = r.asking || asking[pair]
		if about[w] && !slices.Contains(seen, w) {
			seen = append(seen, w)
		}
		last = w
	}
	r.named = float64(len(seen)) / float64(max(len(about), 2))
	return r
}

// nearSixty is 1 for a paragraph of about 60 words, the length that editors quote, less for
// shorter and longer ones.
func nearSixty(words int) float64 {
	return math.Exp(-math.Pow(math.Log(float64(max(words, 1))/60), 2) / 0.8)
}

// news are words that say that something was not so before.
var news = names(`now new today announce announced announces announcing launch launched launches available release released`)

// leans begins a paragraph that cannot be understood without the one before it.
var leans = pattern.New(`^(?:\p{Ll}|(?i:(?:this|that|these|those)(?: (?:is|was|are|means|makes|allows|will|has|can)| \p{L}+ (?:is|was|are))|it|in it|they|he|she|and|but|so|then|also|however|or|next|now that|more precisely|for example|finally|in addition|as you|you)\b)`)

// asking are words of somebody who wants to know: it is no news yet.
var asking = pairs(`to know, wondering if, wondering whether, know whether, does anyone, there any, any news, any update, any updates, any progress, any plan, any plans`)

// errands send the reader somewhere, or ask for something.
var errands = pairs(`click here, out more, more information, more details, sign up, follow us, check out, download it, download the, read more,
	report bugs, report issues, me know, us know, you buy, earn a`)

func pairs(list string) map[[2]string]bool {
	set := map[[2]string]bool{}
	for _, two := range strings.Split(list, ",") {
		words := strings.Fields(two)
		set[[2]string{words[0], words[1]}] = true
	}
	return set
}
