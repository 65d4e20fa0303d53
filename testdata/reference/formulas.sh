# The README's formulas for ImageMagick; make.sh reads this.

calc() { awk "BEGIN { pi = atan2(0, -1); printf \"%.10g\", $1 }"; }

# matrix R G B PART: the part of the way to a matrix, whose rows are three factors and a constant.
matrix() {
	awk -v r="$1" -v g="$2" -v b="$3" -v part="$4" 'BEGIN {
		split(r " " g " " b, m, " ")
		for (i = 0; i < 3; i++) {
			for (j = 0; j < 3; j++) printf "%.8f ", (i == j) * (1 - part) + m[4 * i + j + 1] * part
			printf "0 0 %.8f ", m[4 * i + 4] * part
		}
	}'
	echo '0 0 0 1 0 0 0 0 0 0 1 0 0 0 0 0 0 1'
}

# CSS Filter Effects Module Level 1: saturate, hue-rotate and sepia.
saturate() {
	set -- "$(calc "1 + $1/100")"
	matrix "$(calc "0.213+0.787*$1") $(calc "0.715-0.715*$1") $(calc "0.072-0.072*$1") 0" \
		"$(calc "0.213-0.213*$1") $(calc "0.715+0.285*$1") $(calc "0.072-0.072*$1") 0" \
		"$(calc "0.213-0.213*$1") $(calc "0.715-0.715*$1") $(calc "0.072+0.928*$1") 0" 1
}
hue() {
	c="cos($1*pi/180)" s="sin($1*pi/180)"
	matrix "$(calc "0.213+$c*0.787-$s*0.213") $(calc "0.715-$c*0.715-$s*0.715") $(calc "0.072-$c*0.072+$s*0.928") 0" \
		"$(calc "0.213-$c*0.213+$s*0.143") $(calc "0.715+$c*0.285+$s*0.140") $(calc "0.072-$c*0.072-$s*0.283") 0" \
		"$(calc "0.213-$c*0.213-$s*0.787") $(calc "0.715-$c*0.715+$s*0.715") $(calc "0.072+$c*0.928+$s*0.072") 0" 1
}
sepia() { matrix '0.393 0.769 0.189 0' '0.349 0.686 0.168 0' '0.272 0.534 0.131 0' "$(calc "$1/100")"; }

# duo R0 G0 B0 R1 G1 B1 PART: from one colour (0 to 255) to the other by lightness (ITU-R BT.709).
duo() {
	row() { calc "($2-$1)/255*0.2126" && printf ' ' && calc "($2-$1)/255*0.7152" && printf ' ' && calc "($2-$1)/255*0.0722" && printf ' ' && calc "$1/255"; }
	matrix "$(row "$1" "$4")" "$(row "$2" "$5")" "$(row "$3" "$6")" "$7"
}

# The curves of tones, for one channel u from 0 to 1.
exposure="l = u <= 0.04045 ? u/12.92 : pow((u+0.055)/1.055, 2.4); l = min(1, l*pow(2, EXP/50)); l <= 0.0031308 ? l*12.92 : 1.055*pow(l, 1/2.4)-0.055"
expose() { printf '%s' "$exposure" | sed "s/EXP/($1)/"; }
contrast() { echo "(u-0.5)*$(calc "sin(pi/4*(1+($1)/100))/cos(pi/4*(1+($1)/100))")+0.5"; }
gamma() { echo "pow(u, $(calc "4^(-($1)/100)"))"; }
shadows() { echo "u + $1/50*u*pow(1-u, 3)"; }
highlights() { echo "u + ($1)/50*(1-u)*pow(u, 3)"; }

