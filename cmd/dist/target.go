package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// target is one platform of a release.
type target struct {
	*release
	os, arch string
	out      string
	binary   []byte
}

// name is what its files are called, without their ends.
func (t *target) name() string { return "troupe-" + t.version + "-" + t.os + "-" + t.arch }

func (t *target) file(end string) string { return filepath.Join(t.out, t.name()+end) }

// path is where its program is built.
func (t *target) path() string { return filepath.Join(t.stage, t.os+"-"+t.arch, program(t.os)) }

func (t *target) build() (err error) {
	if err := goBuild(t.path(), t.os, t.arch); err != nil {
		return err
	}
	t.binary, err = os.ReadFile(t.path())
	return err
}

// inTree are files of the repository that an archive has, and what they are called there.
var inTree = [][2]string{
	{"LICENSE", "LICENSE"},
	{"README.md", "README.md"},
	{"CHANGELOG.md", "CHANGELOG.md"},
	{"examples/deploy/troupe.conf", "troupe.conf"},
	{"examples/deploy/alerts.yaml", "alerts.yaml"},
	{"examples/deploy/dashboard.json", "dashboard.json"},
}

// archive makes the tar or zip file.
func (t *target) archive() error {
	top := t.name() + "/"
	entries := []entry{{name: top, mode: 0o755}, {name: top + program(t.os), mode: 0o755, data: t.binary}}
	files := inTree
	if t.os == "linux" {
		files = append(slices.Clip(files), [2]string{"examples/deploy/troupe.service", "troupe.service"})
	}
	for _, f := range files {
		data, err := os.ReadFile(f[0])
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: top + f[1], mode: 0o644, data: data})
	}
	entries = append(entries, entry{name: top + "troupe.8", mode: 0o644, data: t.man}, entry{name: top + "completions/", mode: 0o755})
	for _, shell := range []string{"bash", "fish", "zsh"} {
		entries = append(entries, entry{name: top + "completions/troupe." + shell, mode: 0o644, data: t.shells[shell]})
	}
	if t.os == "windows" {
		return writeFile(t.file(".zip"), func(w io.Writer) error { return writeZip(w, t.when, entries) })
	}
	return writeFile(t.file(".tar.gz"), func(w io.Writer) error { return writeTarGz(w, t.when, entries) })
}

// list says which modules are in the program, and their licences.
func (t *target) list(sbom string) error {
	path, err := filepath.Abs(t.file(".cdx.json"))
	if err != nil {
		return err
	}
	tool, err := t.tool(sbom)
	if err != nil {
		return err
	}
	c := exec.Command(tool, "app", "-json", "-noserial", "-notimestamp", "-std", "-licenses", "-assert-licenses", "-main", "cmd/troupe", "-output", path, ".")
	c.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0", "GOFLAGS=")
	return run(c)
}

// writeFile writes a file by what do writes.
func writeFile(path string, do func(io.Writer) error) error {
	var b bytes.Buffer
	if err := do(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

func modeOf(mode int64) fs.FileMode { return fs.FileMode(mode) }

const sumsName = "SHA256SUMS"

// writeSums writes the checksum of every file of a folder, in the form of sha256sum.
func writeSums(dir, to string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), f.Name())
	}
	return os.WriteFile(to, []byte(b.String()), 0o644)
}

// stamp gives a staged file the time of the release.
func stamp(path string, data []byte, mode fs.FileMode, when time.Time) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, mode); err != nil {
		return err
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		return err
	}
	return os.Chtimes(path, when, when)
}
