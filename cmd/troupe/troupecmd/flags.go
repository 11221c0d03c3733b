package troupecmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// verb is what the command line asks for.
type verb int

const (
	serveClients verb = iota
	showHelp
	showVersion
	checkConfig
	sendSignal
)

// order is a command line, understood, and the file that it names, read.
type order struct {
	args       []string
	extensions []Extension
	verb       verb
	settings   *conf.Settings
	blocks     blocks // of the extensions, in settings
	signal     string // and to whom
	configFile string
	file       conf.File
	misused    bool // the command line itself is wrong: show the usage

	credentials bool  // some are on the command line
	refused     error // the first flag of a feature that is not there
}

// valued are the flags that set a key of the configuration to their value.
var valued = map[string]string{
	"a addr host net":    "host",
	"p port":             "port",
	"n name server_name": "server_name",
	"P pid":              "pid_file",
	"l log":              "log_file",
	"log_format":         "log_format",
	"log_size_limit":     "log_size_limit",
	"max_traced_msg_len": "max_traced_msg_len",
	"client_advertise":   "client_advertise",
	"unix_socket":        "unix_socket",
	"audit":              "audit",
	"ports_file_dir":     "ports_file_dir",
	"max_payload":        "max_payload",
	"max_pending":        "max_pending",
	"max_connections":    "max_connections",
	"max_control_line":   "max_control_line",
	"max_subscriptions":  "max_subscriptions",
	"max_sub_tokens":     "max_sub_tokens",
	"ping_interval":      "ping_interval",
	"ping_max":           "ping_max",
	"write_deadline":     "write_deadline",
	"partitions":         "partitions",
	"outbound_budget":    "outbound_budget",
	"inbound_budget":     "inbound_budget",
	"overrun":            "overrun",
	"m http_port":        "http_port",
	"ms https_port":      "https_port",
	"r remote_syslog":    "remote_syslog",
	"profile":            "prof_port",
	"sd store_dir":       "store_dir",

	"max_connections_per_address": "max_connections_per_address",
	"max_attempts_per_address":    "max_attempts_per_address",
}

// switches are the flags without a value; each sets its keys to true.
var switches = map[string][]string{
	"D debug":      {"debug"},
	"V trace":      {"trace"},
	"VV":           {"trace_verbose"},
	"DV":           {"debug", "trace"},
	"DVV":          {"debug", "trace_verbose"},
	"T logtime":    {"logtime"},
	"logtime_utc":  {"logtime_utc"},
	"lab":          {"lab"},
	"explain":      {"explain"},
	"no_ui":        {"no_ui"},
	"s syslog":     {"syslog"},
	"js jetstream": {"jetstream"},
	"tls":          {"tls"},
}

// credentials are the flags for keys of the authorization block.
var credentials = map[string]string{
	"user":         "user",
	"pass":         "password",
	"auth":         "token",
	"auth_timeout": "timeout",
}

// certificates are the flags for keys of the tls block.
var certificates = map[string]string{
	"tlscert":   "cert_file",
	"tlskey":    "key_file",
	"tlscacert": "ca_file",
}

// clusters are the flags for keys of the cluster block.
var clusters = map[string]string{
	"cluster_name":      "name",
	"cluster_advertise": "advertise",
	"connect_retries":   "connect_retries",
}

// parse reads the command line and the configuration file. The file is read in
// between two readings of the flags: the first one finds it, and the second one
// has the last word.
func parse(args []string, extensions ...Extension) (*order, error) {
	o := &order{args: args, extensions: extensions}
	if err := o.reset(); err != nil {
		return o, err
	}
	if err := o.parseFlags(args); err != nil {
		o.misused = o.refused == nil
		return o, err
	}
	if o.verb == showHelp || o.verb == showVersion || o.verb == sendSignal {
		return o, nil
	}
	if o.configFile == "" {
		if o.verb == checkConfig {
			o.misused = true
			return o, errors.New("must specify [-c, --config] option when checking configuration file syntax")
		}
		return o, o.settings.Validate()
	}
	err := o.reset()
	if err != nil {
		return o, err
	}
	if o.file, err = o.settings.ReadFile(o.configFile); err != nil {
		return o, err
	}
	if b := &o.settings.Broker; o.credentials {
		b.User, b.Password, b.Token, b.Users, b.NoAuthUser = "", "", "", nil, ""
	}
	if err := o.parseFlags(args); err != nil {
		return o, err
	}
	return o, o.settings.Validate()
}

