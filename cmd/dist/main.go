package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	var o order
	flag.StringVar(&o.out, "out", "dist", "folder for what is made; it is emptied first")
	platforms := flag.String("platforms", "linux/amd64", "os/arch, with blanks between")
	flag.StringVar(&o.nfpm, "nfpm", "", "package@version of nfpm")
	flag.StringVar(&o.sbom, "sbom", "", "package@version of cyclonedx-gomod")
	flag.StringVar(&o.roots, "roots", "", "module@version of the certificates")
	flag.Parse()
	o.platforms = strings.Fields(*platforms)
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// order is what is to be made, and with what.
type order struct {
	out               string
	platforms         []string
	nfpm, sbom, roots string
}

// run makes everything, from the root of the repository.
func (o *order) run() error {
	if _, err := os.Stat("cmd/dist/package/troupe.yaml"); err != nil {
		return errors.New("this is not the root of the repository")
	}
	stage, err := os.MkdirTemp("", "dist-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(stage) }() // what is left of it harms nobody
	if err := errors.Join(os.RemoveAll(o.out), os.MkdirAll(o.out, 0o755)); err != nil {
		return err
	}
	r, err := newRelease(stage)
	if err != nil {
		return err
	}
	if strings.HasSuffix(r.version, "-dev") {
		return errors.New("the build does not say its commit: run this in a clone, not in a worktree of one")
	}
	fmt.Println("version", r.version)
	authorities, err := authorities(o.roots)
	if err != nil {
		return err
	}
	for _, p := range o.platforms {
		goos, arch, ok := strings.Cut(p, "/")
		if !ok {
			return fmt.Errorf("%q is no platform: one is linux/amd64", p)
		}
		fmt.Println(p)
		t := target{release: r, os: goos, arch: arch, out: o.out}
		if err := t.build(); err != nil {
			return err
		}
		steps := []func() error{t.archive, t.engineArchive, t.otlpArchive, func() error { return t.lists(o.sbom) }}
		if goos == "linux" {
			steps = append(steps, func() error { return t.packages(o.nfpm) }, func() error { return t.images(authorities) })
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
		}
	}
	return writeSums(o.out, filepath.Join(o.out, sumsName))
}
