package troupecmd

import (
	"bytes"
	"flag"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/usage"
)

// TestUsageNamesEveryFlag: the usage text has every flag that there is, and no other.
func TestUsageNamesEveryFlag(t *testing.T) {
	o := &order{}
	require.NoError(t, o.reset())
	fs := flag.NewFlagSet("troupe", flag.ContinueOnError)
	o.define(fs)
	shown := map[string]bool{"h": true, "help": true}
	for _, s := range usage.Sections() {
		assert.NotEmpty(t, s.Options, s.Title)
		for _, o := range s.Options {
			assert.NotEmpty(t, o.Text, o.Names)
			for _, name := range o.Names {
				name = strings.TrimLeft(name, "-")
				shown[name] = true
				assert.True(t, fs.Lookup(name) != nil || name == "h" || name == "help", "%s is no flag", name)
			}
		}
	}
	refused := []string{"js", "jetstream", "sd", "store_dir"}
	synonyms := []string{"host", "server_name"}
	fs.VisitAll(func(f *flag.Flag) {
		if !shown[f.Name] {
			assert.Contains(t, append(refused, synonyms...), f.Name, "not in the usage text")
		}
	})
}

// TestManual: the manual page and the completions are what their readers understand.
func TestManual(t *testing.T) {
	ask := func(args ...string) string {
		var stdout, stderr bytes.Buffer
		require.Zero(t, run(append([]string{"troupe"}, args...), &stdout, &stderr), stderr.String())
		return stdout.String()
	}
	page := ask("man")
	assert.Contains(t, page, ".TP\n.B \\-c, \\-\\-config <file>\nConfiguration file\n")
	assert.Contains(t, page, ".SS Logging\n")
	assert.NotContains(t, page, "\n\n")
	assert.Contains(t, ask("completion", "fish"), "complete -c troupe -s c -l config -r -F -d 'Configuration file'\n")
	assert.Contains(t, ask("completion", "zsh"), "'--config[Configuration file]:file:_files'")
	if bash, err := exec.LookPath("bash"); err == nil {
		script := ask("completion", "bash") + "COMP_WORDS=(troupe --conf); COMP_CWORD=1; _troupe; echo ${COMPREPLY[*]}"
		out, err := exec.CommandContext(t.Context(), bash, "-c", script).CombinedOutput()
		require.NoError(t, err, "%s", out)
		assert.Equal(t, "--config\n", string(out))
	}
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 1, run([]string{"troupe", "completion", "csh"}, &stdout, &stderr))
	assert.Equal(t, "troupe: completion needs a shell: bash, zsh or fish\n", stderr.String())
}
