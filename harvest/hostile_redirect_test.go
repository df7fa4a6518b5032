package harvest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
)

// spelled are names that resolve to the internal listener: those of this machine, and addresses
// in notations that many resolvers understand.
var spelled = map[string]bool{
	"localhost": true, "localhost.localdomain": true, "ip6-localhost": true, "metadata.google.internal": true, "rebind.example": true, "127.0.0.2.nip.example": true,
	"127.2": true, "127.0.2": true, "0": true, "2130706434": true, "017700000002": true, "0x7f000002": true, "0x7f.0x0.0x0.0x2": true,
	"0177.0.0.2": true, "00000177.0.0.2": true, "router": true, "printer.local": true, "intranet.corp.example": true,
}

// inward are addresses of the internal network, as somebody may spell them. {port} is the port of
// the internal listener, which most of them would reach.
var inward = []string{
	"127.0.0.2:{port}", "127.0.0.2.:{port}", "localhost:{port}", "LOCALHOST:{port}", "localhost.:{port}", "localhost.localdomain:{port}", "ip6-localhost:{port}",
	"127.2:{port}", "127.0.2:{port}", "0:{port}", "2130706434:{port}", "017700000002:{port}", "0x7f000002:{port}", "0x7F.0x0.0x0.0x2:{port}",
	"0177.0.0.2:{port}", "00000177.0.0.2:{port}", "127.0.0.2.nip.example:{port}", "rebind.example:{port}", "metadata.google.internal", "router", "printer.local", "intranet.corp.example",
	"[::ffff:127.0.0.2]:{port}", "[::ffff:7f00:2]:{port}", "[0:0:0:0:0:ffff:7f00:2]:{port}", "[::127.0.0.2]:{port}", "[64:ff9b::7f00:2]:{port}", "[2002:7f00:2::]:{port}",
	"[::1]:{port}", "[0000::0001]:{port}", "[::]:{port}", "[fe80::1]", "[fec0::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[2001::1]", "[100::1]",
	"①②⑦.⓪.⓪.②:{port}", "１２７.０.０.２:{port}", "127。0。0。2:{port}", "user:password@127.0.0.2:{port}", "example.org@127.0.0.2:{port}", `127.0.0.2:{port}\@example.org`,
	"0.0.0.0:{port}", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1:1", "169.254.169.254", "168.63.129.16", "172.16.0.1", "172.31.255.255",
	"192.0.0.1", "192.0.2.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
	"1.1.1.1:22", "1.1.1.1:8080", "127.0.0.2%00.example.org:{port}", "127.0.0.2%2eexample.org:{port}",
}

// TestHostileSpellings tries every spelling as a source, by a redirect, and as the
// link whose page is read.
func TestHostileSpellings(t *testing.T) {
	if len(inward) < 60 {
		t.Fatalf("only %d spellings", len(inward))
	}
	var cases []fault
	var entries strings.Builder
	for i, s := range inward {
		cases = append(cases,
			fault{group: "source", name: fmt.Sprint(i), url: "http://" + s + "/feed", answer: inTurn(twoItems)},
			fault{group: "redirect", name: fmt.Sprint(i), answer: leadTo("http://" + s + "/feed")})
		entries.WriteString(`<item><guid>` + fmt.Sprint(i) + `</guid><link>http://` + s + `/page</link><title>` + fmt.Sprint(i) + `</title></item>`)
	}
	cases = append(cases, fault{group: "page", name: "links"})
	w := newHostileWeb(t, cases)
	w.cases["links.page.example"].answer = inTurn(feedOf(w.fill(entries.String(), "")))
	for n := range 4 {
		w.poll(n)
	}
	w.readPages()
	for _, k := range w.cases {
		if k.group == "page" {
			continue
		}
		for n := 1; n <= 3; n++ {
			if o := k.out(n); o.Stage != "fetch" || o.Error == "" || !refusal(o.Error) {
				t.Errorf("%s %s: %q", k.group, inward[k.number()], o.Error)
			}
		}
	}
	q := w.cases["links.page.example"].last()
	if len(q) < 50 {
		t.Errorf("only %d links are in the queue", len(q))
	}
	for _, c := range q {
		if c.SnapshotID != 0 || c.PageError == "" || !refusal(c.PageError) && !strings.Contains(c.PageError, "no web page") {
			t.Errorf("%s: %q", c.URL, c.PageError)
		}
	}
	if n := w.internal.hits.Load(); n > 0 {
		t.Errorf("the internal network was reached %d times", n)
	}
}

// refusal reports that an error is one of those that come before a connection.
func refusal(s string) bool {
	for _, words := range []string{"is refused", "not a link", "not a host name", "not an address", "cannot be reached", "with a zone"} {
		if strings.Contains(s, words) {
			return true
		}
	}
	return false
}

