package cache

// Name returns the key of a rendition of the original with this hash. Every tier takes it as it is;
// the slash lets [Objects] keep the renditions of one original in one folder and delete them together.
// original and key are lower-case hexadecimal digits as a rule; what the name of an object may hold
// (store.CheckName) is allowed, but no slash.
func Name(original, key string) string {
	return original + "/" + key
}
