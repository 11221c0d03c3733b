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
	"slices"
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

// belongs says what has to be in an archive or a package of a program.
var belongs = map[program][]string{
	broker: {"LICENSE", "LICENSES.txt", "README.md", "troupe-top.LICENSES.txt", "troupe.8", "troupe.conf", "completions/troupe.bash", "completions/troupe.fish", "completions/troupe.zsh"},
	engine: {"LICENSE", "LICENSES.txt", "README.md"},
	otlp:   {"LICENSE", "LICENSES.txt", "README.md"},
}

// programOf is the program that a file of a release is about.
func programOf(path string) program {
	for _, p := range []program{engine, otlp} {
		if strings.HasPrefix(filepath.Base(path), p.name+"-") {
			return p
		}
	}
	return broker
}

// TestMadeArchives: each has all that belongs into it, and the programs for this machine can be run: the broker says the
// version of the file's name, the engine that it is a nats-server.
func TestMadeArchives(t *testing.T) {
	all, err := filepath.Glob(made + "*.zip")
	require.NoError(t, err)
	seen := map[program]int{}
	for _, path := range append(all, files(t, ".tar.gz")...) {
		p := programOf(path)
		seen[p]++
		folder := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(path), ".tar.gz"), ".zip")
		binary, licences := []byte(nil), ""
		names := contents(t, path, func(name string, data []byte) {
			switch name {
			case folder + "/" + p.name:
				binary = data
			case folder + "/LICENSES.txt":
				licences = string(data)
			}
		})
		goos := "linux"
		if strings.HasSuffix(path, ".zip") {
			goos = "windows"
		} else {
			assert.Contains(t, licences, "Apache License", path)
		}
		for _, name := range append([]string{p.file(goos)}, belongs[p]...) {
			assert.Contains(t, names, folder+"/"+name, path)
		}
		assert.Equal(t, p == broker, slices.Contains(names, folder+"/"+top.file(goos)), path)
		if strings.HasSuffix(folder, runtime.GOOS+"-"+runtime.GOARCH) && binary != nil {
			here := filepath.Join(t.TempDir(), p.name)
			require.NoError(t, os.WriteFile(here, binary, 0o700))
			said, err := exec.CommandContext(t.Context(), here, "--version").Output()
			require.NoError(t, err)
			_, version, _ := strings.Cut(strings.TrimSpace(string(said)), ": ") // the engine says another name, the others the broker's
			if p == engine {
				assert.Regexp(t, `^v2\.\d+\.\d+$`, version)
				continue
			}
			assert.Equal(t, folder, p.name+"-"+version+"-"+runtime.GOOS+"-"+runtime.GOARCH)
		}
	}
	assert.Equal(t, seen[broker], seen[engine])
	assert.Equal(t, seen[broker], seen[otlp])
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

// TestMadeImages: what an image names is in it, and runs as nobody; the one with the engine has both programs.
func TestMadeImages(t *testing.T) {
	for _, path := range files(t, ".image.tar") {
		withEngine := strings.HasSuffix(path, "-engine.image.tar")
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
		layer := filepath.Join(t.TempDir(), "layer.tar.gz")
		require.NoError(t, os.WriteFile(layer, blobs[blob(m.Layers[0].Digest)], 0o600))
		names := contents(t, layer, func(string, []byte) {})
		assert.Contains(t, names, "troupe", path)
		assert.Equal(t, withEngine, slices.Contains(names, "troupe-engine"), path)
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
			wanted := []string{"/usr/bin/troupe-engine", "/usr/share/doc/troupe-engine/LICENSES.txt"}
			if programOf(path) == broker {
				wanted = []string{
					"/usr/bin/troupe", "/usr/bin/troupe-top", "/usr/share/doc/troupe/troupe-top.LICENSES.txt",
					"/usr/lib/systemd/system/troupe.service", "/etc/troupe/troupe.conf", "/usr/share/doc/troupe/LICENSES.txt",
					"/usr/share/man/man8/troupe.8.gz", "/usr/share/bash-completion/completions/troupe",
				}
			}
			for _, name := range wanted {
				assert.Contains(t, string(out), name+"\n", path)
			}
			if end == ".deb" && programOf(path) == broker {
				conf, err := exec.CommandContext(t.Context(), "dpkg-deb", "-I", path, "conffiles").Output()
				require.NoError(t, err)
				assert.Equal(t, "/etc/troupe/troupe.conf\n", string(conf))
			}
		}
	}
}
