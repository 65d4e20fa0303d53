package transform_test

// limitPlans are sizes at the limits and over them.
var limitPlans = []planned{
	// A side of 8192.
	{9000, 100, 1, "fm=png", "8192x91"}, // nobody asked for a size: the largest there is
	{100, 9000, 1, "fm=png", "91x8192"},
	{9000, 100, 1, "w=8192", "8192x91"},
	{8192, 100, 1, "fm=png", "8192x100"},
	{100, 8192, 1, "fm=png", "100x8192"},
	{100, 8193, 1, "fm=png", "99x8192"},
	{8193, 100, 1, "fm=png", "8192x99"},
	{100, 100, 1, "w=8192&h=8192&enlarge=1", "refused w"},
	{100, 10, 1, "w=8192&enlarge=1", "8192x819"},
	{100, 10, 1, "h=820&enlarge=1", "refused h"},
	{9000, 100, 1, "h=99", "refused h"},
	{9000, 100, 1, "h=90", "8100x90"},
	{100, 10, 1, "h=8192&enlarge=1", "refused h"},
	{10, 100, 1, "w=8192&enlarge=1", "refused w"},
	// After dpr.
	{9999, 100, 1, "w=4096&dpr=2", "8192x82"},
	{9999, 100, 1, "w=4097&dpr=2", "refused dpr"},
	{9999, 100, 1, "w=8192&dpr=0.5", "4096x41"},
	{9000, 9000, 1, "w=8192&dpr=5&h=2", "10x10"},
	{100, 100, 1, "w=2000&h=2000&fit=fill&dpr=5", "refused dpr"},
	{100, 100, 1, "w=1600&h=1600&fit=fill&dpr=5", "refused dpr"},
	{100, 100, 1, "w=1200&h=1200&fit=fill&dpr=5", "6000x6000 scaled 100x100 canvas 2950,2950,6000,6000"},
	// 40 megapixels.
	{8000, 5000, 1, "fm=png", "8000x5000"},
	{8000, 5001, 1, "fm=png", "7999x5000"},
	{6325, 6324, 1, "fm=png", "6325x6324"},
	{6325, 6325, 1, "fm=png", "6324x6324"},
	{8192, 8192, 1, "w=6324", "6324x6324"},
	{8192, 8192, 1, "w=6325", "refused w"},
	{100, 100, 1, "w=8000&h=5001&fit=scale", "refused w"},
	{100, 100, 1, "w=8000&h=5001&fit=fill", "refused w"},
	{100, 100, 1, "w=8000&h=5000&fit=fill", "8000x5000 scaled 100x100 canvas 3950,2450,8000,5000"},
	{100, 100, 1, "w=4000&h=2501&fit=fill&dpr=2", "refused dpr"},
	{9999, 9999, 1, "rect=0,0,6000,6000", "6000x6000 region 0,0,6000,6000"},
	{9999, 9999, 1, "fit=crop&ar=1:1", "refused w"},
	{9999, 9999, 1, "fit=crop&max-w=6000", "6000x6000"},
	// Turned.
	{8000, 100, 1, "rot=90", "100x8000 scaled 8000x100 turn 90"},
	{9000, 100, 1, "rot=90", "91x8192 scaled 8192x91 turn 90"},
	{8192, 1000, 1, "rot=10&rot-type=pivot", "refused rot"},
	{6000, 6000, 1, "rot=45&rot-type=pivot", "refused rot"},
	{6000, 6000, 1, "w=5000&rot=45&rot-type=pivot", "refused w"},
	{9000, 100, 6, "fm=png", "91x8192 scaled 8192x91"},
	{9000, 100, 6, "w=50", "50x4500 scaled 4500x50"},
	// On the way.
	{1, 5000, 1, "w=8192&h=8&fit=crop&enlarge=1", "refused enlarge"},
	{10, 5000, 1, "w=1000&h=8&fit=crop&enlarge=1", "refused enlarge"},
	{4000, 3000, 1, "w=8000&h=4000&fit=crop&crop=focalpoint&fp-z=10&enlarge=1", "refused enlarge"},
	{4000, 3000, 1, "w=1000&h=1000&fit=crop&crop=focalpoint&fp-z=9&enlarge=1", "1000x1000 scaled 12000x9000 window 5500,4000,1000,1000"},
	{8000, 10, 1, "rot=45", "refused rot"},
	{8000, 10, 1, "rot=45&rot-type=pivot", "5664x5664 scaled 8000x10 angle 45"},
	{1, 65535, 1, "w=8192&h=2&fit=crop&enlarge=1&rot=45", "refused rot"},
	{4000, 3000, 1, "w=8000&h=2&fit=scale&rot=45", "refused rot"},
}
