//go:build !unix

package disk

import (
	"context"
	"os"
)

// lock does nothing: there is no lock here that ends with the process.
func lock(*os.File) error { return nil }

// syncFolder does nothing: folders cannot be synced here.
func syncFolder(string) {}

// OpenStream opens a device.
func OpenStream(_ context.Context, path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY, 0)
}
