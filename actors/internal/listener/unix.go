package listener

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"
)

// unixMode lets the broker's user and group in.
const unixMode = 0o660

// OpenUnix opens the socket with that path. Its clients are as those of TCP, but in
// clear text, since nobody else hears them.
func OpenUnix(name, path string) (*Listening, error) {
	l, err := listenUnix(path)
	if err != nil {
		return nil, fmt.Errorf("troupe: cannot listen on %s: %w", path, err)
	}
	return newListening(name, l, func() (net.Listener, error) { return listenUnix(path) }), nil
}

// listenUnix makes the socket; its file goes when the listener is closed.
func listenUnix(path string) (net.Listener, error) {
	if err := removeStale(path); err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, unixMode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// removeStale removes the socket of a process that has ended without a word: one
// that nobody answers on. What is no socket stays.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return errors.New("there is a file that is no socket")
	}
	nc, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		nc.Close()
		return errors.New("another process listens there")
	}
	return os.Remove(path)
}
