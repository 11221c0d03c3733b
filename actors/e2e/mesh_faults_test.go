//go:build unix

package e2e_test

import (
	"syscall"
	"testing"
	"time"
)

// TestMeshUnderFaults: a server of a mesh that is killed, stopped for a while or restarted costs the clients of the others nothing, and
// its own no more than what was published meanwhile; nothing comes twice, and all know what each wants when it is over.
func TestMeshUnderFaults(t *testing.T) {
	posts := newPosts(t, []string{program, program, program}, func(int, int) string { return newAddress(t) })
	for _, p := range posts {
		p.start()
	}
	c := newThrong(t, posts)
	for i, p := range posts {
		c.during("kill "+p.name, at(i), func() {
			p.kill()
			p.start()
		})
	}
	c.during("stop "+posts[1].name, at(1), func() { posts[1].pause(200 * time.Millisecond) })
	c.restart(2)
	c.judge()
}

// pause stops the process for a while.
func (p *post) pause(d time.Duration) {
	_ = p.process.Process.Signal(syscall.SIGSTOP)
	<-time.After(d)
	_ = p.process.Process.Signal(syscall.SIGCONT)
}

// restart has a server end as it should, and start again.
func (c *throng) restart(i int) {
	p := c.posts[i]
	c.during("restart "+p.name, at(i), func() {
		_ = p.process.Process.Signal(syscall.SIGTERM)
		_ = p.process.Wait()
		p.start()
	})
}
