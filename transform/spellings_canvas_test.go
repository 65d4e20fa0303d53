package transform_test

// canvasSpellings are equal spellings of the group canvas, the shortest first.
var canvasSpellings = []equals{
	// Fill.
	{"no fit=fill, so no fill", []string{"w=80&h=60", "w=80&h=60&fill=blur", "w=80&h=60&fill=solid&fill-color=red", "w=80&h=60&fill-color=red"}},
	{"fill with one side", []string{"w=80", "w=80&fit=fill&fill=blur", "w=80&fit=fillmax&fill=solid&fillcolor=red"}},
	{"fill with clamp", []string{"w=80&h=60&fit=clamp", "w=80&h=60&fit=clamp&fill=blur"}},
	{"solid without a colour", []string{"w=80&h=60&fit=fill", "w=80&h=60&fit=fill&fill=solid", "w=80&h=60&fit=fill&fill-color=red", "w=80&h=60&fit=fillmax&fillcolor=red"}},
	{"a colour", []string{"w=80&h=60&fit=fill&fill=solid&fill-color=ff0000", "w=80&h=60&fit=fillmax&fill=solid&fillcolor=red", "/fill-color=f00,fill=solid,w=80,h=60,fit=fill", "w=80&h=60&fit=fill&fill=solid&fill-color64=cmVk"}},
	{"a colour of a blur", []string{"w=80&h=60&fit=fill&fill=blur", "w=80&h=60&fit=fill&fill=blur&fill-color=red", "/fit=fill,fill=blur,w=80,h=60", "w=80&h=60&fit=fill&fill64=Ymx1cg"}},

	// Mask.
	{"no mask", []string{"", "corner-radius=10", "mask-bg=red", "maskbg=red&corner-radius=1,2,3,4", "mask=corners&corner-radius=0,0,0,0", "mask=corners&corner-radius=0,0,0,0&mask-bg=red"}},
	{"an ellipse has no corners", []string{"mask=ellipse", "mask=ellipse&corner-radius=10", "mask=ellipse&corner-radius=0,0,0,0", "mask64=ZWxsaXBzZQ"}},
	{"corners of one radius", []string{"mask=corners&corner-radius=10", "mask=corners&corner-radius=10,10,10,10", "mask=corners&corner-radius=010", "/mask=corners,corner-radius=10%2C10%2C10%2C10"}},
	{"corners of the usual radius", []string{"mask=corners", "mask=corners&corner-radius=0", "mask=corners&corner-radius=00"}},
	{"a mask on nothing", []string{"mask=ellipse", "mask=ellipse&mask-bg=transparent", "mask=ellipse&maskbg=0fff", "mask=ellipse&mask-bg=00123456"}},
	{"a mask on red", []string{"mask=ellipse&mask-bg=ff0000", "mask=ellipse&maskbg=red", "mask=ellipse&mask-bg=ff00", "maskbg=F00&mask=ellipse"}},

	// Padding.
	{"no padding", []string{"", "pad=0", "pad-top=0", "pad=-5", "pad=0&pad-left=0", "pad=10&pad-top=0&pad-right=0&pad-bottom=0&pad-left=0"}},
	{"all sides", []string{"pad=10", "pad-top=10&pad-left=10&pad-right=10&pad-bottom=10", "pad=3&pad-left=10&pad-top=10&pad-bottom=10&pad-right=10", "pad=10&pad-left=10", "pad=010"}},
	{"three sides", []string{"pad-top=10&pad-right=10&pad-bottom=10", "pad=10&pad-left=0", "pad-left=-1&pad=10"}},
	{"one side", []string{"pad-left=10", "pad=0&pad-left=10", "/pad-left=10"}},
	{"padding beyond its range", []string{"pad=8192", "pad=8193", "pad=99999999999"}},

	// Border.
	{"no border", []string{"", "border=0,red", "border-left=5", "border-radius=20", "border-radius-inner=20", "border=0,red&border-radius=20", "border=-3,red", "border=5,red&border-top=0&border-right=0&border-bottom=0&border-left=0", "border=5,transparent", "border=5,0f00&border-left=9", "border=5,transparent&border-radius-inner=4"}},
	{"a border", []string{"border=5,ff0000", "border=5,red", "border=5,F00", "border=5,ff00", "border=05,ffff0000", "border=5%2Cred", "/border=5%2Cred", "border=5,red&border-left=5", "border=1,red&border-top=5&border-right=5&border-bottom=5&border-left=5", "border64=NSxyZWQ"}},
	{"one side of a border", []string{"border=0,ff0000&border-left=5", "border=5,red&border-top=0&border-right=0&border-bottom=0", "border-left=5&border=0,red"}},
	{"a border beyond its range", []string{"border=100,ff0000", "border=101,red", "border=9999999999,red", "border=0,red&border-top=101&border-left=999&border-right=100&border-bottom=100"}},
	{"round", []string{"border=5,ff0000&border-radius=20", "border=5,red&border-radius=20,20,20,20"}},
	{"not round", []string{"border=5,ff0000", "border=5,red&border-radius=0", "border=5,red&border-radius=0,0,0,0", "border=5,red&border-radius-inner=0", "border=5,red&border-radius=0&border-radius-inner=0,0,0,0"}},
	{"round without a colour", []string{"border=1,00000000&border-radius=20", "border=5,transparent&border-radius=20", "border=0,0fff&border-left=7&border-radius=20&border-radius-inner=3"}},
	{"a border along a mask", []string{"mask=ellipse&border=5,ff0000", "mask=ellipse&border=5,red&border-radius=20", "mask=ellipse&border=5,red&border-radius=20&border-radius-inner=9"}},
	{"a border along corners", []string{"mask=corners&border=5,ff0000&border-radius-inner=9", "mask=corners&border=5,red&border-radius-inner=9,9,9,9&border-radius=50"}},
	{"no border along a mask", []string{"mask=ellipse", "mask=ellipse&border=5,transparent&border-radius=20", "mask=ellipse&border=0,red"}},
	{"dpr without a size", []string{"pad=10&border=5,ff0000", "pad=10&border=5,red&dpr=2"}},
}

