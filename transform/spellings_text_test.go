package transform_test

// textSpellings are equal spellings of the group text, the shortest first.
var textSpellings = []equals{
	{"no text", []string{"", "txt=", "txt-size=40&txt-color=red", "t=%20%0A%09&txt-font=serif", "txt-align=top&txt-x=1&txt-y=2&txt-width=90", "txt-fit=max&txt-clip=start", "txt-line=3&txt-shad=4&txt-lead=5&txt-track=6"}},
	{"nothing of it is seen", []string{"", "txt=a&txt-color=transparent", "txt=a&tc=0f00&tsh=4", "txt=a&txt-color=transparent&txt-line=4&txt-line-color=00112233"}},
	{"a text", []string{"txt=hello", "t=hello", "/txt=hello", "txt64=aGVsbG8", "t64=aGVsbG8", "txt=hello&txt-align=bottom,right", "txt=hello&ta=right,bottom", "txt=hello&txt-clip=end",
		"txt=hello&txt-color=000", "txt=hello&txtclr=black", "txt=hello&tc=ff000000", "txt=hello&txt-font=sans-serif", "txt=hello&tf=Sans-Serif", "txt=hello&txt-lead=0", "txt=hello&tl=0", "txt=hello&txt-line-color=red",
		"txt=hello&txt-pad=10", "txt=hello&tsh=0", "txt=hello&tsz=12", "txt=hello&tt=0", "txt=hello&txt-width=0", "txt=hello&txt-lead=-1", "txt=hello&txt-line=-4", "txt=hello&txt-line=0&txtlineclr=00f",
		"txt=hello&txt-line=2&txt-line-color=transparent"}},
	{"spaces", []string{"txt=a%20b", "txt=a+b", "/txt=a%20b", "txt=a%09b", "txt64=YSBi"}},
	{"ends of lines", []string{"txt=a%0Ab", "txt=a%0D%0Ab", "txt=a%0Db", "txt=a%E2%80%A8b", "txt=a%E2%80%A9b", "txt=a%C2%85b", "txt=a%0Bb", "txt=a%0Cb"}},
	{"a comma", []string{"txt=a,b", "txt=a%2Cb", "/txt=a%2Cb"}},
	{"markup is text", []string{"txt=%3Cb%3E%26amp%3B%3C%2Fb%3E", "txt64=PGI-JmFtcDs8L2I-"}},
	{"the middle", []string{"txt=a&txt-align=center", "txt=a&ta=middle", "txt=a&txtalign=center,middle"}},
	{"a side", []string{"txt=a&txt-align=top", "txt=a&txt-align=center,top"}},
	{"the middle has no edge", []string{"txt=a&txt-align=center&txt-width=90", "txt=a&txt-align=center&txt-width=90&txt-pad=30"}},
	{"an ellipsis", []string{"txt=a&txt-clip=ellipsis", "txt=a&tcl=end,ellipsis", "txt=a&txtclip=ellipsis,end", "/txt=a,tcl=ellipsis%2Cellipsis"}},
	{"an ellipsis elsewhere", []string{"txt=a&txt-clip=middle,ellipsis", "txt=a&tcl=ellipsis,middle"}},
	{"a width that is cut", []string{"txt=a&txt-clip=end&txt-width=50", "txt=a&txtwidth=50&tcl=end", "txt=a&txtwidth=50&tcl=end,end"}},
	{"all that fits", []string{"txt=a&txt-fit=max", "txt=a&txtfit=max&txt-size=90&txt-clip=start,ellipsis"}},
	{"fonts", []string{"txt=a&txt-font=dejavu%20serif,bold,italic", "txt=a&tf=bold,DejaVu%20Serif,italic", "txt=a&txtfont=italic,%20dejavu++serif%20,bold,Bold", "txt=a&tf=DejaVu+Serif,dejavu+serif,italic,bold"}},
	{"a chain of fonts", []string{"txt=a&txt-font=futura,serif", "txt=a&tf=Futura,Serif,futura"}},
	{"style alone", []string{"txt=a&txt-font=bold", "txt=a&tf=sans-serif,bold"}},
	{"an outline", []string{"txt=a&txt-line=2", "txt=a&tl=2&txt-line-color=fff", "txt=a&txtline=2&txt-line-clr=white"}},
	{"beyond the ranges", []string{"txt=a&txt-lead=1000&txt-line=100&txt-pad=8192&txt-shad=10&txt-size=2000&txt-track=1000&txt-width=8192",
		"txt=a&txt-lead=1001&txt-line=101&txt-pad=9999&txt-shad=11&txt-size=99999&txt-track=1001&txt-width=8193"}},
	{"below the ranges", []string{"txt=a&txt-pad=0&txt-size=1&txt-track=-4", "txt=a&tp=-1&tsz=0&tt=-5&tsh=-1&txtwidth=-3", "txt=a&tp=0&tsz=-12&tt=-99"}},
	{"a place", []string{"txt=a&txt-x=5&txt-y=-6", "txt=a&txtx=5&txty=-6&txt-align=top,left", "txt=a&txt-x=5&txt-y=-6&ta=middle,right"}},
	{"a place of lines", []string{"txt=a%0Ab&txt-x=5", "txt=a%0Ab&txt-x=5&txt-align=bottom,left"}},
	{"places beyond the range", []string{"txt=a&txt-x=8192&txt-y=-8192", "txt=a&txt-x=9000&txt-y=-90000000000"}},
}

// textDifferent are pairs of the group text that look alike and mean two things.
var textDifferent = []struct{ a, b string }{
	{"txt=a", ""}, {"txt=a", "txt=A"}, {"txt=a", "txt=a%20"}, {"txt=a%20b", "txt=a%20%20b"}, {"txt=a%0Ab", "txt=a%20b"}, {"txt=a&txt-align=top", "txt=a&txt-align=top,left"},
	{"txt=a&txt-x=0", "txt=a"}, {"txt=a&txt-x=0&txt-align=top", "txt=a&txt-x=0"}, {"txt=a%0Ab&txt-x=0&txt-align=bottom", "txt=a%0Ab&txt-x=0"}, {"txt=a&txt-width=90", "txt=a"},
	{"txt=a&txt-width=90", "txt=a&txt-width=90&txt-clip=end"}, {"txt=a&txt-clip=start", "txt=a&txt-clip=middle"}, {"txt=a&txt-clip=start", "txt=a&txt-clip=start,ellipsis"},
	{"txt=a&txt-width=90&txt-align=center", "txt=a&txt-width=90"}, {"txt=a&txt-align=center&txt-pad=3", "txt=a&txt-align=center"}, {"txt=a&txt-fit=max&txt-width=90&txt-pad=3", "txt=a&txt-fit=max&txt-width=90"},
	{"txt=a&txt-font=a,b", "txt=a&txt-font=b,a"}, {"txt=a&txt-font=bold", "txt=a&txt-font=italic"}, {"txt=a&txt-font=serif,sans-serif", "txt=a&txt-font=serif"},
	{"txt=a&txt-line=2&txt-line-color=black", "txt=a&txt-line=2"}, {"txt=a&txt-color=transparent&txt-line=2", "txt=a&txt-line=2"}, {"txt=a&txt-color=fff", "txt=a&txt-color=feffffff"},
	{"txt=a&w=80", "txt=a&w=80&dpr=2"}, {"txt=a&txt-shad=0.5", "txt=a"}, {"txt=a&txt-size=12", "txt=a&txt-size=13"}, {"txt=a&mark=b", "txt=a"},
}
