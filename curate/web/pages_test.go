package web_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

func TestAWeekIsTriagedWithoutAScript(t *testing.T) {
	w := begin(t, "127.0.0.1", 5)
	page := w.get("/")
	for _, title := range []string{"News i", "News iiiii"} {
		if !strings.Contains(page, ">"+title+"<") {
			t.Errorf("the desk lacks %s:\n%s", title, page)
		}
	}
	if strings.Index(page, ">News iiiii<") > strings.Index(page, ">News i<") {
		t.Error("the best does not stand first")
	}
	for _, step := range []struct{ press, said, states string }{
		{"Accept: News iiiii", "Accepted.", "queued queued queued queued accepted"},
		{"Reject: News iiii", "Rejected.", "queued queued queued rejected accepted"},
		{"Hold: News iii", "Held.", "queued queued held rejected accepted"},
		{"Undo the last act", "Undone.", "queued queued queued rejected accepted"},
		{"Undo the last act", "Undone.", "queued queued queued queued accepted"},
	} {
		var status int
		if status, page = w.press(page, step.press, nil); status != 200 || !strings.Contains(page, "<p>"+step.said+"</p>") || w.states() != step.states {
			t.Fatalf("%s: %d, %s\n%s", step.press, status, w.states(), page)
		}
	}
	// Two stories become one, and both its links are rejected at once.
	tokens := ticks(page)
	if len(tokens) != 4 {
		t.Fatalf("%d rows: %v", len(tokens), tokens)
	}
	if _, page = w.press(page, "Merge", url.Values{"ref": tokens[:2]}); !strings.Contains(page, "Merged 2 into one story.") {
		t.Fatal(page)
	}
	if page = w.get("/?q=iiii"); strings.Count(page, "<article") != 1 || !strings.Contains(page, "2 links") {
		t.Fatalf("after merging:\n%s", page)
	}
	if _, page = w.press(page, "Reject: News iiii", nil); w.states() != "queued queued rejected rejected accepted" {
		t.Fatalf("%s\n%s", w.states(), page)
	}
	if !strings.Contains(page, `value="iiii"`) {
		t.Error("the search is forgotten after an act")
	}
	if _, page = w.press(page, "Undo the last act", nil); w.states() != "queued queued queued queued accepted" {
		t.Fatal(w.states())
	}
}

// ticks are the values of the boxes of whole rows.
func ticks(page string) []string {
	var out []string
	for rest := page; ; {
		_, after, ok := strings.Cut(rest, `<input type="checkbox" name="ref" value="`)
		if !ok {
			return out
		}
		if v, tail, _ := strings.Cut(after, `"`); strings.Contains(strings.SplitN(tail, ">", 2)[0], "data-tick") {
			out = append(out, v)
		}
		rest = after
	}
}

