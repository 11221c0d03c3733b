package config

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersion(t *testing.T) {
	at := func(path, version string) *debug.Module { return &debug.Module{Path: path, Version: version} }
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}}
	tests := []struct {
		name string
		info debug.BuildInfo
		want string
	}{
		{"a release", debug.BuildInfo{Main: *at(module, "v0.1.0")}, "v0.1.0"},
		{"a release that was changed", debug.BuildInfo{Main: *at(module, "v0.1.0+dirty")}, "v0.1.0+dirty"},
		{"no tag yet", debug.BuildInfo{Main: *at(module, "v0.0.0-20261129004500-0123456789ab")}, "v0.1.0-dev+0123456"},
		{"behind a tag", debug.BuildInfo{Main: *at(module, "v0.1.1-0.20261129004500-0123456789ab+dirty")}, "v0.1.1-dev+0123456"},
		{"behind a candidate", debug.BuildInfo{Main: *at(module, "v0.2.0-rc.1.0.20261129004500-0123456789ab")}, "v0.2.0-dev+0123456"},
		{"a checkout", debug.BuildInfo{Main: *at(module, "(devel)"), Settings: revision}, "v0.1.0-dev+0123456"},
		{"another program of ours", debug.BuildInfo{Main: *at(module+"/cmd/otlp", "(devel)"), Settings: revision}, "v0.1.0-dev+0123456"},
		{"nothing known", debug.BuildInfo{Main: *at(module, "(devel)")}, "v0.1.0-dev"},
		{"embedded", debug.BuildInfo{Main: *at("example.org/x", "v7.0.0"), Deps: []*debug.Module{at("a", "v1.0.0"), at(module, "v0.1.0")}}, "v0.1.0"},
		{
			"embedded from a folder", debug.BuildInfo{
				Main: *at("example.org/x", "v7.0.0"), Settings: revision,
				Deps: []*debug.Module{{Path: module, Version: "v0.1.0", Replace: at("../troupe", "")}},
			}, "v0.1.0-dev",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, versionOf(&tt.info)) })
	}
	assert.Regexp(t, `^v\d+\.\d+\.\d+`, Version())
}
