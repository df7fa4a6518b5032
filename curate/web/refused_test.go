package web_test

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wiredesk/curate"
	"wiredesk/store"
)

// field is what a field of a page shows, by its name or id, and whether it stands in something that
// is folded up.
func field(t *testing.T, page, name string) (value string, folded bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	must(t, err)
	n := find(root, func(n *html.Node) bool { return attr(n, "id") == name })
	if n == nil {
		n = find(root, func(n *html.Node) bool { return attr(n, "name") == name })
	}
	if n == nil {
		t.Fatalf("no field %s in\n%s", name, page)
	}
	if value = attr(n, "value"); n.Data == "textarea" {
		value = words(n)
	}
	for ; n != nil; n = n.Parent {
		folded = folded || n.Data == "details" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "open" })
	}
	return value, folded
}

// TestWhatWasTypedComesBackWithARefusal sends forms that are refused.
func TestWhatWasTypedComesBackWithARefusal(t *testing.T) {
	w := begin(t, "127.0.0.1", 2)
	w.page(1, "It works. We ship it today, said Ann.", store.Quote{Kind: "speech", Text: "We ship it today", Start: 10, Speaker: "Ann"})
	for _, c := range []struct {
		page, press string
		typed       map[string]string
	}{
		{"/story/1", "Save story", map[string]string{"headline": "It ships", "week": "soon", "note": "Half a thought."}},
		{"/story/1", "Hold", map[string]string{"until": "soon"}},
		{"/story/1", "Quote these words", map[string]string{"words": "We never ship"}},
		{"/learned", "Pin", map[string]string{"name": "kernel", "weight": "much"}},
		{"/issue", "Draft the issue", map[string]string{"fill": "many"}},
	} {
		form := url.Values{}
		for name, v := range c.typed {
			form.Set(name, v)
		}
		status, page := w.press(w.get(c.page), c.press, form)
		if status != 422 {
			t.Errorf("%s: %d\n%s", c.press, status, page)
		}
		for name, want := range c.typed {
			if c.press == "Save story" && name == "note" {
				name = "prose" // its links have notes too
			}
			if got, folded := field(t, page, name); got != want || folded {
				t.Errorf("%s: %s shows %q, want %q; folded %v", c.press, name, got, want, folded)
			}
		}
	}
	// Another story's words are none of the form that was refused.
	_, page := w.post("/candidate/2", url.Values{"back": {"/story/1"}, "note": {"For the other"}, "credit": {"Ann"}, "was-credit": {"Bea"}})
	if strings.Contains(page, "For the other") {
		t.Errorf("words of one form stand in another:\n%s", page)
	}
}

// TestTicksOutliveARefusal holds what is ticked until a week that is none.
func TestTicksOutliveARefusal(t *testing.T) {
	w := begin(t, "127.0.0.1", 4)
	for _, c := range []struct {
		fields url.Values
		status int
		until  string
	}{
		{url.Values{"all": {"held"}, "all-until": {"W99"}}, 422, "W99"},
		{url.Values{"all": {"split"}}, 422, ""},
		{url.Values{"do": {"held nothing"}}, 422, ""},
	} {
		tokens := ticks(w.get("/"))
		c.fields["ref"], c.fields["back"] = []string{tokens[0], tokens[2]}, []string{"/"}
		status, page := w.post("/decide", c.fields)
		if status != c.status {
			t.Errorf("%v: %d\n%s", c.fields, status, page)
		}
		for i, token := range tokens {
			if got, want := strings.Contains(page, fmt.Sprintf(`value="%s" aria-label="Tick: News %s" data-tick checked>`, token, strings.Repeat("i", 4-i))), i == 0 || i == 2; got != want {
				t.Errorf("%v: row %d is ticked: %v\n%s", c.fields, i, got, page)
			}
		}
		if got, _ := field(t, page, "all-until"); got != c.until {
			t.Errorf("%v: until %q", c.fields, got)
		}
	}
	// What is done with one row leaves the ticks of others.
	all := ticks(w.get("/"))
	if status, page := w.post("/decide", url.Values{"do": {"accepted " + all[3]}, "ref": {all[1], all[2]}, "back": {"/?state=any"}}); status != 200 || strings.Count(page, "data-tick checked") != 2 || strings.Contains(page, `name="back" value="/?state=any&amp;tick`) {
		t.Errorf("%d\n%s", status, page)
	}
	if _, page := w.press(w.get("/"), "Undo the last act", nil); strings.Contains(page, "checked") {
		t.Error(page)
	}
	// Somebody else decided meanwhile: the ticks stand on what there is now.
	tokens := ticks(w.get("/"))
	other := *w.desk
	other.Who = "Bea"
	must(t, other.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 4}}, curate.Marks{}))
	status, page := w.post("/decide", url.Values{"all": {"rejected"}, "ref": tokens[:2], "back": {"/"}})
	if status != 409 || strings.Count(page, "data-tick checked") != 1 || w.states() != "queued queued queued accepted" {
		t.Errorf("%d, %s\n%s", status, w.states(), page)
	}
	if status, page = w.post("/decide", url.Values{"all": {"rejected"}, "ref": ticks(page)[:1], "back": {"/"}}); status != 200 || strings.Contains(page, "data-tick checked") {
		t.Errorf("%d\n%s", status, page)
	}
}

