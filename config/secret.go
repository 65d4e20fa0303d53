package config

// Secret is a setting that is never shown: not in the printed settings, and not in a log.
type Secret string

// String says only whether there is one. So do fmt and log/slog, whatever it is in.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(not shown)"
}

// GoString is String: %#v would print it otherwise.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// isSecret tells settings that are not shown, lists of them included.
func isSecret(value any) bool {
	switch value.(type) {
	case Secret, []Secret:
		return true
	}
	return false
}
