#include "typeset.h"

#include <hb-ot.h>
#include <math.h>

// Pango by itself and not vips_text: it tells the size before anything is drawn, takes text that is
// no markup, and gives the shapes of letters, of which outlines are made.

static PangoContext *context;

int typeset_start(void) {
  PangoFontMap *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  if (!map)
    return 1;
  context = pango_font_map_create_context(map);
  g_object_unref(map); // the context keeps it
  // The same shapes at every size and place: nothing is moved onto whole pixels.
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string("en")); // and not the environment's
  typesetting first = {.text = "x", .length = 1, .families = "sans-serif", .size = 12, .width = -1};
  typeset set = typeset_text(&first);
  typeset_free(&set);
  return 0;
}

static PangoLayout *lay_out(const typesetting *t) {
  PangoLayout *layout = pango_layout_new(context);
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family(font, t->families);
  pango_font_description_set_weight(font, t->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_style(font, t->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_font_description_set_absolute_size(font, t->size * PANGO_SCALE);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  PangoAttrList *attributes = pango_attr_list_new();
  if (t->track != 0)
    pango_attr_list_insert(attributes, pango_attr_letter_spacing_new(round(t->track * PANGO_SCALE)));
  pango_layout_set_attributes(layout, attributes);
  pango_attr_list_unref(attributes);
  pango_layout_set_auto_dir(layout, TRUE);
  pango_layout_set_spacing(layout, round(t->lead * PANGO_SCALE));
  pango_layout_set_width(layout, t->width < 0 ? -1 : t->width * PANGO_SCALE);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, t->text, t->length);
  return layout;
}

static int brings_colors(PangoFont *font) {
  hb_font_t *hb = pango_font_get_hb_font(font);
  hb_face_t *face = hb ? hb_font_get_face(hb) : NULL;
  return face && (hb_ot_color_has_png(face) || hb_ot_color_has_layers(face));
}

static double pixels(int units) { return (double)units / PANGO_SCALE; }

// Where a line begins. Pango's own alignment is turned round in a line from right to left.
static double indent(const typeset *t, PangoLayoutLine *line) {
  PangoRectangle logical;
  pango_layout_line_get_extents(line, NULL, &logical);
  return (t->width - pixels(logical.width)) * t->align;
}

typeset typeset_text(const typesetting *asked) {
  typeset t = {.layout = lay_out(asked), .align = asked->align};
  PangoRectangle ink, logical;
  pango_layout_get_extents(t.layout, NULL, &logical);
  t.height = pixels(logical.height);
  PangoLayoutIter *lines = pango_layout_get_iter(t.layout);
  do {
    pango_layout_line_get_extents(pango_layout_iter_get_line_readonly(lines), NULL, &logical);
    t.width = fmax(t.width, pixels(logical.width));
  } while (pango_layout_iter_next_line(lines));
  pango_layout_iter_free(lines);
  lines = pango_layout_get_iter(t.layout);
  do {
    PangoLayoutLine *line = pango_layout_iter_get_line_readonly(lines);
    pango_layout_line_get_extents(line, &ink, NULL);
    for (GSList *run = line->runs; run; run = run->next)
      t.colored = t.colored || brings_colors(((PangoGlyphItem *)run->data)->item->analysis.font);
    if (ink.width <= 0 || ink.height <= 0)
      continue;
    double left = indent(&t, line) + pixels(ink.x), top = pixels(pango_layout_iter_get_baseline(lines) + ink.y);
    int first = t.ink_right <= t.ink_left;
    t.ink_left = first ? left : fmin(t.ink_left, left);
    t.ink_top = first ? top : fmin(t.ink_top, top);
    t.ink_right = first ? left + pixels(ink.width) : fmax(t.ink_right, left + pixels(ink.width));
    t.ink_bottom = first ? top + pixels(ink.height) : fmax(t.ink_bottom, top + pixels(ink.height));
  } while (pango_layout_iter_next_line(lines));
  pango_layout_iter_free(lines);
  return t;
}

void typeset_free(typeset *t) { g_object_unref(t->layout); }

// Letters with colours of their own are pictures. They are drawn at this size at most and then
// enlarged: cairo remembers each at each size, and a thousand large ones would be gigabytes.
enum { picture_size = 128 };

static void draw_picture(cairo_t *to, cairo_t *scratch, cairo_surface_t *sheet, unsigned glyph, double x, double y, double scale) {
  cairo_glyph_t one = {glyph, picture_size, 2 * picture_size};
  cairo_set_operator(scratch, CAIRO_OPERATOR_CLEAR);
  cairo_paint(scratch);
  cairo_set_operator(scratch, CAIRO_OPERATOR_OVER);
  cairo_show_glyphs(scratch, &one, 1);
  cairo_surface_flush(sheet);
  cairo_save(to);
  cairo_translate(to, x, y);
  cairo_scale(to, scale, scale);
  cairo_translate(to, -picture_size, -2 * picture_size);
  cairo_rectangle(to, 0, 0, 3 * picture_size, 3 * picture_size);
  cairo_clip(to);
  cairo_set_source_surface(to, sheet, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(to), CAIRO_FILTER_GOOD);
  cairo_paint(to);
  cairo_restore(to);
}

// One run of a colour font, whose glyphs are drawn one by one where they can be seen.
static void draw_pictures(cairo_t *to, PangoFont *font, PangoGlyphString *glyphs, double x, double y) {
  cairo_scaled_font_t *scaled = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(font));
  if (!scaled)
    return;
  cairo_matrix_t matrix, identity, drawn;
  cairo_scaled_font_get_font_matrix(scaled, &matrix);
  cairo_matrix_init_identity(&identity);
  double scale = fmax(matrix.xx, fmax(fabs(matrix.yy), 1)) / picture_size;
  cairo_matrix_init_scale(&drawn, matrix.xx / scale, matrix.yy / scale);
  cairo_surface_t *sheet = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 3 * picture_size, 3 * picture_size);
  cairo_t *scratch = cairo_create(sheet);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_scaled_font_get_font_options(scaled, options);
  cairo_scaled_font_t *small = cairo_scaled_font_create(cairo_scaled_font_get_font_face(scaled), &drawn, &identity, options);
  cairo_set_scaled_font(scratch, small);
  double left, top, right, bottom, reach = 2 * picture_size * scale;
  cairo_clip_extents(to, &left, &top, &right, &bottom);
  for (int i = 0; i < glyphs->num_glyphs; i++) {
    PangoGlyphInfo *g = &glyphs->glyphs[i];
    double at_x = x + pixels(g->geometry.x_offset), at_y = y + pixels(g->geometry.y_offset);
    x += pixels(g->geometry.width);
    if (g->glyph == PANGO_GLYPH_EMPTY || g->glyph & PANGO_GLYPH_UNKNOWN_FLAG ||
        at_x + reach < left || at_x - reach > right || at_y + reach < top || at_y - reach > bottom)
      continue;
    draw_picture(to, scratch, sheet, g->glyph, at_x, at_y, scale);
  }
  cairo_scaled_font_destroy(small);
  cairo_font_options_destroy(options);
  cairo_destroy(scratch);
  cairo_surface_destroy(sheet);
}