func TestADecisionOnWhatChangedMeanwhileTellsWhoAndWhen(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	page := w.get("/")
	other := *w.desk
	other.Who = "Bea"
	must(t, other.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	status, page := w.press(page, "Accept: News i", nil)
	if status != 409 || !strings.Contains(page, `role="alert"`) || !strings.Contains(page, "reject by Bea, 2026-11-18 09:00 UTC") {
		t.Errorf("%d\n%s", status, page)
	}
	if got := w.states(); got != "rejected" {
		t.Errorf("her decision is lost: %s", got)
	}
	// What she decided is not taken back by his undo.
	if _, page = w.press(w.get("/"), "Undo the last act", nil); !strings.Contains(page, "nothing to undo") || w.states() != "rejected" {
		t.Errorf("%s\n%s", w.states(), page)
	}
}

func TestAFormThatIsNotOursChangesNothing(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	for name, c := range map[string]struct {
		path   string
		fields url.Values
		status int
		said   string
	}{
		"nothing":          {"/decide", url.Values{}, 200, "Nothing was chosen."},
		"no such verdict":  {"/decide", url.Values{"do": {"published s1"}}, 422, "no act of that name"},
		"no ID":            {"/decide", url.Values{"do": {"accepted x"}}, 422, "is no ID"},
		"no such story":    {"/decide", url.Values{"do": {"accepted s99"}}, 404, "not found"},
		"broken token":     {"/decide", url.Values{"do": {"accepted s1|a:b:c"}}, 422, "load the page again"},
		"merge of one":     {"/decide", url.Values{"all": {"merge"}, "ref": {"s1"}}, 422, "two stories or more"},
		"split of a story": {"/decide", url.Values{"all": {"split"}, "ref": {"s1"}}, 422, "cannot be split off"},
		"no such quote":    {"/candidate/1/quote", url.Values{"quote": {"7|0"}, "back": {"/story/1"}}, 422, "this quote is not in it any more"},
		"words from nowhere": {"/candidate/1/quote", url.Values{"words": {"never said"}, "back": {"/story/1"}}, 422,
			"no stored page"},
		"no such week":   {"/issue/2026-W99/draft", url.Values{}, 404, "is no ISO week"},
		"a wrong number": {"/issue/2026-W47/draft", url.Values{"fill": {"many"}}, 422, "a number up to 100"},
		"a wrong week":   {"/story/1", url.Values{"week": {"next"}, "back": {"/story/1"}}, 422, "is no ISO week"},
		"not a field":    {"/candidate/1", url.Values{"state": {"accepted"}, "back": {"/story/1"}}, 200, "Nothing was changed."},
		"a bad link":     {"/add", url.Values{"url": {"https://x.example/bad"}, "title": {"Kept title"}}, 422, "leads nowhere"},
		"no link":        {"/add", url.Values{}, 200, "Nothing was chosen."},
		"another site":   {"/decide", url.Values{"back": {"https://evil.example/"}}, 200, "Nothing was chosen."},
		"a scheme-less":  {"/decide", url.Values{"back": {"//evil.example/"}}, 200, "Nothing was chosen."},
		"a backslash":    {"/decide", url.Values{"back": {`/\evil.example/`}}, 200, "Nothing was chosen."},
		"a script":       {"/decide", url.Values{"back": {"javascript:alert(1)"}}, 200, "Nothing was chosen."},
	} {
		if status, page := w.post(c.path, c.fields); status != c.status || !strings.Contains(page, c.said) {
			t.Errorf("%s: %d, want %d with %q:\n%s", name, status, c.status, c.said, page)
		} else if name == "a bad link" && !strings.Contains(page, "Kept title") {
			t.Error("what was typed is lost")
		}
	}
	if got := w.states(); got != "queued" {
		t.Errorf("it left %s", got)
	}
}

func TestAStoryIsWrittenAndItsQuotesArePicked(t *testing.T) {
	w := begin(t, "127.0.0.1", 2)
	w.page(1, "It works. We ship it today, said Ann. It is fast.", store.Quote{Kind: "speech", Text: "We ship it today", Start: 10, Speaker: "Ann"})
	page := w.get("/story/1")
	if !strings.Contains(page, "<mark>We ship it today</mark>") || !strings.Contains(page, "<cite>Ann</cite>") || !strings.Contains(page, "arm64") || !strings.Contains(page, "wire, <time") {
		t.Fatalf("quotes, reasons or sightings are missing:\n%s", page)
	}
	var status int
	unpicked := page
	for range 2 { // pressed twice, or picked elsewhere since it was shown: it stays picked
		if status, page = w.press(unpicked, "Pick quote 1", nil); status != 200 || !strings.Contains(page, `<mark class="picked">We ship it today</mark>`) {
			t.Fatalf("%d\n%s", status, page)
		}
	}
	for _, said := range []string{"out of", "in"} {
		if status, page = w.press(page, map[string]string{"out of": "In the draft: quote 1", "in": "Pick quote 1"}[said], nil); status != 200 || !strings.Contains(page, "The quote is "+said+" the draft.") {
			t.Fatalf("%d, not %s the draft\n%s", status, said, page)
		}
	}
	if status, page = w.press(page, "Quote these words", url.Values{"words": {"It  is\nfast."}}); status != 200 || !strings.Contains(page, `<mark class="picked">It is fast.</mark>`) {
		t.Fatalf("%d\n%s", status, page)
	}
	if status, _ = w.press(page, "Quote these words", url.Values{"words": {"It is slow."}}); status != 422 {
		t.Errorf("words that do not stand in the page: %d", status)
	}
	words := url.Values{"headline": {"It *ships*"}, "section": {"Software"}, "week": {"2026-W47"}, "note": {"Two lines\r\nof prose."}}
	if status, page = w.press(page, "Save story", words); status != 200 {
		t.Fatalf("%d\n%s", status, page)
	}
	st, err := w.desk.Store.Story(t.Context(), 1)
	must(t, err)
	if st.Headline != "It *ships*" || st.Section != "Software" || st.Week != "2026-W47" || st.Note != "Two lines\nof prose." {
		t.Errorf("%+v", st)
	}
	// Sent again as it stands, it changes nothing; another's words in between are not overwritten.
	before, err := w.desk.Store.LastAct(t.Context())
	must(t, err)
	if status, page = w.press(page, "Save story", nil); status != 200 {
		t.Errorf("again: %d\n%s", status, page)
	}
	if after, err := w.desk.Store.LastAct(t.Context()); err != nil || after != before {
		t.Errorf("saving what stands there is a change: %d, %d, %v", before, after, err)
	}
	must(t, w.desk.Rename(t.Context(), 1, "Hers"))
	if status, page = w.press(page, "Save story", url.Values{"headline": {"Mine"}}); status != 409 || !strings.Contains(page, "Hers") {
		t.Errorf("%d\n%s", status, page)
	}
}

func TestADraftOnDiskIsTheTruth(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	if page := w.get("/issue"); !strings.Contains(page, "not drafted yet") || !strings.Contains(page, "2026-W47") {
		t.Fatal(page)
	}
	status, page := w.press(w.get("/issue"), "Draft the issue", url.Values{"fill": {"2"}})
	if status != 200 || !strings.Contains(page, "Drafted.") || w.states() != "queued accepted accepted" {
		t.Fatalf("%d, %s\n%s", status, w.states(), page)
	}
	path, text := w.file()
	for i, l := range strings.Split(text, "\n") {
		if i > 2 && l != "" && !strings.Contains(page, ">"+strings.ReplaceAll(l, "'", "&#39;")+"<") {
			t.Errorf("line %d is not shown: %s", i+1, l)
		}
	}
	stamp := w.get("/changes?week=2026-W47")
	// The editor writes into the file, markup and all.
	must(t, os.WriteFile(path, []byte(text+"\n\n## Mine\n\n<script>alert(1)</script>\n\nSome <b>bold</b> ![pic](https://x.example/p.png) [bad](javascript:alert(1)) [good](https://x.example/)\n"), 0o644))
	page = w.get("/issue")
	if !strings.Contains(page, "<h2>Mine</h2>") || !strings.Contains(page, "<code>## Mine</code>") {
		t.Errorf("the edit is not shown:\n%s", page)
	}
	_, rendered, _ := strings.Cut(page, `class="preview"`)
	for _, bad := range []string{"<script", "<b>", "<img", "javascript:"} {
		if strings.Contains(rendered, bad) {
			t.Errorf("the preview holds %s:\n%s", bad, rendered)
		}
	}
	for _, good := range []string{`<a href="https://x.example/" rel="noopener noreferrer" target="_blank">good</a>`, "image: pic", ">bad</a>"} {
		if !strings.Contains(rendered, good) {
			t.Errorf("the preview lacks %s:\n%s", good, rendered)
		}
	}
	if again := w.get("/changes?week=2026-W47"); again == stamp {
		t.Error("a script would not learn of the edit")
	}
	must(t, os.Remove(path))
	if page = w.get("/issue"); !strings.Contains(page, "is not there; drafting writes it again") {
		t.Error(page)
	}
}

func TestStoriesOfAnIssueAreMoved(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	_, page := w.press(w.get("/issue"), "Draft the issue", url.Values{"fill": {"3"}})
	for _, step := range []struct{ press, want string }{
		{"Up: News ii", "ii iii i"}, {"Down: News ii", "iii ii i"}, {"Down: News ii", "iii i ii"}, {"Up: News i", "i iii ii"},
	} {
		if _, page = w.press(page, step.press, nil); w.order() != step.want {
			t.Fatalf("%s: %s, want %s\n%s", step.press, w.order(), step.want, page)
		}
	}
}

func TestStoriesAreMovedBeforeTheFirstDraft(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	must(t, w.desk.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 1}, {Candidate: 2}, {Candidate: 3}}, curate.Marks{}))
	for _, step := range []struct{ press, want string }{{"Up: News ii", "ii iii i"}, {"Down: News ii", "iii ii i"}} {
		if status, page := w.press(w.get("/issue"), step.press, nil); status != 200 || w.order() != step.want {
			t.Fatalf("%s: %d, %s, want %s\n%s", step.press, status, w.order(), step.want, page)
		}
	}
}

