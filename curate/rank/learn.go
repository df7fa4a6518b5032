package rank

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"wiredesk/store"
)

// Lesson is a link of which it is known, or may be thought, whether the editor wants it.
type Lesson struct {
	Canonical string // identity, see package link
	Title     string
	Matched   []store.Match
	Taken     bool
	// Weight says how much it counts: 1 is a decision or a published link, less what only stood in the
	// queue and was not chosen.
	Weight float64
	// Open: nobody chose yet. It tells what is common in the queue, and is not counted as a no.
	Open bool
	Text int // the number, from 1, of the text that it was published in; 0: none
}

// What training is tuned by. The values were chosen on the newsletter's weeks of 2017 and 2018, each
// learned from the weeks before it.
const (
	passes = 8   // over the lessons …
	steps  = 800 // … and more of them over a few: so many lessons are taken at least
	rate   = 0.1 // of AdaGrad
	ridge  = 8.0 // L2, per feature
	hold   = 1.0 // L2 on what records weigh more or less than trust, over all lessons
	soft   = 5.0 // lessons' worth of doubt in a record
	trust  = 0.3 // what a record weighs before anything is learned of it
	said   = 0.2 // how much a word in a published text counts beside one of a link there
	piece  = 0.6 // how much a piece of a word counts beside a word
	taste  = 5   // fewer taken links than this are no taste
	rare   = 2   // a feature is learned when this many lessons have it
)

// Learn trains a model on lessons: a logistic regression with L2 over the features of the links
// (AdaGrad: Duchi, Hazan and Singer, 2011), on top of what the topic's terms say and beside the
// records of sites, paths, words and pieces of words, each as it is without the lesson itself and the
// others of its story. The same lessons give the same model, bit for bit, in whatever order they came.
// With fewer than five taken ones there is nothing to learn: nil.
//
// Texts are those of published stories: what the editor wrote about he wants to read about, though no
// link of his had it in its address.
func Learn(lessons []Lesson, texts []string) *Model {
	lessons = slices.Clone(lessons)
	slices.SortStableFunc(lessons, func(a, b Lesson) int { return cmp.Compare(a.Canonical, b.Canonical) })
	t := newTraining(lessons, texts)
	if t == nil {
		return nil
	}
	step := stride(len(lessons))
	for pass := range max(passes, steps/len(lessons)) {
		for k := range lessons {
			t.learn((k*step + pass*101) % len(lessons))
		}
	}
	return t.model()
}

// stride is a step by which all of n places are come by, in no order of theirs.
func stride(n int) int {
	step := 7919
	for n%step == 0 {
		step += 2
	}
	return step
}

// training is the state of Learn. Features are numbered in the order of their first lesson.
type training struct {
	lessons []Lesson
	names   []feature
	rows    [][]int32 // features of each lesson that are learned
	seen    []records
	terms   []float64
	tally   []tally
	share   float64 // of taken lessons, by weight

	weight, square   []float64 // of features, and the sum of the squares of their gradients
	records, squares records
	bias, biasSquare float64
}

