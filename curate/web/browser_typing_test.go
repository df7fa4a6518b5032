package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"wiredesk/curate"
	"wiredesk/store"
)

// typingStays looks for what is ticked and typed after the page has come again: because a form was
// refused, something else was done, or somebody else changed it.
func typingStays(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 5)
	w.page(1, "It works. We ship it today, said Ann. It is fast.", store.Quote{Kind: "speech", Text: "We ship it today", Start: 10, Speaker: "Ann"})
	b := browse(ctx, w)
	b.rows(5)
	stands := func(ticked int, until string) {
		t.Helper()
		b.until("ticks", fmt.Sprintf(`document.querySelectorAll('[name=ref]:checked').length === %d && document.querySelector('[name=all-until]').value === %q`, ticked, until))
	}
	b.click(`[aria-label="Tick: News iiiii"]`)
	b.click(`[aria-label="Tick: News iii"]`)
	b.keys("H")
	b.until("the week's field", `document.activeElement.name === 'all-until'`)
	b.keys("soon\r")
	b.says(`"soon" is no ISO week`)
	stands(2, "soon")
	b.until("the week's field again", `document.activeElement.name === 'all-until'`)
	b.click(`[aria-label="Reject: News i"]`)
	b.rows(4)
	stands(2, "soon")
	b.click(`.said button`)
	b.rows(5)
	stands(2, "soon")
	b.js(`document.querySelector('[name=all-until]').value = '2099-W09'`)
	b.click(`[name=all][value=held]`)
	b.says("Held 2.")
	stands(0, "")
	if got := b.states(); got != "queued queued held queued held" {
		t.Fatal(got)
	}
	// Prose is being written while a quote is picked, and a week is refused that was typed with it.
	b.open("/story/1")
	write := func(field, words string) {
		t.Helper()
		b.js(fmt.Sprintf(`document.getElementById(%q).focus(); document.activeElement.select()`, field))
		b.keys(words)
	}
	prose := func(want, week string) {
		t.Helper()
		b.until("prose", fmt.Sprintf(`document.getElementById('prose').value === %q && document.getElementById('week').value === %q`, want, week))
	}
	write("prose", "Half a thought")
	b.click(`[aria-label="Pick quote 1"]`)
	b.until("picked", `document.querySelector('mark.picked') !== null`)
	prose("Half a thought", "")
	write("week", "soon\r")
	b.says(`"soon" is no ISO week`)
	b.click(`[aria-label="In the draft: quote 1"]`)
	b.until("put back", `!document.querySelector('mark.picked')`)
	prose("Half a thought", "soon")
	// Bea writes too. Her words are not overwritten unseen by what was begun before them.
	other := *w.desk
	other.Who = "Bea"
	must(t, other.Edit(t.Context(), curate.Ref{Story: 1}, curate.Note, "", "Hers"))
	b.click(`[aria-label="Pick quote 1"]`)
	b.until("picked", `document.querySelector('mark.picked') !== null`)
	write("week", "2026-W47\r")
	b.says("changed")
	prose("Half a thought", "2026-W47")
	if st, err := w.desk.Store.Story(t.Context(), 1); err != nil || st.Note != "Hers" {
		t.Errorf("%q, %v", st.Note, err)
	}
	b.js(`document.querySelector('aside button').click()`) // told, he does
	b.says("Saved.")
	if st, err := w.desk.Store.Story(t.Context(), 1); err != nil || st.Note != "Half a thought" {
		t.Errorf("%q, %v", st.Note, err)
	}
	// What is written between Save and its answer is not lost, and saved next.
	saved := func(want string) {
		t.Helper()
		b.until("an answer", `document.getElementById('main') !== was`)
		if st, err := w.desk.Store.Story(t.Context(), 1); err != nil || st.Note != want {
			t.Errorf("%q, %v", st.Note, err)
		}
	}
	save := `was = document.getElementById('main'); document.querySelector('aside button').click()`
	b.js(`document.getElementById('prose').value = 'One'; ` + save + `; document.getElementById('prose').value = 'One, two'`)
	saved("One")
	prose("One, two", "2026-W47")
	b.js(save)
	saved("One, two")
	// serve was started again and knows the browser no more: the prose is not saved, and he is asked before it is left.
	asks := `(() => { const e = new Event('beforeunload', {cancelable: true}); dispatchEvent(e); return e.defaultPrevented })()`
	if b.js(asks) != "false" {
		t.Error("asked about what is saved")
	}
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		port := w.base[strings.LastIndex(w.base, ":")+1:] // other tabs keep theirs
		_, err := cdp.Call(ctx, tab, network.DeleteCookies, network.DeleteCookiesParams{Name: "wiredesk-" + port, URL: w.base})
		return err
	}))
	b.js(`document.getElementById('prose').value = 'An hour of prose'; ` + save)
	b.says("Open the address that wiredesk serve printed")
	if b.js(asks) != "true" {
		t.Error("not asked")
	}
	b.js(fmt.Sprintf(`fetch(%q)`, w.url[len(w.base):])) // the new address, in another tab
	b.click(`[aria-label="In the draft: quote 1"]`)
	b.until("put back", `!document.querySelector('mark.picked')`)
	prose("An hour of prose", "2026-W47")
	b.js(save)
	saved("An hour of prose")
}
