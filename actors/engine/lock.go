package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// lockPatience is how long the lock of a store is waited for: an engine whose broker was killed is gone soon.
const (
	lockPatience = 2 * time.Second
	lockPause    = 20 * time.Millisecond
)

// ErrLocked is the error of a store that another engine serves.
var ErrLocked = errors.New("another engine serves this store")

// takeLock opens and locks the store's file.
func takeLock(ctx context.Context, store string) (*os.File, error) {
	path := filepath.Join(store, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		taken, err := lockFile(f)
		if taken {
			return f, nil
		}
		if err == nil {
			select {
			case <-time.After(lockPause):
				continue
			case <-ctx.Done():
				err = ErrLocked
			}
		}
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
}