func TestDraftingTellsWhatItLeftAsItWas(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	w.press(w.get("/issue"), "Draft the issue", url.Values{"fill": {"3"}})
	path, text := w.file()
	all, err := w.desk.IssueStories(t.Context(), "2026-W47")
	must(t, err)
	id := map[string]int64{}
	for _, s := range all {
		id[s.Title] = s.ID
	}
	must(t, os.WriteFile(path, []byte(strings.Replace(text, "### News ii\n", "### News ii\n\nMy own prose.\n", 1)+"\n"), 0o644))
	must(t, w.desk.Rename(t.Context(), id["News ii"], "A better headline"))
	must(t, w.desk.Decide(t.Context(), store.Rejected, []curate.Ref{{Story: id["News i"]}}, curate.Marks{}))
	_, page := w.press(w.get("/issue"), "Draft again", nil)
	for _, want := range []string{`role="alert"`, "Drafted.", "&#34;A better headline&#34; was left out", "&#34;News i&#34; was taken out"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %s:\n%s", want, between(page, "<main", "</p>"))
		}
	}
	if _, page = w.press(w.get("/issue"), "Draft again", nil); !strings.Contains(page, "Nothing new: ") || strings.Contains(page, `role="alert"`) {
		t.Error(page) // it is told once
	}
}