# vibrance in CIELCh, D65; r, g and b are of the pixel, whatever the channel.
vibrance() {
	cat <<-FX
		lr = u.r <= 0.04045 ? u.r/12.92 : pow((u.r+0.055)/1.055, 2.4);
		lg = u.g <= 0.04045 ? u.g/12.92 : pow((u.g+0.055)/1.055, 2.4);
		lb = u.b <= 0.04045 ? u.b/12.92 : pow((u.b+0.055)/1.055, 2.4);
		xx = (0.4124564*lr + 0.3575761*lg + 0.1804375*lb)/0.95047;
		yy = 0.2126729*lr + 0.7151522*lg + 0.0721750*lb;
		zz = (0.0193339*lr + 0.1191920*lg + 0.9503041*lb)/1.08883;
		fx = xx > 0.008856452 ? pow(xx, 1/3) : 7.787037*xx + 16/116;
		fy = yy > 0.008856452 ? pow(yy, 1/3) : 7.787037*yy + 16/116;
		fz = zz > 0.008856452 ? pow(zz, 1/3) : 7.787037*zz + 16/116;
		aa = 500*(fx-fy);
		bb = 200*(fy-fz);
		kk = 1 + ($1)/100*(1 - hypot(aa, bb)/150);
		fx = fy + kk*aa/500;
		fz = fy - kk*bb/200;
		xx = 0.95047*(fx > 0.2068966 ? fx*fx*fx : (fx-16/116)/7.787037);
		zz = 1.08883*(fz > 0.2068966 ? fz*fz*fz : (fz-16/116)/7.787037);
		FX
	cat <<-FX
		vv = $2;
		vv = max(0, min(1, vv));
		vv <= 0.0031308 ? vv*12.92 : 1.055*pow(vv, 1/2.4)-0.055
		FX
}
vibrant() { # NAME SOURCE VIB
	ref "$1" "$2" \
		\( -clone 0 -fx "$(vibrance "$3" '3.2404542*xx - 1.5371385*yy - 0.4985314*zz')" \) \
		\( -clone 0 -fx "$(vibrance "$3" '-0.9692660*xx + 1.8760108*yy + 0.0415560*zz')" \) \
		\( -clone 0 -fx "$(vibrance "$3" '0.0556434*xx - 0.2040259*yy + 1.0572252*zz')" \) \
		-delete 0 -combine -set colorspace sRGB
}

# unsharp NAME SOURCE RADIUS PERCENT
unsharp() { ref "$1" "$2" \( -clone 0 -blur "0x$3" \) -channel RGB -fx "u + ($4)/100*(u-v)"; }

# sharpened: on CIELAB's L in 0 to 100. What differs from a blur of one pixel by less than 2
# stays; above, the strength counts, up to 10 lighter and 20 darker.
sharpened() { # NAME SOURCE STRENGTH
	ref "$1" "$2" -colorspace Lab \( -clone 0 -blur 0x1 \) -channel R \
		-fx "dd = 100*(u-v); ee = dd > 2 ? min(10, $3*(dd-2)) : dd < -2 ? max(-20, $3*(dd+2)) : 0; u + ee/100" -colorspace sRGB
}

# squared WIDTH HEIGHT X Y SIDE: a part of the picture in squares of their mean.
squared() {
	echo "( -clone 0 -crop $1x$2+$3+$4 +repage -scale $((($1 + $5 - 1) / $5))x$((($2 + $5 - 1) / $5))! -scale $1x$2! )"
}
# pixelate NAME SOURCE SIDE: whole squares, then those that the right and lower ends cut.
pixelate() {
	w=$(identify -format %w "$2") h=$(identify -format %h "$2")
	right=$((w % $3)) lower=$((h % $3))
	set -- "$1" "$2" "$3" $((w - right)) $((h - lower))
	if [ "$right$lower" = 00 ]; then
		ref "$1" "$2" $(squared "$w" "$h" 0 0 "$3") -delete 0
		return
	fi
	# shellcheck disable=SC2046
	convert "$2" $(squared "$4" "$5" 0 0 "$3") $(squared "$right" "$5" "$4" 0 "$3") -delete 0 +append upper.mpc
	# shellcheck disable=SC2046
	convert "$2" $(squared "$4" "$lower" 0 "$5" "$3") $(squared "$right" "$lower" "$4" "$5" "$3") -delete 0 +append lower.mpc
	ref "$1" upper.mpc lower.mpc -append
	rm -f upper.* lower.*
}

# turned: about the middle, to a size. NAME SOURCE ANGLE SCALE WIDTH HEIGHT BACKGROUND
turned() {
	half=$(identify -format '%[fx:w/2],%[fx:h/2]' "$2")
	ref "$1" "$2" -background "$7" -virtual-pixel background -filter point -interpolate catrom \
		-set option:distort:viewport "$5x$6+0+0" -distort SRT "$half $4 $3 $(calc "$5/2"),$(calc "$6/2")" +repage
}
