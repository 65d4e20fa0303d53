package cdn

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

const worker = "../../cdn/cloudflare-worker.js"

// visit is a request to Cloudflare, and asked what the Worker asks its cache for, or answers by itself.
type visit struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Accept string `json:"accept"`
}

type asked struct {
	URL, Accept, Cookie string
	Everything          bool // is taken into the cache
	Status              int  // of an answer of its own
}

func work(t *testing.T, visits []visit) []asked {
	t.Helper()
	in, err := json.Marshal(visits)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "worker.mjs", worker)
	cmd.Stdin = bytes.NewReader(in)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("this test needs node: %v", err)
	}
	var all []asked
	if err := json.Unmarshal(out, &all); err != nil || len(all) != len(visits) {
		t.Fatalf("%v: %s", err, out)
	}
	return all
}

// The Worker cuts Accept as all others do, and says in the URL what is left of it, for that is all that the cache goes by.
// The rest of the URL stays as it was written.
func TestCloudflare(t *testing.T) {
	const site = "https://img.example.com"
	parameters := map[string]string{
		"image/avif,image/webp,*/*": "cdn-accept=avif-webp", "image/avif,*/*": "cdn-accept=avif", "image/webp,*/*": "cdn-accept=webp", "*/*": "",
	}
	var visits []visit
	var want []asked
	for _, a := range accepts {
		for _, target := range targets {
			visits = append(visits, visit{"GET", site + target.url, strings.Join(a.lines, ",")})
			accept, url := "*/*", site+target.url
			if target.looks {
				accept = a.want
			}
			if p := parameters[accept]; p != "" {
				url += map[bool]string{true: "&", false: "?"}[strings.Contains(url, "?")] + p
			}
			want = append(want, asked{URL: url, Accept: accept, Everything: true})
		}
	}
	for i, got := range work(t, visits) {
		if got.URL = strings.TrimSuffix(got.URL, "?"); got != want[i] && got.URL+"?" != want[i].URL {
			t.Errorf("%s with %.80q asks for %+v, want %+v", visits[i].URL, visits[i].Accept, got, want[i])
		}
	}
	for i, got := range work(t, []visit{{"POST", site + "/image/a", ""}, {"GET", site + "/upload", ""}, {"GET", site + "/", ""}}) {
		if want := []int{405, 404, 404}[i]; got.Status != want {
			t.Errorf("another request is answered %d, want %d", got.Status, want)
		}
	}
}
