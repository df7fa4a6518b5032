package web_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wiredesk/curate"
	"wiredesk/store"
)

// tab is a tab of a real browser that shows the desk.
type tab struct {
	*world
	ctx context.Context
}

// browser starts a headless Chromium; without one on this machine the test is skipped.
func browser(t testing.TB) context.Context {
	t.Helper()
	name := ""
	for _, n := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(n); err == nil {
			name = path
			break
		}
	}
	if name == "" {
		t.Skip("no Chromium on this machine; on Debian: apt-get install chromium")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(name), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx)) // it lives as long as the context of the first step
	return ctx
}

// browse opens a tab at the desk.
func browse(ctx context.Context, w *world) tab {
	w.Helper()
	ctx, cancel := chromedp.NewContext(ctx)
	w.Cleanup(cancel)
	t := tab{w, ctx}
	must(w, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		// Tabs beside each other are each the one that has the focus.
		_, err := cdp.Call(ctx, tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})))
	t.do(chromedp.Navigate(w.url), chromedp.WaitReady(chromedp.CSS("#main")))
	return t
}

// tabsAtOnce is how many tabs work beside each other: they wait more than they work.
const tabsAtOnce = 3

// TestInABrowser runs what needs a real browser, in tabs of one; what takes longest comes first.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	free := make(chan struct{}, tabsAtOnce)
	var tabs sync.WaitGroup
	defer tabs.Wait()
	for _, c := range []struct {
		name string
		run  func(*testing.T, context.Context)
	}{
		{"accessible, light and wide", accessible("light", 1280)}, {"accessible, dark and narrow", accessible("dark", 390)},
		{"the keyboard alone", keyboardAlone}, {"nothing sticks out", sticksOut}, {"what others do", othersDo}, {"typing stays", typingStays}, {"reading stays", readingStays},
		{"the other keys", otherKeys}, {"a week without scripts", withoutScripts}, {"a week by mouse", byMouse}, {"a week by keys", byKeys}, {"quotes", quotePicking},
	} {
		free <- struct{}{}
		tabs.Go(func() {
			defer func() { <-free }()
			t.Run(c.name, func(t *testing.T) { c.run(t, ctx) })
		})
	}
}

// patience is how long a step in the browser may take on a busy machine.
const patience = 20 * time.Second

func (t tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	must(t, chromedp.Do(ctx, steps...))
}

// js runs a script in the page.
func (t tab) js(script string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[any](script, chromedp.EvalAwaitPromise))
	must(t, err)
	return fmt.Sprint(v)
}

func (t tab) click(what string) {
	t.Helper()
	t.do(chromedp.Click(chromedp.CSS(what)))
}

// open opens a page.
func (t tab) open(path string) {
	t.Helper()
	t.do(chromedp.Navigate(t.base+path), chromedp.WaitReady(chromedp.CSS("#main")))
}

// keys presses keys one after the other, as fast as they come.
func (t tab) keys(keys string) {
	t.Helper()
	t.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := *events[0], *events[len(events)-1]
			if len(events) == 3 { // a character: typed by the key itself, unless the page takes the key
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, e := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, tab, input.DispatchKeyEvent, e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// until waits until an expression of the page is true.
func (t tab) until(what, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, patience)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression)) // an error while a page goes and the next one comes
		if err == nil && ok {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("waited for %s: %v; candidates are %s; the page says:\n%s", what, err, t.states(), t.js(`document.body.innerText`))
		}
	}
}

// says waits until the page says something.
func (t tab) says(text string) {
	t.Helper()
	t.until("page says "+text, fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, text))
}

func (t tab) rows(n int) {
	t.Helper()
	t.until(fmt.Sprintf("%d rows", n), fmt.Sprintf(`document.readyState === "complete" && document.querySelectorAll(".story").length === %d`, n))
}

// look sets the colour scheme and the width of the window.
func (t tab) look(scheme string, width int64) {
	t.Helper()
	t.do(chromedp.EmulateViewport(width, 844), chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	}))
}

