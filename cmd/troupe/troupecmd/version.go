package troupecmd

import (
	"runtime/debug"
	"strings"

	"github.com/troupe-mq/troupe/actors"
)

// version is set by a release build: -ldflags "-X main.version=v1.2.3".
var version string

// inDevelopment is the version of a build that no tag belongs to.
const inDevelopment = "v0.1.0-dev"

// versionLine is the answer to -v. Under the name of nats-server it begins with
// the level of NATS, as that server's does: scripts and suites of clients read
// there what they may expect.
func versionLine(program string) string {
	if strings.TrimSuffix(program, ".exe") == "nats-server" {
		return "nats-server: v" + actors.ProtocolVersion + " (troupe " + versionText() + ")"
	}
	return "troupe: " + versionText()
}

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
