package svg

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const head = `<svg xmlns="` + svgSpace + `" xmlns:xlink="` + xlinkSpace + `"`

func TestPicturesStayAsTheyAre(t *testing.T) {
	for in, want := range map[string]string{
		`<svg xmlns="http://www.w3.org/2000/svg" width="5"><g fill="red"><path d="M0 0z"/></g></svg>`: head + ` width="5"><g fill="red"><path d="M0 0z"></path></g></svg>`,
		`<svg viewBox="0 0 1 1"/>`:                                                              head + ` viewBox="0 0 1 1"></svg>`,
		`<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:rect/></s:svg>`:                         head + `><rect></rect></svg>`,
		`<svg><linearGradient id="a"/><rect fill="url(#a)" style="stroke:url('#a')"/></svg>`:    head + `><linearGradient id="a"></linearGradient><rect fill="url(#a)" style="stroke:url(&#39;#a&#39;)"></rect></svg>`,
		`<svg xmlns:x="http://www.w3.org/1999/xlink"><use x:href="#a"/><use href=" #b"/></svg>`: head + `><use xlink:href="#a"></use><use href=" #b"></use></svg>`,
		`<svg><style>.a{fill:url(#g)}</style></svg>`:                                            head + `><style>.a{fill:url(#g)}</style></svg>`,
		`<svg><style><![CDATA[.a>b{fill:red}]]></style></svg>`:                                  head + `><style>.a&gt;b{fill:red}</style></svg>`,
		`<svg><text xml:space="preserve"> a &amp; b </text></svg>`:                              head + `><text xml:space="preserve"> a &amp; b </text></svg>`,
		`<svg><image href="data:image/png;base64,AAAA"/></svg>`:                                 head + `><image href="data:image/png;base64,AAAA"></image></svg>`,
		`<!DOCTYPE svg [<!ENTITY s "http://www.w3.org/2000/svg">]><svg xmlns="&s;"><g/></svg>`:  head + `><g></g></svg>`,
		"<?xml version='1.0' encoding='ISO-8859-1'?><svg><text>\xe9</text></svg>":               head + `><text>é</text></svg>`,
	} {
		got, err := Sanitize([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("Sanitize(%s) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestWhatRunsOrReachesOutGoes(t *testing.T) {
	for _, in := range []string{
		`<script>alert(1)</script>`, `<script href="//evil.example/x.js"/>`, `<g><SCRIPT>alert(1)</SCRIPT></g>`,
		`<g onload="alert(1)" onClick="alert(1)"/>`, `<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>`,
		`<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></body></foreignObject>`,
		`<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>`,
		`<a href="javascript:alert(1)"><text>x</text></a>`, `<use href="javascript:alert(1)"/>`, `<use xlink:href="//evil.example/#x"/>`,
		`<use href="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+#x"/>`, `<image href="http://evil.example/x.png"/>`,
		`<image href="data:image/svg+xml,%3Csvg onload=alert(1)%3E"/>`, `<image href="file:///etc/passwd"/>`, `<feImage href="//evil.example/x"/>`,
		`<set attributeName="href" to="javascript:alert(1)"/>`, `<animate attributeName="href" values="javascript:alert(1)"/>`,
		`<rect fill="url(http://evil.example/#a)"/>`, `<rect style="background:url( 'http://evil.example' )"/>`, `<rect style="fill:url(\68ttp://evil.example)"/>`,
		`<rect filter="url(evil.example#a)"/>`, `<rect mask="image-set('http://evil.example' 1x)"/>`,
		`<style>@import 'http://evil.example/x.css';</style>`, `<style>a{background:url(//evil.example)}</style>`,
		`<style>a{background:ur<![CDATA[l(//evil.example)]]>}</style>`, `<style>a{background:ur<!-- -->l(//evil.example)}</style>`,
		`<style>a{background:u\72l(//evil.example)}</style>`, `<style>a{background:ur/**/l(//evil.example)}</style>`,
		`<style>a{background:ur<g>x</g>l(//evil.example)}</style>`,
		`<?xml-stylesheet href="http://evil.example/x.css"?>`, `<!-- evil.example -->`, `<metadata>evil.example</metadata>`,
		`<iframe src="//evil.example"/>`, `<rect xml:base="http://evil.example/"/>`, `<rect href2="x" onfocus='alert(1)' formaction="javascript:alert(1)"/>`,
		`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>`,
	} {
		got, err := Sanitize([]byte(`<svg xmlns:xlink="http://www.w3.org/1999/xlink">` + in + `<path d="M0 0"/></svg>`))
		if err != nil {
			t.Errorf("Sanitize(%s) = %v", in, err)
			continue
		}
		wantHarmless(t, in, got)
		if !bytes.Contains(got, []byte("<path")) {
			t.Errorf("Sanitize(%s) = %s, lost the picture", in, got)
		}
	}
}

// wantHarmless looks at the outcome with other eyes than the sanitiser's lists.
func wantHarmless(t *testing.T, in string, out []byte) {
	t.Helper()
	lower := strings.ToLower(string(out))
	for _, bad := range []string{"alert", "script", "evil", "onload", "onclick", "onerror", "onfocus", "etc/passwd", "file:", "@import", "<!--", "<?", "<!", "foreignobject", "xhtml"} {
		if strings.Contains(lower, bad) {
			t.Errorf("Sanitize(%s) = %s, which has %q", in, out, bad)
		}
	}
	if err := xml.Unmarshal(out, new(struct{})); err != nil {
		t.Errorf("Sanitize(%s) = %s, which is not well-formed: %v", in, out, err)
	}
}

func TestWhatIsNoSVGIsRefused(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	z.Write([]byte("<svg>"))
	for range maxBytes >> 20 {
		z.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	z.Close()
	for name, in := range map[string]string{
		"nothing": "", "text": "hello", "HTML": "<html/>", "two roots": "<svg/><svg/>", "an end in the middle": "<svg><g>",
		"another encoding": `<?xml version="1.0" encoding="UTF-16"?><svg/>`, "an unknown entity": `<svg><text>&evil;</text></svg>`,
		"a bomb of entities":    `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>`,
		"an entity from a file": `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>`,
		"nesting":               "<svg>" + strings.Repeat("<g>", maxDepth) + strings.Repeat("</g>", maxDepth) + "</svg>",
		"broken gzip":           "\x1f\x8b\x08broken", "a gzip bomb": bomb.String(),
	} {
		if got, err := Sanitize([]byte(in)); err == nil {
			t.Errorf("Sanitize(%s) = %.100s, want an error", name, got)
		}
	}
}

// What comes out goes through unchanged, and the hostile files come out harmless
// or not at all.
func TestHostileFiles(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/hostile/*.svg")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range append(paths, "../../testdata/logo.svg") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		once, err := Sanitize(data)
		if err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			continue
		}
		wantHarmless(t, filepath.Base(path), once)
		twice, err := Sanitize(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s: a second pass changed what the first had made (%v)", filepath.Base(path), err)
		}
	}
}

func FuzzSanitize(f *testing.F) {
	f.Add(`<svg><style>a{fill:url(#a)}</style><use href="#a"/></svg>`)
	f.Add(`<!DOCTYPE svg [<!ENTITY s "x">]><svg xmlns="&s;" onload="x"><script>y</script></svg>`)
	f.Fuzz(func(t *testing.T, in string) {
		once, err := Sanitize([]byte(in))
		if err != nil {
			return
		}
		lower := strings.ToLower(string(once))
		if strings.Contains(lower, "<script") || strings.Contains(lower, "<foreignobject") || strings.Contains(lower, "<!") || strings.Contains(lower, "<?") {
			t.Errorf("Sanitize(%q) = %q", in, once)
		}
		twice, err := Sanitize(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("Sanitize(%q) = %q, and of that %q, %v", in, once, twice, err)
		}
	})
}
