package certfiles

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
)

// Certificates are a listener's, as they are in the files. Whoever begins a
// handshake looks whether these have changed, one every ten seconds. What cannot
// be read or used leaves things as they are.
type Certificates struct {
	from   Files
	now    func() time.Time
	logger hclog.Logger

	rate    rate
	config  atomic.Pointer[tls.Config]
	stapler stapler
	looked  atomic.Int64               // when the files were looked at last, in nanoseconds
	seen    atomic.Pointer[[]fileMark] // what they looked like then
}

// Files are what certificates are made of.
type Files struct {
	Names []string                    // of the files
	Load  func() (*tls.Config, error) // makes a configuration of what they hold now
	// PerSecond is how many handshakes may begin in a second; 0 is no limit.
	PerSecond int
	// Staple adds what authorities say of the certificates, and says when to ask again, zero for never; nil: nobody is asked.
	Staple func(context.Context, []tls.Certificate, time.Time) (stapled []tls.Certificate, again time.Time, err error)
	// Doubted is told of an error of Staple about certificates that are in use; nil: nobody is.
	Doubted func(error)
}

// fileMark is what tells that a file is another one.
type fileMark struct {
	changed time.Time
	size    int64
}

// lookEvery is how often files are looked at, if there are handshakes.
const lookEvery = 10 * time.Second

// New loads them for the first time.
func New(from Files, now func() time.Time, logger hclog.Logger) (*Certificates, error) {
	k := &Certificates{from: from, now: now, logger: logger}
	k.looked.Store(now().UnixNano())
	k.seen.Store(marks(from.Names))
	config, err := from.Load()
	if err != nil {
		return nil, err
	}
	if err := k.take(config); err != nil {
		return nil, err
	}
	return k, nil
}

// Server is the configuration for a listener. It asks for the latest one in each
// handshake.
func (k *Certificates) Server() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if !k.rate.allow(k.from.PerSecond, k.now()) {
				return nil, errTooMany
			}
			return k.current(), nil
		},
	}
}

// errTooMany ends a handshake that is one too many in its second.
var errTooMany = errors.New("too many handshakes in a second")

// rate counts what begins in a second.
type rate struct {
	mu    sync.Mutex
	since time.Time
	n     int
}

// allow reports whether one more may begin; 0 is no limit.
func (r *rate) allow(most int, now time.Time) bool {
	if most == 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.since) >= time.Second {
		r.since, r.n = now, 0
	}
	r.n++
	return r.n <= most
}

// current is the configuration of the files as they are, or were a moment ago.
func (k *Certificates) current() *tls.Config {
	now, looked := k.now(), k.looked.Load()
	if now.UnixNano()-looked >= int64(lookEvery) && k.looked.CompareAndSwap(looked, now.UnixNano()) {
		k.Look()
	}
	return k.config.Load()
}

// NotAfter is until when the broker's own certificate is good, zero if there is none.
func (k *Certificates) NotAfter() time.Time {
	for _, c := range k.config.Load().Certificates {
		leaf, err := c.Leaf, error(nil)
		if leaf == nil {
			leaf, err = x509.ParseCertificate(c.Certificate[0])
		}
		if err == nil {
			return leaf.NotAfter
		}
	}
	return time.Time{}
}

// Look loads the files if they have changed.
func (k *Certificates) Look() {
	found := marks(k.from.Names)
	if slices.Equal(*found, *k.seen.Load()) {
		return
	}
	k.seen.Store(found) // a mistake in them is told once
	config, err := k.from.Load()
	if err != nil {
		k.logger.Error("the new certificate is not used, the old one stays", "error", err)
		return
	}
	if k.from.Staple != nil {
		time.AfterFunc(0, func() { k.takeAgain(config) }) // whoever looks does not wait for authorities
		return
	}
	k.takeAgain(config)
}

// takeAgain has certificates used that have been loaded again.
func (k *Certificates) takeAgain(config *tls.Config) {
	if err := k.take(config); err != nil {
		k.logger.Error("the new certificate is not used, the old one stays", "error", err)
		return
	}
	k.logger.Info("the certificate has been loaded again", "files", k.from.Names)
}

// marks are what files look like; one that cannot be looked at looks like nothing.
func marks(files []string) *[]fileMark {
	all := make([]fileMark, len(files))
	for i, name := range files {
		if f, err := os.Stat(name); err == nil {
			all[i] = fileMark{changed: f.ModTime(), size: f.Size()}
		}
	}
	return &all
}
