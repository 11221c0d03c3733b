package usage

// Text is the answer to --help.
const Text = `
Usage: troupe [options]
       troupe audit verify|cat [options] <file>...
       troupe man
       troupe completion bash|zsh|fish
       troupe play [--write] <file> [host:port]
       troupe top [--user <user>] [address]

Every option may be written with one dash or with two. Sizes take units: 64k,
1MB, 1Gi. Durations are written as 500ms, 10s or 2m. What is given here overrides
the configuration file.

Server:
    -a, --addr, --net <host>         Address to listen on (default: 0.0.0.0)
    -p, --port <port>                Port for clients (default: 4222, -1: any free one)
        --unix_socket <path>         Socket for clients of this machine, besides the port
    -n, --name <name>                Name of the server (default: its id)
        --client_advertise <addr>    host:port that clients are told to connect to
    -P, --pid <file>                 File to write the process id to
        --ports_file_dir <dir>       Folder to write <program>_<pid>.ports to
    -c, --config <file>              Configuration file
    -t                               Check the configuration file, and exit
    -sl, --signal <word>[=<pid>]     Send a signal to a running troupe, and exit: stop, quit, term,
                                     reopen, reload or ldm. <pid> may be a pid file too
        --partitions <n>             Actors that subjects are spread over (default: one for each CPU)

Monitoring:
    -m, --http_port <port>           Port for HTTP monitoring, on the address for clients
                                     (default: none, -1: any free one)
    -ms, --https_port <port>         The same by HTTPS, with the certificate that is for clients
        --no_ui                      Show no page to browsers on the monitoring port
        --profile <port>             Port for profiles of the process, on the loopback address
        --lab                        Let POST /lab/fault harm actors, to see what becomes of
                                     the others; only with monitoring on a loopback address

Limits:
        --max_connections <n>        Clients at a time (default: 65536)
        --max_connections_per_address <n>
                                     Clients at a time from one IP address (default: 0, no limit)
        --max_attempts_per_address <n>
                                     Connections that one IP address may open in a second
                                     (default: 0, no limit)
        --max_payload <size>         Largest message (default: 1MB)
        --max_pending <size>         Most that may wait for one client (default: 64MB)
        --overrun <policy>           What happens when more would wait: evict closes the client,
                                     drop_new and drop_old discard messages (default: evict)
        --outbound_budget <size>     Most that may wait for all clients together (default: a
                                     quarter of the memory there is)
        --inbound_budget <size>      Most that messages may take that have come in in part
                                     (default: 64MB, or four times max_payload)
        --max_control_line <size>    Longest protocol line (default: 4KB)
        --max_subscriptions <n>      Subscriptions of one client (default: 0, no limit)
        --max_sub_tokens <n>         Tokens in a subscription's subject (default: 0, no limit)
        --ping_interval <duration>   Time between PINGs to a silent client (default: 2m)
        --ping_max <n>               PINGs that may stay unanswered (default: 2)
        --write_deadline <duration>  Longest that a client may read nothing (default: 10s)

Authorization:
        --user <user>                User that clients must present
        --pass <password>            Its password, plain or as a bcrypt hash
        --auth <token>               Token that clients must present instead
        --auth_timeout <duration>    Time that a client has to present it (default: 2s)

TLS for clients:
        --tls                        Encrypt; a certificate is needed. Implied by what follows
        --tlscert <file>             Certificate of the broker, in PEM
        --tlskey <file>              Its key, in PEM
        --tlsverify                  Demand a certificate of each client
        --tlscacert <file>           Certificates of those who may sign it, in PEM
        --help_tls                   Show this text

Cluster:
        --cluster, --cluster_listen <url>
                                     Address for routes, which servers make to each other: host:port,
                                     or nats://user:password@host:port
        --routes <url>,<url>...      Servers to make routes to
        --cluster_name <name>        Name of the cluster (default: that of the other servers). Without
                                     --cluster it is only told to clients
        --cluster_advertise <addr>   host:port that other servers are told to connect to
        --no_advertise               Do not tell clients of the other servers
        --connect_retries <n>        How often to try a server again that another one has told of

Storage:
    -js, --jetstream                 Store streams, key-value buckets and objects, by an engine that
                                     this process starts: troupe-engine beside it, or nats-server
    -sd, --store_dir <dir>           Folder for that (default: troupe in the folder for temporary
                                     files)

Audit:
        --audit <file>               Log who does what. Publishers wait until it is on the disk;
                                     for other choices see the audit block of the file

Logging:
    -l, --log <file>                 Log to a file instead of standard error
    -s, --syslog                     Log to the syslog of this machine
    -r, --remote_syslog <address>    Log to another syslog: udp://host:514, tcp://host:514
        --log_format <format>        text, json, or nats for lines like NATS servers' (default: text)
        --log_size_limit <size>      Size at which the log file is rotated (default: 0, never)
    -T, --logtime=<bool>             Put the time in front of lines (default: true)
        --logtime_utc                Take that time in UTC
    -D, --debug                      Log what helps to find problems
    -V, --trace                      Log the protocol too, without its secrets; includes -D
        --explain                    Tell clients the reason of a protocol error too, for those who type
    -DV, -VV, -DVV                   The same as -V
        --max_traced_msg_len <n>     Cut traced payloads after so many bytes (default: 0, never)

Common:
    -h, --help                       Show this text
    -v, --version                    Show the version

Signals: INT and TERM stop the broker after clients have got what is queued for
them; HUP reads the configuration file again; USR1 opens the log file again; USR2
begins lame duck mode, in which clients are asked to go elsewhere before the broker
ends.
`
