package svg

import "strings"

func set(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}

// elements are those that draw, and hold what draws (SVG 2, chapters 5 to 15, and
// Filter Effects 1). Not among them: script, foreignObject, a, animations, which
// could change what is checked here, and everything that is not SVG.
var elements = set(`svg g defs symbol use switch title desc style
path rect circle ellipse line polyline polygon text tspan textPath image
linearGradient radialGradient stop pattern clipPath mask marker
filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology
feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence`)

// attributes are those of the elements above, with SVG's presentation attributes.
// References (href) are looked at apart.
var attributes = set(`id class style lang tabindex role version baseProfile viewBox preserveAspectRatio
width height x y x1 x2 y1 y2 cx cy r rx ry fx fy fr d points pathLength dx dy rotate textLength lengthAdjust startOffset method spacing side
transform transform-origin gradientUnits gradientTransform spreadMethod offset patternUnits patternContentUnits patternTransform
clipPathUnits maskUnits maskContentUnits mask-type markerUnits markerWidth markerHeight orient refX refY
filterUnits primitiveUnits in in2 result mode type values tableValues slope intercept amplitude exponent operator k1 k2 k3 k4
order kernelMatrix divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
specularExponent limitingConeAngle azimuth elevation z pointsAtX pointsAtY pointsAtZ scale xChannelSelector yChannelSelector
stdDeviation radius baseFrequency numOctaves seed stitchTiles media requiredFeatures requiredExtensions systemLanguage
alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation color-interpolation-filters cursor direction display
dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font font-family font-feature-settings font-size font-size-adjust
font-stretch font-style font-variant font-weight glyph-orientation-horizontal glyph-orientation-vertical image-rendering isolation
letter-spacing lighting-color marker marker-end marker-mid marker-start mask mix-blend-mode opacity overflow paint-order pointer-events
shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
stroke-opacity stroke-width text-anchor text-decoration text-overflow text-rendering unicode-bidi vector-effect visibility white-space
word-spacing writing-mode enable-background`)
