package main

import (
	"encoding/json"
	"time"
)

// What the broker says, as far as it is shown.

type hello struct {
	Name       string    `json:"name"`
	ID         string    `json:"id"`
	Version    string    `json:"version"`
	Start      time.Time `json:"start"`
	MaxPending int       `json:"max_pending"`
}

// now is the newest second. The parts of its point are: at, in, out, in_bytes, out_bytes, connections,
// slow, dropped, resident, cpu.
type now struct {
	Point         [10]float64 `json:"point"`
	Connections   int         `json:"connections"`
	Subscriptions int         `json:"subscriptions"`
	Slow          uint64      `json:"slow_consumers"`
	Ledger        struct {
		In         uint64            `json:"in"`
		Routed     uint64            `json:"routed"`
		NoInterest uint64            `json:"no_interest"`
		Refused    uint64            `json:"refused"`
		Copies     uint64            `json:"copies"`
		Delivered  uint64            `json:"delivered"`
		Waiting    int64             `json:"waiting"`
		Dropped    map[string]uint64 `json:"dropped"`
	} `json:"ledger"`
}

type node struct {
	Path     string `json:"path"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Policy   string `json:"policy"`
	Restarts int    `json:"restarts"`
	Children []node `json:"children"`
	Count    int    `json:"child_count"`
	Mailbox  *struct {
		Depth   int           `json:"depth"`
		Oldest  time.Duration `json:"oldest_ns"`
		Handled uint64        `json:"handled"`
	} `json:"mailbox"`
	Last *struct {
		Text string `json:"text"`
	} `json:"last_failure"`
}

type tap struct {
	Name    string `json:"name"`
	Policy  string `json:"policy"`
	Records int    `json:"records"`
	Bytes   int    `json:"bytes"`
	Taken   uint64 `json:"taken"`
	Lost    uint64 `json:"lost"`
	Stuck   bool   `json:"stuck"`
	LeftOff string `json:"left_off"`
}

type event struct {
	Time      time.Time `json:"time"`
	What      string    `json:"what"`
	Path      string    `json:"path"`
	Failure   string    `json:"failure"`
	Directive string    `json:"directive"`
}

type connection struct {
	CID     uint64  `json:"cid"`
	Name    string  `json:"name"`
	User    string  `json:"user"`
	Account string  `json:"account"`
	Host    string  `json:"host"`
	Port    int     `json:"port"`
	Pending int     `json:"pending"`
	In      uint64  `json:"in"`
	Out     uint64  `json:"out"`
	Bytes   uint64  `json:"out_bytes"`
	Subs    int     `json:"subs"`
	RTT     float64 `json:"rtt"`
	Idle    float64 `json:"idle"`
}

type page struct {
	Total int          `json:"total"`
	Cost  float64      `json:"cost"`
	Rows  []connection `json:"rows"`
}

// known is all that is known of the broker.
type known struct {
	hello  hello
	now    now
	rates  []float64 // messages in for each second, the newest last
	tree   node
	taps   []tap
	events []event // the newest last
}

// The most that is kept.
const (
	mostRates  = 60
	mostEvents = 200
)

// take takes an event of the stream. One that makes no sense changes nothing.
func (k *known) take(what string, data []byte) {
	switch what {
	case "hello":
		set(&k.hello, data)
	case "now":
		if set(&k.now, data) {
			k.rates = append(k.rates, k.now.Point[1])
			k.rates = k.rates[max(len(k.rates)-mostRates, 0):]
		}
	case "tree":
		set(&k.tree, data)
	case "taps":
		set(&k.taps, data)
	case "past", "events":
		var more []event
		if set(&more, data) {
			if what == "past" {
				k.events = nil
			}
			k.events = append(k.events, more...)
			k.events = k.events[max(len(k.events)-mostEvents, 0):]
		}
	}
}

func set[T any](into *T, data []byte) bool {
	var fresh T
	if json.Unmarshal(data, &fresh) != nil {
		return false
	}
	*into = fresh
	return true
}
