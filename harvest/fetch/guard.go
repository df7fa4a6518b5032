package fetch

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard decides which addresses may be dialled. It hangs in the dialer's Control hook, after the
// name was resolved and before the connection is made, so that neither a redirect nor a name
// that resolves to something else the second time gets past it. It is an allow rule: IPv6 inside
// 2000::/3 less the special blocks, IPv4 less the IANA special-purpose registry, ports 80 and
// 443, no zones; and what fetch.allow names.
type guard struct {
	public *ssrf.Guardian
	allow  []allowed
}

// allowed is one entry of fetch.allow; port 0 is any.
type allowed struct {
	prefix netip.Prefix
	port   uint16
}

// azureHost answers for the machine's own cloud; it is in no registry.
var azureHost = netip.MustParsePrefix("168.63.129.16/32")

func newGuard(allow []string) (*guard, error) {
	g := &guard{public: ssrf.New(ssrf.WithDeniedV4Prefixes(azureHost))}
	for _, s := range allow {
		a, err := parseAllowed(s)
		if err != nil {
			return nil, err
		}
		g.allow = append(g.allow, a)
	}
	return g, nil
}

// parseAllowed reads IP, CIDR or IP:port.
func parseAllowed(s string) (allowed, error) {
	s = strings.TrimSpace(s)
	if p, err := netip.ParsePrefix(s); err == nil {
		return allowed{prefix: p.Masked()}, nil
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return allowed{netip.PrefixFrom(ap.Addr().Unmap(), ap.Addr().Unmap().BitLen()), ap.Port()}, nil
	}
	if ip, err := netip.ParseAddr(s); err == nil {
		return allowed{prefix: netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen())}, nil
	}
	return allowed{}, fmt.Errorf("fetch: allow: %q is no address; write 192.168.1.7, 192.168.1.0/24 or 192.168.1.7:8080", s)
}

// CheckAllow reports what is wrong with an entry of fetch.allow.
func CheckAllow(s string) error {
	_, err := parseAllowed(s)
	return err
}

// errAddress is a refused address.
type errAddress struct{ addr, why string }

func (e *errAddress) Error() string {
	return fmt.Sprintf("address %s is refused: %s", e.addr, e.why)
}

// control has the signature of net.Dialer.Control.
func (g *guard) control(network, address string, raw syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &errAddress{address, "it is no address"}
	}
	ip := ap.Addr().Unmap()
	for _, a := range g.allow {
		if a.prefix.Contains(ip) && (a.port == 0 || a.port == ap.Port()) {
			return nil
		}
	}
	if ip.Zone() != "" {
		return &errAddress{address, "it has a zone"}
	}
	// Unmapped, an IPv4 address that is written as IPv6 meets the IPv4 rule.
	if ip.Is4() {
		network = "tcp4"
	}
	if err := g.public.Safe(network, netip.AddrPortFrom(ip, ap.Port()).String(), raw); err != nil {
		return &errAddress{address, "it is not on the public internet, or not port 80 or 443 (fetch.allow in feeds.yaml can name it)"}
	}
	return nil
}
