package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// silently starts a server of which nothing is read until it ends.
func silently(t *testing.T, flags ...string) (p *process, said *bytes.Buffer) {
	t.Helper()
	doors := []string{freeAddress(t), freeAddress(t), freeAddress(t)}
	p = &process{t: t, images: "http://" + doors[0], uploads: "http://" + doors[1], admin: "http://" + doors[2], exited: make(chan struct{})}
	p.cmd = exec.Command(binary, append([]string{"serve", "--listen=" + doors[0], "--upload-listen=" + doors[1], "--admin-listen=" + doors[2],
		"--data=" + t.TempDir(), "--drain-delay=0s", "--sync-wait=" + patience.String()}, flags...)...)
	said = &bytes.Buffer{}
	p.cmd.Stderr = said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.exited
	})
	eventually(t, patience, "it is ready", func() bool {
		a, err := try(request(t, http.MethodGet, p.admin+"/readyz", nil))
		return err == nil && a.status == http.StatusOK
	})
	return p, said
}

// audited starts a server with tokens that tells of changes in some way, makes all of them, and ends it.
func audited(t *testing.T, flag string) (log, id string) {
	t.Helper()
	const secret = "a-secret-of-an-operator"
	p, said := silently(t, "--tokens=ops:"+secret, "--log-level=error", "--log-format=json", flag)
	ask := func(method, path, body string, want int) answer {
		t.Helper()
		a := do(t, request(t, method, p.uploads+path, []byte(body), "Authorization", "Bearer "+secret, "Content-Type", "application/json", "X-Request-Id", "req-1"))
		if a.status != want {
			t.Errorf("%s %s = %d %s, want %d", method, path, a.status, a.body, want)
		}
		return a
	}
	var taken struct{ ImageID string }
	a := do(t, request(t, http.MethodPost, p.uploads+"/upload", testdata(t, "basn6a08.png"), "Authorization", "Bearer "+secret, "Content-Type", "image/png", "X-Request-Id", "req-1"))
	if err := json.Unmarshal(a.body, &taken); err != nil || a.status != http.StatusOK {
		t.Fatalf("POST /upload = %d %s", a.status, a.body)
	}
	broken := testdata(t, "basn6a08.png")
	do(t, request(t, http.MethodPost, p.uploads+"/upload", broken[:len(broken)/2], "Authorization", "Bearer "+secret, "Content-Type", "image/png", "X-Request-Id", "req-1"))
	ask(http.MethodPost, "/process", `{"name":"card","instructions":{"resize":{"width":100}}}`, http.StatusCreated)
	ask(http.MethodDelete, "/presets/card", "", http.StatusNoContent)
	ask(http.MethodPut, "/marks/logo", `{"imageId":"`+taken.ImageID+`"}`, http.StatusCreated)
	ask(http.MethodDelete, "/marks/logo", "", http.StatusNoContent)
	ask(http.MethodPost, "/upload/presign", `{}`, http.StatusOK)
	ask(http.MethodPost, "/purge", `{"ids":["`+taken.ImageID+`"]}`, http.StatusOK)
	ask(http.MethodDelete, "/image/"+taken.ImageID, "", http.StatusNoContent)
	ask(http.MethodDelete, "/images?tag=none", "", http.StatusOK)
	p.stop()
	return said.String(), taken.ImageID
}

