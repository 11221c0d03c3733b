// Package browser tests the page of a broker in a real browser: headless Chromium, driven
// by chromedp. It is a module of its own, so that nothing of that is in the broker's.
//
//	make browser
//
// It owns the browser that all tests share, and a broker for each of them. It promises that a
// page which complains, asks another host for anything or violates its policy fails the test, and
// that no time is judged: what is waited for may take as long as a machine with other work needs.
// It must not know how the page is made, beyond what one sees.
//
// Without Chromium the tests are skipped, and fail if TROUPE_BROWSER is set. The screenshots of
// each view are written to the folder that TROUPE_SCREENSHOTS names, if it is set.
package browser
