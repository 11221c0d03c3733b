//go:build dist

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const made = "../../dist/"

// files are those that make dist has made, by their ends.
func files(t *testing.T, end string) []string {
	t.Helper()
	all, err := filepath.Glob(made + "*" + end)
	require.NoError(t, err)
	require.NotEmpty(t, all, "make dist comes first")
	return all
}

// TestMadeSums: every file has its checksum.
func TestMadeSums(t *testing.T) {
	text, err := os.ReadFile(made + sumsName)
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, ok)
		data, err := os.ReadFile(made + name)
		require.NoError(t, err)
		is := sha256.Sum256(data)
		assert.Equal(t, sum, hex.EncodeToString(is[:]), name)
		n++
	}
	assert.Len(t, files(t, ""), n+1)
}

// TestMadeArchives: each has all that belongs into it, and the program for this machine says the version of the file's name.
func TestMadeArchives(t *testing.T) {
	all, err := filepath.Glob(made + "*.zip")
	require.NoError(t, err)
	for _, path := range append(all, files(t, ".tar.gz")...) {
		top := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".tar.gz"), ".zip")
		goos, binary := "", []byte(nil)
		names := contents(t, path, func(name string, data []byte) {
			if name == top+"/troupe" {
				binary = data
			}
		})
		if goos = "linux"; strings.HasSuffix(path, ".zip") {
			goos = "windows"
		}
		for _, name := range []string{program(goos), "LICENSE", "README.md", "troupe.8", "troupe.conf", "completions/troupe.bash", "completions/troupe.fish", "completions/troupe.zsh"} {
			assert.Contains(t, names, top+"/"+name, path)
		}
		if strings.HasSuffix(top, runtime.GOOS+"-"+runtime.GOARCH) && binary != nil {
			here := filepath.Join(t.TempDir(), "troupe")
			require.NoError(t, os.WriteFile(here, binary, 0o700))
			said, err := exec.CommandContext(t.Context(), here, "--version").Output()
			require.NoError(t, err)
			version := strings.TrimSpace(strings.TrimPrefix(string(said), "troupe: "))
			assert.Equal(t, top, "troupe-"+version+"-"+runtime.GOOS+"-"+runtime.GOARCH)
		}
	}
}

// contents are the names in an archive.
func contents(t *testing.T, path string, look func(name string, data []byte)) (names []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	if strings.HasSuffix(path, ".zip") {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		require.NoError(t, err)
		for _, f := range z.File {
			names = append(names, f.Name)
		}
		return names
	}
	var r io.Reader = bytes.NewReader(data)
	if strings.HasSuffix(path, ".gz") {
		r, err = gzip.NewReader(r)
		require.NoError(t, err)
	}
	for in := tar.NewReader(r); ; {
		h, err := in.Next()
		if err == io.EOF {
			return names
		}
		require.NoError(t, err)
		content, err := io.ReadAll(in)
		require.NoError(t, err)
		names = append(names, h.Name)
		look(h.Name, content)
	}
}

// TestMadeImages: what an image names is in it, and runs as nobody.
func TestMadeImages(t *testing.T) {
	for _, path := range files(t, ".image.tar") {
		blobs := map[string][]byte{}
		contents(t, path, func(name string, data []byte) { blobs[name] = data })
		var top index
		require.NoError(t, json.Unmarshal(blobs["index.json"], &top))
		var m manifest
		require.NoError(t, json.Unmarshal(blobs[blob(top.Manifests[0].Digest)], &m))
		for _, d := range append(m.Layers, m.Config, top.Manifests[0]) {
			assert.Equal(t, d.Digest, digest(blobs[blob(d.Digest)]), path)
		}
		var c imageConfig
		require.NoError(t, json.Unmarshal(blobs[blob(m.Config.Digest)], &c))
		assert.Equal(t, nobody, c.Config.User)
	}
}

// TestMadePackages: the tools that read packages find in them what they should.
func TestMadePackages(t *testing.T) {
	for end, read := range map[string][]string{".deb": {"dpkg-deb", "-c"}, ".rpm": {"rpm", "-qlp"}} {
		if _, err := exec.LookPath(read[0]); err != nil {
			t.Logf("there is no %s here", read[0])
			continue
		}
		for _, path := range files(t, end) {
			out, err := exec.CommandContext(t.Context(), read[0], append(read[1:], path)...).Output()
			require.NoError(t, err)
			for _, name := range []string{
				"/usr/bin/troupe", "/usr/lib/systemd/system/troupe.service", "/etc/troupe/troupe.conf",
				"/usr/share/man/man8/troupe.8.gz", "/usr/share/bash-completion/completions/troupe",
			} {
				assert.Contains(t, string(out), name+"\n", path)
			}
			if end == ".deb" {
				conf, err := exec.CommandContext(t.Context(), "dpkg-deb", "-I", path, "conffiles").Output()
				require.NoError(t, err)
				assert.Equal(t, "/etc/troupe/troupe.conf\n", string(conf))
			}
		}
	}
}
