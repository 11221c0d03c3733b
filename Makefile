# Everything here needs Go and make, and nothing else; `race` also needs a C compiler.

GO            ?= go
FUZZTIME      ?= 30s
IDLE          ?= 100000
# The older nats-servers that meshes are tried with.
PEERS         ?= 2.9.25 2.10.29 2.12.6
BENCHTIME     ?= 1s
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
STATICCHECK   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.9.0
BENCHSTAT     := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
# The newest nfpm whose modules all come from the hosts that most proxies know.
NFPM          := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
SBOM          := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
ROOTS         := golang.org/x/crypto/x509roots/fallback@v0.0.0-20261030153154-30a33513ff6d
CRANE         := github.com/google/go-containerregistry/cmd/crane@v0.22.1
PLATFORMS     := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run the broker on port 4222
	$(GO) run ./cmd/troupe $(ARGS)

.PHONY: build
build: ## build bin/troupe
	$(GO) build -trimpath -o bin/troupe ./cmd/troupe

.PHONY: engine
engine: ## build bin/troupe-engine, which stores streams; needs the network once
	cd cmd/engine && $(GO) build -trimpath -o ../../bin/troupe-engine .

.PHONY: top
top: ## build bin/troupe-top, which shows a broker in a terminal, and test it; needs the network once
	cd cmd/top && $(GO) vet ./... && $(GO) test -count 1 ./... && $(GO) build -trimpath -o ../../bin/troupe-top .

.PHONY: otlp
otlp: ## build bin/troupe-otlp, which sends spans to OpenTelemetry, and test it; needs the network once
	cd cmd/otlp && $(GO) vet ./... && $(GO) test -count 1 ./... && $(GO) build -trimpath -o ../../bin/troupe-otlp .

.PHONY: check
check: tidy-check vet build test ## what has to pass before a commit

.PHONY: test
test: ## all tests
	$(GO) test ./...

.PHONY: race
race: ## all tests with the race detector
	$(GO) test -race ./...

.PHONY: sessions
sessions: ## the protocol as text, replayed
	$(GO) test -run Session ./actors/...

.PHONY: examples
examples: ## run every example and compare what it prints
	$(GO) test ./examples/...

.PHONY: tools
tools: ## nats-top, the Prometheus exporter, nsc and a nats-server as hub; needs the network
	cd actors/e2e/tools && $(GO) test -count 1 ./...
	cd actors/e2e/tools/nsc && $(GO) test -count 1 ./...

.PHONY: load-idle
load-idle: ## IDLE clients that do nothing, as many as there may be descriptors: memory, one message to all, all back at once
	TROUPE_IDLE=$(IDLE) $(GO) test -count 1 -v -timeout 20m -run TestIdle ./actors/e2e

.PHONY: cluster
cluster: ## meshes and leaf nodes with nats-servers of several versions, also while networks fail and servers are restarted (Linux: unshare, nsenter, ip); needs the network once
	cd actors/e2e/tools && $(GO) build -o ../../../bin/nats-server github.com/nats-io/nats-server/v2
	@set -e; for v in $(PEERS); do test -x bin/nats-server-$$v || \
	  { GOBIN=$(CURDIR)/bin/$$v $(GO) install github.com/nats-io/nats-server/v2@v$$v && mv bin/$$v/nats-server bin/nats-server-$$v && rmdir bin/$$v; }; done
	TROUPE_ENGINE=$(CURDIR)/bin/nats-server $(GO) test -count 1 -v -run 'Mesh|Leaf|Hub' ./actors/e2e
	$(GO) test -c -o bin/e2e.test ./actors/e2e
	cd actors/e2e && TROUPE_CUTS='$(PEERS:%=$(CURDIR)/bin/nats-server-%) $(CURDIR)/bin/nats-server' \
	  unshare -rn $(CURDIR)/bin/e2e.test -test.v -test.timeout 30m -test.run TestMeshesUnderFaults

