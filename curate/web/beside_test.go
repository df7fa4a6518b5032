package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// TestNothingAcknowledgedIsLost has two browsers decide through the page, and another editor in a
// process of her own, while a third process harvests. Each decision that was answered as done must be
// in the history, and whatever else is answered must be a conflict that names her.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	w := begin(t, "127.0.0.1", 0)
	queueUp(w, 2000)
	stop := keepHarvesting(w)
	bea := *w.desk
	bea.Who, bea.Store = "bea", storetest.At(t, filepath.Join(w.dir, "wiredesk.db"))
	var desks sync.WaitGroup
	errs := make([]error, 3)
	acknowledged := make([]map[string]int, 2) // "12 accept": how often
	for n := range acknowledged {
		acknowledged[n] = map[string]int{}
		desks.Go(func() { errs[n] = w.clicks(40, rand.New(rand.NewPCG(uint64(n), 7)), acknowledged[n]) })
	}
	hers := map[int64]bool{}
	desks.Go(func() {
		for range 60 {
			l, err := bea.List(context.Background(), store.Filter{Limit: 10}, []store.State{store.Queued}, 0)
			if err != nil {
				errs[2] = err
				return
			}
			s := l.Stories[len(l.Stories)-1]
			err = bea.DecideShown(context.Background(), store.Rejected, []curate.Ref{s.Ref()}, curate.Marks{}, s.Candidates)
			if err != nil && !errors.Is(err, store.ErrConflict) {
				errs[2] = err
				return
			}
			if err == nil {
				hers[s.Candidates[0].ID] = true
			}
		}
	})
	desks.Wait()
	stop()
	must(t, errors.Join(errs...))
	if len(hers) == 0 || len(acknowledged[0]) == 0 || len(acknowledged[1]) == 0 {
		t.Fatalf("bea decided on %d, the browsers on %d and %d", len(hers), len(acknowledged[0]), len(acknowledged[1]))
	}
	count := func(candidate int64, who, verb string) (n int) {
		history, err := w.desk.Store.Decisions(t.Context(), candidate)
		must(t, err)
		for _, d := range history {
			if d.Who == who && d.Verb == verb {
				n++
			}
		}
		return n
	}
	for id := range hers {
		if count(id, "bea", "reject") == 0 {
			t.Errorf("bea rejected %d, and the history does not know", id)
		}
	}
	for act, n := range acknowledged[1] {
		acknowledged[0][act] += n
	}
	for act, n := range acknowledged[0] {
		var id int64
		var verb string
		if _, err := fmt.Sscan(act, &id, &verb); err != nil {
			t.Fatal(err)
		}
		if got := count(id, "ed", verb); got < n {
			t.Errorf("%s was acknowledged %d times and is %d times in the history", act, n, got)
		}
	}
}

var button = regexp.MustCompile(`name="do" value="((accepted|rejected|held) [^|]+\|([^"]+))"`)

// clicks presses buttons of queued stories as they come, and counts the links that were decided on
// when the page said so.
func (w *world) clicks(n int, dice *rand.Rand, done map[string]int) error {
	verbs := map[string]string{"accepted": "accept", "rejected": "reject", "held": "hold"}
	res, err := w.client.Get(w.base + "/")
	for range n {
		if err != nil {
			return err
		}
		page, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			return err
		}
		buttons := button.FindAllSubmatch(page, -1)
		if len(buttons) == 0 {
			return fmt.Errorf("%d, no button:\n%s", res.StatusCode, page)
		}
		b := buttons[dice.IntN(len(buttons))]
		res, err = w.client.PostForm(w.base+"/decide", url.Values{"do": {string(b[1])}})
		if err != nil {
			return err
		}
		switch {
		case res.StatusCode == http.StatusOK && res.Request.URL.Query().Get("did") == string(b[2]):
			for link := range strings.SplitSeq(string(b[3]), ",") { // 12:queued:7
				if id, rest, _ := strings.Cut(link, ":"); strings.HasPrefix(rest, "queued:") {
					done[id+" "+verbs[string(b[2])]]++
				}
			}
		case res.StatusCode == http.StatusConflict:
		default:
			page, _ := io.ReadAll(res.Body)
			return fmt.Errorf("%s: %d\n%s", b[1], res.StatusCode, page)
		}
	}
	return res.Body.Close()
}
