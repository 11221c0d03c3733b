package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// packages makes the deb and the rpm.
func (t *target) packages(nfpm string) error {
	tool, err := t.tool(nfpm)
	if err != nil {
		return err
	}
	root := filepath.Join(t.stage, "root-"+t.arch)
	if err := t.fill(root); err != nil {
		return err
	}
	for _, kind := range []string{"deb", "rpm"} {
		c := exec.Command(tool, "package", "--config", "cmd/dist/package/nfpm.yaml", "--packager", kind, "--target", t.file("."+kind))
		c.Env = append(os.Environ(), "ROOT="+root, "ARCH="+t.arch, "VERSION="+t.version,
			"SOURCE_DATE_EPOCH="+strconv.FormatInt(t.when.Unix(), 10))
		if err := run(c); err != nil {
			return err
		}
	}
	return nil
}

// fill puts into a folder what nfpm.yaml takes from there.
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
	if err := put("troupe", t.binary, 0o755); err != nil {
		return err
	}
	if err := put("troupe.8.gz", page, 0o644); err != nil {
		return err
	}
	for shell, text := range t.shells {
		if err := put("completion."+shell, text, 0o644); err != nil {
			return err
		}
	}
	for _, from := range []string{
		"LICENSE", "README.md", "CHANGELOG.md", "cmd/dist/package/troupe.conf",
		"examples/deploy/troupe.conf", "examples/deploy/alerts.yaml", "examples/deploy/dashboard.json",
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		name := filepath.Base(from)
		if strings.HasPrefix(from, "examples/") {
			name = "examples/" + name
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
