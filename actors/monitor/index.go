package monitor

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

var indexPage = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="en">
<head><title>{{.Name}}</title></head>
<body>
<h1>Troupe {{.Version}}</h1>
<p>{{.Name}}</p>
<p>{{range .Pages}}<a href="{{$.Base}}{{.Path}}">{{.Text}}</a><br>
{{end}}</p>
</body>
</html>
`))

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

// index links to everything else.
func (s *site) index(w http.ResponseWriter, _ *http.Request) (any, error) {
	c := s.broker.Config()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return nil, indexPage.Execute(w, struct {
		Name, Version, Base string
		Pages               []link
	}{c.ServerName, c.Version, s.base, links})
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
