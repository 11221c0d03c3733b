package examples_test

import (
	"strings"
)

const module = "github.com/troupe-mq/troupe/"

// layer is one package of the module, and what it may import besides the standard
// library. Tests may import more.
type layer struct {
	name   string // its path without the module and without actors/ and internal/
	ours   string // packages of the module, by their names here
	theirs string // packages of others, by their names in others
	never  string // packages of the module that it must not need, however far away
}

// layers is the table of ARCHITECTURE.md, and behind it what stands on it. A package
// imports only what stands before it.
var layers = []layer{
	{name: "wire"},
	{name: "wire/link", ours: "wire"},
	{name: "wire/jetstream"},
	{name: "wire/tracing", ours: "wire"},
	{name: "topics/tokens"},
	{name: "topics", ours: "topics/tokens"},
	{name: "topics/mapping", ours: "topics topics/tokens"},
	{name: "topics/dense"},
	{name: "topics/subscribers", ours: "topics topics/dense topics/tokens", never: "topics/cache"},
	{name: "topics/cache", ours: "topics topics/dense topics/subscribers topics/tokens", never: "topics/index"},
	{name: "topics/index", ours: "topics topics/cache topics/subscribers topics/tokens"},
	{name: "supervisor", theirs: "actor hclog"},
	{name: "supervisor/logs", ours: "supervisor", theirs: "hclog"},

	{name: "memory", never: "host"},
	{name: "yield", never: "host"},
	{name: "instant", never: "host"},
	{name: "oneline", theirs: "hclog", never: "host"},
	{name: "transcript", never: "host"},
	{name: "fields", never: "host"},
	{name: "fair", never: "host"},
	{name: "mailbox", ours: "instant supervisor yield", theirs: "actor", never: "host"},
	{name: "access/certificate", never: "access"},
	{name: "access/rules", ours: "topics", never: "access"},
	{name: "access", ours: "access/certificate access/rules fair topics topics/mapping", theirs: "nkeys bcrypt", never: "report"},
	{name: "access/callout", ours: "access", theirs: "jwt nkeys", never: "report"},
	{name: "access/operator", ours: "access topics", theirs: "jwt nkeys", never: "report"},
	{name: "access/proxies", ours: "access", theirs: "nkeys", never: "report"},
	{name: "report", ours: "access supervisor topics/index", never: "host"},
	{name: "tap", ours: "report supervisor topics", never: "host"},

	{name: "host", ours: "mailbox supervisor supervisor/logs", theirs: "actor hclog", never: "wire topics access"},
	{name: "steps", ours: "instant yield", never: "host"},
	{name: "stats", ours: "report", never: "host"},
	{name: "lab", ours: "supervisor", theirs: "actor", never: "host"},
	{name: "keepalive", ours: "instant", never: "host"},
	{name: "frames", never: "host"},
	{name: "revocation", theirs: "hclog ocsp", never: "host"},
	{name: "certfiles", theirs: "hclog", never: "host"},
	{name: "inbound", ours: "host memory steps", never: "report wire"},
	{name: "compression", ours: "steps", theirs: "s2", never: "host"},
	{name: "parking", ours: "host", never: "inbound transport"},
	{name: "transport", ours: "access access/certificate certfiles compression fair frames host inbound instant parking report revocation steps wire", theirs: "actor hclog", never: "batch session"},
	{name: "account", ours: "access fair report stats topics topics/mapping", never: "connection batch"},
	{name: "interest", ours: "access account report topics topics/dense", theirs: "actor", never: "batch transport"},
	{name: "peer", ours: "access compression interest report topics topics/dense wire wire/jetstream wire/link", never: "batch transport"},
	{name: "msgtrace", ours: "interest report wire wire/tracing", never: "batch transport"},
	{name: "batch", ours: "account interest msgtrace report topics wire wire/link", never: "feed transport"},
	{name: "flight", ours: "transcript wire", never: "batch connection"},
	{name: "outbox", ours: "fair report steps transport wire", never: "connection"},
	{name: "follow", ours: "report transport", never: "batch connection"},
	{name: "settings", ours: "access access/proxies account", never: "transport connection"},
	{name: "pressure", ours: "host interest memory outbox", theirs: "actor", never: "connection"},
	{name: "history", ours: "host report supervisor", theirs: "actor", never: "connection"},
	{name: "session", ours: "access account fair host report settings transport wire", theirs: "actor", never: "batch feed"},
	{name: "trace", ours: "batch interest wire", theirs: "hclog", never: "connection"},
	{
		name: "partition", ours: "account batch host interest lab report steps supervisor topics topics/index wire", theirs: "actor",
		never: "connection transport outbox",
	},
	{
		name: "commit", ours: "access batch fair host interest msgtrace outbox pressure report stats steps topics trace transport wire wire/jetstream wire/link wire/tracing",
		never: "connection feed partition",
	},
	{name: "feed", ours: "batch host lab mailbox report steps supervisor tap topics wire", theirs: "actor", never: "connection client"},
	{name: "connection", ours: everythingAbove, theirs: "actor hclog", never: "client listener survey"},
	{name: "uplink", ours: "compression connection frames host interest lab peer report steps supervisor transport wire wire/link", theirs: "actor hclog nkeys", never: "client listener survey"},
	{name: "listener", ours: "frames host lab supervisor transport wire", theirs: "actor hclog", never: "connection session"},
	{name: "members", ours: "compression interest peer report wire", never: "connection host"},
	{
		name: "mesh", ours: "access access/certificate compression connection host interest lab listener members peer report supervisor transport wire wire/link", theirs: "actor hclog",
		never: "client survey uplink",
	},
	{
		name: "spokes", ours: "compression connection host interest peer report transport wire wire/link", theirs: "actor",
		never: "client survey uplink listener",
	},
	{name: "survey", ours: "batch connection history host interest lab partition report supervisor topics transport", theirs: "actor", never: "client listener"},
	{name: "neighbours", ours: "host mesh peer report spokes survey uplink", never: "client"},
	{name: "resident", ours: "host report settings supervisor transport", never: "client connection"},
	{name: "client", ours: "access host inbound outbox report resident steps supervisor topics transport wire", theirs: "actor", never: "connection"},

	{
		name: "inquiry", ours: "access access/callout access/operator client fair host session settings", theirs: "actor hclog jwt",
		never: "connection",
	},

	{name: "inline", ours: "client survey", theirs: "actor", never: "listener"},
	{name: "config", ours: "access access/callout access/operator access/proxies certfiles compression fields host listener members mesh oneline pressure revocation spokes transport topics uplink", theirs: "hclog nkeys"},
	{name: "wiring", ours: "access compression config listener mesh peer settings spokes uplink", never: "client"},
	{name: "endpoints", ours: "access certfiles compression config host listener peer revocation transport wire", never: "client"},
	{name: "actors", ours: everythingAbove, theirs: "actor hclog jwt nkeys"},
	{name: "doorkeeper", ours: "access access/callout client supervisor", theirs: "actor jwt", never: "actors"},
	{name: "documents", ours: "access actors client config report supervisor"},
	{name: "front", ours: "actors supervisor", theirs: "actor hclog"},
	{name: "profile", ours: "actors front"},
	{name: "monitor", ours: "actors documents front oneline report supervisor tap yield", theirs: "hclog prometheus"},
	{name: "experiments", ours: "actors client config report supervisor supervisor/logs tap wire", theirs: "actor hclog"},
	{name: "observer", ours: "actors client documents experiments front report supervisor tap", theirs: "actor websocket"},
	{name: "waker", ours: "actors client report supervisor wire wire/jetstream", theirs: "actor"},
	{name: "engine", ours: "access actors client config report supervisor topics waker wire wire/jetstream", theirs: "actor hclog"},
	{name: "sys", ours: "access actors client documents fair report supervisor tap", theirs: "actor hclog"},
	{name: "registry", ours: "access/operator actors client supervisor sys", theirs: "actor nkeys"},
	{name: "audit/groupcommit", ours: "client supervisor tap", theirs: "actor", never: "actors"},
	{name: "audit/chain", theirs: "nkeys", never: "report tap"},
	{name: "audit/disk", never: "audit/chain"},
	{name: "audit/page", ours: "audit/chain report tap", never: "audit/groupcommit"},
	{name: "audit/segments", ours: "audit/chain audit/disk", theirs: "nkeys", never: "audit/page"},
	{name: "audit", ours: "audit/chain audit/groupcommit audit/disk audit/page audit/segments supervisor tap topics", theirs: "actor nkeys", never: "actors"},
	{name: "audit/sqlite", ours: "audit audit/groupcommit report tap", theirs: "actor sqlite", never: "actors"},
	{name: "audit/republish", ours: "access audit client supervisor tap topics", theirs: "actor", never: "actors"},
	{name: "actorstest", ours: "access actors client report supervisor supervisor/logs tap transcript", theirs: "actor hclog"},
	{name: "access/operator/operatortest", theirs: "jwt nkeys"},
	{name: "revocation/revocationtest", theirs: "ocsp"},
	{name: "e2e"},
	{name: "chaos"},
}

