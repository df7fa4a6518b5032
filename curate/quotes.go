package curate

import (
	"context"
	"errors"
	"strings"

	"wiredesk/store"
	"wiredesk/store/plain"
)

// PickQuote puts the nth proposed quote of a candidate (1 is the first of List) into the draft,
// or takes it out again where it is picked already. The quote is returned as it is then.
func (d *Desk) PickQuote(ctx context.Context, candidate int64, n int) (store.Quote, error) {
	all, err := d.Store.Quotes(ctx, []int64{candidate})
	if err != nil {
		return store.Quote{}, err
	}
	quotes := all[candidate]
	if n < 1 || n > len(quotes) {
		return store.Quote{}, mistake("candidate %d has %d quotes; there is no number %d", candidate, len(quotes), n)
	}
	return d.toggle(ctx, quotes[n-1])
}

// ToggleQuote is PickQuote of a quote that a screen shows: by its ID, since its number may be
// another by now. Where it was picked or put back since it was shown, it stays as it is.
func (d *Desk) ToggleQuote(ctx context.Context, shown store.Quote) error {
	_, err := d.toggle(ctx, shown)
	return err
}

func (d *Desk) toggle(ctx context.Context, shown store.Quote) (now store.Quote, err error) {
	verb := "quote"
	if shown.Picked > 0 {
		verb = "unquote"
	}
	_, err = d.Store.Act(ctx, d.Who, verb, func(a *store.Act) error {
		var last int
		if now, last, err = quote(a, shown); err != nil {
			return err
		}
		switch {
		case (now.Picked > 0) != (shown.Picked > 0): // so it is already
			return nil
		case now.Picked > 0:
			now.Picked = 0
		default:
			now.Picked = last + 1
		}
		return a.PickQuote(now)
	})
	return now, err
}

// SetSpeaker stores who says a quote, in the editor's spelling. Where somebody named another one since
// it was shown, that is a *store.Conflict.
func (d *Desk) SetSpeaker(ctx context.Context, shown store.Quote, speaker string) error {
	speaker = plain.Line(speaker)
	_, err := d.Store.Act(ctx, d.Who, "speaker", func(a *store.Act) error {
		now, _, err := quote(a, shown)
		if err != nil {
			return err
		}
		if lost(now.Speaker, shown.Speaker, speaker) {
			return a.QuoteConflict(now.ID)
		}
		now.Speaker = speaker
		return a.PickQuote(now)
	})
	return err
}

// quote is a quote that was shown as it is now, and the last place among those that are picked.
func quote(a *store.Act, shown store.Quote) (now store.Quote, last int, err error) {
	all, err := a.Quotes(shown.CandidateID)
	if err != nil {
		return now, 0, err
	}
	for _, q := range all {
		last = max(last, q.Picked)
		if q.ID == shown.ID {
			now = q
		}
	}
	if now.ID == 0 {
		return now, 0, mistake("the page of candidate %d was read again, and this quote is not in it any more", shown.CandidateID)
	}
	return now, last, nil
}

// OwnQuote puts words that the editor chose himself into the draft. They must stand in the page
// as it was fetched, word for word; white space and the shape of quotation marks may differ, and
// what is stored is the page's own spelling.
func (d *Desk) OwnQuote(ctx context.Context, candidate int64, words string) (store.Quote, error) {
	snapshot, text, err := d.Store.SnapshotText(ctx, candidate)
	if errors.Is(err, store.ErrNotFound) {
		return store.Quote{}, mistake("candidate %d has no stored page to check a quote against", candidate)
	}
	if err != nil {
		return store.Quote{}, err
	}
	from, to, ok := find(text, words)
	if !ok {
		return store.Quote{}, mistake("these words do not stand in the page of candidate %d as it was fetched", candidate)
	}
	q := store.Quote{CandidateID: candidate, SnapshotID: snapshot, Kind: "own", Text: text[from:to], Start: from}
	_, err = d.Store.Act(ctx, d.Who, "quote", func(a *store.Act) error {
		id, err := a.AddQuote(q)
		if err != nil {
			return err
		}
		now, last, err := quote(a, store.Quote{ID: id, CandidateID: candidate})
		if err != nil {
			return err
		}
		q = now
		q.Picked = last + 1
		return a.PickQuote(q)
	})
	return q, err
}

// find returns where words stand in text, whatever the white space and the quotation marks.
func find(text, words string) (from, to int, ok bool) {
	want := fold(plain.Line(words))
	if want == "" {
		return 0, 0, false
	}
	// The folded text, and for each of its bytes the place in text that it came from.
	var have []byte
	var at []int
	for i, r := range text {
		if r == '\n' {
			r = ' '
		}
		if r == ' ' && (len(have) == 0 || have[len(have)-1] == ' ') {
			continue
		}
		for _, c := range []byte(fold(string(r))) {
			have, at = append(have, c), append(at, i)
		}
	}
	i := strings.Index(string(have), want)
	if i < 0 {
		return 0, 0, false
	}
	to = len(text)
	if end := i + len(want); end < len(at) {
		to = at[end]
	}
	return at[i], at[i] + len(strings.TrimRight(text[at[i]:to], " \n")), true
}

var foldMarks = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "\u00a0", " ")

func fold(s string) string { return foldMarks.Replace(s) }
