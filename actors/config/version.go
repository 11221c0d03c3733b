package config

import (
	"regexp"
	"runtime/debug"
	"strings"
)

// module is what the broker's module is called in a build, where it may be the program's or one that it needs.
const module = "github.com/troupe-mq/troupe"

// upcoming is the release that builds without a tag are on the way to.
const upcoming = "v0.1.0"

// released is the version of a program that is another module of the same repository, where whoever builds it says so: Go
// knows the tags of one module only.
var released string

// Version is that of the broker in this program: v0.1.0 for a release, or v0.1.0-dev+COMMIT between two. It is in the
// build, so that `go install …@v0.1.0`, a build in a checkout and a program that embeds the broker agree on it.
func Version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return upcoming + "-dev"
	}
	return versionOf(info)
}

// pseudo is what Go calls a commit without a tag.
var pseudo = regexp.MustCompile(`^(v\d+\.\d+\.\d+)-(?:[\w.]+\.)?\d{14}-([0-9a-f]{7})[0-9a-f]{5}`)

func versionOf(info *debug.BuildInfo) string {
	version := ""
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == module {
			if m.Replace != nil {
				m = m.Replace
			}
			version = m.Version
			break
		}
	}
	if m := pseudo.FindStringSubmatch(version); m != nil {
		if m[1] == "v0.0.0" {
			m[1] = upcoming
		}
		return m[1] + "-dev+" + m[2]
	}
	if strings.HasPrefix(version, "v") {
		return version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (info.Main.Path == module || strings.HasPrefix(info.Main.Path, module+"/")) && len(s.Value) >= 7 {
			return upcoming + "-dev+" + s.Value[:7]
		}
	}
	return upcoming + "-dev"
}
