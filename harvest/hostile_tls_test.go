package harvest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// certificate makes one for a host; the harvest trusts it where that is said.
func (w *hostileWeb) certificate(host string, from, to time.Time, trusted bool) tls.Certificate {
	w.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		w.Fatal(err)
	}
	if trusted {
		w.plan.Roots = append(w.plan.Roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// listener is one on loopback, closed when the test ends.
func (w *hostileWeb) listener() net.Listener {
	w.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { l.Close() })
	return l
}

// each plays the same to everyone who connects.
func each(l net.Listener, play func(net.Conn)) net.Listener {
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				play(c)
			}()
		}
	}()
	return l
}

// tlsFaults are those of encrypted connections.
func tlsFaults() []fault {
	day := 24 * time.Hour
	// serving serves the web over TLS, with a certificate and what change makes of the settings.
	serving := func(host string, from, to time.Duration, trusted bool, change func(*tls.Config)) func(*hostileWeb, string) net.Listener {
		return func(w *hostileWeb, own string) net.Listener {
			if host != "" {
				own = host
			}
			now := time.Now()
			config := &tls.Config{Certificates: []tls.Certificate{w.certificate(own, now.Add(from), now.Add(to), trusted)}}
			if change != nil {
				change(config)
			}
			l := w.listener()
			srv := &http.Server{Handler: http.HandlerFunc(w.serve), ErrorLog: silent}
			go srv.Serve(tls.NewListener(l, config))
			w.Cleanup(func() { srv.Close() })
			return l
		}
	}
	playing := func(play func(net.Conn)) func(*hostileWeb, string) net.Listener {
		return func(w *hostileWeb, _ string) net.Listener { return each(w.listener(), play) }
	}
	const wrong, noTLS = "certificate that does not hold", "does not speak TLS as it should"
	all := []fault{
		{name: "fine", fresh: [3]int{2}, listen: serving("", -day, day, true, nil)},
		{name: "self-signed", words: wrong, listen: serving("", -day, day, false, nil)},
		{name: "expired", words: wrong, listen: serving("", -2*day, -day, true, nil)},
		{name: "not yet", words: wrong, listen: serving("", day, 2*day, true, nil)},
		{name: "another host's", words: wrong, listen: serving("bank.example", -day, day, true, nil)},
		{name: "another host's, of controls", words: wrong, listen: serving("bank\x1b[31m.example", -day, day, true, nil)},
		{name: "TLS 1.0", words: noTLS, listen: serving("", -day, day, true, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 })},
		{name: "asks for a certificate of ours", words: noTLS, listen: serving("", -day, day, true, func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert })},
		{name: "hangs", slow: true, words: deadline, listen: playing(func(c net.Conn) { io.Copy(io.Discard, c) })},
		{name: "hangs in its greeting", slow: true, words: deadline, listen: playing(stays("\x16\x03\x03\x00\x7a\x02"))},
		{name: "closes", words: "{host}", listen: playing(func(net.Conn) {})},
		{name: "plain HTTP", words: noTLS, listen: func(w *hostileWeb, _ string) net.Listener {
			l := w.listener()
			srv := &http.Server{Handler: http.HandlerFunc(w.serve), ErrorLog: silent}
			go srv.Serve(l)
			w.Cleanup(func() { srv.Close() })
			return l
		}, check: func(t *testing.T, k *kept) {
			if len(k.asked) > 0 {
				t.Errorf("it was asked in plain text, %d times", len(k.asked))
			}
		}},
		{name: "garbage", words: noTLS, listen: playing(sends("220 mail.example \x1b[31m\u009b ready\r\n"))},
		{name: "leads down to http", words: "redirects from https down to http", listen: serving("", -day, day, true, nil), answer: leadTo("http://{host}/plain")},
	}
	for i := range all {
		f := &all[i]
		f.group, f.url = "tls", "https://{host}/feed"
		if f.answer == nil {
			f.answer = feedText(twoItems)
		}
		if f.words != "" {
			f.stage = "fetch"
		}
	}
	return all
}