// canvasDifferent are pairs of the group canvas that look alike and mean two things.
var canvasDifferent = []struct{ a, b string }{
	{"w=80&h=60&fit=fill&fill=blur", "w=80&h=60&fit=fill"},
	{"w=80&h=60&fit=fill&fill=blur", "w=80&h=60&fit=fill&fill=blur&enlarge=1"},
	{"w=80&h=60&fit=fill&fill=solid&fill-color=red", "w=80&h=60&fit=fill&fill=solid&fill-color=80ff0000"},
	{"w=80&h=60&fit=fill&fill=solid&fill-color=transparent", "w=80&h=60&fit=fill"},
	{"mask=ellipse", "mask=corners"}, {"mask=ellipse", "mask=ellipse&mask-bg=fff"}, {"mask=corners&corner-radius=1", "mask=corners"},
	{"mask=corners&corner-radius=1,2,3,4", "mask=corners&corner-radius=4,3,2,1"}, {"mask=corners&corner-radius=0,0,0,1", "mask=corners&corner-radius=0"},
	{"pad=10", "pad=11"}, {"pad=10", "pad-top=10"}, {"pad-left=10", "pad-right=10"}, {"w=80&pad=10", "w=80&pad=10&dpr=2"},
	{"border=5,red", "border=6,red"}, {"border=5,red", "border=5,80ff0000"}, {"border=5,red", "border=5,red&border-left=0"},
	{"border=5,red&border-left=1", "border=5,red&border-right=1"}, {"border=5,red&border-radius=9", "border=5,red"},
	{"border=5,red&border-radius=9", "border=5,red&border-radius=9&border-radius-inner=0"}, {"border=5,red&border-radius-inner=9", "border=5,red"},
	{"border=5,transparent&border-radius=9", ""}, {"mask=corners&border=5,red&border-radius-inner=0", "mask=corners&border=5,red"},
	{"border=5,red", "pad=5&bg=red"},
}
