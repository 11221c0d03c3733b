package monitor

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
)

type link struct{ Path, Text string }

var links = []link{
	{"/varz", "General"},
	{"/connz", "Connections"},
	{"/subsz", "Subscriptions"},
	{"/actorz?format=text", "Actors"},
	{"/supervisionz?format=text", "Supervision"},
	{"/tapz?format=text", "Taps"},
	{metricsPath, "Metrics"},
	{"/accountz", "Accounts"},
	{"/accstatz", "Account statistics"},
	{"/routez", "Routes"},
	{"/leafz", "Leaf nodes"},
	{"/gatewayz", "Gateways"},
	{"/healthz", "Health"},
	{"/stacksz", "Stacks"},
	{"/debug/vars", "Variables"},
}

// index links to everything else. It is written by hand: html/template would have the linker keep every method of every
// type, since a template may call any.
func (s *site) index(w http.ResponseWriter, _ *http.Request) (any, error) {
	c := s.broker.Config()
	var b strings.Builder
	name, base := html.EscapeString(c.ServerName), html.EscapeString(s.base)
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>%s</title></head>\n<body>\n<h1>Troupe %s</h1>\n<p>%s</p>\n<p>",
		name, html.EscapeString(c.Version), name)
	for _, l := range links {
		fmt.Fprintf(&b, "<a href=\"%s%s\">%s</a><br>\n", base, html.EscapeString(l.Path), l.Text)
	}
	b.WriteString("</p>\n</body>\n</html>\n")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := w.Write([]byte(b.String()))
	return nil, err
}

// forPeople reports whether a request is for the page. Tools that ask for the root get
// what they have always got.
func forPeople(path string, r *http.Request) bool {
	return strings.HasPrefix(path, "/ui/") || path == "/" && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// show has the page answer. The page finds what belongs to it beside itself, so its path
// has to end in a slash.
func (s *site) show(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.Path == s.base && s.base != "" {
		http.Redirect(w, r, s.base+"/", http.StatusMovedPermanently)
		return
	}
	below := r.Clone(r.Context())
	below.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
	s.config.Page.ServeHTTP(w, below)
}
