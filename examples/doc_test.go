package examples_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leastDoc is how many bytes a package's documentation has at least.
const leastDoc = 300

// TestEveryPackageHasADoc: each package begins with a doc.go, which says what it owns,
// what it promises and what it must not do.
func TestEveryPackageHasADoc(t *testing.T) {
	for path, dir := range goList(t, "-f", "{{.ImportPath}} {{.Dir}}", module+"...") {
		if strings.HasPrefix(path, module+"examples") {
			continue // a program says in main.go what to try
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir[0], "doc.go"), nil, parser.ParseComments|parser.PackageClauseOnly)
		require.NoError(t, err, path)
		text := f.Doc.Text()
		assert.Greater(t, len(text), leastDoc, path)
		for _, says := range []string{`\bowns\b`, `\bpromises\b`, `\b(must|does) not\b`} {
			assert.Regexp(t, says, text, path)
		}
	}
}

// TestOnlyDocIsDocumentation: the documentation of a package stands in doc.go and
// nowhere else.
func TestOnlyDocIsDocumentation(t *testing.T) {
	const format = "{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}} {{end}}"
	for first, more := range goList(t, "-f", format, module+"actors/...", module+"wire", module+"topics", module+"supervisor", module+"cmd/...") {
		for _, path := range append(more, first) {
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.PackageClauseOnly)
			require.NoError(t, err)
			if filepath.Base(path) != "doc.go" {
				assert.Empty(t, f.Doc.Text(), path)
			}
		}
	}
}

var (
	testWord = regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9]+`)
	testFunc = regexp.MustCompile(`(?m)^func (Test[A-Z][A-Za-z0-9]+)\(`)
)

// TestDocumentsNameTestsThatAreThere: what a document names as a test is one, or the
// beginning of some.
func TestDocumentsNameTestsThatAreThere(t *testing.T) {
	all := " "
	require.NoError(t, filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllSubmatch(text, -1) {
			all += string(m[1]) + " "
		}
		return err
	}))
	for _, document := range []string{"README.md", "ARCHITECTURE.md", "BOUNDS.md", "PATHS.md", "CONTRIBUTING.md", "SECURITY.md"} {
		text, err := os.ReadFile(filepath.Join("..", document))
		require.NoError(t, err)
		for _, name := range testWord.FindAllString(string(text), -1) {
			assert.Contains(t, all, " "+name, document)
		}
	}
}

// TestEveryDocumentLinksToWhatIsThere: links inside the repository lead somewhere, in
// all of its documents.
func TestEveryDocumentLinksToWhatIsThere(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "ls-files", "-co", "--exclude-standard", "../*.md").Output()
	if err != nil {
		t.Skip("this is no checkout")
	}
	for line := range bytes.Lines(out) {
		path := string(bytes.TrimSpace(line))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range link.FindAllSubmatch(text, -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(path), string(m[1])))
			assert.NoError(t, err, "in %s", path)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
