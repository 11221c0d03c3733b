// Stream is a broker with an engine: a stream with a consumer, and a key-value bucket that is watched, in one program and
// without a socket for clients.
//
//	go run ./examples/stream
//
// The engine is a nats-server, which has to be on PATH. Give it a StoreDir of your own to find again what was stored.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/engine"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "stream-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	config := actors.Config{NoListen: true, OwnStreams: true, Logger: hclog.New(&hclog.LoggerOptions{Output: io.Discard})}
	e := engine.New(engine.Config{StoreDir: dir}, config)
	broker, err := actors.Start(ctx, config, e.With())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, broker.Stop(context.Background())) }()
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	if err := work(ctx, js); err != nil {
		return err
	}
	return settings(ctx, js)
}

// work publishes three orders. When Publish returns the engine has them; then a consumer does them.
func work(ctx context.Context, js jetstream.JetStream) error {
	stream, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "ORDERS", Subjects: []string{"orders.*"}})
	if err != nil {
		return err
	}
	for _, what := range []string{"tea", "cake", "more tea"} {
		ack, err := js.Publish(ctx, "orders.new", []byte(what))
		if err != nil {
			return err
		}
		fmt.Println("stored", ack.Sequence, what)
	}
	worker, err := stream.CreateConsumer(ctx, jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy})
	if err != nil {
		return err
	}
	batch, err := worker.Fetch(3)
	if err != nil {
		return err
	}
	for m := range batch.Messages() {
		fmt.Println("done", string(m.Data()))
		if err := m.DoubleAck(ctx); err != nil { // a plain Ack may be lost with the connection
			return err
		}
	}
	return batch.Error()
}

// settings watches a bucket while it is written.
func settings(ctx context.Context, js jetstream.JetStream) error {
	bucket, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "SETTINGS"})
	if err != nil {
		return err
	}
	watcher, err := bucket.WatchAll(ctx)
	if err != nil {
		return err
	}
	<-watcher.Updates() // nil: that was all that there had been
	for _, value := range []string{"blue", "green"} {
		if _, err := bucket.Put(ctx, "color", []byte(value)); err != nil {
			return err
		}
		now := <-watcher.Updates()
		fmt.Println(now.Key(), "is", string(now.Value()), "in revision", now.Revision())
	}
	return watcher.Stop()
}
