#!/bin/sh
# Makes the reference pictures with ImageMagick, from what the README says of each
# parameter and not from the engine: one line a picture, "ref NAME SOURCE ARGUMENTS".
# With "sources" as its argument it makes the small sources first.
set -eu
cd "$(dirname "$0")"
mkdir -p want
srgb=${SRGB_ICC:-/usr/share/color/icc/ghostscript/srgb.icc}
lanczos='-filter Lanczos -resize'
pixels='-set colorspace sRGB -depth 8 -strip -define png:exclude-chunk=all'

# ref makes a reference; with alpha only where the name says so.
ref() {
	name=$1 source=$2
	shift 2
	case $name in
	alpha*) kind=6 ;;
	*) kind=2 ;;
	esac
	# This ImageMagick cuts its 16 bits down to 8: half a level more is rounding,
	# and of alpha, which it keeps as transparency, half a level less.
	# shellcheck disable=SC2086
	convert "$source" "$@" -channel RGB -evaluate add 128 -channel A -evaluate subtract 128 +channel $pixels -define png:color-type=$kind "want/$name.png"
}

. ./formulas.sh

sources() {
	convert ../photo.jpg $lanczos 240x160 $pixels scene.png
	# A part of the photograph over a strip of all hues from dark to light.
	convert \( ../photo.jpg -crop 3072x1440+0+250 +repage $lanczos '160x75!' \) \
		\( -size 160x21 xc: -channel R -fx 'i/w' -channel G -fx 0.9 -channel B -fx '(j+1)/(h+1)' +channel -set colorspace HSL -colorspace sRGB \) \
		-append $pixels chart.png
	# A soft ellipse of it, with a hard hole.
	convert \( ../photo.jpg -crop 2400x1800+500+100 +repage $lanczos '120x90!' \) \
		\( -size 120x90 xc:black -fill white -draw 'ellipse 60,45 50,38 0,360' -blur 0x6 -fill black -draw 'rectangle 50,40 70,50' \) \
		-alpha off -compose CopyOpacity -composite $pixels cutout.png
	# Stored lying on its side, with the EXIF orientation 6 that turns it upright.
	convert ../photo.jpg -crop 1536x2048+1200+0 +repage $lanczos '120x160!' -rotate 270 $pixels -quality 95 -sampling-factor 1x1 side.jpg
	{
		head -c 2 side.jpg
		printf '\377\341\000\042Exif\000\000MM\000*\000\000\000\010\000\001\001\022\000\003\000\000\000\001\000\006\000\000\000\000\000\000'
		tail -c +3 side.jpg
	} >sideways.jpg
	rm side.jpg
}

if [ "${1:-}" = sources ]; then
	sources
fi

# Size. The scene is 240 x 160.
ref w scene.png $lanczos 120x80
ref h scene.png $lanczos 90x60
ref w-part scene.png $lanczos '144x96!'
ref clip scene.png $lanczos '100x67!'
ref max scene.png $lanczos '60x40!'
ref scale scene.png $lanczos '100x100!'
ref rect scene.png -crop 120x90+40+30 +repage
ref rect-parts scene.png -crop 100x60+60+80 +repage
ref rect-end scene.png -crop 100x80+140+80 +repage
ref rect-middle scene.png -crop 101x80+69+40 +repage
ref rect-over scene.png -crop 90x60+150+100 +repage
ref rect-w scene.png -crop 150x100+60+40 +repage $lanczos '90x60!'
ref rect-small scene.png -crop 60x40+100+60 +repage
ref enlarge scene.png -crop 60x40+100+60 +repage -filter Catrom -resize '150x100!'
ref dpr-2 scene.png $lanczos '140x93!'
ref dpr-half scene.png $lanczos '100x67!'