.PHONY: engine-tests
engine-tests: engine ## tests that need a real engine or hub, with a nats-server of a known version in bin; needs the network once
	cd actors/e2e/tools && $(GO) build -o ../../../bin/nats-server github.com/nats-io/nats-server/v2
	cd cmd/engine && $(GO) vet ./...
	TROUPE_ENGINE=$(CURDIR)/bin/nats-server $(GO) test -count 1 ./actors/engine ./actors/waker
	TROUPE_ENGINE=$(CURDIR)/bin/troupe-engine $(GO) test -count 1 ./actors/engine
	TROUPE_ENGINE=$(CURDIR)/bin/nats-server $(GO) test -count 1 -run 'Hub|Mesh' ./actors/e2e
	TROUPE_ENGINE=$(CURDIR)/bin/nats-server $(GO) test -count 1 -run 'Engine|Store' ./cmd/troupe/troupecmd
	cd actors/e2e/tools && TROUPE_ENGINE=$(CURDIR)/bin/nats-server $(GO) test -count 1 -run MQTT .
	PATH=$(CURDIR)/bin:$$PATH $(GO) test -count 1 -run TestExamples/stream ./examples

.PHONY: browser
browser: ## the page in a real browser, with pictures of its views in TROUPE_SCREENSHOTS; needs Chromium, and the network once
	cd actors/observer/browser && $(GO) vet ./... && $(GO) test -count 1 -timeout 5m ./...

.PHONY: pictures
pictures: ## the pictures of README anew; needs Chromium
	cd actors/observer/browser && TROUPE_PICTURES=$(CURDIR)/actors/observer/pictures $(GO) test -count 1 -run Pictures ./...

.PHONY: chaos
chaos: ## kill, stall and flood, at full length
	$(GO) test -tags chaos -timeout 60m -count 1 -v ./actors/chaos
	$(GO) test -tags chaos -count 1 -v -run TestKilled ./cmd/troupe/troupecmd

.PHONY: fuzz
fuzz: ## every fuzzer for FUZZTIME
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$target"; \
	    $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x $$pkg; \
	  done; \
	done

.PHONY: bench
bench: ## every benchmark, allocations reported
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

.PHONY: bench-compare
bench-compare: ## compare the benchmarks with those of REF
	@test -n "$(REF)" || { echo 'usage: make bench-compare REF=<commit>'; exit 2; }
	rm -rf bin/ref && git worktree prune && git worktree add --force bin/ref $(REF)
	cd bin/ref && $(GO) test -run '^$$' -bench . -count 6 ./... > ../ref.txt
	$(GO) test -run '^$$' -bench . -count 6 ./... > bin/here.txt
	git worktree remove --force bin/ref
	$(GO) run $(BENCHSTAT) bin/ref.txt bin/here.txt

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: lint
lint: ## the linters of .golangci.yml
	$(GO) run $(GOLANGCI_LINT) run ./...

.PHONY: format
format: ## gofumpt, as the linter wants it
	$(GO) run $(GOLANGCI_LINT) fmt ./...

.PHONY: vuln
vuln: ## known vulnerabilities; needs the network
	$(GO) run $(GOVULNCHECK) ./...

.PHONY: tidy-check
tidy-check:
	$(GO) mod tidy -diff
	$(GO) mod verify

.PHONY: cover
cover: ## coverage, by function
	$(GO) test -coverprofile bin/cover.out -coverpkg ./... ./...
	$(GO) tool cover -func bin/cover.out | tail -1

.PHONY: cross
cross: ## build programs and examples for every platform, and vet all for those without Unix
	@set -e; for p in $(PLATFORMS); do \
	  echo $$p; GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/... ./examples/...; \
	done
	GOOS=windows $(GO) vet ./...

.PHONY: dist
dist: ## archives, packages, images and checksums, in dist; needs the network
	$(GO) run ./cmd/dist -platforms "$(PLATFORMS)" -nfpm $(NFPM) -sbom $(SBOM) -roots $(ROOTS)

.PHONY: deploy-check
deploy-check: ## read what is in examples/deploy as Kubernetes and Prometheus do; needs the network once
	cd examples/deploy/check && $(GO) vet ./... && $(GO) test -count 1 ./...

.PHONY: dist-check
dist-check: ## open what is in dist, and try the alerts if promtool is there; needs the network
	$(GO) test -tags dist -count 1 -v -run TestMade ./cmd/dist
	@set -e; for f in dist/*.image.tar; do echo $$f; $(GO) run $(CRANE) validate --tarball $$f; done
	@if command -v promtool >/dev/null; then cd examples/deploy && promtool check rules alerts.yaml && promtool test rules alerts_test.yaml; fi
