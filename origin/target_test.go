package origin_test

import (
	"errors"
	"io/fs"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// The path form and the query form are one grammar.
func TestFormsAreEqual(t *testing.T) {
	image := "/image/" + photoID
	for _, spellings := range [][]string{
		{image, image + "?", image + "?&", image + "?v=1", "http://images.test" + image, "https://h:8080" + image + "?"},
		{
			image + "?w=400&fm=webp", image + "?fm=webp&w=400", image + "?width=400&fm=webp", image + "?w=%34%300&fm=webp",
			image + "/w=400,fm=webp", image + "/fm=webp,w=400", image + "/w=400,fm=webp/", image + "/w=400,fm=webp/name.jpg",
			image + "/w=400,fm=webp/a%2Fb.jpg", image + "/w=400?fm=webp", image + "/w=400/x?fm=webp", image + "/,w=400,,fm=webp,",
			image + "?&w=400&&fm=webp&", image + "?w64=NDAw&fm=webp", "HTTP://u@images.test" + image + "/w=400,fm=webp",
		},
		{image + "?rect=1,2,30,40", image + "?rect=1%2C2%2C30%2c40", image + "/rect=1%2C2%2C30%2c40"},
		{image + "?crop=top,left&fit=crop&w=9&h=9", image + "/w=9,h=9,fit=crop,crop=top%2Cleft/x"},
		{image + "?dl=a%20b&w=5", image + "?dl=a+b&w=5", image + "/dl=a%20b,w=5"},
	} {
		want, err := origin.ParseURL(spellings[0], transform.Parser{})
		if err != nil {
			t.Fatalf("ParseURL(%s): %v", spellings[0], err)
		}
		for _, uri := range spellings {
			got, err := origin.ParseURL(uri, transform.Parser{})
			if err != nil || got.ID != want.ID || got.Info || got.Request != want.Request {
				t.Errorf("ParseURL(%s) = %+v, %v, want %+v", uri, got, err, want)
			}
		}
	}
}

func TestParseURL(t *testing.T) {
	image := "/image/" + photoID
	pairs := func(p ...string) (list []transform.Pair) {
		for i := 0; i < len(p); i += 2 {
			list = append(list, transform.Pair{Name: p[i], Value: p[i+1]})
		}
		return list
	}
	for _, tt := range []struct {
		uri   string
		info  bool
		pairs []transform.Pair
	}{
		{"/info/" + photoID, true, nil},
		{"/info/" + photoID + "?w=nonsense", true, pairs("w", "nonsense")},
		{"/info/" + photoID + "?expires=5&s=x", true, pairs("expires", "5", "s", "x")},
		{image + "?dl=a%2Fb,c", false, pairs("dl", "a/b,c")},
		{image + "/dl=a%2Fb%2Cc", false, pairs("dl", "a/b,c")},
		{image + "/dl=a+b", false, pairs("dl", "a+b")}, // a plus sign is one in a path
		{image + "?dl=a+b", false, pairs("dl", "a b")},
		{image + "?dl=a%26b%3Dc", false, pairs("dl", "a&b=c")},
		{image + "?dl=a=b", false, pairs("dl", "a=b")},
		{image + "?dl", false, pairs("dl", "")},
		{image + "?dl=?/image/", false, pairs("dl", "?/image/")},
		{image + "/w=40,dl=x.jpg?h=50", false, pairs("w", "40", "dl", "x.jpg", "h", "50")},
	} {
		got, err := origin.ParseURL(tt.uri, transform.Parser{})
		if err != nil || got.ID != photoID || got.Info != tt.info || !reflect.DeepEqual(got.Pairs, tt.pairs) {
			t.Errorf("ParseURL(%s) = %+v, %v, want info %v, pairs %q", tt.uri, got, err, tt.info, tt.pairs)
		}
	}
	for _, uri := range []string{
		"", "*", "image", "images.test:443", "http://", "http://images.test", "http://images.test?x=" + image, "http://images.test#" + image,
		"x?y=://z" + image, "://h" + image, "//h" + image, "/\\image/" + photoID, image + "x", image[:len(image)-1], "/image/" + photoID[:25] + "i",
		"/info/" + photoID + "/w=1",
	} {
		if got, err := origin.ParseURL(uri, transform.Parser{}); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("ParseURL(%s) = %+v, %v, want fs.ErrNotExist", uri, got, err)
		}
	}
}

// What may have been ours before it was encoded is a mistake, not nothing; so is what is too long.
func TestParseURLMistakes(t *testing.T) {
	image := "/image/" + photoID
	for _, uri := range []string{
		"/%69mage/" + photoID, "/image%2F" + photoID, "/image%252f" + photoID, "/image/%30" + photoID[1:], image + "%20", image + "%00",
		image + "%2Fw=100", image + "%3Fw=100", "/info%2F" + photoID, "/info/" + photoID + "%20", "http://h/%69mage/" + photoID,
		image + "?v=" + strings.Repeat("x", 8<<10), strings.Repeat("/", 8<<10+1),
	} {
		if got, err := origin.ParseURL(uri, transform.Parser{}); problem.From(err).Status != http.StatusBadRequest {
			t.Errorf("ParseURL(%.100s) = %+v, %v, want a problem of 400", uri, got, err)
		}
	}
	if _, err := origin.ParseURL(image+"?v="+strings.Repeat("x", 8<<10-len(image)-3), transform.Parser{}); err != nil {
		t.Errorf("ParseURL of 8192 bytes: %v", err)
	}
}

func FuzzParseURL(f *testing.F) {
	image := "/image/" + photoID
	for _, uri := range []string{
		image, image + "?w=400&fm=webp", image + "/w=400,fm=webp/x.jpg", "/info/" + photoID, "http://h" + image, image + "?w=%zz",
		image + "/dl=a%2Fb%2Cc?rect=1,2,3,4", "//", "*", "://", image + "?auto=format&auto=format", image + "?fp-x64=MC41",
		"/%69mage/" + photoID, image + "%2F", "/info/%30",
	} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		got, err := origin.ParseURL(uri, transform.Parser{})
		var param *transform.ParamError
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) && !errors.As(err, &param) && problem.From(err).Status != http.StatusBadRequest {
				t.Errorf("ParseURL(%q): %v, want fs.ErrNotExist, a *transform.ParamError or a problem of 400", uri, err)
			}
			return
		}
		if !library.ValidID(got.ID) || !strings.Contains(uri, got.ID) {
			t.Errorf("ParseURL(%q) = asset %q, want one of the URL", uri, got.ID)
		}
		if got.Info {
			return
		}
		// The pairs alone say it all, whatever the form they came in.
		again, err := transform.Parser{}.Parse(got.Pairs)
		if err != nil || again != got.Request {
			t.Errorf("Parse(%q) = %+v, %v, want %+v as of %q", got.Pairs, again, err, got.Request, uri)
		}
		canonical := "/image/" + got.ID + "?" + got.Request.Recipe.String()
		same, err := origin.ParseURL(canonical, transform.Parser{})
		if err != nil || same.Request.Recipe != got.Request.Recipe {
			t.Errorf("ParseURL(%q) = %+v, %v, want %+v as of %q", canonical, same.Request.Recipe, err, got.Request.Recipe, uri)
		}
	})
}
