package browser

import (
	"io"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConsole: a session is typed, and another is played.
func TestConsole(t *testing.T) {
	b := start(t)
	p := open(t, b.page+"#console", "dark", 1200, 800)
	p.until(`document.querySelector("form input")`)
	for _, line := range []string{"SUB greet.* 1", "PUB greet.me 5", "hello"} {
		p.do(chromedp.SendKeys("form input", line+kb.Enter))
	}
	p.until(`[...document.querySelectorAll(".came .line")].some(l => l.textContent === "MSG greet.me 1 5")`)
	p.until(`document.querySelector(".came .meaning").textContent.includes("introduces itself")`)
	for _, name := range []string{"wildcards", "request"} {
		p.do(chromedp.Evaluate(`{ const s = document.querySelector("main select"); s.value = "`+name+`"; s.dispatchEvent(new Event("change")) }`, nil))
		p.until(`[...document.querySelectorAll(".lines .note .line")].at(-1)?.textContent === "The session has been played."`)
		assert.Equal(t, "0", p.text(`document.querySelectorAll(".note.wrong").length`), "%s: %s", name, p.text(`document.querySelector(".lines").innerText`))
	}
	p.fine()
}

// TestKick closes a connection by the page.
func TestKick(t *testing.T) {
	b := start(t)
	nc := b.client(t, `CONNECT {"verbose":false,"name":"victim"}`)
	p := open(t, b.page+"#connections", "dark", 1200, 800)
	p.until(`document.querySelector("tbody tr")`)
	p.do(chromedp.Click("tbody tr"), chromedp.WaitVisible("#drawer .harm"), chromedp.Click("#drawer .harm"))
	p.until(`document.querySelector("#drawer").textContent.includes("Kicked")`)
	_, err := io.Copy(io.Discard, nc) // up to its end
	require.NoError(t, err)
	p.fine()
}

// TestManyConnections: 5,000 clients, and the page shows them by pages.
func TestManyConnections(t *testing.T) {
	b := start(t)
	b.busy(t)
	var work sync.WaitGroup
	for range 10 {
		work.Go(func() {
			for range 500 {
				b.client(t, `CONNECT {"verbose":false}`, "SUB many 1")
			}
		})
	}
	work.Wait()
	p := open(t, b.page+"#connections", "dark", 1440, 900)
	p.until(`document.querySelector("main header").textContent.includes("5.00k connections")`)
	p.do(chromedp.Click(`[aria-label="Next page"]`))
	p.until(`document.querySelector("main header").textContent.includes("51 – 100")`)
	p.show("tree", `document.querySelector(".node.rest")?.textContent.includes("more")`)
	assert.Less(t, p.text(`document.querySelectorAll(".node").length`), "60")
	p.show("now", `document.querySelector(".tiles").textContent.includes("5.00k")`)
	p.fine()
}

// TestWhatAClientDidLast: its commands are shown beside the connection, and with the failure
// when it crashes.
func TestWhatAClientDidLast(t *testing.T) {
	b := start(t, "--lab")
	b.client(t, `CONNECT {"verbose":false,"name":"culprit"}`, "SUB <b>.> 7", "PUB last.words 2", "hi")
	p := open(t, b.page+"#connections", "dark", 1200, 800)
	p.until(`document.querySelector("tbody tr")`)
	p.do(chromedp.Click("tbody tr"))
	p.until(`/SUB <b>\.> 7\n.*PUB last\.words 2/.test(document.querySelector("#drawer .trail")?.textContent)`)
	p.show("tree", `document.querySelector('.node[data-path*="/conn-"]')`)
	p.do(chromedp.Click(`.node[data-path*="/conn-"]`), chromedp.WaitVisible(`[data-fault="panic"]`), chromedp.Click(`[data-fault="panic"]`))
	p.show("timeline", `document.querySelector('.events [data-what="failed"] button')`)
	p.do(chromedp.Click(`.events [data-what="failed"] button`))
	p.until(`document.querySelector("#drawer .trail")?.textContent.includes("PUB last.words 2")`)
	p.fine()
}

// TestFollow shows what a client and the broker say to each other, and no payload.
func TestFollow(t *testing.T) {
	b := start(t)
	nc := b.client(t, `CONNECT {"verbose":false,"name":"watched"}`, "SUB inbox 3")
	p := open(t, b.page+"#connections", "dark", 1200, 800)
	p.until(`document.querySelector("tbody tr")`)
	p.do(chromedp.Click("tbody tr"), chromedp.WaitVisible(`[data-act="follow"]`), chromedp.Click(`[data-act="follow"]`))
	p.until(`document.querySelector(".followed [role=status]").textContent.startsWith("listening")`)
	lines := func(text string) string {
		return `[...document.querySelectorAll(".followed .line")].some(l => l.textContent === "` + text + `")`
	}
	for said := false; !said; said = p.text(lines("MSG inbox 3 6")) == "true" { // it may not be listened to yet
		_, err := io.WriteString(nc, "PUB inbox 6\r\nsecret\r\nPING\r\n")
		require.NoError(t, err)
		p.do(chromedp.Sleep(beat))
	}
	p.until(lines("PUB inbox 6") + " && " + lines("PONG"))
	assert.NotContains(t, p.text(`document.querySelector("#drawer").textContent`), "secret")
	require.NoError(t, nc.Close())
	p.until(`document.querySelector(".followed [role=status]").textContent.startsWith("It is over")`)
	p.fine()
}

// beat is how often the page is told something.
const beat = 250 * time.Millisecond
