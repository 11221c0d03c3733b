package monitor

import (
	"html/template"
	"net/http"
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
	{"/supervisionz", "Supervision"},
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
