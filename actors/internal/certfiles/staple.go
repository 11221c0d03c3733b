package certfiles

import (
	"context"
	"crypto/tls"
	"sync"
	"time"
)

// stapler has authorities asked about the certificates again and again.
type stapler struct {
	mu     sync.Mutex // one at a time
	timer  *time.Timer
	closed bool
}

// take has certificates used, with what authorities say of them. The error is that of Files.Staple; then nothing has changed.
func (k *Certificates) take(config *tls.Config) error {
	s := &k.stapler
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.from.Staple == nil || s.closed {
		k.config.Store(config)
		return nil
	}
	stapled, again, err := k.from.Staple(context.Background(), config.Certificates, k.now())
	if err != nil {
		return err
	}
	k.use(config, stapled, again)
	return nil
}

// use is for who holds the lock.
func (k *Certificates) use(config *tls.Config, stapled []tls.Certificate, again time.Time) {
	now := config.Clone()
	now.Certificates = stapled
	k.config.Store(now)
	k.askAt(again)
}

// askAt has authorities asked again.
func (k *Certificates) askAt(again time.Time) {
	if k.stapler.timer != nil {
		k.stapler.timer.Stop()
	}
	if !again.IsZero() {
		k.stapler.timer = time.AfterFunc(again.Sub(k.now()), k.askAgain)
	}
}

// askAgain keeps what was stapled where nothing else is to be had.
func (k *Certificates) askAgain() {
	s := &k.stapler
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	config := k.config.Load()
	stapled, again, err := k.from.Staple(context.Background(), config.Certificates, k.now())
	k.use(config, stapled, again)
	if err == nil {
		return
	}
	k.logger.Error("the certificate is in doubt", "error", err)
	if k.from.Doubted != nil {
		k.from.Doubted(err)
	}
}

// Close has nobody asked any more.
func (k *Certificates) Close() {
	k.stapler.mu.Lock()
	defer k.stapler.mu.Unlock()
	k.stapler.closed = true
	if k.stapler.timer != nil {
		k.stapler.timer.Stop()
	}
}
