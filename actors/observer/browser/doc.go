// Package browser tests the page of a broker in a real browser: headless Chromium, driven
// by chromedp. It is a module of its own, so that nothing of that is in the broker's.
//
//	make browser
//
// It needs Chromium, and skips nothing: without one it fails. The screenshots of each view
// are written to the folder that TROUPE_SCREENSHOTS names, if it is set.
package browser