func (k *kept) number() (n int) {
	fmt.Sscan(k.name, &n)
	return n
}

// leadTo redirects to an address. {port} in it is the port of the internal listener.
func leadTo(where string) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, r *http.Request) {
		port, _ := r.Context().Value(internalPort{}).(string)
		w.Header()["Location"] = []string{strings.NewReplacer("{host}", r.Host, "{port}", port).Replace(where)}
		w.WriteHeader(http.StatusFound)
	})
}

// internalPort is the key under which a request knows the port of the internal listener.
type internalPort struct{}

// chain redirects so often, with this status, and then answers with a feed.
func chain(status, times int) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, r *http.Request) {
		var at int
		fmt.Sscanf(r.URL.Path, "/hop/%d", &at)
		if at < times {
			w.Header().Set("Location", fmt.Sprintf("/hop/%d", at+1))
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, twoItems)
	})
}

const secret = "hush-hush"

// keyed gives a source secrets to send.
func keyed(s *harvest.Source) {
	s.Secret = []fetch.Header{{Name: "X-Api-Key", Value: secret}, {Name: "Private-Token", Value: secret}, {Name: "Cookie", Value: "session=" + secret}}
	s.Bearer = secret
}

// leaks fails the test where another request than those for the source's own address had a secret.
func leaks(own string) func(*testing.T, *kept) {
	return func(t *testing.T, k *kept) {
		for n := 1; n <= 3; n++ {
			if s := fmt.Sprintf("%+v %+v", k.polls[n], k.rows[n]); strings.Contains(s, secret) {
				t.Errorf("the secret is in %s", s)
			}
		}
		for _, h := range k.asked {
			has := strings.Contains(fmt.Sprint(h), secret)
			if at := h.Get("X-Test-Url"); has != (at == k.web.fill(own, k.host())) {
				t.Errorf("%s was asked with %v", at, h)
			}
			if h.Get("Referer") != "" {
				t.Errorf("asked with the Referer %q", h.Get("Referer"))
			}
		}
	}
}