// reset goes back to settings that nothing has been read into.
func (o *order) reset() (err error) {
	o.settings = conf.Default()
	o.blocks, err = newBlocks(o.extensions)
	o.settings.Extensions = o.blocks.read()
	return err
}

// parseFlags sets what the flags say, over what is set already.
func (o *order) parseFlags(args []string) error {
	fs := flag.NewFlagSet("troupe", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	o.define(fs)
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		o.verb = showHelp
		return nil
	case o.refused != nil:
		return o.refused
	case err != nil:
		return misuse(err, fs)
	}
	for _, word := range fs.Args() {
		switch strings.ToLower(word) {
		case "help":
			o.verb = showHelp
		case "version":
			o.verb = showVersion
		default:
			return unknownWord(word)
		}
	}
	return checkTogether(fs)
}

func (o *order) define(fs *flag.FlagSet) {
	for names, key := range valued {
		each(names, func(name string) {
			fs.Func(name, "", func(text string) error {
				if portKeys[key] {
					if err := checkPort(text); err != nil {
						return err
					}
				}
				return o.set(name, o.settings.Set, key, text)
			})
		})
	}
	for names, keys := range switches {
		each(names, func(name string) {
			fs.BoolFunc(name, "", func(text string) error {
				for _, key := range keys {
					if err := o.set(name, o.settings.Set, key, text); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	for name, key := range credentials {
		fs.Func(name, "", func(text string) error {
			o.credentials = o.credentials || key != "timeout"
			return o.set(name, o.settings.SetAuthorization, key, text)
		})
	}
	for name, key := range certificates {
		fs.Func(name, "", func(text string) error { return o.set(name, o.settings.SetTLS, key, text) })
	}
	for name, key := range clusters {
		fs.Func(name, "", func(text string) error { return o.set(name, o.settings.SetCluster, key, text) })
	}
	each("cluster cluster_listen", func(name string) {
		fs.Func(name, "", func(text string) error { return o.set(name, o.settings.SetClusterURL, name, text) })
	})
	fs.Func("routes", "", func(text string) error { return o.set("routes", o.settings.SetRoutes, "routes", text) })
	fs.BoolFunc("no_advertise", "", func(text string) error { return o.set("no_advertise", o.settings.SetCluster, "no_advertise", text) })
	fs.BoolFunc("tlsverify", "", func(text string) error { return o.set("tlsverify", o.settings.SetTLS, "verify", text) })
	fs.BoolFunc("help_tls", "", o.ask(showHelp))
	each("c config", func(name string) { fs.StringVar(&o.configFile, name, o.configFile, "") })
	each("t", func(name string) { fs.BoolFunc(name, "", o.ask(checkConfig)) })
	each("v version", func(name string) { fs.BoolFunc(name, "", o.ask(showVersion)) })
	each("sl signal", func(name string) {
		fs.Func(name, "", func(text string) error {
			o.signal = text
			return o.ask(sendSignal)("true")
		})
	})
}

// ask gives a flag that changes what is done.
func (o *order) ask(v verb) func(string) error {
	return func(text string) error {
		if text == "true" && o.verb == serveClients {
			o.verb = v
		}
		return nil
	}
}

// set hands a flag's value on to the settings.
func (o *order) set(name string, set func(string, any) error, key, text string) error {
	err := set(key, text)
	if missing := (*lang.MissingError)(nil); errors.As(err, &missing) {
		return o.refuse(name, missing.Feature)
	}
	return errors.Unwrap(err) // the flag says which key
}

// refuse keeps why a flag cannot be honoured: the flag package would wrap it in
// words about a bad value.
func (o *order) refuse(name, feature string) error {
	dashes := "--"
	if slices.Contains([]string{"ms", "s", "r", "js", "sd"}, name) {
		dashes = "-"
	}
	if o.refused == nil {
		o.refused = fmt.Errorf("%s%s: Troupe does not have %s", dashes, name, feature)
	}
	return o.refused
}

// each calls do for every name in a list with blanks between.
func each(names string, do func(name string)) {
	for name := range strings.FieldsSeq(names) {
		do(name)
	}
}
