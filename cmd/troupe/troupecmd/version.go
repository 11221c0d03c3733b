package troupecmd

import (
	"strings"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
)

// versionLine is the answer to -v. Under the name of nats-server it begins with
// the level of NATS, as that server's does: scripts and suites of clients read
// there what they may expect.
func versionLine(program string) string {
	if strings.TrimSuffix(program, ".exe") == "nats-server" {
		return "nats-server: v" + actors.ProtocolVersion + " (troupe " + config.Version() + ")"
	}
	return "troupe: " + config.Version()
}
