package pool

import "testing"

func TestCrowds(t *testing.T) {
	var c crowds
	c.join("")()
	first := c.join("a")
	if c.many("a") || c.many("") {
		t.Error("one is taken for many")
	}
	second, other := c.join("a"), c.join("b")
	if !c.many("a") || c.many("b") {
		t.Error("two of a file are not many, or one of another is")
	}
	first()
	if c.many("a") {
		t.Error("the last one is taken for many")
	}
	second()
	other()
	if len(c.of) != 0 {
		t.Errorf("%v are counted when all have left", c.of)
	}
}
