// Command dist makes what people download: for each platform an archive; for Linux a deb, an rpm and an image for
// containers besides; for each program a list of what is in it; and the checksums of all of it. There are four programs:
// the broker, with top, which shows it in a terminal, beside it; the engine, which stores, and which those need not have who
// have a nats-server or store nothing; and the broker that sends spans to OpenTelemetry.
//
//	make dist
//
// It owns the forms of these files, what is in them and what they are called. It promises that the same commit and
// the same Go make the same bytes, on whatever machine: times are that of the commit, owners are root, and nothing of
// the environment gets in. The version is that of the build, which the program itself says. It must not know how the
// broker is configured or run: what it packs is in examples/deploy, in cmd/dist/package, or said by the program.
//
// # The programs that it runs
//
// nfpm makes the packages, and cyclonedx-gomod the lists. Both are run by their versions, which the Makefile names, so
// that what they need is not what the broker needs. Archives and images are made here: an image is one layer and four
// JSON documents, and a daemon or a registry is not there to ask.
//
// # The image
//
// It is an OCI layout in a tar file, and has the manifest.json of docker save beside it, so that docker load, podman load,
// skopeo and containerd all read it. In it are the program, the certificates of authorities that Go's project keeps
// (golang.org/x/crypto/x509roots), a folder for temporary files and a user without rights. A second image has the engine
// beside the program, and a folder for what is stored.
//
// # The check
//
// make dist-check opens what was made, with the tools that read such files as far as they are there.
package main
