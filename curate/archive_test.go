package curate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store/storetest"
)

// backDesk is a desk of a newsletter that appears on Fridays.
func backDesk(t *testing.T) *curate.Desk {
	t.Helper()
	p, err := issue.ParsePublication("friday 12:00", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return &curate.Desk{Store: storetest.Open(t), Newsletter: curate.Newsletter{Publication: p}, Now: func() time.Time { return storetest.Start }}
}

func TestNumbersOfBackIssues(t *testing.T) {
	d := backDesk(t)
	story := func(head string) []byte { return []byte(head + "\n\n### A story\n\nText\n") }
	in, err := d.ImportIssues(t.Context(), []curate.BackFile{
		{Path: "2026-W01.md", Text: story("")}, {Path: "2026-W02.md", Text: story("# N, Issue 7")}, {Path: "2025-W51.md", Text: story("")}, {Path: "2026-W04.md", Text: []byte("No issue.")},
		{Path: "2026-W05.md", Text: story("---\ntitle: N for January 30, 2026\n---")}, {Path: "2026-W06.md", Text: story("---\ntitle: N 12 2026-W06\n---")},
		{Path: "2026-W07.md", Text: story("---\ntitle: N\nissue: 14\n---")}, {Path: "2026-W03.md", Err: os.ErrPermission}, {Path: "2026-W08.md", Text: []byte("a\x00b")},
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"2025-W51": 5, "2026-W01": 6, "2026-W02": 7, "2026-W04": 0, "2026-W05": 8, "2026-W06": 12, "2026-W07": 14}
	if len(in.Report) != len(want) || in.Failed != 2 || len(in.Warnings) != 3 {
		t.Errorf("%+v", in)
	}
	for _, one := range in.Report {
		if one.Number != want[one.Week] {
			t.Errorf("%s has number %d, want %d", one.Week, one.Number, want[one.Week])
		}
	}
	issues, err := d.Store.Issues(t.Context())
	if err != nil || len(issues) != 7 || !issues[4].Published.Equal(time.Date(2026, 1, 30, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", issues, err)
	}
	// Issues that come later count on from those that are there.
	in, err = d.ImportIssues(t.Context(), []curate.BackFile{{Path: "2026-W09.md", Text: story("")}, {Path: "2026-W01.md", Text: story("")}}, false)
	if err != nil || in.Report[0].Number != 6 || in.Report[0].Changed || in.Report[1].Number != 15 {
		t.Errorf("%+v, %v", in, err)
	}
}

// TestRealBackIssuesAreImported reads the back issues of a real newsletter, where they are at
// hand: all of them are issues, and nothing changes when they come again.
func TestRealBackIssuesAreImported(t *testing.T) {
	paths, err := filepath.Glob("../../shared/corpus/worksonarm/20*.md")
	if err != nil || len(paths) == 0 {
		t.Skip("the back issues of ../shared are not here")
	}
	var files []curate.BackFile
	for _, p := range paths {
		text, err := os.ReadFile(p)
		files = append(files, curate.BackFile{Path: p, Text: text, Err: err})
	}
	d := backDesk(t)
	for i, changed := range []int{len(files), 0} {
		in, err := d.ImportIssues(t.Context(), files, false)
		if err != nil {
			t.Fatal(err)
		}
		if in.Issues != len(files) || in.Failed != 0 || in.Changed != changed {
			t.Errorf("import %d: %d issues, %d changed, %d failed", i+1, in.Issues, in.Changed, in.Failed)
		}
		// Counted with another markdown reader over the same files.
		if in.Stories != 453 || in.Links < 1226 || in.Quotes != 161 {
			t.Errorf("%d stories, %d links, %d quotes", in.Stories, in.Links, in.Quotes)
		}
	}
}
