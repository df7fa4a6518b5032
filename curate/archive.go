package curate

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// BackFile is a file that may be a back issue, as it was read, or why it could not be.
type BackFile struct {
	Path string
	Text []byte
	Err  error
}

// Imported is what an import of back issues came to.
type Imported struct {
	Issues   int           `json:"issues"`  // read
	Changed  int           `json:"changed"` // of these, new to the archive or not as it had them
	Failed   int           `json:"failed"`  // files that are no issue
	Stories  int           `json:"stories"`
	Links    int           `json:"links"`
	Quotes   int           `json:"quotes"`
	Report   []ImportedOne `json:"report"`
	Warnings []Warning     `json:"warnings"`
}

// ImportedOne is one back issue of an import.
type ImportedOne struct {
	Week    string `json:"week"`
	Number  int    `json:"number"`
	File    string `json:"file"`
	Layout  string `json:"layout"`
	Stories int    `json:"stories"`
	Links   int    `json:"links"`
	Quotes  int    `json:"quotes"`
	Changed bool   `json:"changed"`

	issue store.BackIssue
}

// Warning is what an import has to say of a file.
type Warning struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}

// ImportIssues reads back issues into the archive: what was published, when and where. Their
// weeks are closed. The week is that of the file's name, else the one that the file states; the
// number is as stated, else by order. What cannot be read, or is not as the file says, is warned of.
// Importing again changes nothing. A dry run only reports.
func (d *Desk) ImportIssues(ctx context.Context, files []BackFile, dry bool) (Imported, error) {
	out := Imported{Report: []ImportedOne{}, Warnings: []Warning{}}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b BackFile) int { // 2026-W47.md before its copies
		x, y := filepath.Base(a.Path), filepath.Base(b.Path)
		return cmp.Or(cmp.Compare(issue.WeekOfFile(x), issue.WeekOfFile(y)), cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
	from := map[string]string{}
	for _, f := range files {
		one, err := d.readBack(f, &out)
		if err == nil && from[one.Week] != "" {
			err = fmt.Errorf("the issue of %s was read from %s already", one.Week, from[one.Week])
		}
		if err != nil {
			out.Failed++
			out.Warnings = append(out.Warnings, Warning{f.Path, 0, err.Error() + "; nothing of it was imported"})
			continue
		}
		from[one.Week] = f.Path
		out.Report = append(out.Report, one)
	}
	slices.SortFunc(out.Report, func(a, b ImportedOne) int { return cmp.Compare(a.Week, b.Week) })
	if err := d.numberBack(ctx, out.Report); err != nil {
		return out, err
	}
	for i := range out.Report {
		one := &out.Report[i]
		one.issue.Number = one.Number
		out.Issues++
		out.Stories += one.Stories
		out.Links += one.Links
		out.Quotes += one.Quotes
		if dry {
			continue
		}
		changed, err := d.Store.SetBackIssue(ctx, one.issue)
		if err != nil {
			return out, err
		}
		if one.Changed = changed; changed {
			out.Changed++
		}
	}
	return out, nil
}

// readBack reads one file, with warnings of what is odd about it.
func (d *Desk) readBack(f BackFile, out *Imported) (ImportedOne, error) {
	switch {
	case f.Err != nil:
		return ImportedOne{}, f.Err
	case len(bytes.TrimSpace(f.Text)) == 0:
		return ImportedOne{}, errors.New("it is empty")
	case bytes.IndexByte(f.Text, 0) >= 0:
		return ImportedOne{}, errors.New("it is no text")
	}
	text, faults := issue.Repair(f.Text)
	doc := issue.Parse(text)
	stated := doc.Stated()
	week := issue.WeekOfFile(filepath.Base(f.Path))
	named := week != ""
	if !named {
		week = stated.Week()
	}
	at, err := d.Newsletter.Publication.Of(week)
	if err != nil {
		return ImportedOne{}, errors.New("neither its name nor its head says of which week it is; name it like 2026-W47.md")
	}
	if at.After(d.now()) {
		return ImportedOne{}, fmt.Errorf("the issue of %s appears on %s only", week, at.Format("January 2, 2006"))
	}
	if !named {
		faults = append(faults, issue.Fault{Line: 0, Message: "its name has no week; by what it states it is the issue of " + week})
	}
	for _, s := range stated.Dates {
		if issue.WeekOf(s.Date) == week {
			at = time.Date(s.Date.Year(), s.Date.Month(), s.Date.Day(), at.Hour(), at.Minute(), 0, 0, at.Location())
			break
		}
	}
	faults = append(faults, doc.FrontMatter.Faults...)
	faults = append(faults, stated.Faults(week)...)
	for _, u := range doc.Undefined {
		faults = append(faults, issue.Fault{Line: u.Line, Message: fmt.Sprintf("nothing defines the reference [%s]", u.Label)})
	}
	for _, def := range doc.Definitions {
		if def.Redefined {
			faults = append(faults, issue.Fault{Line: def.Line, Message: fmt.Sprintf("[%s] is defined a second time, as %s; the first counts", def.Label, def.URL)})
		}
	}
	one := ImportedOne{Week: week, Number: stated.Number, File: f.Path, issue: doc.Back(week)}
	one.issue.Path, one.issue.Published, one.Layout = f.Path, at.UTC(), one.issue.Layout
	for _, p := range one.issue.Parts {
		if p.Kind == store.StoryPart {
			one.Stories++
		}
		one.Links += len(p.Links)
		one.Quotes += len(p.Quotes)
	}
	if one.Stories == 0 {
		faults = append(faults, issue.Fault{Line: 1, Message: "there is no story in it"})
	}
	slices.SortStableFunc(faults, func(a, b issue.Fault) int { return cmp.Compare(a.Line, b.Line) })
	for _, f := range faults {
		out.Warnings = append(out.Warnings, Warning{one.File, f.Line, f.Message})
	}
	return one, nil
}

// numberBack gives issues that state no number the one that they have by their order among those
// that do, and among those of the archive.
func (d *Desk) numberBack(ctx context.Context, all []ImportedOne) error {
	known, err := d.Store.Issues(ctx)
	if err != nil {
		return err
	}
	numbers := map[string]int{}
	for _, i := range known {
		if !i.Published.IsZero() && i.Number > 0 {
			numbers[i.Week] = i.Number
		}
	}
	for i, one := range all {
		if one.Number == 0 {
			all[i].Number = numbers[one.Week]
		}
	}
	for _, one := range all {
		if one.Number > 0 {
			numbers[one.Week] = one.Number
		}
	}
	for i := range all {
		if all[i].Number > 0 || all[i].Stories == 0 { // "No issue this week"
			continue
		}
		before, after, between := "", "", 0
		for week := range numbers {
			if week < all[i].Week {
				before = max(before, week)
			} else if after == "" || week < after {
				after = week
			}
		}
		for _, other := range all[i:] {
			if other.Number == 0 && other.Stories > 0 && (after == "" || other.Week < after) {
				between++
			}
		}
		switch {
		case before != "":
			all[i].Number = numbers[before] + 1
		case after != "":
			all[i].Number = max(1, numbers[after]-between)
		default:
			all[i].Number = 1
		}
		numbers[all[i].Week] = all[i].Number
	}
	return nil
}
