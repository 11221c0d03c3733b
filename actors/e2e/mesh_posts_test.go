package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// post is a server of cluster C that is a process of its own: a troupe, or a nats-server of some version.
type post struct {
	t                        *testing.T
	name, program, file      string
	clients, routes, monitor string   // host:port
	inside                   []string // what has a command be run where the server is
	process                  *exec.Cmd
	log                      *notes
}

// newPosts are servers that know each other. Their addresses are those that at says.
func newPosts(t *testing.T, programs []string, at func(i int, port int) string) (all []*post) {
	t.Helper()
	var routes []string
	for i, path := range programs {
		p := &post{
			t: t, name: fmt.Sprint(string(rune('a'+i)), "-", filepath.Base(path)), program: path,
			clients: at(i, 4222), routes: at(i, 6222), monitor: at(i, 8222),
		}
		all, routes = append(all, p), append(routes, fmt.Sprintf("%q", "nats-route://"+p.routes))
	}
	for _, p := range all {
		p.file = filepath.Join(t.TempDir(), "post.conf")
		text := fmt.Sprintf("listen: %q\nhttp: %q\nserver_name: %s\nping_interval: 2s\nping_max: 2\n"+
			"cluster { name: C, listen: %q, routes: [ %s ] }\n", p.clients, p.monitor, p.name, p.routes, strings.Join(routes, ", "))
		require.NoError(t, os.WriteFile(p.file, []byte(text), 0o600))
	}
	return all
}

func (p *post) start() {
	p.t.Helper()
	command := append(append([]string{}, p.inside...), p.program, "-c", p.file)
	p.process, p.log = exec.Command(command[0], command[1:]...), &notes{}
	p.process.Stdout, p.process.Stderr = p.log, p.log
	require.NoError(p.t, p.process.Start())
	process, log := p.process, p.log
	p.t.Cleanup(func() {
		_ = process.Process.Kill() // it may have ended
		_ = process.Wait()
		if p.t.Failed() {
			p.t.Log(p.name, log.tail(4000))
		}
	})
}

func (p *post) kill() {
	_ = p.process.Process.Kill()
	_ = p.process.Wait()
}

// dial is a client that stays with this server, whatever becomes of it.
func (p *post) dial() *nats.Conn {
	p.t.Helper()
	return dialNode(p.t, &node{url: "nats://" + p.clients}, nats.PingInterval(time.Hour))
}

// read reads a document of the server's.
func (p *post) read(path string, into any) error {
	within := http.Client{Timeout: time.Second}
	r, err := within.Get("http://" + p.monitor + path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	return json.NewDecoder(r.Body).Decode(into)
}

// wanted is what the clients of the server want, of the throng.
func (p *post) wanted() (map[string]bool, error) {
	var doc struct {
		Connections []struct {
			List []string `json:"subscriptions_list"`
		} `json:"connections"`
	}
	err := p.read("/connz?subs=1&limit=1000", &doc)
	all := make(map[string]bool)
	for _, c := range doc.Connections {
		ofThrong(all, c.List)
	}
	return all, err
}

// elsewhere is what the server knows that the clients of others want, by their names.
func (p *post) elsewhere() (map[string]map[string]bool, error) {
	var doc struct {
		Routes []struct {
			Name string   `json:"remote_name"`
			List []string `json:"subscriptions_list"`
		} `json:"routes"`
	}
	err := p.read("/routez?subs=1", &doc)
	all := make(map[string]map[string]bool)
	for _, r := range doc.Routes {
		if all[r.Name] == nil {
			all[r.Name] = make(map[string]bool)
		}
		ofThrong(all[r.Name], r.List)
	}
	return all, err
}

func ofThrong(all map[string]bool, list []string) {
	for _, subject := range list {
		if strings.HasPrefix(subject, "throng.") {
			all[subject] = true
		}
	}
}
