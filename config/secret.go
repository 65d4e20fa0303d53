package config

// Secret is a setting that is never shown: not in the printed settings, and not in a log.
type Secret string

// String says only whether there is one.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(not shown)"
}
