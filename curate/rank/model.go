package rank

import (
	"encoding/json"
	"fmt"
)

// Model is what was learned from lessons. Encode and Decode carry it through the database. It may be
// read by many goroutines.
type Model struct {
	Took, Seen int // lessons: taken, and chosen on

	share   float64 // of taken lessons, by weight
	records records // what the records of a link weigh
	signs   map[feature]sign
	order   []feature // of signs, by kind and name
}

// sign is what was learned of a feature: what it adds to a score, how the lessons with it went, and
// what that comes to.
type sign struct {
	weight float64
	tally
	ratio float64 // see record
}

// modelForm is the form of an encoded model, and of the features in it.
const modelForm = 2

// encoded is a model as JSON: a column a field, so that it is read fast.
type encoded struct {
	Form             int
	Took, Seen       int
	Share            float64
	Records          records
	Names            []string // kind and name
	Weights, Yes, No []float64
	TookOf, SeenOf   []int
}

// Encode writes the model down. Equal models give equal bytes.
func (m *Model) Encode() []byte {
	e := encoded{Form: modelForm, Took: m.Took, Seen: m.Seen, Share: m.share, Records: m.records}
	for _, f := range m.order {
		s := m.signs[f]
		e.Names = append(e.Names, string(f.kind)+f.name)
		e.Weights, e.Yes, e.No = append(e.Weights, s.weight), append(e.Yes, s.yes), append(e.No, s.no)
		e.TookOf, e.SeenOf = append(e.TookOf, s.took), append(e.SeenOf, s.seen)
	}
	b, err := json.Marshal(e)
	if err != nil { // only numbers and names come here
		panic(err)
	}
	return b
}

// Decode reads what Encode wrote. An error says that it was written in another form, or is damaged;
// then learn anew.
func Decode(b []byte) (*Model, error) {
	var e encoded
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("what ranking learned is damaged: %w", err)
	}
	if n := len(e.Names); e.Form != modelForm || len(e.Weights) != n || len(e.Yes) != n || len(e.No) != n || len(e.TookOf) != n || len(e.SeenOf) != n {
		return nil, fmt.Errorf("what ranking learned is stored in form %d; this program knows %d", e.Form, modelForm)
	}
	m := &Model{Took: e.Took, Seen: e.Seen, share: e.Share, records: e.Records, signs: make(map[feature]sign, len(e.Names))}
	for i, name := range e.Names {
		if name == "" {
			return nil, fmt.Errorf("what ranking learned is damaged: a sign has no name")
		}
		f := feature{kind(name[0]), name[1:]}
		t := tally{yes: e.Yes[i], no: e.No[i], took: e.TookOf[i], seen: e.SeenOf[i]}
		m.signs[f] = sign{e.Weights[i], t, t.record(e.Share)}
		m.order = append(m.order, f)
	}
	return m, nil
}

// knownPart is the least length of a known word in an unknown one, in bytes: "arm" is in "harm" too.
const knownPart = 4

// known is the word by which a word of a link is read: itself, or, where no lesson had it, the longest
// one with which it begins or ends ("linaroorg", "webkubernetes").
func (m *Model) known(word feature) feature {
	if _, ok := m.signs[word]; ok {
		return word
	}
	for n := len(word.name) - 1; n >= knownPart; n-- {
		for _, part := range []string{word.name[:n], word.name[len(word.name)-n:]} {
			if _, ok := m.signs[feature{ofWord, part}]; ok {
				return feature{ofWord, part}
			}
		}
	}
	return word
}