func TestNothingWaitsForAnIssueThatIsOut(t *testing.T) {
	w := begin(t, "127.0.0.1", 2)
	must(t, w.desk.Store.SetIssue(t.Context(), store.Issue{Week: "2026-W46", Number: 1, Path: "2026-W46.md", Published: storetest.Start.AddDate(0, 0, -4)}))
	status, page := w.press(w.get("/story/1"), "Save story", url.Values{"week": {"2026-W46"}})
	if status != 422 || !strings.Contains(page, "the issue of 2026-W46 is out already") {
		t.Error(status, page)
	}
	status, page = w.press(w.get("/story/2"), "Hold", url.Values{"until": {"2026-W46"}})
	if status != 422 || !strings.Contains(page, "the issue of 2026-W46 is out already") || w.states() != "queued queued" {
		t.Error(status, w.states(), page)
	}
}

func TestALastPageIsTheLast(t *testing.T) {
	w := begin(t, "127.0.0.1", 20)
	if page := w.get("/"); strings.Contains(page, "Next page") {
		t.Error("there is no next page")
	}
	w.items("wire", item(21))
	page := w.get("/")
	_, next, ok := strings.Cut(between(page, `aria-label="More">`, "</nav>"), `href="`)
	next, _, _ = strings.Cut(next, `"`)
	if !ok {
		t.Fatal(page)
	}
	next = strings.ReplaceAll(next, "&amp;", "&")
	if page = w.get(next); strings.Count(page, "<article") != 1 {
		t.Error(page)
	}
	must(t, w.desk.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 21}, {Candidate: 1}}, curate.Marks{}))
	if page = w.get(next); !strings.Contains(page, "Nothing more here.") || !strings.Contains(page, "First page") {
		t.Error(page)
	}
}

func TestDaysAreThoseOfTheNewsletter(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	w.desk.Newsletter.Publication.Zone = time.FixedZone("west", -5*3600)
	out := time.Date(2026, 11, 13, 19, 30, 0, 0, w.desk.Newsletter.Publication.Zone)
	must(t, w.desk.Store.SetIssue(t.Context(), store.Issue{Week: "2026-W46", Number: 1, Path: "x.md", Published: out}))
	if page := w.get("/issue/2026-W46"); !strings.Contains(page, "published 13 Nov 2026") {
		t.Error(page)
	}
}

