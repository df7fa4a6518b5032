package harvest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// timeFaults are those of dates, and of what makes an item known again.
func timeFaults() []fault {
	dated := func(name, date string, want time.Time) fault {
		return fault{group: "date", name: name, fresh: [3]int{1}, answer: feedText(feedOf(itemOf("1", "An arm64 item", "<pubDate>"+date+"</pubDate>"))), check: func(t *testing.T, k *kept) {
			if q := k.queue[2]; len(q) != 1 || !q[0].Published.Equal(want) {
				t.Errorf("%+v, want the date %s", q, want)
			}
			if o := k.out(1); o.Error != "" || o.Next.Sub(k.rows[1].LastPoll) > 7*time.Hour {
				t.Errorf("%+v", o)
			}
		}}
	}
	var unknown time.Time
	dates := []fault{
		dated("in the future", storetest.Start.AddDate(0, 0, 9).Format(time.RFC1123Z), unknown),
		dated("in another age", "Fri, 01 Jan 2126 00:00:00 +0000", unknown),
		dated("of 1970", "Thu, 01 Jan 1970 00:00:00 GMT", unknown),
		dated("of the year nought", "Mon, 01 Jan 0000 00:00:00 GMT", unknown),
		dated("absent", "", unknown),
		dated("nonsense", "soon \u009b31m after lunch", unknown),
		dated("of five digits", "Fri, 01 Jan 20260 00:00:00 GMT", unknown),
		dated("of a month that is none", "Fri, 32 Foo 2026 25:61:61 GMT", unknown),
		dated("of a kilobyte", strings.Repeat("Wed, 18 Nov 2026 ", 100), unknown),
		dated("in a zone that is none", "Tue, 17 Nov 2026 08:00:00 +9999", unknown),
	}
	first, second := "An arm64 item", "Another item"
	feed := func(spell func(n int, title string) string) string { return feedOf(spell(1, first), spell(2, second)) }
	plainly := func(n int, title string) string { return itemOf(fmt.Sprint(n), title) }
	with := func(guid, path, more string) func(n int, title string) string {
		return func(n int, title string) string {
			if guid != "" {
				guid := strings.ReplaceAll(guid, "#", fmt.Sprint(n))
				return `<item><guid isPermaLink="false">` + guid + `</guid><link>` + strings.ReplaceAll(path, "#", fmt.Sprint(n)) + `</link><title>` + title + `</title>` + more + `</item>`
			}
			return `<item><link>` + strings.ReplaceAll(path, "#", fmt.Sprint(n)) + `</link><title>` + title + `</title>` + more + `</item>`
		}
	}
	same := func(name string, bodies ...string) fault {
		return fault{group: "identity", name: name, fresh: [3]int{2}, answer: inTurn(bodies...), check: func(t *testing.T, k *kept) {
			for n := 2; n <= 3; n++ {
				if o := k.out(n); o.New != 0 || len(k.queue[n]) != 2 {
					t.Errorf("poll %d: %+v, %d candidates", n, o, len(k.queue[n]))
				}
			}
		}}
	}
	date := func(day int) string {
		return "<pubDate>" + time.Date(2026, 11, day, 8, 0, 0, 0, time.UTC).Format(time.RFC1123Z) + "</pubDate>"
	}
	identities := []fault{
		same("ids that change each time", feed(with("a#", "/article/#", "")), feed(with("b#", "/article/#", "")), feed(with("c#", "/article/#", ""))),
		same("ids that come", feed(with("", "/article/#", "")), feed(plainly)),
		same("ids that go", feed(plainly), feed(with("", "/article/#", ""))),
		same("an id that all share", feed(with("same", "/article/#", ""))),
		same("an id that all share from now on", feed(plainly), feed(with("same", "/article/#", ""))),
		same("ids of 64 KB", feed(with("#"+strings.Repeat("x", 64<<10), "/article/#", ""))),
		same("re-dated", feed(with("#", "/article/#", date(10))), feed(with("#", "/article/#", date(17))), feed(with("#", "/article/#", date(18)))),
		same("reordered", feed(plainly), feedOf(plainly(2, second), plainly(1, first))),
		same("alternating with an empty feed", feed(plainly), feedOf(), feed(plainly)),
		same("other tracking each time", feed(with("", "/article/#?utm_source=a&amp;utm_id=1", "")), feed(with("", "/article/#?utm_source=b&amp;utm_id=2", "")), feed(with("", "/article/#?fbclid=3", ""))),
		same("another session each time", feed(with("", "/article/#;jsessionid=A?PHPSESSID=1", "")), feed(with("", "/article/#;jsessionid=B?PHPSESSID=2", "")), feed(with("", "/article/#?PHPSESSID=3", ""))),
		same("http and https in turn", feed(with("", "http://http-and-https-in-turn.identity.example/article/#", "")), feed(with("", "https://http-and-https-in-turn.identity.example/article/#", ""))),
		same("titles that are edited", feed(plainly), feedOf(plainly(1, "UPDATED: "+first), plainly(2, "UPDATED: "+second)), feedOf(plainly(1, "FIXED: "+first), plainly(2, second))),
		same("texts that change each time", feed(with("#", "/article/#", "<description>1</description>")), feed(with("#", "/article/#", "<description>2</description>")), feed(with("#", "/article/#", "<description>3</description>"))),
		same("white space that changes each time", feed(plainly), strings.ReplaceAll(feed(plainly), "><", ">\n <"), strings.ReplaceAll(feed(plainly), "><", ">\t<")),
		same("each item twice", feedOf(plainly(1, first), plainly(1, first), plainly(2, second), plainly(2, second))),
		{group: "identity", name: "twins under two ids", fresh: [3]int{1}, answer: inTurn(feedOf(with("a", "/article/1", "")(1, first), with("b", "/article/1/?utm_source=x", "")(1, first)))},
		{group: "identity", name: "everything new each time", fresh: [3]int{2, 2, 2}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			feedText(feedOf(plainly(10*n, first), plainly(10*n+1, second)))(w, r, n)
		}},
		{group: "identity", name: "a domain that was sold", fresh: [3]int{2, 1, 0}, answer: inTurn(feed(plainly), feedOf(itemOf("casino", "Casino arm64 bonus"))), check: func(t *testing.T, k *kept) {
			if q := k.last(); len(q) != 3 || q[0].Title != first || q[1].Title != second {
				t.Errorf("what was there is lost: %+v", q)
			}
		}},
		{group: "identity", name: "a rejected item that returns", fresh: [3]int{2}, answer: inTurn(feed(plainly), feedOf(itemOf("new", "NEW: "+first), `<item><link>/article/1?utm_source=x</link><title>Again: `+first+`</title></item>`), feedOf(`<item><guid>z</guid><link>/article/1</link><title>`+first+`</title></item>`)),
			after: func(k *kept, n int) {
				if n == 1 {
					k.web.reject(k.queue[1])
				}
			}, check: func(t *testing.T, k *kept) {
				for _, c := range k.last()[:2] {
					if c.State != store.Rejected {
						t.Errorf("it is %s again: %+v", c.State, c)
					}
				}
			}},
	}
	for i := range identities {
		if identities[i].name == "a rejected item that returns" {
			identities[i].fresh = [3]int{2, 1, 0} // the item under a new address
		}
	}
	for i := range dates {
		dates[i].group = "date"
	}
	return append(dates, identities...)
}

// reject is what the editor does.
func (w *hostileWeb) reject(all []store.Candidate) {
	w.Helper()
	_, err := w.st.Act(context.Background(), "ed", "reject", func(a *store.Act) error {
		for _, c := range all {
			c, err := a.Candidate(c.ID)
			if err != nil {
				return err
			}
			c.State = store.Rejected
			if err := a.SetCandidate(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}
