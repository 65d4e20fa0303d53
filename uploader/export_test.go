package uploader

// MaxProcessings is how many processings are remembered in each of two halves.
const MaxProcessings = maxProcessings

// Processings counts those that are remembered.
func Processings(u *Uploader) int {
	u.slow.mu.Lock()
	defer u.slow.mu.Unlock()
	return len(u.slow.young) + len(u.slow.old)
}
