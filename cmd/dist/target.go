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
	binary   map[program][]byte
	licences map[program][]byte
}

// name is what the files of a program are called, without their ends.
func (t *target) name(p program) string {
	return p.name + "-" + t.version + "-" + t.os + "-" + t.arch
}

func (t *target) file(p program, end string) string { return filepath.Join(t.out, t.name(p)+end) }

func (t *target) build() (err error) {
	t.binary, t.licences = make(map[program][]byte), make(map[program][]byte)
	for _, p := range programs {
		to := filepath.Join(t.stage, t.os+"-"+t.arch, p.file(t.os))
		if err := p.build(to, t.os, t.arch, t.version); err != nil {
			return err
		}
		if t.binary[p], err = os.ReadFile(to); err != nil {
			return err
		}
		if t.licences[p], err = p.licences(t.os, t.arch); err != nil {
			return err
		}
	}
	return nil
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

// archive makes the tar or zip file of the broker, which has top beside it.
func (t *target) archive() error {
	files := inTree
	if t.os == "linux" {
		files = append(slices.Clip(files), [2]string{"examples/deploy/troupe.service", "troupe.service"})
	}
	more := []entry{
		{name: top.file(t.os), mode: 0o755, data: t.binary[top]},
		{name: top.name + ".LICENSES.txt", mode: 0o644, data: t.licences[top]},
		{name: "troupe.8", mode: 0o644, data: t.man},
		{name: "completions/", mode: 0o755},
	}
	for _, shell := range []string{"bash", "fish", "zsh"} {
		more = append(more, entry{name: "completions/troupe." + shell, mode: 0o644, data: t.shells[shell]})
	}
	return t.pack(broker, files, more...)
}

// engineArchive makes that of the engine.
func (t *target) engineArchive() error {
	return t.pack(engine, [][2]string{{"cmd/engine/LICENSE", "LICENSE"}, {"cmd/engine/README.md", "README.md"}})
}

// otlpArchive makes that of the broker that sends spans.
func (t *target) otlpArchive() error {
	return t.pack(otlp, [][2]string{{"LICENSE", "LICENSE"}, {"cmd/otlp/README.md", "README.md"}})
}

// pack makes an archive of a program, files of the repository and what else belongs to it.
func (t *target) pack(p program, files [][2]string, more ...entry) error {
	entries := []entry{
		{name: "", mode: 0o755},
		{name: p.file(t.os), mode: 0o755, data: t.binary[p]},
		{name: "LICENSES.txt", mode: 0o644, data: t.licences[p]},
	}
	for _, f := range files {
		data, err := os.ReadFile(f[0])
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: f[1], mode: 0o644, data: data})
	}
	entries = append(entries, more...)
	for i := range entries {
		entries[i].name = t.name(p) + "/" + entries[i].name
	}
	if t.os == "windows" {
		return writeFile(t.file(p, ".zip"), func(w io.Writer) error { return writeZip(w, t.when, entries) })
	}
	return writeFile(t.file(p, ".tar.gz"), func(w io.Writer) error { return writeTarGz(w, t.when, entries) })
}

// lists say which modules are in the programs, and their licences.
func (t *target) lists(sbom string) error {
	tool, err := t.tool(sbom)
	if err != nil {
		return err
	}
	for _, p := range programs {
		path, err := filepath.Abs(t.file(p, ".cdx.json"))
		if err != nil {
			return err
		}
		c := exec.Command(tool, "app", "-json", "-noserial", "-notimestamp", "-std", "-licenses", "-assert-licenses", "-main", p.main, "-output", path, p.module)
		c.Env = append(os.Environ(), "GOOS="+t.os, "GOARCH="+t.arch, "CGO_ENABLED=0", "GOFLAGS=")
		if err := run(c); err != nil {
			return err
		}
	}
	return nil
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
