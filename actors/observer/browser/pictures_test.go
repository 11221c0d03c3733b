package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPictures draws the pictures of README anew, if TROUPE_PICTURES names their folder.
func TestPictures(t *testing.T) {
	folder := os.Getenv("TROUPE_PICTURES")
	if folder == "" {
		t.Skip("TROUPE_PICTURES names no folder")
	}
	b := start(t, "--lab", "--name", "rehearsal", "--partitions", "4")
	b.busy(t)
	p := open(t, b.page, "dark", 1280, 800)
	part := `[data-path="troupe/partitions/part-2"]`
	p.until(`document.querySelector("troupe-chart.rates").times.length > 40`)
	p.show("tree", `document.querySelector('`+part+`')`)
	p.do(chromedp.Click(part), chromedp.WaitVisible(`[data-fault="panic"]`), chromedp.Click(`[data-fault="panic"]`))
	p.until(`document.querySelector(".latest").textContent.includes("is restarted") && document.querySelector(".noticed")`)
	p.draw(filepath.Join(folder, "tree.webp"))
	p.show("now", `document.querySelector("troupe-chart.rates")?.times.length > 56`)
	p.draw(filepath.Join(folder, "now.webp"))
	light := open(t, b.page+"#console", "light", 1280, 800)
	light.until(`document.querySelector("form input")`)
	light.do(chromedp.Evaluate(`{ const s = document.querySelector("main select"); s.value = "request"; s.dispatchEvent(new Event("change")) }`, nil))
	light.until(`[...document.querySelectorAll(".lines .note .line")].at(-1)?.textContent === "The session has been played."`)
	light.draw(filepath.Join(folder, "console.webp"))
}
