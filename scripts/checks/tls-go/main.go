// Command tls-go is the Go side of the check tls-go.sh. It reads an authority file, issues itself a certificate of the
// shape that Reflow's programs issue themselves, and is a client or a server with it.
//
//	tls-go client ADDRESS AUTHORITY|- TRUSTED   asks ADDRESS; "-" presents no certificate; the server must be of TRUSTED
//	tls-go server AUTHORITY 1.2|1.3             prints its address, then serves until its standard input ends
package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tls-go:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "client":
		return client(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "server":
		return server(args[1], args[2])
	}
	return errors.New("unknown arguments")
}

// authority is what an authority file holds.
type authority struct {
	certificate *x509.Certificate
	key         *rsa.PrivateKey
}

func readAuthority(path string) (authority, error) {
	var found authority
	text, err := os.ReadFile(path)
	if err != nil {
		return found, err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "CERTIFICATE":
			found.certificate, err = x509.ParseCertificate(block.Bytes)
		case "RSA PRIVATE KEY":
			found.key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		}
		if err != nil {
			return found, err
		}
	}
	if found.certificate == nil || found.key == nil {
		return found, errors.New("incomplete authority")
	}
	return found, nil
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func (a authority) issue() (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 128))
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	content := x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "infra"},
		NotBefore:             now.Add(-time.Minute),
		NotAfter:              now.Add(27 * 7 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	// Without the authority's key identifier the issued certificate names none, as the recorded ones.
	parent := *a.certificate
	parent.SubjectKeyId = nil
	der, err := x509.CreateCertificate(rand.Reader, &content, &parent, &key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// client prints what the server answers as one line of JSON. Its body is large, so that a server which closes too
// early shows.
func client(address, own, trusted string) error {
	trust, err := readAuthority(trusted)
	if err != nil {
		return err
	}
	config := &tls.Config{
		InsecureSkipVerify: true, // There are no host names; the chain is verified below.
		VerifyConnection: func(state tls.ConnectionState) error {
			_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{
				Roots:     trust.pool(),
				KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			})
			return err
		},
	}
	if own != "-" {
		issuer, err := readAuthority(own)
		if err != nil {
			return err
		}
		certificate, err := issuer.issue()
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	caller := http.Client{Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
	reply, err := caller.Post("https://"+address+"/v1/offers", "", strings.NewReader(strings.Repeat("x", 200_000)))
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"status":  reply.StatusCode,
		"refused": reply.Header.Get("X-Refused-Certificate"),
		"body":    string(body),
	})
}

func server(path, version string) error {
	issuer, err := readAuthority(path)
	if err != nil {
		return err
	}
	certificate, err := issuer.issue()
	if err != nil {
		return err
	}
	versions := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	host := http.Server{
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate},
			ClientAuth:   tls.RequireAndVerifyClientCert,
			ClientCAs:    issuer.pool(),
			MinVersion:   versions[version],
			MaxVersion:   versions[version],
		},
		ErrorLog: nil,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			length, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.Path, length)
		}),
	}
	fmt.Println(listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		host.Close()
	}()
	if err := host.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
