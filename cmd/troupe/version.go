package main

import (
	"runtime/debug"
	"strings"
)

// version is set by a release build: -ldflags "-X main.version=v1.2.3".
var version string

// inDevelopment is the version of a build that no tag belongs to.
const inDevelopment = "v0.1.0-dev"

// versionText is the version for people and for INFO. A binary made by
// `go install …@v1.2.3` knows its version from the module.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return inDevelopment
	}
	if v := info.Main.Version; strings.HasPrefix(v, "v") && !strings.HasPrefix(v, "v0.0.0-") {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 7 {
			return inDevelopment + "+" + s.Value[:7]
		}
	}
	return inDevelopment
}
