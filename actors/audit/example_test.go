package audit_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// What has been acknowledged is on the disk, and can be verified.
func Example() {
	folder, err := os.MkdirTemp("", "audit")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder) //nolint:errcheck // it is for this example only
	file := filepath.Join(folder, "audit.log")

	spec, produce, err := audit.Tap(audit.Config{File: file, Policy: tap.Block, Payload: audit.PayloadLength, Subjects: []string{"orders.>"}})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true}, actors.WithTap(spec, produce))
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	_ = nc.Publish("orders.new", []byte("one"))
	_ = nc.Publish("prices", nil)
	_ = nc.Flush()
	nc.Close()
	_ = broker.Stop(ctx)

	if _, err := audit.Verify([]string{file}, audit.VerifyOptions{}); err != nil {
		log.Fatal(err)
	}
	_ = audit.Read([]string{file}, func(e *audit.Entry) error {
		if e.Subject != "" {
			fmt.Println(e.Event, e.Subject, e.Size)
		}
		return nil
	})

	// Output:
	// PUB orders.new 3
}
