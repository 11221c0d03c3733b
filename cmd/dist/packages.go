package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// packages make the deb and the rpm of each program.
func (t *target) packages(nfpm string) error {
	tool, err := t.tool(nfpm)
	if err != nil {
		return err
	}
	root := filepath.Join(t.stage, "root-"+t.arch)
	if err := t.fill(root); err != nil {
		return err
	}
	for _, p := range packaged {
		for _, kind := range []string{"deb", "rpm"} {
			c := exec.Command(tool, "package", "--config", "cmd/dist/package/"+p.name+".yaml", "--packager", kind, "--target", t.file(p, "."+kind))
			c.Env = append(os.Environ(), "ROOT="+root, "ARCH="+t.arch, "VERSION="+t.version,
				"SOURCE_DATE_EPOCH="+strconv.FormatInt(t.when.Unix(), 10))
			if err := run(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill puts into a folder what the packages take from there.
func (t *target) fill(root string) error {
	put := func(name string, data []byte, mode os.FileMode) error {
		return stamp(filepath.Join(root, name), data, mode, t.when)
	}
	page, err := t.manGz()
	if err != nil {
		return err
	}
	unit, err := os.ReadFile("examples/deploy/troupe.service")
	if err != nil {
		return err
	}
	if err := put("troupe.service", packagedUnit(unit), 0o644); err != nil {
		return err
	}
	for _, p := range []program{broker, top, engine} {
		if err := errors.Join(put(p.name, t.binary[p], 0o755), put(p.name+".licences", t.licences[p], 0o644)); err != nil {
			return err
		}
	}
	if err := put("troupe.8.gz", page, 0o644); err != nil {
		return err
	}
	for shell, text := range t.shells {
		if err := put("completion."+shell, text, 0o644); err != nil {
			return err
		}
	}
	for from, name := range map[string]string{
		"LICENSE": "LICENSE", "README.md": "README.md", "CHANGELOG.md": "CHANGELOG.md", "cmd/engine/README.md": "troupe-engine.README.md",
		"cmd/dist/package/troupe.conf": "troupe.conf", "examples/deploy/troupe.conf": "examples/troupe.conf",
		"examples/deploy/alerts.yaml": "examples/alerts.yaml", "examples/deploy/dashboard.json": "examples/dashboard.json",
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := put(name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// packagedUnit is the unit for systemd as a package has it: the program is where packages have theirs, and its user is
// one that stays, who may be given files to read.
func packagedUnit(unit []byte) []byte {
	return []byte(strings.NewReplacer("/usr/local/bin/troupe", "/usr/bin/troupe", "DynamicUser=yes", "User=troupe\nGroup=troupe").Replace(string(unit)))
}
