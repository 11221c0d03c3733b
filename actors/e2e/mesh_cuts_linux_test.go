package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// cables are what a mesh of servers is connected by, of which each is in a network of its own. The test is in another one, which
// nothing else is in either.
type cables struct {
	t       *testing.T
	holders []*exec.Cmd // whose networks those are
}

// host is the address of a server.
func (c *cables) host(i int) string { return fmt.Sprint("10.99.0.", i+1) }

// inside is what has a command be run in the network of a server.
func (c *cables) inside(i int) []string {
	return []string{"nsenter", "-n", "-t", fmt.Sprint(c.holders[i].Process.Pid)}
}

func (c *cables) run(command ...string) {
	c.t.Helper()
	out, err := exec.Command(command[0], command[1:]...).CombinedOutput()
	require.NoError(c.t, err, "%v: %s", command, out)
}

func (c *cables) ip(line string) {
	c.t.Helper()
	c.run(append([]string{"ip"}, strings.Fields(line)...)...)
}

// newCables are those of n servers.
func newCables(t *testing.T, n int) *cables {
	t.Helper()
	c := &cables{t: t}
	c.ip("link set lo up")
	c.ip("link add switch type bridge")
	t.Cleanup(func() { _ = exec.Command("ip", "link", "del", "switch").Run() }) // nobody else is here
	c.ip("addr add 10.99.0.254/24 dev switch")
	c.ip("link set switch up")
	for i := range n {
		holder := exec.Command("cat") // for as long as the test lives
		holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
		in, err := holder.StdinPipe()
		require.NoError(t, err)
		require.NoError(t, holder.Start())
		t.Cleanup(func() { in.Close(); _ = holder.Wait() })
		c.holders = append(c.holders, holder)
		c.ip(fmt.Sprintf("link add near%d type veth peer name far netns %d", i, holder.Process.Pid))
		t.Cleanup(func() { _ = exec.Command("ip", "link", "del", fmt.Sprint("near", i)).Run() })
		c.ip(fmt.Sprintf("link set near%d master switch up", i))
		for _, line := range []string{"ip link set lo up", "ip addr add " + c.host(i) + "/24 dev far", "ip link set far up"} {
			c.run(append(c.inside(i), strings.Fields(line)...)...)
		}
	}
	return c
}

// cut has nothing come from each of two servers to the other for a while. What is sent is lost, and nobody is told.
func (c *cables) cut(d time.Duration, pairs ...way) {
	c.t.Helper()
	each := func(what string) {
		for _, p := range pairs {
			c.run(append(c.inside(p.from), "ip", "route", what, "blackhole", c.host(p.to))...)
			c.run(append(c.inside(p.to), "ip", "route", what, "blackhole", c.host(p.from))...)
		}
	}
	each("add")
	<-time.After(d)
	each("del")
}

// between are the ways between two servers.
func between(i, j int) func(way) bool { return func(w way) bool { return at(i)(w) && at(j)(w) } }

// TestMeshesUnderFaults: brokers and nats-servers of several versions, three in each mesh, of which the network fails between two or
// around one, one is stopped for longer than anybody waits, killed, and all are restarted one after the other. TROUPE_CUTS is the paths
// of the nats-servers; the test has to be alone in its network ("make cluster" has it so).
func TestMeshesUnderFaults(t *testing.T) {
	others := strings.Fields(os.Getenv("TROUPE_CUTS"))
	if len(others) == 0 {
		t.Skip("TROUPE_CUTS is not set")
	}
	meshes := [][]string{{program, program, program}}
	for i, path := range others {
		meshes = append(meshes, []string{program, path, []string{program, others[(i+1)%len(others)]}[i%2]})
	}
	for n, programs := range meshes {
		var names []string
		for _, path := range programs {
			names = append(names, filepath.Base(path))
		}
		t.Run(strings.Join(names, " "), func(t *testing.T) {
			cables := newCables(t, len(programs))
			posts := newPosts(t, programs, func(i, port int) string { return fmt.Sprint(cables.host(i), ":", port) })
			for i, p := range posts {
				p.inside = cables.inside(i)
				p.start()
			}
			c := newThrong(t, posts)
			c.during("cut between two", between(0, 1), func() { cables.cut(10*time.Second, way{0, 1}) })
			c.during("cut for a moment", between(0, 2), func() { cables.cut(time.Second, way{0, 2}) })
			c.during("cut around one", at(1), func() { cables.cut(10*time.Second, way{0, 1}, way{1, 2}) })
			pauses := []time.Duration{5 * time.Second}
			if n == 1 {
				pauses = append(pauses, 30*time.Second, 90*time.Second)
			}
			for _, d := range pauses {
				for i := range 2 {
					c.during(fmt.Sprint("stop ", posts[i].name, " for ", d), at(i), func() { posts[i].pause(d) })
				}
			}
			for i, p := range posts {
				c.during("kill "+p.name, at(i), func() {
					p.kill()
					p.start()
				})
			}
			for i := range posts {
				c.restart(i)
			}
			c.judge()
		})
	}
}
