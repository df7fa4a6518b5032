package web_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"wiredesk/curate"
	"wiredesk/store"
)

// readingStays looks for what the editor reads, chose and was told after the page has followed what
// others did.
func readingStays(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 20)
	w.page(1, strings.Repeat("It works and goes on and on. ", 2000))
	must(t, w.desk.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 1}, {Candidate: 2}}, curate.Marks{}))
	b := browse(ctx, w)
	late := 0
	harvest := func() {
		late++
		it := item(100 + late)
		it.Title = fmt.Sprint("Late ", late)
		w.items("late", it)
	}
	// same compares what an expression is before and after the page has followed a change.
	same := func(what, expression string, change func()) {
		t.Helper()
		b.js(`was = document.getElementById('main')`)
		before := b.js(expression)
		change()
		b.until("the news of others", `document.getElementById('main') !== was`)
		if after := b.js(expression); after != before {
			t.Errorf("%s: %s before, %s after", what, before, after)
		}
	}
	top := `Math.round(document.getElementById('s15').getBoundingClientRect().top)`
	b.rows(18)
	b.js(`document.getElementById('s15').scrollIntoView({block: 'start', behavior: 'instant'})`)
	same("the row that is read", top, harvest)
	b.keys("g")
	b.js(`document.getElementById('s15').scrollIntoView({block: 'start', behavior: 'instant'})`)
	same("the row that is read, with another one current", top, harvest)
	b.open("/story/1")
	b.js(`document.querySelector('details.text').open = true; document.querySelector('.page').scrollTop = 900`)
	same("the page's text", `document.querySelector('.page').scrollTop`, harvest)
	focus := `document.activeElement.tagName + document.activeElement.textContent.trim()`
	for path, button := range map[string]string{"/issue": ".acts.row button", "/wires": ".acts.row button", "/story/1": ".own button", "/?state=any": `[aria-label="Hold: News iiiiiiiiiiiiiii"]`} {
		b.open(path)
		b.js(fmt.Sprintf(`document.querySelector(%q).focus()`, button))
		same("focus on "+path, focus, harvest)
	}
	_, err := w.desk.Draft(t.Context(), curate.DraftOptions{Dir: w.dir})
	must(t, err)
	path, text := w.file()
	long := text + strings.Repeat("\n\nA line of prose.", 200)
	must(t, os.WriteFile(path, []byte(long+"\n"), 0o644))
	b.open("/issue")
	b.js(`document.querySelector('.file').scrollTop = 2000; document.querySelector('.preview').scrollTop = 1500`)
	same("the file and its preview", `document.querySelector('.file').scrollTop + ' ' + document.querySelector('.preview').scrollTop`,
		func() { must(t, os.WriteFile(path, []byte(long+"\n\nOne more.\n"), 0o644)) })
	// What was refused is still told; a filter that is being chosen is not put back by an act beside it.
	b.open("/")
	b.js(`Object.defineProperty(document, 'hidden', {value: true, configurable: true})`) // it has not followed yet
	other := *w.desk
	other.Who = "Bea"
	must(t, other.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 15}}, curate.Marks{}))
	b.js(`document.querySelector('[aria-label="Accept: News iiiiiiiiiiiiiii"]').click()`)
	b.says("reject by Bea")
	b.js(`delete document.hidden`)
	same("a refusal", `document.querySelector('.alert').textContent`, harvest)
	b.js(`document.querySelector('[name=source]').value = 'wire'`)
	b.js(`document.querySelector('[aria-label="Reject: News iiiiiiiiiiiiii"]').click()`)
	b.says("Rejected.")
	if got := b.js(`document.querySelector('[name=source]').value`); got != "wire" {
		t.Errorf("the chosen filter is %q", got)
	}
}