func TestANoteOfTwoLinesIsEditedAgain(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	must(t, w.desk.Mark(t.Context(), []curate.Ref{{Candidate: 1}}, curate.Marks{Note: "one\r\ntwo"})) // as a form sends it
	if status, page := w.press(w.get("/story/1"), "Save link", url.Values{"note": {"one\r\ntwo\r\nthree"}}); status != 200 {
		t.Error(status, page)
	}
}

func TestWiresTellHowSourcesFare(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	must(t, w.desk.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 3}}, curate.Marks{}))
	page := w.get("/wires")
	for _, want := range []string{"lists &amp; more", "never worked", "fetch: no &lt;b&gt;answer&lt;/b&gt;", "25 %", "1 ok", "1 never worked", "items in 12 weeks"} {
		if !strings.Contains(page, want) {
			t.Errorf("wires lack %q:\n%s", want, page)
		}
	}
	if _, page = w.press(page, "Harvest what is due now", nil); !strings.Contains(page, "A harvest has begun.") {
		t.Error(page)
	}
	if _, page = w.press(page, "Harvest what is due now", nil); !strings.Contains(page, "under way already") || w.asked != 2 {
		t.Error(page)
	}
}

func TestALinkIsAddedByForm(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	page := w.get("/add?url=https%3A%2F%2Fnew.example%2F&title=New+%26+good")
	if len(w.added) != 0 || !strings.Contains(page, `value="https://new.example/"`) || !strings.Contains(page, `value="New &amp; good"`) {
		t.Fatalf("added %v by a GET, or not filled in:\n%s", w.added, page)
	}
	status, page := w.press(page, "Add", url.Values{"credit": {"Ann, Org"}, "via": {"1"}, "note": {"Read it."}, "accept": {"1"}})
	if status != 200 || !strings.Contains(page, "Added to the queue.") || len(w.added) != 1 {
		t.Fatalf("%d, %v\n%s", status, w.added, page)
	}
	if l := w.added[0]; l.URL != "https://new.example/" || l.Title != "New & good" || l.Via != "Ann, Org" || l.By != "" || l.Note != "Read it." || !l.Accept {
		t.Errorf("%+v", l)
	}
}

// TestTheBookmarkletsFormComesWithoutTheCookie is what a browser does when another site's page opens
// ours: SameSite=Strict keeps the cookie back once.
func TestTheBookmarkletsFormComesWithoutTheCookie(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	ask := ask{name: "bookmarklet", method: "GET", path: "/add?url=https%3A%2F%2Fnew.example%2F&title=New", head: map[string]string{"Sec-Fetch-Site": "cross-site"}, stranger: true}
	status, _, page := send(t, w, ask)
	if status != 401 || !strings.Contains(page, `content="0; url=/add?again=1&amp;title=New&amp;url=https%3A%2F%2Fnew.example%2F"`) {
		t.Fatalf("%d\n%s", status, page)
	}
	// Whoever is not let in then stays out; there is no third time.
	ask.path = "/add?again=1&title=New&url=https%3A%2F%2Fnew.example%2F"
	if status, _, page = send(t, w, ask); status != 401 || strings.Contains(page, "refresh") {
		t.Errorf("%d\n%s", status, page)
	}
	if page = w.get(ask.path); !strings.Contains(page, `value="https://new.example/"`) {
		t.Errorf("with the cookie:\n%s", page)
	}
}