func byKeys(t *testing.T, ctx context.Context) {
	b := browse(ctx, begin(t, "127.0.0.1", 8))
	b.rows(8)
	b.keys("aax") // the three best, as fast as keys come
	b.rows(5)
	if got := b.states(); got != "queued queued queued queued queued rejected accepted accepted" {
		t.Fatal(got)
	}
	b.keys("jh") // not the next, but the one after it
	b.rows(4)
	b.keys("u")
	b.rows(5)
	if got := b.states(); got != "queued queued queued queued queued rejected accepted accepted" {
		t.Fatal(got)
	}
	// Two are ticked and merged, and the story is opened and gets its headline.
	b.open("/")
	b.rows(5)
	b.keys("j j m")
	b.says("Merged 2 into one story.")
	b.rows(4)
	b.keys("g\r")
	b.until("the story", `location.pathname.startsWith('/story/') && document.readyState === 'complete'`)
	b.keys("eTwo in one\r")
	b.until("headline", `document.querySelector('h1').innerText === 'Two in one'`)
	b.keys("\x1b")
	b.js(`document.activeElement.blur()`)
	b.keys("a")
	b.says("Accepted.")
	if got := b.states(); got != "queued queued queued accepted accepted rejected accepted accepted" {
		t.Fatal(got)
	}
	// The enter key on a box is that of its row.
	b.open("/")
	b.js(`document.querySelector('[data-tick]').focus()`)
	b.keys("\r")
	b.until("the story", `location.pathname.startsWith('/story/') && document.readyState === 'complete'`)
	if got := b.states(); got != "queued queued queued accepted accepted rejected accepted accepted" {
		t.Fatal(got)
	}
	// Search, help.
	b.open("/")
	b.keys("/News iii\r")
	b.rows(1)
	b.keys("?")
	b.says("next, previous")
}

// otherKeys are those beside the verdicts, by the terminal's names.
func otherKeys(t *testing.T, ctx context.Context) {
	b := browse(ctx, begin(t, "127.0.0.1", 4))
	b.rows(4)
	focused := func(name string) {
		t.Helper()
		b.until("focus on "+name, fmt.Sprintf(`document.readyState === 'complete' && document.activeElement.name === %q`, name))
		b.js(`document.activeElement.blur()`)
	}
	b.keys("H2099-W09\r") // nothing is ticked: the first
	b.rows(3)
	if c, err := b.desk.Store.Candidate(t.Context(), 4); err != nil || c.State != store.Held || c.Until != "2099-W09" {
		t.Fatal(c.State, c.Until, err)
	}
	b.keys("AHlater\r")
	b.says(`later`)
	b.rows(3)
	b.keys("\x1bA\x1b") // out of the field; nothing is ticked after that: x is on one story
	b.keys("x")
	b.rows(2)
	b.keys("Ax")
	b.rows(0)
	b.keys("U")
	b.until("the question", `document.activeElement.textContent.startsWith('Take back all')`)
	b.keys("\r")
	b.rows(4)
	if got := b.states(); got != "queued queued queued queued" {
		t.Fatal(got)
	}
	for key, name := range map[string]string{"v": "credit", "c": "section", "w": "week", "e": "headline", "n": "note"} {
		b.open("/")
		b.rows(4)
		b.keys(key)
		b.until("the story", `location.pathname.startsWith('/story/')`)
		focused(name)
		b.keys(key) // and on the story itself
		focused(name)
	}
	b.keys("H2099-W10\r")
	b.says("Held")
	if c, err := b.desk.Store.Candidate(t.Context(), 4); err != nil || c.State != store.Held || c.Until != "2099-W10" {
		t.Fatal(c.State, c.Until, err)
	}
	b.open("/?q=News&source=wire")
	b.rows(3)
	b.keys("f")
	focused("source")
	b.keys("\x1b")
	b.until("no filter", `location.search === '' && document.readyState === 'complete'`)
	b.rows(3)
}

