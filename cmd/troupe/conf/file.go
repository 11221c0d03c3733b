package conf

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/accounts"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/network"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/operators"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/storage"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// File is what is to be known about a configuration file beside what it sets.
type File struct {
	Warnings []error // about keys that have no effect, each a *[lang.FileError]
	Digest   string  // of what it says, with whatever it includes: the same for the same
}

// ReadFile sets everything that a configuration file says, and reports all that
// is wrong in it at once.
func (s *Settings) ReadFile(path string) (File, error) {
	values, digest, err := lang.Parse(path)
	if err != nil {
		return File{}, err
	}
	before := *s
	f := carryOver(path, values, s, false)
	if len(f.Mistakes()) > 0 && f.Doubtful() {
		*s = before
		f = carryOver(path, values, s, true)
	}
	f.accounts.WarnOfPlain()
	return File{Warnings: lang.InOrder(f.Warnings()), Digest: digest}, errors.Join(lang.InOrder(f.Mistakes())...)
}

// file is a configuration file that is being carried over into settings.
type file struct {
	*lang.Reader
	settings  *Settings
	accounts  *accounts.File
	operators *operators.File

	extensionAt map[string]lang.FileError
	refused     map[string]bool           // extensions with a mistake in their blocks
	places      map[string]lang.FileError // of keys of the top level
	forgetsOCSP bool                      // authorities are asked each time anew about a client
	domains     map[string]string         // of JetStream, by account
}

// carryOver sets all that a file says. A definition in a block that is used as a variable may be
// a setting too, by its name; onlyVariables takes it for none.
func carryOver(path string, values map[string]any, s *Settings, onlyVariables bool) *file {
	r := lang.NewReader(path, onlyVariables)
	f := &file{
		Reader: r, settings: s, accounts: accounts.New(r, &s.Broker), operators: operators.New(r, &s.Broker),
		extensionAt: make(map[string]lang.FileError), refused: make(map[string]bool), places: make(map[string]lang.FileError),
	}
	f.Each(values, f.topLevel)
	f.accounts.Check(f.operators.Operated())
	f.operators.Check(f.accounts.SystemAccount)
	f.checkExtensions()
	f.accounts.CheckCallout()
	f.findAccounts()
	f.forgetOCSP()
	f.leaveOutEmptyTLS()
	f.warnOfLonelyStreams()
	network.UseDomains(f.settings.Broker.LeafNodes, f.domains)
	return f
}

// blocks says who reads a key of the top level whose value is a block.
var blocks = lang.Table(map[string]func(f *file, block map[string]any, at lang.FileError){
	"authorization": func(f *file, block map[string]any, at lang.FileError) { f.accounts.Authorization(block, at) },
	"accounts":      func(f *file, block map[string]any, _ lang.FileError) { f.accounts.Accounts(block) },
	"audit":         (*file).audit,
	"extensions":    (*file).extensions,
	"proxies": func(f *file, block map[string]any, _ lang.FileError) {
		network.Proxies(f.Reader, block, &f.settings.Broker)
	},
	"ocsp": func(f *file, block map[string]any, _ lang.FileError) {
		network.OCSP(f.Reader, block, &f.settings.Broker)
	},
	"ocsp_cache": func(f *file, block map[string]any, _ lang.FileError) {
		f.forgetsOCSP = !network.OCSPCache(f.Reader, block)
	},
	"tls":            func(f *file, block map[string]any, _ lang.FileError) { network.TLS(f.Reader, block, f.settings.tls()) },
	"cluster":        (*file).cluster,
	"leafnodes leaf": (*file).leafNodes,
	"websocket ws":   (*file).webSocket,
	"jetstream":      (*file).jetStream,
	"engine": func(f *file, block map[string]any, _ lang.FileError) {
		storage.Engine(f.Reader, block, &f.settings.Engine)
	},
	"mqtt": func(f *file, block map[string]any, _ lang.FileError) {
		f.settings.Engine.MQTT = storage.MQTT(f.Reader, block)
	},
	"default_js_domain": func(f *file, block map[string]any, _ lang.FileError) {
		f.domains = network.DefaultDomains(f.Reader, block)
	},
	"server_metadata": func(f *file, block map[string]any, _ lang.FileError) { f.Chosen(block, f.metadata) },
})

