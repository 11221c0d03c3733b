package registry

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nkeys"
)

// The names of files: that of an account, of one that was deleted, and of one that is being
// written.
const (
	suffix     = ".jwt"
	deleted    = ".deleted"
	unfinished = "unfinished-*"
)

// longest bounds what is read from a file or a server, in bytes.
const longest = 1 << 20

// errFull is about one account too many.
var errFull = errors.New("the limit of accounts is reached")

// directory is a folder of tokens. It may be used from any goroutine.
type directory struct {
	path  string
	limit int
	ttl   time.Duration
	evict bool // the oldest makes room
	mu    sync.Mutex
}

// openDirectory makes the folder if it is not there, and removes what a crash has left.
func openDirectory(c *Config) (*directory, error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, err
	}
	left, err := filepath.Glob(filepath.Join(c.Dir, unfinished))
	if err != nil {
		return nil, err
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil {
			return nil, err
		}
	}
	return &directory{path: c.Dir, limit: c.Limit, ttl: c.TTL, evict: c.Type == Cache}, nil
}

func (d *directory) file(account string) string { return filepath.Join(d.path, account+suffix) }

// names are the accounts that have a file.
func (d *directory) names() (all []string, err error) {
	entries, err := os.ReadDir(d.path)
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if ok && nkeys.IsValidPublicAccountKey(name) {
			all = append(all, name)
		}
	}
	return all, err
}

// load is the token of an account. The error is os.ErrNotExist if there is none, or if it has been
// there for too long.
func (d *directory) load(account string) (string, error) {
	if !nkeys.IsValidPublicAccountKey(account) {
		return "", os.ErrNotExist
	}
	info, err := os.Stat(d.file(account))
	switch {
	case err != nil:
		return "", err
	case d.ttl > 0 && time.Since(info.ModTime()) > d.ttl:
		return "", os.ErrNotExist
	case info.Size() > longest:
		return "", fmt.Errorf("%s is too long", d.file(account))
	}
	data, err := os.ReadFile(d.file(account))
	return strings.TrimSpace(string(data)), err
}

// save puts a token on the disk. It is there, whole, or what was there before is.
func (d *directory) save(account, token string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.room(account); err != nil {
		return err
	}
	f, err := os.CreateTemp(d.path, unfinished)
	if err != nil {
		return err
	}
	_, err = f.WriteString(token)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), d.file(account))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return d.sync()
}

// sync has the names of files on the disk too, where the system can.
func (d *directory) sync() error {
	f, err := os.Open(d.path)
	if err != nil {
		return err
	}
	_ = f.Sync() // not every system does that for folders
	return f.Close()
}

// room sees to it that there is room for one more.
func (d *directory) room(account string) error {
	all, err := d.names()
	if err != nil || len(all) < d.limit || slices.Contains(all, account) {
		return err
	}
	if !d.evict {
		return errFull
	}
	oldest := slices.MinFunc(all, func(a, b string) int { return d.age(a).Compare(d.age(b)) })
	return os.Remove(d.file(oldest))
}

// age is when the file of an account was written.
func (d *directory) age(account string) time.Time {
	info, err := os.Stat(d.file(account))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// remove deletes an account, or hides it.
func (d *directory) remove(account string, hard bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var err error
	if hard {
		err = os.Remove(d.file(account))
	} else {
		err = os.Rename(d.file(account), d.file(account)+deleted)
	}
	return errors.Join(err, d.sync())
}
