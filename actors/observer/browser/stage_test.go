package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// binary is the broker, built once.
var binary = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "troupe")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "troupe")
	build := exec.Command("go", "build", "-o", path, "./cmd/troupe")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// broker is a running one: where clients and browsers find it.
type broker struct{ clients, page string }

// ready are the lines of the log that say where it is.
var ready = [...]*regexp.Regexp{
	regexp.MustCompile(`Listening for client connections on (\S+)`),
	regexp.MustCompile(`Starting http monitor on (\S+)`),
}

func start(t *testing.T, args ...string) broker {
	t.Helper()
	path, err := binary()
	require.NoError(t, err)
	c := exec.CommandContext(t.Context(), path, append([]string{"-a", "127.0.0.1", "-p", "-1", "-m", "-1"}, args...)...)
	log, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Wait() })
	var found [len(ready)]string
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		for i, r := range ready {
			if m := r.FindStringSubmatch(lines.Text()); m != nil {
				found[i] = m[1]
			}
		}
		if strings.Contains(lines.Text(), "Server is ready") {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return broker{found[0], "http://" + found[1] + "/"}
		}
	}
	t.Fatal("the broker did not start")
	return broker{}
}

// client connects and sends commands; it returns when they are carried out.
func (b broker) client(t *testing.T, commands ...string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", b.clients)
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	_, err = io.WriteString(nc, strings.Join(append(commands, "PING"), "\r\n")+"\r\n")
	require.NoError(t, err)
	for r := bufio.NewReader(nc); ; {
		line, err := r.ReadString('\n')
		require.NoError(t, err)
		if line == "PONG\r\n" {
			return nc
		}
	}
}

// tab is a page in the browser. What it complains of, and what it asks other hosts for,
// fails the test.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	wrong []string
}

// browser is the one that all tests share; each has a tab of its own.
var browser = sync.OnceValues(func() (context.Context, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-gpu", true), chromedp.WSURLReadTimeout(patience))
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)            // TestMain ends the browser
	ctx, _ := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it does not know all events of a newer browser
	return ctx, chromedp.Run(ctx)
})

// find is where the browser is.
func find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium here: apt-get install chromium")
}

// patience is how long a machine with other work may take for something.
const patience = time.Minute

func TestMain(m *testing.M) {
	if _, err := find(); err != nil {
		fmt.Println("skipped:", err)
		if os.Getenv("TROUPE_BROWSER") != "" { // somebody counts on it
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	if ctx, err := browser(); err == nil {
		_ = chromedp.Cancel(ctx) // it may have ended
	}
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// open opens a page in a window of that size.
func open(t *testing.T, url, theme string, width, height int64) *tab {
	t.Helper()
	shared, err := browser()
	require.NoError(t, err)
	ctx, cancel := chromedp.NewContext(shared)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx}
	host := strings.SplitN(url, "/", 4)[2]
	chromedp.ListenTarget(ctx, func(event any) { p.hear(event, host) })
	p.do(cdplog.Enable(), network.Enable(),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}),
		chromedp.EmulateViewport(width, height), chromedp.Navigate(url))
	p.until(`document.getElementById("link").textContent === "live"`)
	return p
}

// hear notes what is wrong.
func (p *tab) hear(event any, host string) {
	complain := func(format string, args ...any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		complain("exception: %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			complain("console: %v", e.Args)
		}
	case *cdplog.EventEntryAdded: // violations of the Content-Security-Policy are among them
		complain("log: %s %s", e.Entry.Text, e.Entry.URL)
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.Contains(u, "://"+host+"/") && !strings.HasPrefix(u, "data:") {
			complain("request: %s", u)
		}
	}
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Run(p.ctx, actions...))
}

// until waits for a condition in JavaScript to hold.
func (p *tab) until(condition string) {
	p.t.Helper()
	err := chromedp.Run(p.ctx, chromedp.Poll(`(() => { try { return `+condition+` } catch { return false } })()`, nil, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		p.shoot("failed")
	}
	require.NoError(p.t, err, condition)
}

// text is what an expression in JavaScript says.
func (p *tab) text(expression string) (out string) {
	p.t.Helper()
	p.do(chromedp.Evaluate("String("+expression+")", &out))
	return out
}

// show opens a view, and waits until it is there.
func (p *tab) show(view, there string) {
	p.t.Helper()
	p.do(chromedp.Evaluate(`location.hash = "`+view+`"`, nil))
	p.until(there)
}

// shoot keeps a picture of the page, if somebody wants it.
func (p *tab) shoot(name string) {
	folder := os.Getenv("TROUPE_SCREENSHOTS")
	if folder == "" {
		return
	}
	var picture []byte
	p.do(chromedp.CaptureScreenshot(&picture))
	require.NoError(p.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644))
}

// draw keeps a small picture of the page.
func (p *tab) draw(file string) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		picture, err := page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatWebp).WithQuality(82).Do(ctx)
		if err != nil {
			return err
		}
		return os.WriteFile(file, picture, 0o644)
	}))
}

// fine requires that nothing was wrong.
func (p *tab) fine() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, p.wrong)
}