// One line: its letters become part of the path, unless they bring their own colours.
static void draw_line(PangoLayoutLine *line, double x, double y, cairo_t *path, cairo_t *colored) {
  for (GSList *next = line->runs; next; next = next->next) {
    PangoGlyphItem *run = next->data;
    PangoFont *font = run->item->analysis.font;
    double at_y = y - pixels(run->y_offset);
    if (brings_colors(font)) {
      draw_pictures(colored, font, run->glyphs, x, at_y);
    } else {
      cairo_move_to(path, x, at_y);
      pango_cairo_glyph_string_path(path, font, run->glyphs);
    }
    x += pixels(pango_glyph_string_get_width(run->glyphs));
  }
}

int typeset_draw(const typeset *t, double x, double y, cairo_surface_t *letters, cairo_surface_t *colored) {
  cairo_t *fill = cairo_create(letters), *color = cairo_create(colored);
  double height = cairo_image_surface_get_height(letters);
  PangoLayoutIter *lines = pango_layout_get_iter(t->layout);
  do { // line by line: what is not seen costs nothing
    PangoLayoutLine *line = pango_layout_iter_get_line_readonly(lines);
    PangoRectangle ink;
    pango_layout_line_get_extents(line, &ink, NULL);
    double at = pixels(pango_layout_iter_get_baseline(lines)) - y, top = at + pixels(ink.y);
    if (top > height || top + pixels(ink.height) < 0)
      continue;
    draw_line(line, indent(t, line) - x, at, fill, color);
    cairo_fill(fill);
  } while (pango_layout_iter_next_line(lines));
  pango_layout_iter_free(lines);
  int failed = cairo_status(fill) || cairo_status(color);
  cairo_destroy(fill);
  cairo_destroy(color);
  cairo_surface_flush(letters);
  cairo_surface_flush(colored);
  return failed;
}

void typeset_cursors(const typeset *t, char *may_cut) {
  int n;
  const PangoLogAttr *attributes = pango_layout_get_log_attrs_readonly(t->layout, &n);
  for (int i = 0; i < n; i++)
    may_cut[i] = attributes[i].is_cursor_position;
}
