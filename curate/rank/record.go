package rank

import "math"

// records are numbers that a link's records come to, see combined.
type records [5]float64

// tally is how the lessons with one feature went.
type tally struct {
	yes, no    float64 // by weight
	took, seen int     // lessons that the editor chose on
	all        int
}

// inText is a feature in the text of a published story.
type inText struct {
	feature int32
	text    int
}

func (t *tally) add(l Lesson) {
	t.all++
	if l.Taken {
		t.yes += l.Weight
		t.took++
	} else {
		t.no += l.Weight
	}
	if !l.Open {
		t.seen++
	}
}

// record is how much more, or less, often links with a feature are taken than links are: the
// logarithm of the ratio, near 0 while little is known.
func (t tally) record(share float64) float64 {
	return math.Log((t.yes + soft*share) / (t.yes + t.no + soft) / share)
}

// combined are the numbers that a link's records come to: its site's, its path's, the best of its
// words', the mean of them, and the mean of its pieces of words; a mean is nearer to 0 where they are few.
func combined(site, path, words, pieces []float64) records {
	var out records
	for _, r := range site {
		out[0] += r
	}
	for _, r := range path {
		out[1] += r
	}
	for _, r := range words {
		out[2] = max(out[2], r)
		out[3] += r / float64(len(words)+2)
	}
	for _, r := range pieces {
		out[4] += r / float64(len(pieces)+8)
	}
	return out
}
