package main_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	sockets "github.com/coder/websocket"
)

// What answers otherwise than by one response works where it is traced, too: events, a socket, and an upload in parts.
func TestTracedStreams(t *testing.T) {
	t.Parallel()
	c := collectTraces(t)
	p := serve(t, t.TempDir(), []string{"--traces=" + c.url, "--traces-sample=1", "--sync-wait=" + patience.String()})
	photo := testdata(t, "basn6a08.png")
	id := p.upload(photo)
	events := do(t, request(t, http.MethodGet, p.uploads+"/status/"+id, nil, "Accept", "text/event-stream"))
	if events.status != 200 || !strings.Contains(string(events.body), "completed") {
		t.Errorf("events = %d %s, want completed", events.status, events.body)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	socket, _, err := sockets.Dial(ctx, p.uploads+"/status/"+id, nil)
	if err != nil {
		t.Fatalf("a socket cannot be opened: %v", err)
	}
	defer socket.CloseNow()
	for last := ""; !strings.Contains(last, "completed"); {
		_, message, err := socket.Read(ctx)
		if err != nil {
			t.Fatalf("a socket ends with %v after %q, want completed", err, last)
		}
		last = string(message)
	}
	begun := do(t, request(t, http.MethodPost, p.uploads+"/upload/resumable/", nil, "Tus-Resumable", "1.0.0",
		"Upload-Length", fmt.Sprint(len(photo)), "Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("a.png"))))
	if begun.status != http.StatusCreated {
		t.Fatalf("POST /upload/resumable/ = %d %s, want 201", begun.status, begun.body)
	}
	patched := do(t, request(t, http.MethodPatch, begun.header.Get("Location"), photo, "Tus-Resumable", "1.0.0",
		"Upload-Offset", "0", "Content-Type", "application/offset+octet-stream"))
	if patched.status != http.StatusNoContent {
		t.Errorf("PATCH = %d %s, want 204", patched.status, patched.body)
	}
	socket.Close(sockets.StatusNormalClosure, "") // a server does not wait for sockets at its end
	eventually(t, patience, "a span of the socket", func() bool { return strings.Count(c.names(), "GET /status/{id}\n") == 2 })
	p.stop()
	statuses := map[string][]any{}
	for _, s := range c.of("") {
		if status := s.said("http.response.status_code"); status != nil {
			statuses[s.Name] = append(statuses[s.Name], status)
		}
	}
	for name, want := range map[string]string{
		"GET /status/{id}": "[200 101]", "POST /upload/resumable/{$}": "[201]", "PATCH /upload/resumable/{id}": "[204]",
	} {
		if got := fmt.Sprint(statuses[name]); got != want {
			t.Errorf("statuses of spans %q = %v, want %v", name, got, want)
		}
	}
}
