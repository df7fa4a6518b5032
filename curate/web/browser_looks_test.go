package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"wiredesk/curate"
	"wiredesk/store"
)

// sticksOut looks on a phone and a tablet for what is wider than it: titles, addresses and notes are as long as
// their writers like.
func sticksOut(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 4)
	fill(w)
	long := item(5)
	long.Title, long.Site = strings.Repeat("Unbroken", 40), ""
	long.URL = "https://example.org/" + strings.Repeat("unbroken", 40)
	long.Canonical = long.URL
	w.items("wire", long)
	c, err := w.desk.Store.Candidate(t.Context(), 5)
	must(t, err)
	must(t, w.desk.Decide(t.Context(), store.Held, []curate.Ref{{Story: c.StoryID}}, curate.Marks{Week: "2099-W01", Section: long.Title}))
	b := browse(ctx, w)
	for _, path := range append([]string{fmt.Sprintf("/story/%d", c.StoryID), "/?state=held"}, everyPage...) {
		b.open(path)
		for _, width := range []int64{390, 820} {
			b.look("light", width)
			if wide := b.js(`document.documentElement.scrollWidth`); wide != fmt.Sprint(width) {
				t.Errorf("%s is %s wide on a screen of %d", path, wide, width)
			}
		}
	}
}

// keyboardAlone goes through every page with the tab key: what has the focus is seen to have it, is
// covered by nothing, stands after what had it before, and lets it go on to the end.
func keyboardAlone(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 4)
	fill(w)
	b := browse(ctx, w)
	b.look("light", 1280)
	const look = `(() => {
		const a = document.activeElement;
		if (!a || a === document.body || a === document.documentElement) return 'end';
		const r = a.getBoundingClientRect(), s = getComputedStyle(a);
		const faults = [];
		if (r.width < 1 || r.height < 1 || r.bottom < 0 || r.top > innerHeight) faults.push('is not seen');
		if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) faults.push('does not show that it has the focus');
		const over = document.elementFromPoint(r.left + r.width / 2, Math.min(r.top + r.height / 2, innerHeight - 1));
		if (!over || !(a === over || a.contains(over) || over.contains(a))) faults.push('is covered by ' + (over && over.outerHTML.slice(0, 80)));
		if (window.before && !(window.before.compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING)) faults.push('comes too late');
		window.before = a;
		return faults.length ? a.outerHTML.slice(0, 160) + ' ' + faults.join(', ') : '';
	})()`
	const most = 200 // stops on a page: none of these has as many
	for _, path := range everyPage {
		if strings.Contains(path, "absent") {
			continue // less of the same
		}
		b.open(path)
		stops := 0
		for ; stops < most; stops++ {
			b.keys("\t")
			fault := b.js(look)
			if fault == "end" {
				break
			}
			if fault != "" {
				t.Errorf("%s: %s", path, fault)
			}
		}
		if stops < 8 || stops == most { // the pages' own names are seven
			t.Errorf("%s: the tab key stops %d times", path, stops)
		}
	}
}

// accessible has axe-core look at every page in a colour scheme and width. WIREDESK_AXE names its
// axe.min.js.
func accessible(scheme string, width int64) func(*testing.T, context.Context) {
	return func(t *testing.T, ctx context.Context) { audit(t, ctx, scheme, width) }
}

func audit(t *testing.T, ctx context.Context, scheme string, width int64) {
	file := os.Getenv("WIREDESK_AXE")
	if file == "" {
		t.Skip("WIREDESK_AXE does not name an axe.min.js; npm install axe-core brings one")
	}
	axe, err := os.ReadFile(file)
	must(t, err)
	w := begin(t, "127.0.0.1", 4)
	fill(w)
	b := browse(ctx, w)
	b.look(scheme, width)
	for _, path := range append([]string{"/nowhere", "/undo", "/story/99", "/archive/2018-W08"}, everyPage...) {
		b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("main")))
		b.js(`document.querySelectorAll('details').forEach(d => d.open = true); document.querySelector('[name=ref]')?.click()`) // the bar of what is ticked too
		b.js(string(axe) + ";0")
		found := b.js(`axe.run({resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(v =>
				({id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary)}))))`)
		var all []struct {
			ID, Impact string
			Nodes      []string
		}
		must(t, json.Unmarshal([]byte(found), &all))
		for _, v := range all {
			say := t.Logf
			if v.Impact == "serious" || v.Impact == "critical" {
				say = t.Errorf
			}
			say("%s, %s, %d wide: %s (%s): %s", path, scheme, width, v.ID, v.Impact, strings.Join(v.Nodes, "\n"))
		}
	}
}

// everyPage are the pages, each with something to show.
var everyPage = []string{"/?state=any&did=accepted", "/?week=never", "/?q=absent", "/?state=held", "/story/1", "/issue", "/issue/2026-W49", "/wires", "/add?url=https%3A%2F%2Fnew.example%2F", "/learned", "/archive", "/archive?q=board", "/archive?q=absent", "/archive/2018-W07"}

// fill gives every page something to show.
func fill(w *world) {
	w.Helper()
	w.page(1, "It works. We ship it today, said Ann. It is fast.", store.Quote{Kind: "speech", Text: "We ship it today", Start: 10, Speaker: "Ann"})
	_, err := w.desk.Merge(w.Context(), []curate.Ref{{Candidate: 1}, {Candidate: 2}})
	must(w, err)
	must(w, w.desk.Decide(w.Context(), store.Accepted, []curate.Ref{{Candidate: 2}}, curate.Marks{}))
	must(w, w.desk.Decide(w.Context(), store.Rejected, []curate.Ref{{Candidate: 3}}, curate.Marks{}))
	_, err = w.desk.PickQuote(w.Context(), 1, 1)
	must(w, err)
	_, err = w.desk.Draft(w.Context(), curate.DraftOptions{Dir: w.dir})
	must(w, err)
	old := "# Wire, Issue 7, February 16, 2018 (Week 07)\n\n### A board for all\n\n* https://maker.example/board\n"
	_, err = w.desk.ImportIssues(w.Context(), []curate.BackFile{{Path: "2018-W07.md", Text: []byte(old)}}, false)
	must(w, err)
	_, err = w.desk.Learn(w.Context())
	must(w, err)
	must(w, w.desk.Mute(w.Context(), "kernel"))
}
