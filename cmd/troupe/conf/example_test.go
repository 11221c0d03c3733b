package conf_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// A program that embeds the broker reads the file that the command reads, with a block of its own in it.
func ExampleReadFile() {
	dir, err := os.MkdirTemp("", "conf")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is in the temporary directory
	path := filepath.Join(dir, "troupe.conf")
	text := "listen: \"127.0.0.1:-1\"\nauthorization { user: ann, password: secret }\nextensions { shop { open: yes } }\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}

	var shop struct{ Open bool }
	settings, _, err := conf.ReadFile(path, conf.Blocks{"shop": &shop})
	if err != nil {
		log.Fatal(err) // each mistake with its line and column
	}
	options, err := settings.Options() // the audit log, for one
	if err != nil {
		log.Fatal(err)
	}
	logger, err := logging.Open(settings.Log, os.Stderr) // or a logger of your own
	if err != nil {
		log.Fatal(err)
	}
	settings.Broker.Logger = logger
	broker, err := actors.Start(context.Background(), settings.Broker, options...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(broker.ClientURL(), "nats://127.0.0.1:"), broker.Stats().AuthRequired, shop.Open)
	_ = broker.Stop(context.Background())
	// Output: true true true
}