# fit=crop.
centre='-gravity center -crop'
ref crop scene.png $lanczos 150x100 $centre 100x100+0+0 +repage
ref crop-left scene.png $lanczos 150x100 -crop 100x100+0+0 +repage
ref crop-right scene.png $lanczos 150x100 -crop 100x100+50+0 +repage
ref crop-wide scene.png $lanczos 150x100 -crop 150x50+0+25 +repage
ref crop-top scene.png $lanczos 150x100 -crop 150x50+0+0 +repage
ref crop-bottom scene.png $lanczos 150x100 -crop 150x50+0+50 +repage
ref focal scene.png $lanczos 150x100 -crop 60x100+60+0 +repage
ref focal-edge scene.png $lanczos 150x100 -crop 60x100+0+0 +repage
ref focal-zoom scene.png $lanczos 180x120 -crop 100x80+4+8 +repage
ref focal-small scene.png -crop 80x80+32+24 +repage
ref ar scene.png $lanczos 120x80 $centre 80x80+0+0 +repage
ref ar-h scene.png $lanczos '124x83!' -crop 124x70+0+6 +repage
ref ar-alone scene.png -crop 160x160+40+0 +repage
ref min-w scene.png $lanczos '100x67!' -crop 100x50+0+8 +repage
ref max-w scene.png $lanczos '150x100!' -crop 70x100+40+0 +repage
ref min-h scene.png $lanczos '135x90!' -crop 100x90+17+0 +repage
ref max-h scene.png $lanczos '140x93!' -crop 140x60+0+16 +repage
ref min scene.png -crop 60x40+100+60 +repage $centre 40x40+0+0 +repage
ref enlarge-crop scene.png -crop 60x40+100+60 +repage -filter Catrom -resize '150x100!' -crop 100x100+25+0 +repage

# Padding.
ref fill scene.png $lanczos '100x67!' -background '#204060' -extent 100x100+0-16
ref fill-white scene.png $lanczos 90x60 -background white -extent 140x60-25+0
ref fillmax scene.png -crop 60x40+100+60 +repage -background '#204060' -extent 100x100-20-30
ref fill-small scene.png -crop 60x40+100+60 +repage -filter Catrom -resize '100x67!' -background '#204060' -extent 100x100+0-16
ref clamp scene.png $lanczos '100x67!' -virtual-pixel edge -set option:distort:viewport 100x100+0-16 -filter point -distort SRT 0 +repage
ref alpha-fill cutout.png $lanczos '80x60!' -background none -extent 80x80+0-10
ref fill-bg cutout.png $lanczos '80x60!' -background '#336699' -extent 80x80+0-10
ref bg cutout.png -background '#ff8800' -flatten
ref bg-white cutout.png -background white -flatten
ref alpha cutout.png
ref alpha-bg cutout.png -background '#ff880080' -flatten
ref alpha-w cutout.png $lanczos '60x45!'

# Turning. The picture of sideways.jpg is 120 x 160 upright, 160 x 120 as stored.
stored='-crop 160x120+0+0'
ref exif sideways.jpg -rotate 90
ref orient-1 sideways.jpg $stored
ref orient-2 sideways.jpg -flop
ref orient-3 sideways.jpg -rotate 180
ref orient-4 sideways.jpg -flip
ref orient-5 sideways.jpg -transpose
ref orient-6 sideways.jpg -rotate 90
ref orient-7 sideways.jpg -transverse
ref orient-8 sideways.jpg -rotate 270
ref exif-rect sideways.jpg -rotate 90 -crop 60x80+50+20 +repage
ref exif-crop sideways.jpg -rotate 90 $lanczos '90x120!' -crop 90x60+0+0 +repage
ref flip-h scene.png $lanczos 120x80 -flop
ref flip-v scene.png $lanczos 120x80 -flip
ref flip-hv scene.png $lanczos 120x80 -rotate 180
ref rot-90 scene.png $lanczos 120x80 -rotate 90
ref rot-180 chart.png -rotate 180
ref rot-270 scene.png $lanczos 120x80 -rotate 270
ref flip-rot scene.png $lanczos 120x80 -rotate 90 -flop

