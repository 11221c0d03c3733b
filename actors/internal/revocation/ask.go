package revocation

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Answer is what an authority says of a certificate.
type Answer struct {
	Raw    []byte // as it is stapled
	Status int    // one of the constants of package ocsp
	Until  time.Time
}

// Good reports whether the certificate is not revoked, as far as the authority knows.
func (a *Answer) Good() bool { return a.Status == ocsp.Good }

// What an answer may be.
const (
	longest  = 64 << 10 // bytes
	patience = 5 * time.Second
)

// bounds are by how much clocks may differ, and for how long an answer counts that does not say so.
type bounds struct{ skew, unsaid time.Duration }

var (
	errNowhere = errors.New("ocsp: the certificate names no responder, and there is no url")
	errOld     = errors.New("ocsp: the answer is not of now")
	errTooLong = errors.New("ocsp: the answer is too long")
)

// ask asks one responder after the other: urls, or those that the certificate names.
func ask(ctx context.Context, of, issuer *x509.Certificate, urls []string, now time.Time, b bounds) (*Answer, error) {
	if len(urls) == 0 {
		urls = of.OCSPServer
	}
	question, err := ocsp.CreateRequest(of, issuer, nil)
	if err != nil {
		return nil, fmt.Errorf("ocsp: %w", err)
	}
	err = errNowhere
	for _, url := range urls {
		var raw []byte
		if raw, err = post(ctx, url, question); err != nil {
			continue
		}
		var a *Answer
		if a, err = read(raw, of, issuer, now, b); err == nil {
			return a, nil
		}
	}
	return nil, err
}

func post(ctx context.Context, url string, question []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(question))
	if err != nil {
		return nil, fmt.Errorf("ocsp: %w", err)
	}
	request.Header.Set("Content-Type", "application/ocsp-request")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ocsp: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ocsp: %s says %s", url, response.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, longest+1))
	if err == nil && len(raw) > longest {
		err = errTooLong
	}
	return raw, err
}

// read takes an answer that the authority has signed, for this certificate and for now.
func read(raw []byte, of, issuer *x509.Certificate, now time.Time, b bounds) (*Answer, error) {
	r, err := ocsp.ParseResponseForCert(raw, of, issuer)
	if err != nil {
		return nil, fmt.Errorf("ocsp: %w", err)
	}
	until := r.NextUpdate
	if until.IsZero() {
		until = now.Add(b.unsaid)
	}
	if now.Add(b.skew).Before(r.ThisUpdate) || now.Add(-b.skew).After(until) {
		return nil, errOld
	}
	return &Answer{Raw: raw, Status: r.Status, Until: until}, nil
}
