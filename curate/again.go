package curate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// again lays an issue that was published out once more, from what the archive holds of it. Its file
// is what readers have: the text goes to where Out says, and never over another.
func (d *Desk) again(ctx context.Context, o DraftOptions, is store.Issue, at time.Time) (Draft, error) {
	published := mistake("the issue of %s was published on %s; --out - prints it, also in another --layout", o.Week, is.Published.Format(time.DateOnly))
	back, err := d.Store.BackIssue(ctx, o.Week)
	if o.Out == "" || errors.Is(err, store.ErrNotFound) {
		return Draft{}, published
	}
	if err != nil {
		return Draft{}, err
	}
	layout, err := d.layout(o, back.Layout)
	if err != nil {
		return Draft{}, err
	}
	out := Draft{Week: o.Week, Number: is.Number, Added: []string{}, Kept: []string{}, Flagged: []string{}}
	out.Text, err = issue.RenderBack(back, issue.Plan{Title: d.Newsletter.Title, Week: o.Week, Number: is.Number, Date: at}, layout)
	if err != nil {
		return Draft{}, err
	}
	out.count(o.Press)
	if o.Out == "-" {
		return out, nil
	}
	w, err := writeDraft(o.Out, func(mine []byte) (string, error) {
		if mine != nil && string(mine) != out.Text {
			return "", errBeside
		}
		return out.Text, nil
	}, out.Text, func(string) string { return "" })
	out.Path, out.Written, out.Beside = w.path, w.wrote, w.beside
	if w.beside {
		out.Flagged = append(out.Flagged, fmt.Sprintf("%s holds another text, so it was left alone; the issue is in %s", o.Out, w.path))
	}
	return out, err
}
