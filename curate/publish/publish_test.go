package publish_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
	_ "github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"github.com/mmcdole/gofeed"

	"wiredesk/curate/issue"
	"wiredesk/curate/publish"
	"wiredesk/store"
	"wiredesk/store/plain"
	"wiredesk/store/storetest"
)

var update = flag.Bool("update", false, "write the golden files")

var friday = time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC)

var boats = publish.Newsletter{Title: "Slow Boats", URL: "https://boats.example/news/", Editor: "Ann Lee", From: "Ann Lee <ann@boats.example>", To: "crew@lists.example"}

func boat(file string) publish.Issue {
	return publish.Issue{Newsletter: boats, Week: "2026-W10", Number: 12, Date: friday, Out: friday.Add(time.Minute), File: []byte(file)}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	return must[[]byte](t)(os.ReadFile(filepath.Join("testdata", name)))
}

// golden compares with a file, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join("testdata", name), got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, name)), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestAnIssueGoesOut(t *testing.T) {
	i := boat(string(read(t, "2026-W10.md")))
	golden(t, "page.html", must[[]byte](t)(i.Page()))
	golden(t, "mail.eml", must[[]byte](t)(i.Mail()))
	golden(t, "thread.txt", []byte(strings.Join(i.Thread(), "\n\n---\n\n")+"\n"))
	older := boat("### One\n\nWords.\n\n* https://one.example/\n")
	older.Week, older.Number, older.Out = "2026-W09", 11, friday.AddDate(0, 0, -7)
	golden(t, "issues.atom", must[[]byte](t)(publish.IssuesFeed([]publish.Issue{older, i})))
	b := issue.Parse(i.File).Back(i.Week)
	b.Published = i.Out
	golden(t, "links.atom", must[[]byte](t)(boats.LinksFeed([]store.BackIssue{b})))
}

// parts are the texts of a mail by their type, read as a mail program would.
func parts(t *testing.T, eml []byte) (mail.Header, map[string]string) {
	t.Helper()
	r := must[*mail.Reader](t)(mail.CreateReader(bytes.NewReader(eml)))
	out := map[string]string{}
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return r.Header, out
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := p.Header.(*mail.InlineHeader).ContentType()
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = string(must[[]byte](t)(io.ReadAll(p.Body)))
	}
}

func TestTheMailIsReadByAMailProgram(t *testing.T) {
	i := boat(string(read(t, "2026-W10.md")))
	h, texts := parts(t, must[[]byte](t)(i.Mail()))
	subject := must[string](t)(h.Subject())
	from := must[[]*mail.Address](t)(h.AddressList("From"))
	id := must[string](t)(h.MessageID())
	if subject != i.Heading() || len(from) != 1 || from[0].Address != "ann@boats.example" || !strings.HasSuffix(id, "@boats.example") {
		t.Errorf("%q from %v, %s", subject, from, id)
	}
	if date := must[time.Time](t)(h.Date()); !date.Equal(friday) {
		t.Errorf("dated %s", date)
	}
	if got := strings.ReplaceAll(texts["text/plain"], "\r\n", "\n"); got != string(i.File) {
		t.Errorf("the text is not the file:\n%s", cmp.Diff(string(i.File), got))
	}
	if doc := html(t, texts["text/html"]); doc.Find("h3").Length() != 3 || doc.Find("blockquote").Length() != 1 || doc.Find("h3:not([style])").Length() != 0 {
		t.Errorf("%s", texts["text/html"])
	}
}

func html(t *testing.T, text string) *goquery.Document {
	t.Helper()
	return must[*goquery.Document](t)(goquery.NewDocumentFromReader(strings.NewReader(text)))
}

func TestTheFeedsAreReadByAFeedReader(t *testing.T) {
	i := boat(string(read(t, "2026-W10.md")))
	f := must[*gofeed.Feed](t)(gofeed.NewParser().Parse(bytes.NewReader(must[[]byte](t)(publish.IssuesFeed([]publish.Issue{i})))))
	if f.Title != "Slow Boats" || len(f.Items) != 1 || f.Items[0].Title != i.Heading() || f.Items[0].Link != "https://boats.example/news/2026-W10.html" ||
		!f.Items[0].UpdatedParsed.Equal(i.Out) || html(t, f.Items[0].Content).Find("h3").Length() != 3 {
		t.Errorf("%+v", f)
	}
	b := issue.Parse(i.File).Back(i.Week)
	b.Published = i.Out
	f = must[*gofeed.Feed](t)(gofeed.NewParser().Parse(bytes.NewReader(must[[]byte](t)(boats.LinksFeed([]store.BackIssue{b})))))
	ids := map[string]bool{}
	for _, it := range f.Items {
		ids[it.GUID] = true
	}
	if len(f.Items) != 5 || len(ids) != 5 || f.Items[0].Link != "https://tarn.example/ferry" {
		t.Errorf("%+v", f.Items)
	}
}

