package engine

import (
	"bytes"
	"testing"
)

// dataset spells one of IPTC's.
func dataset(record, number byte, value string) string {
	return string([]byte{0x1c, record, number, byte(len(value) >> 8), byte(len(value))}) + value
}

// photoshop wraps datasets as Photoshop does in a JPEG: after another resource, with a name.
func photoshop(datasets string) string {
	odd := ""
	if len(datasets)%2 == 1 {
		odd = "\x00"
	}
	return "Photoshop 3.0\x00" + "8BIM\x03\xed\x00\x00\x00\x00\x00\x02ab" +
		"8BIM\x04\x04\x03abc" + string([]byte{0, 0, byte(len(datasets) >> 8), byte(len(datasets))}) + datasets + odd
}

const isUTF8 = "\x1b%G"

func TestIPTCCredits(t *testing.T) {
	for _, tt := range []struct{ name, datasets, creator, rights string }{
		{"ASCII", dataset(2, 80, "Anna") + dataset(2, 116, "(c) Anna"), "Anna", "(c) Anna"},
		{"other datasets between", dataset(2, 0, "\x00\x04") + dataset(2, 5, "A view") + dataset(2, 80, "Anna") + dataset(2, 101, "Chile"), "Anna", ""},
		{"two makers, one twice", dataset(2, 80, "Anna") + dataset(2, 80, "Bo") + dataset(2, 80, "Anna"), "Anna; Bo", ""},
		{"UTF-8", dataset(1, 90, isUTF8) + dataset(2, 80, "Ångström 山田"), "Ångström 山田", ""},
		{"UTF-8 that does not say so", dataset(2, 116, "© Ångström"), "", "© Ångström"},
		{"Latin-1", dataset(2, 80, "\xc5ngstr\xf6m") + dataset(2, 116, "\xa9"), "Ångström", "©"},
		{"UTF-8 that is none", dataset(1, 90, isUTF8) + dataset(2, 80, "Ann\xffa"), "Anna", ""},
		{"spaces and zeros", dataset(2, 80, " Anna \x00\x00") + dataset(2, 116, "  "), "Anna", ""},
		{"nothing", "", "", ""},
	} {
		for wrapped, block := range map[string]string{"bare": tt.datasets, "in a resource": photoshop(tt.datasets)} {
			if creator, rights := iptcCredits([]byte(block)); creator != tt.creator || rights != tt.rights {
				t.Errorf("iptcCredits(%s, %s) = %q, %q, want %q, %q", tt.name, wrapped, creator, rights, tt.creator, tt.rights)
			}
		}
	}
	block := []byte(photoshop(dataset(1, 90, isUTF8) + dataset(2, 80, "Anna") + dataset(2, 116, "hers")))
	broken(block, func(b []byte) { iptcCredits(b) })
}

// The credits of a JPEG that has them in IPTC alone are kept; EXIF comes before.
func TestCreditsOfIPTC(t *testing.T) {
	jpg, _ := render(t, fixture(t, "photo.webp"), "w=40&fm=jpg")
	segment := photoshop(dataset(2, 80, "\xc5sa") + dataset(2, 116, "hers"))
	length := len(segment) + 2
	data := append([]byte{0xff, 0xd8, 0xff, 0xed, byte(length >> 8), byte(length)}, segment...)
	data = append(data, jpg.Body[2:]...)
	for _, fm := range []string{"jpg", "png", "webp", "avif", "tiff"} {
		r, _ := render(t, data, "fm="+fm+"&meta=copyright")
		if creator, rights := dublinCore(header(t, r.Body).GetBlob("xmp-data")); creator != "Åsa" || rights != "hers" {
			t.Errorf("%s says %q and %q, want %q and %q", fm, creator, rights, "Åsa", "hers")
		}
	}
	both := header(t, data)
	both.SetString("exif-ifd0-Artist", exifText("Bo"))
	said, err := save(both, "jpegsave_buffer", "Q=90")
	if err != nil {
		t.Fatal(err)
	}
	r, _ := render(t, said, "fm=png&meta=copyright")
	if creator, rights := dublinCore(header(t, r.Body).GetBlob("xmp-data")); creator != "Bo" || rights != "hers" {
		t.Errorf("with EXIF and IPTC it says %q and %q, want %q and %q", creator, rights, "Bo", "hers")
	}
}

// With meta=keep IPTC says no place, unless the operator allows that, and Photoshop's thumbnail is gone.
func TestIPTCThatIsKeptSaysNoPlace(t *testing.T) {
	jpg, _ := render(t, fixture(t, "photo.webp"), "w=40&fm=jpg")
	said := dataset(1, 90, isUTF8) + dataset(2, 80, "Anna") + dataset(2, 90, "Quito") + dataset(2, 92, "Plaza Grande") + dataset(2, 101, "Ecuador") + dataset(2, 116, "hers")
	segment := photoshop(said) + "8BIM\x04\x0c\x00\x00\x00\x00\x00\x0aTHUMBNAIL!"
	length := len(segment) + 2
	data := append([]byte{0xff, 0xd8, 0xff, 0xed, byte(length >> 8), byte(length)}, segment...)
	data = append(data, jpg.Body[2:]...)
	for _, allowed := range []bool{false, true} {
		_, plan := chosenFor(t, data, "w=20&fm=jpg&meta=keep", "")
		plan.Position = allowed
		got, err := Render(data, Layers{}, &plan)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]bool{"Anna": true, "hers": true, "Quito": allowed, "Plaza Grande": allowed, "Ecuador": allowed, "THUMBNAIL!": allowed} {
			if has := bytes.Contains(got.Body, []byte(text)); has != want {
				t.Errorf("with positions %v, the file says %q: %v, want %v", allowed, text, has, want)
			}
		}
		img := header(t, got.Body)
		if creator, rights := iptcCredits(img.GetBlob("iptc-data")); creator != "Anna" || rights != "hers" {
			t.Errorf("the credits are %q and %q", creator, rights)
		}
	}
	for cut := range segment {
		placeless([]byte(segment[:cut]))
	}
}
