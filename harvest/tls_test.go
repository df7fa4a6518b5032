package harvest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"time"
)

// secure serves the world over TLS too, as any host that trust names.
func (w *world) secure() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	certs := map[string]*tls.Certificate{}
	w.fetch.RootCAs = x509.NewCertPool()
	w.trust = func(host string) {
		form := &x509.Certificate{
			SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
		if err != nil {
			w.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			w.Fatal(err)
		}
		w.fetch.RootCAs.AddCert(parsed)
		certs[host] = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	srv.TLS = &tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return certs[hello.ServerName], nil
	}}
	srv.StartTLS()
	w.Cleanup(srv.Close)
	w.secured = srv.Listener.Addr().String()
}