// What changes images is told with who did it: beside the log in a file, or marked in the log, whatever its level; and no
// secret is.
func TestAuditLog(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	for _, flag := range []string{"--audit-log=" + file, "--audit-log=log"} {
		log, id := audited(t, flag)
		text := log
		if flag != "--audit-log=log" {
			read, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = string(read)
			if strings.Contains(log, "image deleted") {
				t.Errorf("%s: with log-level=error the log has what is in the file, too", flag)
			}
		}
		events := map[string]int{}
		for line := range strings.Lines(text) {
			var said struct {
				Msg, Token, Client, Request, Asset, Time string
				Audit                                    bool
			}
			if err := json.Unmarshal([]byte(line), &said); err != nil {
				t.Fatalf("%s: %q: %v", flag, line, err)
			}
			events[said.Msg]++
			byWorker := said.Msg == "image stored" || said.Msg == "an item failed"
			if said.Time == "" || said.Token != "ops" && said.Msg != "an item failed" || !byWorker && (said.Client != "127.0.0.1" || said.Request != "req-1") || said.Audit != (flag == "--audit-log=log") {
				t.Errorf("%s: it says %s", flag, line)
			}
			if named := said.Msg == "image stored" || said.Msg == "image deleted"; named && said.Asset != id {
				t.Errorf("%s: it says %s, want it of %s", flag, line, id)
			}
		}
		want := map[string]int{
			"upload accepted": 2, "image stored": 1, "an item failed": 1, "preset kept": 1, "preset deleted": 1, "mark kept": 1, "mark deleted": 1,
			"uploads presigned": 1, "images purged": 1, "image deleted": 1, "images deleted": 1,
		}
		if !maps.Equal(events, want) {
			t.Errorf("%s: it tells of %v, want %v", flag, events, want)
		}
		if strings.Contains(text, "a-secret") {
			t.Errorf("%s: it has the secret", flag)
		}
	}
}

// Every field that a line of the log may have is in the README's list, and no other.
func TestLogFields(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(readme), "### Logs\n")
	section, _, _ = strings.Cut(section, "\n### ")
	if !ok {
		t.Fatal("the README has no section on logs")
	}
	documented := map[string]bool{"time": true, "level": true, "msg": true}
	for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(section, -1) {
		for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(row[1], -1) {
			documented[name[1]] = true
		}
	}
	used := map[string]string{"time": "", "level": "", "msg": ""}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (strings.HasPrefix(path, "deploy") || strings.HasPrefix(path, "bench") || strings.HasPrefix(path, "docs")) {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, name := range logged(n) {
				used[name] = path
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range used {
		if !documented[name] {
			t.Errorf("%s logs the field %s, which the README does not have", path, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		if _, ok := used[name]; !ok {
			t.Errorf("the README has the field %s, which nothing logs", name)
		}
	}
	if len(used) < 20 {
		t.Errorf("only %v are found", used)
	}
}

// firstField is where the fields begin among the arguments of a logger's methods.
var firstField = map[string]int{"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "With": 0, "Log": 3}

// logged are the fields that a piece of code logs: those of a call of a logger, or of a list of such.
func logged(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if list, ok := n.Type.(*ast.ArrayType); ok && fmt.Sprint(list.Elt) == "any" {
			return literals(n.Elts)
		}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && f.Name == "append" && len(n.Args) > 0 && fmt.Sprint(n.Args[0]) == "attrs" {
			return literals(n.Args[1:])
		}
		method, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || !isLogger(method.X) {
			return nil
		}
		if at, ok := firstField[method.Sel.Name]; ok && at <= len(n.Args) {
			return literals(n.Args[at:])
		}
	}
	return nil
}

// isLogger tells what is a logger by its name, as all are called log, Log, audit or Audit.
func isLogger(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return strings.EqualFold(x.Name, "log")
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, "log")
	case *ast.CallExpr:
		switch f := x.Fun.(type) {
		case *ast.SelectorExpr:
			return f.Sel.Name == "audit" || f.Sel.Name == "New" && fmt.Sprint(f.X) == "slog" || isLogger(f.X)
		case *ast.Ident:
			return f.Name == "auditOr" || f.Name == "newLogger"
		}
	}
	return false
}

var fieldName = regexp.MustCompile(`^\w+$`)

// literals are every other argument, as far as they are texts.
func literals(args []ast.Expr) (names []string) {
	for i := 0; i < len(args); i += 2 {
		if text, ok := args[i].(*ast.BasicLit); ok && text.Kind == token.STRING {
			if name, _ := strconv.Unquote(text.Value); fieldName.MatchString(name) {
				names = append(names, name)
			}
		}
	}
	return names
}