// TestTextFromOutsideStaysText: a title that tries to be more is one heading with one link in every
// form, and nothing of it acts.
func TestTextFromOutsideStaysText(t *testing.T) {
	const url = "https://tarn.example/(a)_b?x=[y]&z=1"
	for _, name := range []string{"classic", "labelled"} {
		p := issue.Plan{Title: "Slow Boats", Week: "2026-W10", Number: 12, Date: friday}
		var want []string
		for _, title := range storetest.Titles {
			p.Stories = append(p.Stories, issue.Story{Headline: title, Links: []issue.Link{{URL: url, Title: title, Site: title}}, Quotes: []issue.Quote{{Text: title + " as a quote"}}})
			want = append(want, plain.Line(title))
		}
		i := boat(must[string](t)(issue.Render(p, must[issue.Layout](t)(issue.ReadLayout(name, "")))))
		_, texts := parts(t, must[[]byte](t)(i.Mail()))
		f := must[*gofeed.Feed](t)(gofeed.NewParser().Parse(bytes.NewReader(must[[]byte](t)(publish.IssuesFeed([]publish.Issue{i})))))
		for form, text := range map[string]string{"page": string(must[[]byte](t)(i.Page())), "mail": texts["text/html"], "feed": f.Items[0].Content} {
			doc := html(t, text)
			var got []string
			doc.Find("h3").Each(func(_ int, s *goquery.Selection) { got = append(got, strings.Join(strings.Fields(s.Text()), " ")) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: headings (-want +got):\n%s", name, form, diff)
			}
			if n := doc.Find("script,iframe,object,embed,form,input,img,svg,[onerror],[onclick]").Length(); n != 0 {
				t.Errorf("%s, %s: %d elements that act", name, form, n)
			}
			links := doc.Find("a")
			links.Each(func(_ int, s *goquery.Selection) {
				if href, _ := s.Attr("href"); href != url && href != "https://tarn.example/(a)_b?x=%5By%5D&z=1" {
					t.Errorf("%s, %s: a link to %s", name, form, href)
				}
			})
			if links.Length() != len(want) {
				t.Errorf("%s, %s: %d links, want %d", name, form, links.Length(), len(want))
			}
		}
		feed := must[*gofeed.Feed](t)(gofeed.NewParser().Parse(bytes.NewReader(must[[]byte](t)(boats.LinksFeed([]store.BackIssue{issue.Parse(i.File).Back(i.Week)})))))
		posts := i.Thread()
		if len(feed.Items) != len(want) || len(posts) != len(want)+1 {
			t.Errorf("%s: %d links in the feed and %d posts, want %d and one more", name, len(feed.Items), len(posts), len(want))
		}
		control := func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e }
		for _, it := range feed.Items {
			if strings.ContainsFunc(it.Title, control) {
				t.Errorf("%s: the feed holds %q", name, it.Title)
			}
		}
		for _, s := range posts[1:] {
			if strings.Count(s, "\n") != 1 || strings.ContainsFunc(s, control) {
				t.Errorf("%s: posted as %q", name, s)
			}
		}
	}
}

func TestPostsFit(t *testing.T) {
	i := boat("### " + strings.Repeat("slow boats ", 60) + "\n\n* https://tarn.example/" + strings.Repeat("x", 300) + "\n\n### " + strings.Repeat("慢船", 200) + "\n\nWords.\n")
	posts := i.Thread()
	if len(posts) != 3 {
		t.Fatalf("%q", posts)
	}
	text, _, _ := strings.Cut(posts[1], "\n")
	if n := len([]rune(text)); n > 280-24 || n < 200 || !strings.HasSuffix(text, "…") || strings.Contains(text, "slo…") {
		t.Errorf("%d: %q", n, text)
	}
	if n := len([]rune(posts[2])); n > 140 || n < 130 {
		t.Errorf("wide letters count two: %d", n)
	}
}

func TestTheEditorsOwnHTMLIsKeptAndTamed(t *testing.T) {
	i := boat("# Boats\n\n<img src=\"https://tarn.example/boat.jpg\" onerror=\"alert(1)\">\n\n### One\n\nA <kbd>key</kbd><script>alert(2)</script> [x](javascript:alert(3)).\n\n* https://one.example/\n")
	doc := html(t, string(must[[]byte](t)(i.Page())))
	if src, _ := doc.Find("main img").Attr("src"); src != "https://tarn.example/boat.jpg" {
		t.Errorf("the image is %q", src)
	}
	if doc.Find("script,[onerror]").Length() != 0 || doc.Find(`a[href^="javascript"]`).Length() != 0 {
		t.Error("something of it acts")
	}
}

// TestThePageInABrowser opens the page in Chromium: it shows the issue and asks for nothing.
func TestThePageInABrowser(t *testing.T) {
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
	page := must[[]byte](t)(boat(string(read(t, "2026-W10.md"))).Page())
	asked := make(chan string, 10)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.Write(page)
	}))
	defer srv.Close()
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(name), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/2026-W10.html"), chromedp.WaitReady(chromedp.CSS("main"))); err != nil {
		t.Fatal(err)
	}
	got := must[string](t)(chromedp.Run(ctx, chromedp.Evaluate[string](`[document.title, document.querySelectorAll('main h3').length,
		document.documentElement.scrollWidth > document.documentElement.clientWidth].join('; ')`)))
	if want := boat(string(read(t, "2026-W10.md"))).Heading() + "; 3; false"; got != want {
		t.Errorf("the page is %q, want %q (title, stories, wider than the window)", got, want)
	}
	srv.Close() // the browser may ask for its icon late
	close(asked)
	for path := range asked {
		if !slices.Contains([]string{"/2026-W10.html", "/favicon.ico"}, path) {
			t.Errorf("the page asks for %s", path)
		}
	}
}
