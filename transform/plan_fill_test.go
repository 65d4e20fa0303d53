package transform_test

// fillPlans are padded and distorted sizes.
var fillPlans = []planned{
	// Padded to the box.
	{4000, 3000, 1, "w=400&h=400&fit=fill", "400x400 scaled 400x300 canvas 0,50,400,400"},
	{3000, 4000, 1, "w=400&h=400&fit=fill", "400x400 scaled 300x400 canvas 50,0,400,400"},
	{4000, 3000, 1, "w=400&h=300&fit=fill", "400x300"},
	{4000, 3000, 1, "w=401&h=400&fit=fill", "401x400 scaled 401x301 canvas 0,49,401,400"},
	{3001, 1999, 1, "w=640&h=480&fit=fill", "640x480 scaled 640x426 canvas 0,27,640,480"},
	{101, 67, 1, "w=50&h=50&fit=fill", "50x50 scaled 50x33 canvas 0,8,50,50"},
	{5000, 1, 1, "w=100&h=100&fit=fill", "100x100 scaled 100x1 canvas 0,49,100,100"},
	{1, 5000, 1, "w=100&h=99&fit=fill", "100x99 scaled 1x99 canvas 49,0,100,99"},
	{1, 1, 1, "w=100&h=99&fit=fill", "100x99 scaled 1x1 canvas 49,49,100,99"},
	{400, 300, 1, "w=800&h=800&fit=fill", "800x800 scaled 400x300 canvas 200,250,800,800"},
	{400, 300, 1, "w=800&h=800&fit=fillmax", "800x800 scaled 400x300 canvas 200,250,800,800"},
	{400, 300, 1, "w=800&h=200&fit=fill", "800x200 scaled 267x200 canvas 266,0,800,200"},
	{400, 300, 1, "w=800&h=800&fit=fill&enlarge=1", "800x800 scaled 800x600 canvas 0,100,800,800"},
	{400, 300, 1, "w=800&h=800&fit=fillmax&enlarge=1", "800x800 scaled 400x300 canvas 200,250,800,800"},
	{1, 1, 1, "w=8&h=6&fit=fill&enlarge=1", "8x6 scaled 6x6 canvas 1,0,8,6"},
	{4000, 3000, 1, "w=0.5&h=0.9&fit=fill", "2000x2700 scaled 2000x1500 canvas 0,600,2000,2700"},
	{4000, 3000, 1, "w=200&h=200&fit=fill&dpr=2", "400x400 scaled 400x300 canvas 0,50,400,400"},
	{4000, 3000, 1, "w=201&h=201&fit=fill&dpr=0.5", "101x101 scaled 101x75 canvas 0,13,101,101"},
	{400, 300, 1, "w=400&h=301&fit=fill", "400x301 scaled 400x300 canvas 0,0,400,301"},
	// Padded with the edges.
	{4000, 3000, 1, "w=400&h=400&fit=clamp", "400x400 scaled 400x300 canvas 0,50,400,400 extend"},
	{400, 300, 1, "w=800&h=800&fit=clamp", "800x800 scaled 400x300 canvas 200,250,800,800 extend"},
	{400, 300, 1, "w=800&h=800&fit=clamp&enlarge=1", "800x800 scaled 800x600 canvas 0,100,800,800 extend"},
	{4000, 3000, 1, "w=400&h=300&fit=clamp", "400x300 extend"},
	{101, 67, 1, "w=51&h=50&fit=clamp&dpr=2", "102x100 scaled 101x67 canvas 0,16,102,100 extend"},
	// To the box, whatever the aspect.
	{4000, 3000, 1, "w=400&h=400&fit=scale", "400x400"},
	{4000, 3000, 1, "w=100&h=900&fit=scale", "100x900"},
	{40, 30, 1, "w=100&h=900&fit=scale", "100x900"},
	{40, 30, 1, "w=100&h=900&fit=scale&enlarge=0", "100x900"},
	{4000, 3000, 1, "w=0.5&h=0.1&fit=scale", "2000x300"},
	{101, 67, 1, "w=0.5&h=0.5&fit=scale", "51x34"},
	{4000, 3000, 1, "w=300&h=200&fit=scale&dpr=1.5", "450x300"},
	{1, 1, 1, "w=3&h=5000&fit=scale", "3x5000"},
}