func TestAPollThatIsLateIsDueNow(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	for late, want := range map[time.Duration]string{-2 * time.Hour: "due now", 90 * time.Minute: "in 1 h"} {
		w.next = time.Now().Add(late)
		page := w.get("/wires")
		_, page, _ = strings.Cut(page, "<tbody>")
		if wire, _, _ := strings.Cut(page, "</tr>"); !strings.Contains(wire, `">`+want+"</time>") {
			t.Errorf("%v from now: want %q in\n%s", late, want, wire)
		}
	}
	// One that was never asked is due too; one that is disabled is not.
	page := w.get("/wires")
	if _, after, _ := strings.Cut(page, ">fresh "); !strings.Contains(page, "next poll due now") || strings.Count(after, "due now</time>") != 1 {
		t.Error(page)
	}
}

// TestADraftIsFoundFromAnyFolder drafts from another folder than the one that is served.
func TestADraftIsFoundFromAnyFolder(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	must(t, w.desk.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	t.Chdir(filepath.Dir(w.dir))
	_, err := w.desk.Draft(t.Context(), curate.DraftOptions{Dir: filepath.Base(w.dir)})
	must(t, err)
	t.Chdir(w.dir)
	if page := w.get("/issue"); !strings.Contains(page, "<code>### News i</code>") || !strings.Contains(page, `<span class="path">2026-W47.md</span>`) {
		t.Error(page)
	}
}

// TestUndoIsOfferedForWhatItTakesBack looks for the button beside what was done: it would take back
// an earlier decision where what was done is none.
func TestUndoIsOfferedForWhatItTakesBack(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	offered := func(page string) bool {
		_, said, _ := strings.Cut(page, `class="note said"`)
		said, _, _ = strings.Cut(said, "</div>")
		return strings.Contains(said, "<button>Undo</button>")
	}
	for _, c := range []struct {
		page, press string
		form        url.Values
		said        string
		undo        bool
	}{
		{"/", "Accept: News iii", nil, "Accepted.", true}, {"/issue", "Draft the issue", nil, "Drafted.", false}, {"/issue", "Draft again", nil, "Nothing new", false},
		{"/wires", "Harvest what is due now", nil, "A harvest has begun.", false}, {"/learned", "Mute", url.Values{"name": {"kernel"}}, "Muted.", false},
		{"/story/1", "Save story", url.Values{"headline": {"Mine"}}, "Saved.", true}, {"/story/1", "Save story", nil, "Nothing was changed.", false},
	} {
		_, page := w.press(w.get(c.page), c.press, c.form)
		if !strings.Contains(page, c.said) || offered(page) != c.undo {
			t.Errorf("%s: undo is offered %v, want %v after %q:\n%s", c.press, offered(page), c.undo, c.said, page)
		}
	}
}
