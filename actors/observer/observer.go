package observer

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/experiments"
	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/supervisor"
)

// Config is all that can be set about the page.
type Config struct {
	// Lab lets the page order faults and run Experiments. The monitoring's Lab has to be
	// open as well, which binds it to this machine.
	Lab bool
	// Experiments are what the page offers to run in the lab, in their order.
	Experiments []experiments.Experiment
}

// Observer is the page of one broker. It is a http.Handler.
type Observer struct {
	broker    *actors.Broker
	config    Config
	series    *series
	broadcast *broadcast
	rates     *subjects
	keys      tickets       // of consoles
	follows   tickets       // of streams of one connection
	places    *front.Places // of what asks many actors
	assets    *assets
	trial     sync.Mutex // held while an experiment runs
	routes    http.Handler
}

// places is how many questions to many actors are answered at a time.
const places = 2

// New makes the page of a broker, and adds the actor that fills its series to the
// broker's services. The error is that of actors.Broker.AddService.
func New(b *actors.Broker, c Config) (*Observer, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	o := &Observer{broker: b, config: c, series: newSeries(), places: front.NewPlaces(places), assets: files}
	o.broadcast = newBroadcast(o)
	o.rates = newSubjects(b)
	o.routes = o.mux()
	if _, err := b.AddService(actors.Service{Name: name, Role: "observer", Produce: o.produce}); err != nil {
		return nil, err
	}
	return o, nil
}

// Close ends the page: nobody is told anything any more. The error is that of
// actors.Broker.RemoveService.
func (o *Observer) Close() error {
	o.broadcast.close()
	return o.broker.RemoveService(name)
}

// name is that of the actor, under monitor/ in the tree.
const name = "observer"

// mux is all that can be asked for. What changes something is a POST.
func (o *Observer) mux() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", o.index)
	m.HandleFunc("GET /ui/{file...}", o.asset)
	m.HandleFunc("GET /ui/events", o.events)
	m.HandleFunc("GET /ui/history", o.history)
	m.HandleFunc("GET /ui/connections", o.connections)
	m.HandleFunc("GET /ui/connection", o.connection)
	m.HandleFunc("GET /ui/subjects", o.busiest)
	m.HandleFunc("GET /ui/subscribers", o.subscribers)
	m.HandleFunc("GET /ui/console", o.console)
	m.HandleFunc("POST /ui/console", o.act(o.openConsole))
	m.HandleFunc("GET /ui/follow", o.follow)
	m.HandleFunc("POST /ui/follow", o.act(o.mayFollow))
	m.HandleFunc("POST /ui/kick", o.act(o.kick))
	m.HandleFunc("POST /ui/fault", o.act(o.lab(o.fault)))
	m.HandleFunc("POST /ui/experiment", o.act(o.lab(o.experiment)))
	return m
}

// ServeHTTP answers a request for the page, or of the page. A handler that panics
// answers 500 and is seen in the history.
func (o *Observer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			o.broker.Report("monitor/"+name, supervisor.Caught(p))
			front.Anew(w)
			refuse(w, http.StatusInternalServerError, "internal error")
		}
	}()
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	o.routes.ServeHTTP(w, r)
}

// policy lets the page have what the broker serves, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// greeting is what a page is told when it comes.
type greeting struct {
	Name        string    `json:"name"`
	ID          string    `json:"id"`
	Version     string    `json:"version"`
	Start       time.Time `json:"start"`
	Now         time.Time `json:"now"`
	MaxPending  int       `json:"max_pending"`
	MaxConns    int       `json:"max_connections"`
	Outbound    int64     `json:"outbound_budget"`
	Inbound     int64     `json:"inbound_budget"`
	Lab         bool      `json:"lab"`
	Experiments []trial   `json:"experiments,omitempty"`
}

// trial is an experiment as the page shows it.
type trial struct {
	Title  string `json:"title"`
	Expect string `json:"expect"`
}

func (o *Observer) greeting() greeting {
	c := o.broker.Config()
	g := greeting{
		Name: c.ServerName, ID: o.broker.ServerID(), Version: c.Version, Start: o.broker.Stats().Start, Now: time.Now(),
		MaxPending: c.MaxPending, MaxConns: c.MaxConnections, Outbound: int64(c.OutboundBudget), Inbound: int64(c.InboundBudget), Lab: o.config.Lab,
	}
	if o.config.Lab {
		for _, e := range o.config.Experiments {
			g.Experiments = append(g.Experiments, trial{Title: e.Title, Expect: e.Expect})
		}
	}
	return g
}

// answer writes a document, packed if the browser can unpack it.
func answer(w http.ResponseWriter, r *http.Request, document any) {
	b, err := json.Marshal(document)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, b)
}

// refuse answers with what is wrong, as the page shows it.
func refuse(w http.ResponseWriter, status int, why string) {
	b, _ := json.Marshal(struct { // which cannot fail
		Error string `json:"error"`
	}{why})
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b) // whoever has hung up needs no answer
}