# A free angle: about the middle, clockwise. Straightened, the picture grows by cos+sin*w/h;
# pivoted, the canvas grows to w*cos+h*sin and w*sin+h*cos.
grown() { calc "cos($1*pi/180)+sin($1*pi/180)*$2"; }
turned straighten chart.png 10 "$(grown 10 160/96)" 160 96 white
turned straighten-back chart.png -25 "$(grown 25 160/96)" 160 96 white
turned straighten-quarter chart.png 100 "$(grown 10 160/96)" 96 160 white
turned pivot chart.png 20 1 183 145 '#204060'
turned pivot-half chart.png 200 1 183 145 white
# Its interpolation knows no alpha: colours times alpha, and alpha, are turned each for itself.
convert cutout.png -background black -alpha remove -depth 16 seen.miff
convert cutout.png -alpha extract mask.miff
turning='-background black -virtual-pixel background -filter point -interpolate catrom
	-set option:distort:viewport 149x138+0+0 -distort SRT 60,45,1,30,74.5,69 +repage'
ref alpha-pivot \( seen.miff $turning \) \( mask.miff $turning \) \
	\( -clone 0,1 -fx 'v > 0 ? u/v : 0' \) \( -clone 1 \) -delete 0,1 -alpha off -compose CopyOpacity -composite
rm seen.miff mask.miff

# Tones.
tone() { ref "$1" chart.png -channel RGB -fx "$2"; }
tone exp "$(expose 40)"
tone exp-down "$(expose -60)"
tone bri 'u+0.2'
tone bri-down 'u-0.3'
tone con "$(contrast 20)"
tone con-down "$(contrast -50)"
tone gam "$(gamma 40)"
tone gam-down "$(gamma -40)"
tone shad "$(shadows 80)"
tone high "$(highlights -80)"
tone invert '1-u'
ref tones chart.png -channel RGB -fx "$(expose 20)" -fx 'u-0.05' -fx "$(contrast 10)" -fx "$(gamma -20)" \
	-fx "$(shadows 40)" -fx "$(highlights -40)" -fx '1-u'

# Colours.
colors() { ref "$1" chart.png -color-matrix "6x6: $2"; }
colors sat "$(saturate 50)"
colors sat-down "$(saturate -60)"
colors sat-none "$(saturate -100)"
colors hue "$(hue 40)"
colors hue-back "$(hue 250)"
ref sat-hue chart.png -color-matrix "6x6: $(saturate -30)" -color-matrix "6x6: $(hue 120)"
vibrant vib chart.png 80
vibrant vib-down chart.png -60

# Sharpness.
sharpened sharp chart.png 2
sharpened sharp-more chart.png 6
unsharp usm chart.png 2.5 60
unsharp usm-wide chart.png 8 60
unsharp usm-back chart.png 2.5 -60

# Style.
ref blur chart.png -blur 0x2
ref blur-least chart.png -blur 0x0.5
ref blur-wide chart.png -blur 0x12
ref alpha-blur cutout.png -virtual-pixel edge -blur 0x3
pixelate px chart.png 8
pixelate px-cut chart.png 7
colors sepia "$(sepia 100)"
colors sepia-half "$(sepia 40)"
colors monochrome "$(duo 0 0 0 51 102 153 1)"
colors monochrome-part "$(duo 0 0 0 51 102 153 0.501960784)"
colors duotone "$(duo 0 0 128 250 128 114 1)"
colors duotone-part "$(duo 0 0 128 250 128 114 0.4)"
ref alpha-sepia cutout.png -color-matrix "6x6: $(sepia 100)"
ref alpha-bri cutout.png -channel RGB -fx 'u+0.2'

