package cdn_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lightwell/uploader/cdn"
)

// asked is a request as a CDN sees it.
type asked struct {
	method, url, host, body string
	header                  http.Header
}

// server is a CDN that answers with a status.
func server(t *testing.T, status int) (url string, got func() []asked) {
	t.Helper()
	var all []asked
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		all = append(all, asked{r.Method, r.URL.String(), r.Host, string(body), r.Header})
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	return s.URL, func() []asked { return all }
}

func newCDN(t *testing.T, o cdn.Options) *cdn.CDN {
	t.Helper()
	c, err := cdn.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const id = "0123456789abcdefghjkmnpqrs"

// The three styles that the documentation shows.
func TestStyles(t *testing.T) {
	url, got := server(t, http.StatusOK)
	varnish := cdn.Options{URLs: []string{url + "/"}, Method: "BAN", Headers: []string{"X-Key: {{.Name}}"}}
	fastly := cdn.Options{
		URLs: []string{url + "/service/SU1Z0isxPaozGVKXdv0eY/purge"}, Method: "POST", Most: 256,
		Headers: []string{"Fastly-Key: secret", "Surrogate-Key: {{join ` ` .Names}}", "Host: api.fastly.com"},
	}
	cloudfront := cdn.Options{
		URLs: []string{url + "/2020-05-31/distribution/EDFDVBD6EXAMPLE/invalidation"}, Method: "POST", ByPath: true, Most: 3000,
		Body: `<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>{{len .Names}}</Quantity><Items>` +
			`{{range .Names}}<Path>{{xml .}}</Path>{{end}}</Items></Paths><CallerReference>{{.Reference}}</CallerReference></InvalidationBatch>`,
		Sign: &cdn.AWS{Service: "cloudfront", Region: "us-east-1", AccessKey: "AKIA", SecretKey: "secret"},
	}
	for _, o := range []cdn.Options{varnish, fastly, cloudfront} {
		c := newCDN(t, o)
		for _, batch := range c.Batches([]string{id}, []string{"a tag"}, nil) {
			if err := c.Purge(t.Context(), batch, "item-1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	all := got()
	if len(all) != 4 {
		t.Fatalf("the CDNs got %d requests, want 4: %+v", len(all), all)
	}
	for i, want := range []string{id, "a+tag"} {
		if r := all[i]; r.method != "BAN" || r.url != "/" || r.header.Get("X-Key") != want {
			t.Errorf("Varnish got %+v, want %s", r, want)
		}
	}
	if r := all[2]; r.method != "POST" || r.host != "api.fastly.com" || r.header.Get("Fastly-Key") != "secret" || r.header.Get("Surrogate-Key") != id+" a+tag" {
		t.Errorf("Fastly got %+v", r)
	}
	r := all[3]
	if !strings.Contains(r.body, "<CallerReference>item-1</CallerReference>") {
		t.Errorf("CloudFront got %s, want the reference", r.body)
	}
	if !strings.Contains(r.body, "<Quantity>2</Quantity><Items><Path>/image/"+id+"*</Path><Path>/info/"+id+"*</Path></Items>") {
		t.Errorf("CloudFront got %s", r.body)
	}
	if auth := r.header.Get("Authorization"); !strings.HasPrefix(auth, "AWS4-HMAC-SHA256 Credential=AKIA/") || !strings.Contains(auth, "/us-east-1/cloudfront/aws4_request") {
		t.Errorf("CloudFront got Authorization %q", auth)
	}
}

func TestBatches(t *testing.T) {
	other := strings.Repeat("1", 26)
	for _, tt := range []struct {
		o                 cdn.Options
		ids, tags, ofTags []string
		want              [][]string
	}{
		{cdn.Options{}, []string{id}, nil, nil, [][]string{{id}}},
		{cdn.Options{}, nil, []string{"a", "b/c"}, []string{id, other}, [][]string{{"a"}, {"b%2Fc"}}},
		{cdn.Options{Most: 2}, []string{id, other}, []string{"a"}, nil, [][]string{{id, other}, {"a"}}},
		{cdn.Options{Most: 3, ByPath: true}, []string{id}, []string{"a"}, []string{other},
			[][]string{{"/image/" + id + "*", "/info/" + id + "*", "/image/" + other + "*"}, {"/info/" + other + "*"}}},
		{cdn.Options{ByPath: true}, nil, []string{"a"}, nil, nil},
	} {
		if got := newCDN(t, tt.o).Batches(tt.ids, tt.tags, tt.ofTags); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Batches(%q, %q, %q) with %+v = %q, want %q", tt.ids, tt.tags, tt.ofTags, tt.o, got, tt.want)
		}
	}
}

func TestAnswers(t *testing.T) {
	for status, fine := range map[int]bool{200: true, 201: true, 204: true, 404: true, 302: false, 401: false, 403: false, 405: false, 429: false, 500: false, 503: false} {
		url, got := server(t, status)
		good, _ := server(t, http.StatusOK)
		c := newCDN(t, cdn.Options{URLs: []string{url, good}})
		if err := c.Purge(t.Context(), []string{id}, "item-1"); (err == nil) != fine {
			t.Errorf("Purge at one who answers %d = %v", status, err)
		}
		if n := len(got()); n != 1 {
			t.Errorf("one who answers %d got %d requests, want one: redirects are not followed", status, n)
		}
	}
	url, got := server(t, 200)
	c := newCDN(t, cdn.Options{URLs: []string{"http://127.0.0.1:1/", url}})
	if err := c.Purge(t.Context(), []string{id}, "item-1"); err == nil || len(got()) != 1 {
		t.Errorf("Purge with one that is down = %v, and the other got %d requests", err, len(got()))
	}
}

func TestTemplatesAreChecked(t *testing.T) {
	for _, o := range []cdn.Options{
		{URLs: []string{"http://{{.Name"}},
		{URLs: []string{"http://a/{{.Nonsense}}"}},
		{URLs: []string{"ftp://a/"}},
		{URLs: []string{"{{.Name}}"}},
		{URLs: []string{"http://a/"}, Method: "SOME METHOD"},
		{URLs: []string{"http://a/"}, Headers: []string{"no colon"}},
		{URLs: []string{"http://a/"}, Headers: []string{": x"}},
		{URLs: []string{"http://a/"}, Headers: []string{"X: {{nonsense}}"}},
		{URLs: []string{"http://a/"}, Body: "{{range .Name}}{{end}"},
	} {
		if _, err := cdn.New(o); err == nil {
			t.Errorf("New(%+v) = nil, want an error", o)
		}
	}
	names := []string{`a"b`, "c"}
	url, got := server(t, 200)
	c := newCDN(t, cdn.Options{URLs: []string{url}, Body: "{{json .Names}}"})
	if err := c.Purge(t.Context(), names, "item-1"); err != nil || !slices.Equal([]string{got()[0].body}, []string{`["a\"b","c"]`}) {
		t.Errorf("Purge = %v with %q", err, got()[0].body)
	}
}
