package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is what is built, and from where.
type program struct {
	name   string
	module string // folder of its go.mod
	main   string // its package there
}

// The programs of a release. Each but the broker is a module of its own, whose modules are none of the broker's.
var (
	broker = program{"troupe", ".", "cmd/troupe"}
	engine = program{"troupe-engine", "cmd/engine", "."}
	top    = program{"troupe-top", "cmd/top", "."}
	otlp   = program{"troupe-otlp", "cmd/otlp", "."}

	programs = []program{broker, engine, top, otlp}
	packaged = []program{broker, engine} // in a deb and an rpm of their own; top is in that of the broker
)

// file is what the program's file is called.
func (p program) file(goos string) string {
	if goos == "windows" {
		return p.name + ".exe"
	}
	return p.name
}

// build builds the program. What else is in the environment does not count. The broker knows its version by itself, and where
// another program has it in it, it is told.
func (p program) build(to, goos, arch, version string) error {
	flags := "-ldflags=-s -w -buildid="
	if p == otlp {
		flags += " -X github.com/troupe-mq/troupe/actors/config.released=" + version
	}
	c := exec.Command("go", "build", "-buildvcs=true", "-trimpath", flags, "-o", to, "./"+p.main)
	c.Dir = p.module
	c.Env = environment(goos, arch)
	return run(c)
}

// environment is that of a build for a platform.
func environment(goos, arch string) []string {
	return append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOFIPS140=off")
}

// licences are the texts under which the modules of others in the program may be passed on, one after the other.
func (p program) licences(goos, arch string) ([]byte, error) {
	c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./"+p.main)
	c.Dir, c.Env, c.Stderr = p.module, environment(goos, arch), os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, err
	}
	var all strings.Builder
	seen := map[string]bool{"": true}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); seen[line] {
			continue
		}
		seen[line] = true
		module, dir, _ := strings.Cut(line, "\t")
		for _, pattern := range []string{"LICEN[CS]E*", "COPYING*", "NOTICE*"} {
			files, _ := filepath.Glob(filepath.Join(dir, pattern)) // the pattern is a good one
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					return nil, err
				}
				all.WriteString("==== " + module + ": " + filepath.Base(file) + "\n\n" + strings.TrimSpace(string(text)) + "\n\n")
			}
		}
	}
	return []byte(all.String()), nil
}
