#ifndef LIGHTWELL_TYPESET_H
#define LIGHTWELL_TYPESET_H

#include <pango/pangocairo.h>

// What is set, and how. All lengths are in pixels.
typedef struct {
  const char *text;
  int length; // bytes
  const char *families;
  int bold, italic;
  double size;  // of the font
  double track; // between letters
  double lead;  // between lines
  int width;    // in which it is wrapped; -1 for none
  double align; // 0 for lines at the left, 0.5 in the middle, 1 at the right
} typesetting;

// A text that is set: a layout, and where its lines begin.
typedef struct {
  PangoLayout *layout;
  double width, height;                            // of the block
  double ink_left, ink_top, ink_right, ink_bottom; // of all that is drawn, from the block's corner
  double align;
  int colored; // whether any letter brings its own colours, as emoji do
} typeset;

// Finds the fonts. Once a process, before all else here. Not zero is a failure.
int typeset_start(void);

typeset typeset_text(const typesetting *t);
void typeset_free(typeset *t);

// Tells before which characters, and whether after the last, the text may be cut without tearing
// apart what is seen as one.
void typeset_cursors(const typeset *t, char *may_cut);

// Draws what lies in two surfaces, whose corner is so far from the block's: the letters as coverage
// of 8 bits, and what brings its own colours as ARGB. Not zero is a failure.
int typeset_draw(const typeset *t, double x, double y, cairo_surface_t *letters, cairo_surface_t *colored);

#endif
