package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"time"
)

// entry is a file of an archive, or a folder if its name ends in a slash.
type entry struct {
	name  string
	mode  int64
	data  []byte
	owner int // its user and group by number, of which 0 is root
}

// writeTar writes entries, all of one time.
func writeTar(w io.Writer, when time.Time, entries []entry) error {
	t := tar.NewWriter(w)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: when, Uid: e.owner, Gid: e.owner, Format: tar.FormatUSTAR}
		if e.name[len(e.name)-1] == '/' {
			h.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(e.data); err != nil {
			return err
		}
	}
	return t.Close()
}

// writeTarGz is writeTar, compressed.
func writeTarGz(w io.Writer, when time.Time, entries []entry) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression) // its header has neither a name nor a time
	if err != nil {
		return err
	}
	if err := writeTar(z, when, entries); err != nil {
		return err
	}
	return z.Close()
}

// writeZip writes entries as those who have Windows read them.
func writeZip(w io.Writer, when time.Time, entries []entry) error {
	z := zip.NewWriter(w)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: when.UTC()}
		h.SetMode(modeOf(e.mode))
		f, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := f.Write(e.data); err != nil {
			return err
		}
	}
	return z.Close()
}