func newTraining(lessons []Lesson, texts []string) *training {
	t := &training{lessons: lessons, rows: make([][]int32, len(lessons)), seen: make([]records, len(lessons)), terms: make([]float64, len(lessons))}
	ids := map[feature]int32{}
	parts := make([][4][]int32, len(lessons)) // site, path, words, pieces
	same := map[inText]float64{}
	var last []int // lesson in which a feature was seen last
	var yes, no float64
	took := 0
	for i, l := range lessons {
		look := lookAt(l.Canonical, l.Title, l.Matched)
		t.terms[i] = look.terms
		for _, f := range look.all {
			id, known := ids[f]
			if !known {
				id = int32(len(t.names))
				ids[f] = id
				t.names, t.tally, last = append(t.names, f), append(t.tally, tally{}), append(last, -1)
			}
			if last[id] == i {
				continue
			}
			last[id] = i
			t.rows[i] = append(t.rows[i], id)
			t.tally[id].add(l)
			if l.Text > 0 {
				same[inText{id, l.Text}] += l.Weight
			}
			switch {
			case f == look.site:
				parts[i][0] = append(parts[i][0], id)
			case f == look.path:
				parts[i][1] = append(parts[i][1], id)
			case f.kind == ofWord:
				parts[i][2] = append(parts[i][2], id)
			case f.kind == ofPiece:
				parts[i][3] = append(parts[i][3], id)
			}
		}
		if l.Taken {
			yes += l.Weight
			took++
		} else {
			no += l.Weight
		}
	}
	if took < taste {
		return nil
	}
	t.share = yes / (yes + no)
	told := t.read(texts, ids)
	t.records = records{trust, trust, trust, trust, trust}
	t.weight, t.square = make([]float64, len(t.names)), make([]float64, len(t.names))
	for i, l := range lessons {
		of := func(ids []int32) (out []float64) {
			for _, id := range ids {
				y := t.tally[id]
				switch {
				case l.Text > 0: // links of one story have words in common that the next one will not have
					y.yes -= same[inText{id, l.Text}]
					if told[l.Text-1][id] {
						y.yes -= said
					}
				case l.Taken:
					y.yes -= l.Weight
				default:
					y.no -= l.Weight
				}
				out = append(out, y.record(t.share))
			}
			return out
		}
		t.seen[i] = combined(of(parts[i][0]), of(parts[i][1]), of(parts[i][2]), of(parts[i][3]))
		t.rows[i] = slices.DeleteFunc(t.rows[i], func(id int32) bool { return t.tally[id].all < rare })
	}
	return t
}

// read counts the words of texts for their records, and returns which features each text has. A word of
// every tenth text and more tells nothing.
func (t *training) read(texts []string, ids map[feature]int32) []map[int32]bool {
	words := make([][]string, len(texts))
	in := map[string]int{}
	for i, text := range texts {
		words[i] = wordsOf(strings.ToLower(text))
		slices.Sort(words[i])
		words[i] = slices.Compact(words[i])
		for _, w := range words[i] {
			in[w]++
		}
	}
	out := make([]map[int32]bool, len(texts))
	for i := range texts {
		out[i] = map[int32]bool{}
		for _, w := range words[i] {
			if !says(w) || in[w] > max(len(texts)/10, 1) {
				continue
			}
			f := feature{ofWord, w}
			id, known := ids[f]
			if !known {
				id = int32(len(t.names))
				ids[f] = id
				t.names, t.tally = append(t.names, f), append(t.tally, tally{})
			}
			out[i][id] = true
			t.tally[id].yes += said
		}
	}
	return out
}

// scale is the value of a feature that is there.
func (f feature) scale() float64 {
	if f.kind == ofPiece {
		return piece
	}
	return 1
}

// learn takes one lesson.
func (t *training) learn(i int) {
	l := t.lessons[i]
	z := t.bias + t.terms[i]
	for k, r := range t.seen[i] {
		z += t.records[k] * r
	}
	for _, id := range t.rows[i] {
		z += t.weight[id] * t.names[id].scale()
	}
	want := 0.0
	if l.Taken {
		want = 1
	}
	slope := (1/(1+math.Exp(-z)) - want) * l.Weight
	adapt := func(w, square *float64, gradient float64) {
		*square += gradient * gradient
		*w -= rate * gradient / math.Sqrt(*square+1e-8)
	}
	adapt(&t.bias, &t.biasSquare, slope)
	for k, r := range t.seen[i] {
		adapt(&t.records[k], &t.squares[k], slope*r+hold*(t.records[k]-trust)/float64(len(t.lessons)))
	}
	for _, id := range t.rows[i] {
		adapt(&t.weight[id], &t.square[id], slope*t.names[id].scale()+ridge*t.weight[id]/float64(t.tally[id].all))
	}
}

// model keeps what was learned of features that say something.
func (t *training) model() *Model {
	m := &Model{share: t.share, records: t.records, signs: map[feature]sign{}}
	for _, l := range t.lessons {
		if l.Taken {
			m.Took++
		}
		if !l.Open {
			m.Seen++
		}
	}
	for id, f := range t.names {
		s := sign{t.weight[id] * f.scale(), t.tally[id], t.tally[id].record(t.share)}
		if math.Abs(s.weight) < 0.01 && s.yes == 0 && s.all < rare {
			continue
		}
		m.signs[f] = s
		m.order = append(m.order, f)
	}
	slices.SortFunc(m.order, func(a, b feature) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name))
	})
	return m
}