func TestTheArchiveIsSearchedAndRead(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	if page := w.get("/archive"); !strings.Contains(page, "No back issues yet") {
		t.Error(page)
	}
	file := "---\ntitle: ignored\n---\n# Wire, Issue 7, February 16, 2018 (Week 07)\n\n#### In this issue\n\n* A board for all\n* Subscribers\n\n## A board <script>alert(1)</script> for all\n\nWords of [the maker].\n\n* https://maker.example/board\n* https://other.example/\n\n[the maker]: https://maker.example/\n"
	in, err := w.desk.ImportIssues(t.Context(), []curate.BackFile{{Path: "2018-W07.md", Text: []byte(file)}}, false)
	must(t, err)
	if in.Stories != 1 {
		t.Fatalf("%+v", in)
	}
	page := w.get("/archive?q=board")
	if !strings.Contains(page, "1 place<") || !strings.Contains(page, `href="/archive/2018-W07#l`) || !strings.Contains(page, `href="/?q=board&amp;state=any"`) || !strings.Contains(page, "2018-W07, issue 7") {
		t.Errorf("search:\n%s", page)
	}
	if page := w.get("/archive?q=subscribers"); !strings.Contains(page, "1 place<") || !strings.Contains(page, "<span>contents</span>") {
		t.Errorf("what only the contents list names:\n%s", page)
	}
	page = w.get("/archive/2018-W07")
	for _, want := range []string{"for all</h2>", `<li><a href="https://maker.example/board" rel="noopener noreferrer" target="_blank">https://maker.example/board</a></li>`, `<a href="https://maker.example/" rel="noopener noreferrer" target="_blank">the maker</a>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the issue lacks %s:\n%s", want, page)
		}
	}
	if strings.Contains(page, "<script>") {
		t.Error("the issue holds a script")
	}
	for _, path := range []string{"/archive/2018-W08", "/archive/x"} {
		if page := w.get(path); !strings.Contains(page, "Not found") {
			t.Errorf("%s: %s", path, page)
		}
	}
	if page := w.get("/archive?q=%22%20AND%20("); strings.Contains(page, "did not work") {
		t.Error(page)
	}
}

func TestWhatWasLearnedIsPinnedAndMuted(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	page := w.get("/learned")
	if !strings.Contains(page, "Nothing yet") {
		t.Fatal(page)
	}
	if _, page = w.press(page, "Pin", url.Values{"name": {"kernel"}, "weight": {"2"}}); !strings.Contains(page, "Pinned.") || !strings.Contains(page, "<strong>kernel</strong>") {
		t.Fatal(page)
	}
	if _, page = w.press(page, "Mute", url.Values{"name": {"https://example.org/"}}); !strings.Contains(page, "Muted.") || !strings.Contains(page, "<strong>example.org</strong>") {
		t.Fatal(page)
	}
	if c, err := w.desk.Store.Candidate(t.Context(), 3); err != nil || c.Score > 0 {
		t.Errorf("a muted site scores %v, %v", c.Score, err)
	}
	if _, page = w.press(page, "Leave to the model: example.org", nil); strings.Contains(page, "<strong>example.org</strong>") {
		t.Error(page)
	}
	for name, f := range map[string]url.Values{"no number": {"do": {"pin"}, "name": {"x"}, "weight": {"much"}}, "no such pin": {"do": {"free y"}}, "no act": {"do": {"x y"}}} {
		if status, page := w.post("/learned", f); status != 422 {
			t.Errorf("%s: %d\n%s", name, status, page)
		}
	}
}

func TestLintStandsBesideTheLineAndMends(t *testing.T) {
	w := begin(t, "127.0.0.1", 2)
	_, _ = w.press(w.get("/issue"), "Draft the issue", url.Values{"fill": {"1"}})
	path, text := w.file()
	must(t, os.WriteFile(path, []byte(text+"\n\nTODO: more words here.  \n"), 0o644))
	page := w.get("/issue")
	if !strings.Contains(page, "<strong>placeholder</strong>") || !strings.Contains(page, "<strong>whitespace</strong>") {
		t.Fatalf("lint is not shown:\n%s", page)
	}
	_, after, _ := strings.Cut(page, "TODO: more words here.")
	if strings.Index(after, "placeholder") > strings.Index(after, `id="L`) && strings.Contains(after, `id="L`) {
		t.Error("the finding does not stand at its line")
	}
	label := "Mend " + between(page, ">Mend ", "<")
	if status, page := w.press(page, label, nil); status != 200 || !strings.Contains(page, "Mended ") {
		t.Errorf("%d\n%s", status, page)
	}
	if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), "here.  ") || !strings.Contains(string(b), "TODO: more words here.") {
		t.Errorf("%q, %v", b, err)
	}
}
