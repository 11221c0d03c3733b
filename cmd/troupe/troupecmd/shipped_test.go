package troupecmd

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const deploy = "../../../examples/deploy/"

// auditFile is where a shipped configuration has its audit log.
func auditFile(t *testing.T, text string) string {
	t.Helper()
	m := regexp.MustCompile(`audit \{ file: "([^"]+)"`).FindStringSubmatch(text)
	require.NotNil(t, m, "it has an audit log")
	return m[1]
}

// TestShippedUnit: the unit is one that systemd understands, and lets the audit log be written.
func TestShippedUnit(t *testing.T) {
	unit, err := os.ReadFile(deploy + "troupe.service")
	require.NoError(t, err)
	conf, err := os.ReadFile(deploy + "troupe.conf")
	require.NoError(t, err)
	logs := regexp.MustCompile(`(?m)^LogsDirectory=(\S+)$`).FindSubmatch(unit)
	require.NotNil(t, logs)
	assert.Equal(t, "/var/log/"+string(logs[1]), path.Dir(auditFile(t, string(conf))))

	for _, m := range regexp.MustCompile(`(?m)^Exec\w+=(\S+)`).FindAllSubmatch(unit, -1) {
		assert.Equal(t, "/usr/local/bin/troupe", string(m[1]), "a small system has nothing else")
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze here")
	}
	here := filepath.Join(t.TempDir(), "troupe.service") // which names a program that is there
	require.NoError(t, os.WriteFile(here, bytes.ReplaceAll(unit, []byte("/usr/local/bin/troupe"), []byte(binary)), 0o600))
	out, err := exec.CommandContext(t.Context(), "systemd-analyze", "verify", "--man=no", here).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "troupe.service", "it has nothing to say about it")
}

// TestShippedManifest: what the manifest mounts are its volumes, and the audit log is in one that can be written to.
func TestShippedManifest(t *testing.T) {
	text, err := os.ReadFile(deploy + "kubernetes.yaml")
	require.NoError(t, err)
	type container struct {
		VolumeMounts []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
		} `yaml:"volumeMounts"`
		SecurityContext struct {
			ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
		} `yaml:"securityContext"`
	}
	var deployment struct {
		Kind string
		Spec struct {
			Template struct {
				Spec struct {
					Containers []container
					Volumes    []struct{ Name string }
				}
			}
		}
	}
	kinds := []string{}
	mounts := map[string]string{}
	d := yaml.NewDecoder(bytes.NewReader(text))
	for d.Decode(&deployment) == nil {
		kinds = append(kinds, deployment.Kind)
		volumes := map[string]bool{}
		for _, v := range deployment.Spec.Template.Spec.Volumes {
			volumes[v.Name] = true
		}
		for _, c := range deployment.Spec.Template.Spec.Containers {
			assert.True(t, c.SecurityContext.ReadOnlyRootFilesystem)
			for _, m := range c.VolumeMounts {
				assert.True(t, volumes[m.Name], m.Name)
				mounts[m.MountPath] = m.Name
			}
		}
		deployment.Spec.Template.Spec.Containers, deployment.Spec.Template.Spec.Volumes = nil, nil
	}
	assert.Equal(t, []string{"ConfigMap", "Deployment", "Service"}, kinds)
	assert.Contains(t, mounts, path.Dir(auditFile(t, string(text))))
	_, pid, _ := strings.Cut(string(text), "pid_file: ")
	pid, _, _ = strings.Cut(pid, "\n")
	assert.Contains(t, mounts, path.Dir(pid))
}

// TestDockerIgnore: an image is built of all that is in the repository, so that its version is that of a tree without changes.
func TestDockerIgnore(t *testing.T) {
	c := exec.CommandContext(t.Context(), "git", "ls-files", "--cached", "--ignored", "--exclude-from=.dockerignore")
	c.Dir = "../../.."
	out, err := c.Output()
	if err != nil {
		t.Skip("this is no checkout")
	}
	assert.Empty(t, string(out))
}
