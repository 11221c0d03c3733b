package observer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed all:page
var page embed.FS

// assets are the files of the page. Each is packed once, when it is asked for first: a
// broker starts without a page as fast as before.
type assets struct{ files map[string]*asset }

type asset struct {
	kind   string // its media type
	tag    string // its ETag
	plain  []byte
	packed func() []byte
}

// kinds are the media types of the page's files. The system's table is not asked: it
// may say anything.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// loadAssets reads the files. It fails only if the folder is not as it was built.
func loadAssets() (*assets, error) {
	a := &assets{files: make(map[string]*asset)}
	err := fs.WalkDir(page, "page", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		plain, err := page.ReadFile(file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		a.files[strings.TrimPrefix(file, "page/")] = &asset{
			kind: kinds[path.Ext(file)], tag: `"` + hex.EncodeToString(sum[:8]) + `"`, plain: plain,
			packed: sync.OnceValue(func() []byte { return pack(plain) }),
		}
		return nil
	})
	return a, err
}

// pack compresses bytes. Memory does not fail.
func pack(plain []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain)
	_ = z.Close()
	return b.Bytes()
}

func (o *Observer) index(w http.ResponseWriter, r *http.Request) { o.serve(w, r, "index.html") }

func (o *Observer) asset(w http.ResponseWriter, r *http.Request) { o.serve(w, r, r.PathValue("file")) }

// serve answers with a file, or with 304 if the browser has it.
func (o *Observer) serve(w http.ResponseWriter, r *http.Request, file string) {
	f := o.assets.files[file]
	if f == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // it may be another broker tomorrow
	h.Set("ETag", f.tag)
	h.Set("Vary", "Accept, Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.kind)
	if unpacks(r) {
		h.Set("Content-Encoding", "gzip")
		_, _ = w.Write(f.packed()) // whoever has hung up needs no answer
		return
	}
	_, _ = w.Write(f.plain)
}

// shortest is the size from which packing an answer is worth it, in bytes.
const shortest = 1 << 10

// send writes an answer, packed if that is worth it.
func send(w http.ResponseWriter, r *http.Request, b []byte) {
	if len(b) >= shortest && unpacks(r) {
		w.Header().Set("Content-Encoding", "gzip")
		b = pack(b)
	}
	_, _ = w.Write(b) // whoever has hung up needs no answer
}

// unpacks reports whether the browser takes gzip.
func unpacks(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(one))
		if err == nil && strings.EqualFold(name, "gzip") && params["q"] != "0" {
			return true
		}
	}
	return false
}
