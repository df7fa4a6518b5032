package fetch_test

import (
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"wiredesk/harvest/fetch"
)

// private are addresses that no feed, redirect or page may make us dial. They need no DNS.
var private = []string{
	// IPv4: this network, private use, shared, loopback, link-local and the clouds' metadata
	"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
	"127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "168.63.129.16",
	"172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
	// IPv4: protocol assignments, documentation, relays, benchmarking, multicast, reserved, broadcast
	"192.0.0.1", "192.0.0.192", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1",
	"198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
	// IPv6: unspecified, loopback, unique local, link-local, site-local, multicast, discard, segment routing
	"[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[fc00::1]", "[fd00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "[feff::1]",
	"[ff02::1]", "[100::1]", "[5f00::1]", "[4000::1]", "[e000::1]",
	// IPv4 in IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo
	"[::ffff:127.0.0.1]", "[::FFFF:7F00:1]", "[0:0:0:0:0:ffff:a9fe:a9fe]", "[::ffff:10.0.0.1]", "[::ffff:168.63.129.16]", "[::ffff:0.0.0.0]",
	"[::127.0.0.1]", "[::ffff:0:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::a00:1]",
	"[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
	// IPv6: protocol assignments, documentation, direct delegation
	"[2001:2::1]", "[2001:10::1]", "[2001:db8::1]", "[3fff::1]", "[2620:4f:8000::1]",
	// zones
	"[fe80::1%25lo]", "[::1%25lo]", "[2606:4700::1111%25eth0]",
	// ports of the public internet that no web server has
	"1.1.1.1:22", "1.1.1.1:25", "1.1.1.1:8080", "[2606:4700::1111]:6379", "1.1.1.1:0",
	// other digits, which the URL standard folds to ASCII
	"①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1",
}

// spellings are names to Go, and addresses to the resolvers of most systems: a resolver that
// answers with a private address stands in for all of them.
var spellings = []string{
	"localhost", "LocalHost", "localhost.", "localhost.localdomain", "ip6-localhost", "127.1", "127.0.1", "127.0.0.1.", "0", "2130706433", "017700000001",
	"0x7f000001", "0x7F.0x0.0x0.0x1", "0177.0.0.1", "00000177.0.0.1", "127.0.0.1.nip.example", "metadata.google.internal", "rebind.example",
}

// blocked fails the test unless the request is refused before a connection is made.
func blocked(t *testing.T, c *fetch.Client, url, spelling string) {
	t.Helper()
	e := refused(t, c, fetch.Request{URL: url}, "fetch")
	if errors.Is(e, syscall.EAFNOSUPPORT) || errors.Is(e, syscall.EADDRNOTAVAIL) {
		return // a system without IPv6 cannot even try
	}
	if !e.Final || !strings.Contains(e.Text, "is refused") && !strings.Contains(e.Text, "zone") {
		t.Errorf("%s: %v", spelling, e)
	}
}

func TestPrivateAddressesAreRefusedInEverySpelling(t *testing.T) {
	if n := len(private) + len(spellings); n < 60 {
		t.Fatalf("only %d spellings", n)
	}
	trap := newCanary(t)
	hosts := map[string]string{}
	for _, s := range spellings {
		hosts[strings.ToLower(s)] = trap.addr
	}
	door := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", r.URL.Query().Get("to"))
		w.WriteHeader(http.StatusFound)
	})
	c := client(t, fetch.Config{Allow: []string{host(door)}, Hosts: hosts})
	for _, s := range append(private, spellings...) {
		blocked(t, c, "http://"+s+"/", s)
		blocked(t, c, "https://"+s+"/", s)
		blocked(t, c, door+"/?to=http://"+s+"/", s+", by a redirect")
	}
	// Another port of the allowed address, the canary's own, and user information that looks
	// like a host.
	for _, u := range []string{"http://127.0.0.1:1/", "http://" + trap.addr + "/", "http://" + host(door) + "@" + trap.addr + "/", "http://example.org:80@127.0.0.1:1/"} {
		blocked(t, c, u, u)
	}
	trap.check(t)
}

func TestPrivateAddressOfPageAndRobotsIsRefused(t *testing.T) {
	trap := newCanary(t)
	door := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.Redirect(w, r, "http://"+trap.addr+"/robots.txt", http.StatusFound)
			return
		}
		t.Error("the page was asked for without its robots.txt")
	})
	c := client(t, fetch.Config{Allow: []string{host(door)}})
	for _, u := range []string{"http://" + trap.addr + "/", door + "/"} {
		if e := refused(t, c, fetch.Request{URL: u, Page: true}, "fetch", "is refused"); !e.Final {
			t.Errorf("%+v", e)
		}
	}
	trap.check(t)
}

