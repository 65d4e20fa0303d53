package pool

import "lightwell/transform"

// taker is who takes jobs for a child, and what the child has at hand of the last.
type taker struct {
	end   lane // it takes jobs of the lanes before
	last  likeness
	ahead int // jobs that it has taken in a row before others that came earlier
}

// likeness is what renditions have in common that share pixels.
type likeness struct {
	file string // "" for no name
	size transform.Size
}

func likenessOf(p *transform.Plan) likeness {
	if p == nil {
		return likeness{}
	}
	return likeness{p.File, p.Scaled}
}

// to is how much of the pixels of another serves: none, those of the file, those of the picture.
func (l likeness) to(other likeness) int {
	switch {
	case l.file == "" || l.file != other.file:
		return 0
	case l.size != other.size:
		return 1
	}
	return 2
}

// mostInARow is how many jobs may be taken before one that came earlier: those of one picture in all of its formats, and
// no more, or who asks for another picture would wait without end.
const mostInARow = 8

// choose is which of the jobs that wait is next: the first of those that need the least work of the child.
func (t *taker) choose(waiting []*job) (at int) {
	if t.last.file != "" && t.ahead < mostInARow {
		best := 0
		for i, j := range waiting {
			if alike := likenessOf(j.task.Plan).to(t.last); alike > best {
				at, best = i, alike
			}
		}
	}
	if at == 0 {
		t.ahead = 0
	} else {
		t.ahead++
	}
	return at
}