// topLevel takes one key, by the first table that has it.
func (f *file) topLevel(key string, value any, at lang.FileError) error {
	lower := strings.ToLower(key)
	f.places[lower] = at
	if why, ok := idle[lower]; ok {
		f.Warn(at, fmt.Errorf("%q has no effect: %s", key, why))
		return nil
	}
	if timed[lower] {
		f.WarnOfUnit(key, value, at)
	}
	if block, ok := value.(map[string]any); ok && blocks[lower] != nil {
		blocks[lower](f, block, at)
		return nil
	}
	if operators.Knows(lower) {
		return f.operators.Set(key, value, at)
	}
	list, isList := value.([]any)
	switch lower {
	case "no_auth_user":
		f.accounts.NoAuthUser = at
	case "system_account", "system":
		f.accounts.SystemAccount = at
	case "accounts":
		if isList {
			f.accounts.AccountNames(list)
			return nil
		}
	case "mappings", "maps":
		mappings, err := f.accounts.Mappings(key, value)
		f.settings.Broker.Mappings = append(f.settings.Broker.Mappings, mappings...)
		return err
	case "ocsp_cache":
		if on, err := lang.ToBool(value); err == nil {
			f.forgetsOCSP = !on
			return nil
		}
	case "server_tags":
		return f.tags(key, value)
	}
	err := f.settings.Set(key, value)
	if errors.Is(err, lang.ErrUnknown) && accounts.Knows(lower) {
		return fmt.Errorf("%w %q: it stands in a block: authorization { %s: … }", lang.ErrUnknown, key, lower)
	}
	return err
}

// tags takes what the server is called; case means nothing in a tag.
func (f *file) tags(key string, value any) error {
	list, err := lang.ToTexts(value)
	for _, tag := range list {
		if tag = strings.ToLower(strings.TrimSpace(tag)); !slices.Contains(f.settings.Broker.Tags, tag) {
			f.settings.Broker.Tags = append(f.settings.Broker.Tags, tag)
		}
	}
	return lang.Named(key, err)
}

// metadata takes one of the names that the operator has for something.
func (f *file) metadata(key string, value any, _ lang.FileError) error {
	text, err := lang.ToText(value)
	b := &f.settings.Broker
	if b.Metadata == nil {
		b.Metadata = make(map[string]string)
	}
	b.Metadata[key] = text
	return lang.Named(key, err)
}

func (f *file) cluster(block map[string]any, at lang.FileError) {
	c, before := f.settings.cluster(), len(f.Mistakes())
	network.Cluster(f.Reader, block, c, func(value any) error { return f.settings.SetCluster("name", value) })
	if len(f.Mistakes()) == before {
		if err := c.Validate(); err != nil {
			f.Fail(at, err)
		}
	}
	if reflect.DeepEqual(*c, actors.Cluster{}) {
		f.settings.Broker.Cluster = nil
	}
}

func (f *file) leafNodes(block map[string]any, at lang.FileError) {
	if l := network.LeafNodes(f.Reader, block, at); l != nil {
		f.settings.Broker.LeafNodes = l
	}
}

func (f *file) webSocket(block map[string]any, _ lang.FileError) {
	if f.settings.Broker.WebSocket == nil {
		f.settings.Broker.WebSocket = new(actors.WebSocket)
	}
	network.WebSocket(f.Reader, block, f.settings.Broker.WebSocket)
}

func (f *file) jetStream(block map[string]any, _ lang.FileError) {
	f.settings.Broker.OwnStreams = storage.JetStream(f.Reader, block, &f.settings.Engine)
}

// forgetOCSP has what ocsp_cache says hold for each listener.
func (f *file) forgetOCSP() {
	s := f.settings
	all := []*actors.TLS{s.Broker.TLS}
	if w := s.Broker.WebSocket; w != nil {
		all = append(all, w.TLS)
	}
	if l := s.Broker.LeafNodes; l != nil && l.Listen != nil {
		all = append(all, l.Listen.TLS)
	}
	for _, t := range all {
		if t != nil && t.OCSPPeer != nil {
			t.OCSPPeer.Forget = f.forgetsOCSP
		}
	}
}

// warnOfLonelyStreams is for a file that asks for streams of a cluster, which nats-servers share out among them.
func (f *file) warnOfLonelyStreams() {
	if b := &f.settings.Broker; b.OwnStreams && b.Cluster != nil {
		f.Warn(f.places["jetstream"], errors.New("streams are this server's own: they are not copied to others of the cluster, which do not know of them"))
	}
}

// leaveOutEmptyTLS is for a block that is there because nats-server wants one beside allow_non_tls. Without that it is a mistake.
func (f *file) leaveOutEmptyTLS() {
	b := &f.settings.Broker
	if t := b.TLS; t != nil && b.AllowNonTLS && reflect.DeepEqual(*t, actors.TLS{}) {
		b.TLS = nil
		f.Warn(f.places["tls"], errors.New("nobody encrypts: the tls block has no certificate"))
	}
}

// findAccounts is for accounts that are not in the file.
func (f *file) findAccounts() {
	if f.operators.Resolver != nil {
		f.settings.Resolver = f.operators.Resolver
	}
	if f.operators.ResolverTLS != nil {
		f.settings.ResolverTLS = f.operators.ResolverTLS
	}
	if f.settings.Resolver != nil {
		f.settings.Broker.AccountSource = pending{}
	}
}

// pending stands for the accounts that are found when the broker starts.
type pending struct{ config.AccountSource }