func TestPublicAddressesAreNotRefused(t *testing.T) {
	for _, s := range []string{
		"1.1.1.1:80", "11.0.0.1:443", "126.255.255.255:80", "128.0.0.1:80", "172.15.255.255:80", "172.32.0.1:80", "192.0.1.1:80", "168.63.129.17:80",
		"[::ffff:1.1.1.1]:80", "[2606:4700::1111]:443", "[2a00::1]:80",
	} {
		network := "tcp4"
		if strings.HasPrefix(s, "[") {
			network = "tcp6"
		}
		if err := fetch.Dialable(network, s); err != nil { // asked, not dialled: no test leaves the machine
			t.Errorf("%s: %v", s, err)
		}
	}
	if fetch.Dialable("tcp4", "127.0.0.1:80") == nil || fetch.Dialable("tcp4", "no address") == nil {
		t.Error("the guard lets everything through")
	}
}

func TestLinksThatAreNoWebLinksAreRefused(t *testing.T) {
	c := client(t, fetch.Config{})
	for url, words := range map[string]string{
		"":                        "there is no link",
		"file:///etc/passwd":      "only http and https",
		"javascript:alert(1)":     "only http and https",
		"data:text/xml,<rss/>":    "only http and https",
		"ftp://127.0.0.1/":        "only http and https",
		"gopher://127.0.0.1:70/":  "only http and https",
		"unix:///var/run/x.sock":  "only http and https",
		"/feed.xml":               "without a scheme",
		"//127.0.0.1/":            "without a scheme",
		"http:///feed":            "without a host",
		"http:127.0.0.1":          "without a host",
		"http://[::1":             "not a link",
		"http://127.0.0.1:99999/": "", // Go's dialer knows no such port
		"http://<b>/":             "not a",
	} {
		refused(t, c, fetch.Request{URL: url}, "fetch", words)
	}
}

func TestAllowNamesAddressesBesideThePublicOnes(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "in") })
	_, port, _ := net.SplitHostPort(host(url))
	for _, c := range []struct {
		allow string
		in    bool
	}{
		{"127.0.0.1", true},
		{" 127.0.0.1 ", true},
		{"::ffff:127.0.0.1", true},
		{"127.0.0.0/8", true},
		{"127.0.0.1/32", true},
		{"127.1.2.3/8", true}, // what stands behind the prefix does not matter
		{"127.0.0.1:" + port, true},
		{"[::ffff:127.0.0.1]:" + port, true},
		{"127.0.0.1:1", false},
		{"127.0.0.2", false},
		{"10.0.0.0/8", false},
		{"::1", false},
		{"::/0", false},
	} {
		cl := client(t, fetch.Config{Allow: []string{"192.168.7.7", c.allow}})
		if c.in {
			get(t, cl, fetch.Request{URL: url})
		} else {
			refused(t, cl, fetch.Request{URL: url}, "fetch", "is refused", "fetch.allow")
		}
	}
	refused(t, client(t, fetch.Config{Allow: []string{}}), fetch.Request{URL: url}, "fetch", "is refused")
}

func TestAllowThatIsNoAddressIsAnError(t *testing.T) {
	for _, s := range []string{"", "localhost", "127.0.0.1/99", "127.0.0.1:x", "127.1", "http://127.0.0.1", "*", "2130706433"} {
		_, err := fetch.New(fetch.Config{Allow: []string{s}})
		if err == nil || !strings.Contains(err.Error(), "write 192.168.1.7") {
			t.Errorf("allow %q: %v", s, err)
		}
		if err := fetch.CheckAllow(s); err == nil {
			t.Errorf("CheckAllow(%q) is content", s)
		}
	}
	if err := fetch.CheckAllow("192.168.1.0/24"); err != nil {
		t.Error(err)
	}
}

func TestHostsAnswersLikeEtcHosts(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })
	hosts := map[string]string{"news.example": host(url)}
	cl := client(t, fetch.Config{Hosts: maps.Clone(hosts)})
	for _, u := range []string{"http://news.example/", "http://News.Example:8080/"} {
		if res := get(t, cl, fetch.Request{URL: u}); "http://"+string(res.Body)+"/" != strings.ToLower(u) {
			t.Errorf("%s: the server was asked for host %s", u, res.Body)
		}
	}
	// It is no way around the guard.
	refused(t, client(t, fetch.Config{Hosts: hosts, Allow: []string{}}), fetch.Request{URL: "http://news.example/"}, "fetch", "is refused")
}
