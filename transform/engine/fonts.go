package engine

// #include <stdlib.h>
// #include <fontconfig/fontconfig.h>
// #include <ft2build.h>
// #include FT_FREETYPE_H
// #include <hb.h>
// #include <pango/pangocairo.h>
//
// static const char *first(FcPattern *font, const char *object) {
//   FcChar8 *text;
//   return FcPatternGetString(font, object, 0, &text) == FcResultMatch ? (const char *)text : "";
// }
//
// // A line for each face: style, version, file, and every name of its family, between tabs.
// static char *list_fonts(void) {
//   FcPattern *all = FcPatternCreate();
//   FcObjectSet *wanted = FcObjectSetBuild(FC_FAMILY, FC_STYLE, FC_FONTVERSION, FC_FILE, NULL);
//   FcFontSet *fonts = FcFontList(NULL, all, wanted);
//   GString *lines = g_string_new("");
//   for (int i = 0; fonts && i < fonts->nfont; i++) {
//     FcPattern *font = fonts->fonts[i];
//     FcChar8 *family;
//     int version = 0;
//     FcPatternGetInteger(font, FC_FONTVERSION, 0, &version);
//     g_string_append_printf(lines, "%s\t%d\t%s", first(font, FC_STYLE), version, first(font, FC_FILE));
//     for (int n = 0; FcPatternGetString(font, FC_FAMILY, n, &family) == FcResultMatch; n++)
//       g_string_append_printf(lines, "\t%s", family);
//     g_string_append_c(lines, '\n');
//   }
//   if (fonts)
//     FcFontSetDestroy(fonts);
//   FcObjectSetDestroy(wanted);
//   FcPatternDestroy(all);
//   return g_string_free(lines, FALSE);
// }
//
// // The file that stands for a family that is not installed, or no font's own.
// static char *stand_in(const char *family) {
//   FcPattern *asked = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, family, NULL);
//   FcResult result;
//   FcConfigSubstitute(NULL, asked, FcMatchPattern);
//   FcDefaultSubstitute(asked);
//   FcPattern *found = FcFontMatch(NULL, asked, &result);
//   char *file = g_strdup(found ? first(found, FC_FILE) : "");
//   if (found)
//     FcPatternDestroy(found);
//   FcPatternDestroy(asked);
//   return file;
// }
//
// static int any_font(void) {
//   FcFontSet *fonts = FcConfigGetFonts(NULL, FcSetSystem);
//   return fonts && fonts->nfont > 0;
// }
//
// static char *versions(void) {
//   FT_Library library;
//   int major = 0, minor = 0, patch = 0;
//   if (!FT_Init_FreeType(&library)) {
//     FT_Library_Version(library, &major, &minor, &patch);
//     FT_Done_FreeType(library);
//   }
//   return g_strdup_printf("pango %s cairo %s harfbuzz %s fontconfig %d freetype %d.%d.%d",
//     pango_version_string(), cairo_version_string(), hb_version_string(), FcGetVersion(), major, minor, patch);
// }
import "C"

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"lightwell/transform"
)

// generic are the families that fontconfig has a font for by its settings.
var generic = []string{"serif", "sans-serif", "monospace", "cursive", "fantasy"}

// Fonts lists the families that a text can name, by name, and a digest of all that what is
// written with them depends on: the faces and their versions, which of them stands for the generic
// families, and what sets them.
func Fonts() (families []transform.FontFamily, digest string) {
	styles := map[string][]string{}
	var seen []string
	for line := range strings.Lines(owned(C.list_fonts())) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		seen = append(seen, strings.Join([]string{fields[0], fields[1], filepath.Base(fields[2])}, "\t"))
		for _, family := range fields[3:] {
			if transform.ValidFamily(family) && !slices.Contains(styles[family], fields[0]) {
				styles[family] = append(styles[family], fields[0])
			}
		}
	}
	for _, family := range slices.Sorted(maps.Keys(styles)) {
		slices.Sort(styles[family])
		families = append(families, transform.FontFamily{Family: family, Styles: styles[family]})
	}
	slices.Sort(seen)
	for _, family := range generic {
		name := C.CString(family)
		seen = append(seen, filepath.Base(owned(C.stand_in(name))))
		C.free(unsafe.Pointer(name))
	}
	sum := sha256.Sum256([]byte(strings.Join(append(seen, owned(C.versions())), "\n")))
	return families, hex.EncodeToString(sum[:8])
}

// hasFonts tells whether there is any font. Without one nothing would be drawn, and nobody told.
func hasFonts() bool { return C.any_font() != 0 }

// owned is a string of GLib's, which it frees.
func owned(text *C.char) string {
	defer C.g_free(C.gpointer(text))
	return C.GoString(text)
}
