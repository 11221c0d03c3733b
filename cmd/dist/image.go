package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The types of what is in an image, as OCI's specification names them.
const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
	typeIndex    = "application/vnd.oci.image.index.v1+json"
)

// nobody is who runs the program in a container, by number, so that Kubernetes sees that it is not root.
const (
	nobodyID = 65532
	nobody   = "65532:65532"
)

type (
	descriptor struct {
		MediaType   string            `json:"mediaType"`
		Digest      string            `json:"digest"`
		Size        int               `json:"size"`
		Platform    *platform         `json:"platform,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	}
	platform struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
	}
	imageConfig struct {
		Created time.Time `json:"created"`
		platform
		Config struct {
			User         string
			ExposedPorts map[string]struct{}
			Env          []string
			Entrypoint   []string
			Cmd          []string
			WorkingDir   string
			Labels       map[string]string
		} `json:"config"`
		RootFS struct {
			Type    string   `json:"type"`
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
		History []history `json:"history"`
	}
	history struct {
		Created   time.Time `json:"created"`
		CreatedBy string    `json:"created_by"`
	}
	manifest struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Config        descriptor   `json:"config"`
		Layers        []descriptor `json:"layers"`
	}
	index struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Manifests     []descriptor `json:"manifests"`
	}
	saved struct { // what docker save writes
		Config   string
		RepoTags []string
		Layers   []string
	}
)

// images make the image for containers, and one with the engine in it.
func (t *target) images(authorities []byte) error {
	if err := t.image("", authorities, broker); err != nil {
		return err
	}
	return t.image("-engine", authorities, broker, engine)
}

// image makes one of them, whose tag has an end of its own.
func (t *target) image(end string, authorities []byte, programs ...program) error {
	files := []entry{
		{name: "etc/", mode: 0o755},
		{name: "etc/group", mode: 0o644, data: []byte("root:x:0:\nnonroot:x:65532:\n")},
		{name: "etc/passwd", mode: 0o644, data: []byte("root:x:0:0:root:/:/nologin\nnonroot:x:65532:65532:nonroot:/:/nologin\n")},
		{name: "etc/ssl/", mode: 0o755},
		{name: "etc/ssl/certs/", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, data: authorities},
		{name: "tmp/", mode: 0o1777},
	}
	if len(programs) > 1 {
		files = append(files, entry{name: "data/", mode: 0o750, owner: nobodyID}) // a new volume there belongs to nobody, too
	}
	for _, p := range programs {
		files = append(files, entry{name: p.name, mode: 0o755, data: t.binary[p]}, entry{name: p.name + ".licences", mode: 0o644, data: t.licences[p]})
	}
	var layer, packed bytes.Buffer
	if err := writeTar(&layer, t.when, files); err != nil {
		return err
	}
	if err := writeTarGz(&packed, t.when, files); err != nil {
		return err
	}
	c := imageConfig{Created: t.when, platform: platform{t.arch, t.os}}
	c.Config.User, c.Config.WorkingDir = nobody, "/"
	c.Config.ExposedPorts = map[string]struct{}{"4222/tcp": {}, "8222/tcp": {}}
	c.Config.Env = []string{"PATH=/"}
	c.Config.Entrypoint, c.Config.Cmd = []string{"/troupe"}, []string{"-m", "8222"}
	c.Config.Labels = map[string]string{
		"org.opencontainers.image.title": "troupe", "org.opencontainers.image.version": t.version, "org.opencontainers.image.revision": t.commit,
		"org.opencontainers.image.source": "https://github.com/troupe-mq/troupe", "org.opencontainers.image.licenses": "MIT",
	}
	c.RootFS.Type, c.RootFS.DiffIDs = "layers", []string{digest(layer.Bytes())}
	c.History = []history{{Created: t.when, CreatedBy: "make dist"}}

	l := layout{when: t.when}
	m := manifest{SchemaVersion: 2, MediaType: typeManifest}
	m.Config = l.add(typeConfig, encode(c))
	m.Layers = []descriptor{l.add(typeLayer, packed.Bytes())}
	top := l.add(typeManifest, encode(m))
	top.Platform = &platform{t.arch, t.os}
	tag := strings.ReplaceAll(t.version, "+", "-") + end // no tag may have a plus
	top.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag, "io.containerd.image.name": "docker.io/library/troupe:" + tag}
	l.entries = append([]entry{
		{name: "oci-layout", mode: 0o644, data: []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{name: "index.json", mode: 0o644, data: encode(index{SchemaVersion: 2, MediaType: typeIndex, Manifests: []descriptor{top}})},
		{name: "manifest.json", mode: 0o644, data: encode([]saved{{
			Config: blob(m.Config.Digest), RepoTags: []string{"troupe:" + tag}, Layers: []string{blob(m.Layers[0].Digest)},
		}})},
		{name: "blobs/", mode: 0o755},
		{name: "blobs/sha256/", mode: 0o755},
	}, l.entries...)
	return writeFile(t.file(broker, end+".image.tar"), func(w io.Writer) error { return writeTar(w, t.when, l.entries) })
}

// layout collects what an image is made of, each by its digest.
type layout struct {
	when    time.Time
	entries []entry
}

func (l *layout) add(mediaType string, data []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: digest(data), Size: len(data)}
	l.entries = append(l.entries, entry{name: blob(d.Digest), mode: 0o644, data: data})
	return d
}

func blob(digest string) string { return "blobs/" + strings.Replace(digest, ":", "/", 1) }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// encode is for values that always can be.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// authorities are the certificates of a module, module@version, in PEM.
func authorities(module string) ([]byte, error) {
	text, err := output("go", "mod", "download", "-json", module)
	if err != nil {
		return nil, err
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(text, &downloaded); err != nil {
		return nil, err
	}
	der, err := os.ReadFile(filepath.Join(downloaded.Dir, "bundle", "bundle.der"))
	if err != nil {
		return nil, err
	}
	all, err := x509.ParseCertificates(der)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, c := range all {
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