# Output. A lossy format is compared with itself at the same setting where the encoder is the
# same, else with the picture.
jpeg() { # NAME QUALITY SAMPLING
	convert scene.png -crop 160x120+40+20 +repage -sampling-factor "$3" -define jpeg:dct-method=islow -quality "$2" "$1.jpg"
	ref "$1" "$1.jpg"
	rm "$1.jpg"
}
jpeg jpg-20 20 2x2
jpeg jpg-75 75 2x2
jpeg jpg-95 95 1x1
convert scene.png -crop 160x120+40+20 +repage -quality 84 -define webp:method=4 webp.webp # q=75 in WebP's own scale
ref webp webp.webp
rm webp.webp
for name in whole gif avif avif-q; do
	ref $name scene.png -crop 160x120+40+20 +repage
done

# Colour spaces and large files.
ref p3 ../photo-p3.jpg $lanczos '150x100!' -profile "$srgb"
ref adobergb ../photo-adobergb.jpg $lanczos '150x100!' -profile "$srgb"
ref shrink ../photo.jpg $lanczos 120x80
ref shrink-crop ../photo.jpg $lanczos 150x100 -crop 60x100+90+0 +repage
ref shrink-rect ../photo.jpg -crop 1200x900+801+701 +repage $lanczos 120x90
ref sixteen-bits ../basn2c16.png
ref alpha-png ../basn6a08.png

# Canvas: what surrounds the picture, and what is left of it.
part='-crop 160x120+40+20 +repage'
ref pad scene.png $part -bordercolor '#204060' -border 15
ref pad-sides scene.png $part -background '#204060' -gravity SouthEast -extent 180x125
ref pad-w scene.png $lanczos '100x67!' -bordercolor '#204060' -border 10
ref border scene.png $part -shave 6x6 -bordercolor '#336699' -border 6
ref border-sides scene.png -crop 154x104+40+30 +repage -background '#336699' -extent 160x120+0-10
ref fill-solid scene.png $lanczos '100x67!' -background '#602040' -extent 100x100+0-16
ref fill-blur scene.png \( -clone 0 $lanczos 150x100 $centre 100x100+0+0 +repage -blur 0x5 \) \
	\( -clone 0 -gravity NorthWest $lanczos '100x67!' \) -delete 0 -gravity NorthWest -geometry +0+16 -composite
inside() { # SHAPE, eight times as large: how much of each pixel is in it
	convert -size 1280x960 xc:black +antialias -fill white -draw "$1" -filter box -resize '160x120!' inside.png
}
inside 'ellipse 639.5,479.5 640,480 0,360'
ref alpha-ellipse scene.png $part inside.png -alpha off -compose CopyOpacity -composite
ref mask-bg scene.png $part inside.png -alpha off -compose CopyOpacity -composite -background '#204060' -compose Over -flatten
inside 'roundrectangle -0.5,-0.5 1279.5,959.5 240,240'
ref alpha-corners scene.png $part inside.png -alpha off -compose CopyOpacity -composite
rm inside.png

# Several at once, in the order of the pipeline.
ref card scene.png $lanczos 150x100 -crop 100x100+50+0 +repage -channel RGB -fx "$(contrast 20)" -color-matrix "6x6: $(saturate -40)"
ref poster scene.png -crop 160x120+40+20 +repage $lanczos 120x90 -rotate 90 -flop -color-matrix "6x6: $(sepia 60)"
ref blur-dpr scene.png $lanczos 120x80 -blur 0x3
ref side-card sideways.jpg -rotate 90 -crop 100x100+10+30 +repage $lanczos 80x80 -channel RGB -fx 'u+0.1'
ref alpha-card cutout.png $lanczos 60x45 -flop -color-matrix "6x6: $(hue 90)"
ref print scene.png $lanczos 120x80 -channel RGB -fx "$(expose 25)" -channel RGBA \( -clone 0 -blur 0x1 \) -channel RGB -fx 'u+0.5*(u-v)'
ref stamp scene.png $lanczos '100x67!' -background '#204060' -extent 100x100+0-16 -color-matrix "6x6: $(duo 0 0 0 200 80 40 1)"