// everythingAbove is what composes may import: every layer before it.
const everythingAbove = "all above"

// others are the packages of others: a new one needs a reason.
var others = map[string]string{
	"actor":      "github.com/asynkron/protoactor-go/actor",
	"hclog":      "github.com/hashicorp/go-hclog",
	"nkeys":      "github.com/nats-io/nkeys",
	"jwt":        "github.com/nats-io/jwt/v2",
	"s2":         "github.com/klauspost/compress/s2",
	"bcrypt":     "golang.org/x/crypto/bcrypt",
	"ocsp":       "golang.org/x/crypto/ocsp",
	"prometheus": "github.com/prometheus/client_golang/prometheus",
	"sqlite":     "modernc.org/sqlite",
	"websocket":  "github.com/coder/websocket",
}

// nameOf is what the table calls a package of the module.
func nameOf(path string) string {
	path = strings.TrimPrefix(path, module)
	path = strings.TrimPrefix(path, "actors/")
	return strings.Replace(path, "internal/", "", 1)
}

// composes reports whether a package is a program, which may import what it likes.
func composes(path string) bool {
	path = strings.TrimPrefix(path, module)
	return strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "examples")
}

// allowed is all that a layer may import of this module.
func (l *layer) allowed() []string {
	if l.ours != everythingAbove {
		return strings.Fields(l.ours)
	}
	var all []string
	for i := range layers {
		if layers[i].name == l.name {
			break
		}
		all = append(all, layers[i].name)
	}
	return all
}

func table() map[string]*layer {
	known := make(map[string]*layer, len(layers))
	for i := range layers {
		known[layers[i].name] = &layers[i]
	}
	return known
}

// The lines of .golangci.yml that are made of the table.
const (
	rulesBegin = "        # what follows is made of the table in examples/layers_test.go: go test ./examples -run TestLinter -args -rewrite\n"
	rulesEnd   = "    errcheck:\n"
)
