// Command troupe is the broker.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
)

func main() {
	var c actors.Config
	flag.StringVar(&c.Host, "a", "", "")
	flag.IntVar(&c.Port, "p", 4222, "")
	flag.StringVar(&c.User, "user", "", "")
	flag.StringVar(&c.Password, "pass", "", "")
	flag.StringVar(&c.Token, "auth", "", "")
	flag.BoolVar(&c.Trace, "V", false, "")
	flag.Parse()
	c.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace})
	b, err := actors.Start(context.Background(), c)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, syscall.SIGTERM, syscall.SIGINT)
	<-ch
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	b.Stop(ctx)
}
