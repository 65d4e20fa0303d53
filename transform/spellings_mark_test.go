package transform_test

// markSpellings are equal spellings of the group watermark, the shortest first.
var markSpellings = []equals{
	{"no mark", []string{"", "mark-align=top", "mark-alpha=50&mark-w=0.2&mark-h=9&mark-fit=crop", "mark-pad=9&mark-x=1&mark-y=-1", "ms=50&mark-rot=45&mtile=grid"}},
	{"a mark", []string{"mark=logo.png", "m=logo.png", "/mark=logo.png", "mark64=bG9nby5wbmc", "m64=bG9nby5wbmc",
		"mark=logo.png&mark-align=bottom,right", "mark=logo.png&ma=right,bottom", "mark=logo.png&mark-alpha=100", "mark=logo.png&malph=101", "mark=logo.png&mark-fit=clip",
		"mark=logo.png&mark-w=0&mark-h=0", "mark=logo.png&mark-pad=5", "mark=logo.png&mark-scale=0", "mark=logo.png&ms=-3", "mark=logo.png&mark-rot=0", "mark=logo.png&mark-rot=360"}},
	{"an id", []string{"mark=0123456789abcdefghjkmnpqrs", "m=0123456789abcdefghjkmnpqrs"}},
	{"the order of sides", []string{"mark=a&mark-align=top,left", "mark=a&mark-align=left,top", "mark=a&markalign=top%2Cleft", "/mark=a,ma=left%2Ctop", "mark=a&mark-align=top,left,top"}},
	{"the middle is dropped", []string{"mark=a&mark-align=top", "mark=a&mark-align=top,center", "mark=a&mark-align=center,top"}},
	{"the other middle", []string{"mark=a&mark-align=left", "mark=a&mark-align=middle,left", "mark=a&ma=left,middle"}},
	{"in the middle", []string{"mark=a&mark-align=center", "mark=a&mark-align=middle", "mark=a&mark-align=middle,center", "mark=a&mark-align=center,middle", "mark=a&mark-align=center&mark-pad=30"}},
	{"nearly nothing", []string{"mark=a&mark-alpha=1", "mark=a&mark-alpha=0", "mark=a&malph=-5", "mark=a&markalpha=01"}},
	{"one side has no shape", []string{"mark=a&mark-w=40", "mark=a&mw=40&mark-fit=crop", "mark=a&markw=40&mark-fit=fill", "mark=a&mark-w=40&mark-fit=scale", "mark=a&mark-w=40&mark-scale=50"}},
	{"max of nothing", []string{"mark=a", "mark=a&mark-fit=max", "mark=a&mf=crop"}},
	{"max of one side", []string{"mark=a&mark-fit=max&mark-h=40", "mark=a&mf=max&mh=40&ms=3"}},
	{"a scale", []string{"mark=a&mark-scale=20", "mark=a&ms=20&mark-fit=crop", "mark=a&markscale=20&mark-fit=max"}},
	{"a scale beyond its range", []string{"mark=a&mark-scale=100", "mark=a&mark-scale=250"}},
	{"no padding", []string{"mark=a&mark-pad=0", "mark=a&mp=-4", "mark=a&markpad=00"}},
	{"padding beyond its range", []string{"mark=a&mark-pad=8192", "mark=a&mark-pad=8193"}},
	{"an offset", []string{"mark=a&mark-x=10", "mark=a&mx=10&mark-align=bottom", "mark=a&markx=010&mark-align=bottom,left", "mark=a&mark-x=10&mark-align=bottom,right"}},
	{"an offset and a side", []string{"mark=a&mark-align=top&mark-x=10", "mark=a&mark-x=10&mark-align=left,top", "mark=a&mark-x=10&ma=top,center"}},
	{"an offset and the middle", []string{"mark=a&mark-align=center&mark-x=10", "mark=a&mark-x=10&ma=middle,left&mp=40", "mark=a&mark-x=10&ma=right"}},
	{"both offsets", []string{"mark=a&mark-x=0&mark-y=0", "mark=a&mx=0&my=0&mark-align=top,left&mark-pad=90", "mark=a&mx=-0&my=0&ma=center"}},
	{"offsets beyond their range", []string{"mark=a&mark-x=-8192&mark-y=8192", "mark=a&mx=-9999&my=99999999999"}},
	{"an angle", []string{"mark=a&mark-rot=315", "mark=a&mark-rot=-45", "mark=a&mark-rot=675"}},
	{"tiles", []string{"mark=a&mark-tile=grid", "mark=a&mtile=grid&mark-align=top,left", "/m=a,marktile=grid", "mark=a&mark-tile64=Z3JpZA"}},
	{"tiles from the right", []string{"mark=a&mark-align=bottom,right&mark-tile=grid", "mark=a&ma=right,bottom&mtile=grid"}},
	{"tiles from the middle", []string{"mark=a&mark-align=center&mark-pad=9&mark-tile=grid", "mark=a&mark-tile=grid&ma=middle&mp=9"}},
}

// markDifferent are pairs of the group watermark that look alike and mean two things.
var markDifferent = []struct{ a, b string }{
	{"mark=a", ""}, {"mark=a", "mark=A"}, {"mark=a", "mark=b"}, {"mark=a&mark-align=center", "mark=a"}, {"mark=a&mark-align=top", "mark=a&mark-align=top,left"},
	{"mark=a&mark-align=bottom", "mark=a"}, {"mark=a&mark-alpha=99", "mark=a"}, {"mark=a&mark-w=40", "mark=a&mark-h=40"}, {"mark=a&mark-w=0.2", "mark=a&mark-scale=20"},
	{"mark=a&mark-w=40&mark-h=40&mark-fit=crop", "mark=a&mark-w=40&mark-h=40"}, {"mark=a&mark-w=40&mark-h=40&mark-fit=fill", "mark=a&mark-w=40&mark-h=40&mark-fit=scale"},
	{"mark=a&mark-w=40&mark-fit=max", "mark=a&mark-w=40"}, {"mark=a&mark-pad=0", "mark=a"}, {"mark=a&mark-x=0", "mark=a"}, {"mark=a&mark-x=5", "mark=a&mark-y=5"},
	{"mark=a&mark-x=5", "mark=a&mark-x=-5"}, {"mark=a&mark-rot=90", "mark=a&rot=90"}, {"mark=a&mark-tile=grid", "mark=a"}, {"mark=a&mark-tile=grid&mark-x=5", "mark=a&mark-tile=grid"},
	{"mark=a&mark-tile=grid&mark-align=center&mark-pad=9", "mark=a&mark-tile=grid&mark-align=center"}, {"mark=a&mark-x=5&mark-y=5&mark-tile=grid&mark-pad=9", "mark=a&mark-x=5&mark-y=5&mark-tile=grid"},
	{"mark=a&w=80", "mark=a&w=80&dpr=2"}, {"mark=a&mark-x=5&mark-align=top", "mark=a&mark-x=5"}, {"mark=a&mark-x=5&mark-pad=9", "mark=a&mark-x=5"},
}
