package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// otherVariables begin with LIGHTWELL_, are no settings, and are nobody's mistake.
var otherVariables = map[string]bool{
	"LIGHTWELL_CORPUS": true, // a folder of real-world files for the tests
	"LIGHTWELL_SERVER": true, // where lightwell upload uploads to
	"LIGHTWELL_TOKEN":  true, // and with what
}

// Kubernetes tells every pod of a namespace about each service there by variables that begin with
// the service's name, and a service of Lightwell is likely to be called lightwell or
// lightwell-something. LIGHTWELL_PORT is told from a mistake by its value.
var (
	serviceVariable = regexp.MustCompile(`^LIGHTWELL_([A-Z0-9_]+_)?(SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
	servicePort     = regexp.MustCompile(`^LIGHTWELL_([A-Z0-9_]+_)?PORT=(tcp|udp|sctp)://`)
)

// fromEnviron reads the settings in an environment of KEY=value strings. A variable that is set and
// empty counts as set.
func fromEnviron(environ []string) (map[string]given, error) {
	byEnv := make(map[string]setting)
	for _, s := range settings() {
		byEnv[s.env] = s
	}
	found := make(map[string]given)
	var errs []error
	for _, entry := range environ {
		key, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(key, envPrefix) {
			continue
		}
		if s, ok := byEnv[key]; ok {
			found[s.name] = given{value, "environment " + key}
		} else if !isOtherVariable(key, entry) {
			errs = append(errs, fmt.Errorf("environment variable %s is no setting of Lightwell%s", key,
				didYouMean(key, names(func(s setting) string { return s.env }))))
		}
	}
	return found, errors.Join(errs...)
}

func isOtherVariable(key, entry string) bool {
	return otherVariables[key] || serviceVariable.MatchString(key) || servicePort.MatchString(entry)
}