// redirectFaults are those of redirects, and of pages that send readers elsewhere.
func redirectFaults() []fault {
	refused := func(name, where, words string) fault {
		return fault{name: name, stage: "fetch", words: words, answer: leadTo(where)}
	}
	crossing := func(name, where string) fault {
		return fault{name: name, set: keyed, fresh: [3]int{2}, check: leaks("http://{host}/feed"), answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/end") {
				fmt.Fprint(w, twoItems)
				return
			}
			http.Redirect(w, r, strings.ReplaceAll(where, "{host}", r.Host), http.StatusFound)
		})}
	}
	moving := func(name string, status, times int, moved string) fault {
		return fault{name: name, fresh: [3]int{2}, answer: chain(status, times), check: func(t *testing.T, k *kept) {
			if row := k.rows[3]; row.Moved != k.web.fill(moved, k.host()) || row.URL != "http://"+k.host()+"/feed" {
				t.Errorf("moved to %q, polled at %q", row.Moved, row.URL)
			}
		}}
	}
	all := []fault{
		refused("loop to itself", "/feed", "more than 5 redirects"),
		refused("loop over other parameters", "/feed?again", "more than 5 redirects"),
		refused("loop of two hosts", "http://pingpong.example/?{host}", "more than 5 redirects"),
		moving("chain of five", 302, 5, ""),
		{name: "chain of six", stage: "fetch", words: "more than 5 redirects", answer: chain(302, 6)},
		{name: "chain of a thousand", stage: "fetch", words: "more than 5 redirects", answer: chain(301, 1000)},
		moving("301 is proposed", 301, 1, "http://{host}/hop/1"),
		moving("308 is proposed", 308, 2, "http://{host}/hop/2"),
		moving("307 is not", 307, 1, ""),
		refused("to a file", "file:///etc/passwd", "only http and https"),
		refused("to ftp", "ftp://127.0.0.2/", "only http and https"),
		refused("to gopher", "gopher://127.0.0.2:70/_x", "only http and https"),
		refused("to javascript", "javascript:alert(1)", "only http and https"),
		refused("to data", "data:text/xml,<rss/>", "only http and https"),
		refused("to jar", "jar:http://x.example!/", "only http and https"),
		refused("to an empty place", "", "without saying where"),
		{name: "to no place", stage: "fetch", words: "without saying where", answer: answering(302)},
		refused("to a broken address", "http://[::1", "not a link"),
		refused("to a host with a space", "http://exa mple.org/", "not a link"),
		refused("to controls", "http://x\x7f/", "does not answer in HTTP"),
		refused("to hidden characters", "http://\u009bnowhere\u202e.invalid/", "there is no host nowhere.invalid"),
		refused("to 64 KB", "/"+strings.Repeat("x", 60<<10), "link is longer than 4096 bytes"),
		refused("to a port that is none", "http://127.0.0.1:99999/", "invalid port"),
		{name: "with user information", fresh: [3]int{2}, answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				w.Header().Set("Location", "http://user:password@"+r.Host+"/end")
				w.WriteHeader(302)
				return
			}
			if r.Header.Get("Authorization") != "" {
				w.WriteHeader(401)
			}
			fmt.Fprint(w, twoItems)
		})},
		{name: "to a fragment", fresh: [3]int{2}, answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				w.Header().Set("Location", "/end#part\u009b")
				w.WriteHeader(302)
				return
			}
			fmt.Fprint(w, twoItems)
		})},
		crossing("secrets and another host", "http://elsewhere.example/end?{host}"),
		crossing("secrets and another port", "http://{host}:8080/end"),
		crossing("secrets and a host that begins alike", "http://{host}.elsewhere.example/end"),
		{name: "secrets and a feed that is refused", set: keyed, stage: "fetch", words: "answers 403", answer: answering(403), check: leaks("http://{host}/feed")},
		{name: "late, to the internal network", fresh: [3]int{2}, words: "", answer: func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				fmt.Fprint(w, twoItems)
				return
			}
			http.Redirect(w, r, "http://127.2/feed", http.StatusMovedPermanently)
		}, check: func(t *testing.T, k *kept) {
			for n := 2; n <= 3; n++ {
				if o := k.out(n); !strings.Contains(o.Error, "is refused") || k.rows[n].URL != "http://"+k.host()+"/feed" || k.rows[n].Moved != "" {
					t.Errorf("poll %d: %+v %+v", n, o, k.rows[n])
				}
			}
		}},
		{name: "with an endless body", fresh: [3]int{2}, answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/end" {
				fmt.Fprint(w, twoItems)
				return
			}
			w.Header().Set("Location", "/end")
			w.WriteHeader(302)
			for b := make([]byte, 32<<10); ; {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		})},
		{name: "by meta refresh", stage: "parse", words: "an HTML page instead of a feed", answer: playing(html(`<html><meta http-equiv="refresh" content="0; url=http://127.2/feed"><p>Moved`))},
		{name: "by script", stage: "parse", words: "an HTML page instead of a feed", answer: playing(html(`<html><script>location="http://127.2/feed"</script>`))},
		{name: "by naming a feed inside", stage: "parse", words: "an HTML page instead of a feed", answer: playing(html(`<html><link rel="alternate" type="application/rss+xml" href="http://127.2/feed"><p>News`))},
		{name: "by Content-Location", fresh: [3]int{2}, answer: withHead(twoItems, "Content-Location", "http://127.2/feed"), check: func(t *testing.T, k *kept) {
			if row := k.rows[3]; row.URL != "http://"+k.host()+"/feed" || row.Moved != "" {
				t.Errorf("%+v", row)
			}
		}},
	}
	for i, s := range []int{0, 2, 7, 10, 11, 14, 18, 22, 26, 27, 28, 31, 35, 38, 43, 48, 49, 50} {
		where := inward[s]
		inside := refused(fmt.Sprintf("inward %d: %s", i+1, strings.ReplaceAll(where, "{port}", "1")), "http://"+where+"/feed", "")
		inside.check = func(t *testing.T, k *kept) {
			for n := 1; n <= 3; n++ {
				if o := k.out(n); !refusal(o.Error) {
					t.Errorf("poll %d: %q", n, o.Error)
				}
			}
		}
		all = append(all, inside)
	}
	for i := range all {
		all[i].group, all[i].good = "redir", true
	}
	return all
}

// elsewhere are hosts that many cases lead to.
func (w *hostileWeb) elsewhere() {
	pingpong := func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://"+r.URL.RawQuery+"/feed", http.StatusFound)
	}
	end := func(rw http.ResponseWriter, r *http.Request) {
		host := r.Host
		if q, err := url.QueryUnescape(r.URL.RawQuery); err == nil && q != "" {
			host = q
		}
		host = strings.TrimSuffix(host, ".elsewhere.example")
		w.mu.Lock()
		if k := w.cases[host]; k != nil {
			k.asked = append(k.asked, noted(r))
		}
		w.mu.Unlock()
		fmt.Fprint(rw, twoItems)
	}
	w.other["pingpong.example"], w.other["elsewhere.example"] = pingpong, end
	for host := range w.cases {
		w.other[host+".elsewhere.example"] = end
		w.plan.Hosts[host+".elsewhere.example"] = w.addr
	}
	for host := range w.other {
		w.plan.Hosts[host] = w.addr
	}
}

// noted are the headers of a request, and what it asked for.
func noted(r *http.Request) http.Header {
	h := r.Header.Clone()
	h.Set("X-Test-Url", "http://"+r.Host+r.URL.Path)
	return h
}
