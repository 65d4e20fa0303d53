package transform_test

// blendSpellings are equal spellings of the group blend, the shortest first.
var blendSpellings = []equals{
	{"no blend", []string{"", "blend-mode=screen", "blend-alpha=50&blend-w=0.2", "blend-size=inherit", "blend=transparent", "blend=red&blend-alpha=0", "blend=00ff0000", aBlend + "&blend-alpha=0"}},
	{"a colour", []string{"blend=ff0000", "blend=red", "b=f00", "blend=RED&blend-mode=overlay", "blend=ff0000&bm=overlay", "blend64=cmVk", "blend=red&blend-alpha=100",
		"blend=red&blend-w=20&blend-h=30&blend-fit=crop&blend-crop=top", "blend=red&blend-x=5&by=7&blend-pad=9&ba=top", "blend=red&bs=inherit"}},
	{"a colour that shines through", []string{"blend=80ff0000", "b=80FF0000"}},
	{"an image", []string{aBlend, "/" + aBlend, aBlend + "&blend-align=center", aBlend + "&ba=middle", aBlend + "&ba=middle,center", aBlend + "&blend-pad=9",
		aBlend + "&blend-crop=top", aBlend + "&blend-fit=crop", aBlend + "&blend-w=0", aBlend + "&bf=clip"}},
	{"a place", []string{aBlend + "&blend-align=top", aBlend + "&ba=center,top", aBlend + "&blendalign=top&bp=0"}},
	{"away from an edge", []string{aBlend + "&blend-align=bottom,right&blend-pad=9", aBlend + "&ba=right,bottom&bp=9"}},
	{"another place", []string{aBlend + "&blend-x=5&blend-y=7", aBlend + "&bx=5&by=7&blend-align=bottom,right&blend-pad=30"}},
	{"as large as the picture", []string{aBlend + "&blend-size=inherit", aBlend + "&bs=inherit&blend-w=20&blend-x=5&blend-align=top&blend-pad=3", aBlend + "&bs=inherit&blend-fit=scale"}},
	{"and cut", []string{aBlend + "&blend-crop=top&blend-size=inherit", aBlend + "&bs=inherit&bc=top"}},
	{"a box", []string{aBlend + "&blend-fit=crop&blend-crop=faces,left&blend-w=20&blend-h=30", aBlend + "&bw=20&bh=30&bf=crop&bc=faces,left"}},
	{"a part", []string{aBlend + "&blend-mode=multiply&blend-w=0.5", aBlend + "&bm=multiply&bw=.5&blend-fit=scale"}},
}

// blendDifferent are pairs of the group blend that look alike and mean two things.
var blendDifferent = []struct{ a, b string }{
	{"blend=red", ""}, {"blend=red", "blend=80ff0000"}, {"blend=red&blend-alpha=1", "blend=red"}, {"blend=red&blend-mode=normal", "blend=red"},
	{"blend=red", "bg=red"}, {aBlend, "mark=0123456789abcdefghjkmnpqrs"}, {aBlend + "&blend-x=0", aBlend}, {aBlend + "&blend-align=top&blend-pad=1", aBlend + "&blend-align=top"},
	{aBlend + "&blend-size=inherit", aBlend + "&blend-w=1000"}, {aBlend + "&blend-w=20&blend-h=20&blend-fit=clamp", aBlend + "&blend-w=20&blend-h=20"},
}
