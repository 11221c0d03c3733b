package main

import "github.com/troupe-mq/troupe/cmd/troupe/troupecmd"

func main() { troupecmd.Main() }