func byMouse(t *testing.T, ctx context.Context) {
	b := browse(ctx, begin(t, "127.0.0.1", 5))
	b.click(`[aria-label="Accept: News iiiii"]`)
	b.rows(4)
	b.click(`[aria-label="Reject: News i"]`)
	b.rows(3)
	b.click(`.said button`)
	b.rows(4)
	b.click(`[aria-label="Tick: News ii"]`)
	b.js(`scrollTo(0, document.body.scrollHeight)`) // what is ticked is told in a bar over the last rows
	b.click(`[aria-label="Tick: News i"]`)
	b.click(`[name=all][value=held]`)
	b.says("Held 2.")
	b.rows(2)
	if got := b.states(); got != "held held queued queued accepted" {
		t.Fatal(got)
	}
	b.click(`.tabs a[href*=held]`)
	b.rows(2)
	b.click(`[aria-label="Requeue: News ii"]`)
	b.rows(1)
	if got := b.states(); got != "held queued queued queued accepted" {
		t.Fatal(got)
	}
}

func withoutScripts(t *testing.T, ctx context.Context) {
	b := browse(ctx, begin(t, "127.0.0.1", 4))
	b.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	b.open("/")
	submit := func(what string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(what))); err != nil {
			t.Fatal(err)
		}
	}
	submit(`[aria-label="Accept: News iiii"]`)
	submit(`[aria-label="Reject: News iii"]`)
	submit(`[aria-label="Hold: News ii"]`)
	if got := b.states(); got != "queued held rejected accepted" {
		t.Fatal(got)
	}
	submit(`.said button`)
	if got := b.states(); got != "queued queued rejected accepted" {
		t.Fatal(got)
	}
	b.click(`[aria-label="Tick: News i"]`)
	b.keys("\r") // on the box: it decides nothing
	b.until("an act on nothing", `document.body.innerText.includes("Nothing was chosen.") && document.querySelector('[aria-label="Tick: News i"]').checked`)
	if got := b.states(); got != "queued queued rejected accepted" {
		t.Fatal(got)
	}
	b.click(`[aria-label="Tick: News ii"]`)
	submit(`[name=all][value=accepted]`)
	if got := b.states(); got != "accepted accepted rejected accepted" {
		t.Fatal(got)
	}
	b.open("/issue")
	submit(`form[action$="/draft"] button`)
	if _, text := b.file(); !strings.Contains(text, "### News ii\n") {
		t.Error(text)
	}
}

func quotePicking(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 1)
	w.page(1, "It works. We ship it today, said Ann. It is fast.", store.Quote{Kind: "speech", Text: "We ship it today", Start: 10, Speaker: "Ann"})
	b := browse(ctx, w)
	b.open("/story/1")
	b.click(`[aria-label="Pick quote 1"]`)
	b.until("picked", `document.querySelector('mark.picked')?.textContent === 'We ship it today'`)
	// Own words: selected with the mouse, taken with a key.
	b.js(`document.querySelector('.text').open = true;
		const words = [...document.querySelector('[data-text]').childNodes].at(-1);
		getSelection().setBaseAndExtent(words, words.data.indexOf('It is'), words, words.data.length)`)
	b.keys("q")
	b.until("own words", `document.querySelectorAll('mark.picked').length === 2`)
	quotes, err := w.desk.Store.Quotes(t.Context(), []int64{1})
	must(t, err)
	picked := map[string]int{}
	for _, q := range quotes[1] {
		picked[q.Text] = q.Picked
	}
	if picked["We ship it today"] != 1 || picked["It is fast."] != 2 {
		t.Errorf("%v", picked)
	}
}

func othersDo(t *testing.T, ctx context.Context) {
	w := begin(t, "127.0.0.1", 3)
	must(t, w.desk.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	_, err := w.desk.Draft(t.Context(), curate.DraftOptions{Dir: w.dir})
	must(t, err)
	b := browse(ctx, w)
	b.rows(2)
	// The terminal decides, and a harvest brings something.
	must(t, w.desk.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 2}}, curate.Marks{}))
	w.items("late", item(9))
	b.until("the news of others", `document.querySelectorAll('.story').length === 2 && document.querySelector('.story h2').innerText === 'News iiiiiiiii'`)
	// The editor writes into the file with an editor of his own.
	b.open("/issue")
	path, text := w.file()
	must(t, os.WriteFile(path, []byte(text+"\n\nWritten elsewhere.\n"), 0o644))
	b.until("the edited file", `document.querySelector('.preview').innerText.includes('Written elsewhere.')`)
}
