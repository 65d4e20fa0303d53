package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// envPrefix begins the name of every environment variable of Lightwell.
const envPrefix = "LIGHTWELL_"

// fileSetting names the settings file, and so cannot be in it.
const fileSetting = "config"

// A setting is what a field of Config says about itself in its tags.
type setting struct {
	name    string // of the flag and of the key in the file
	env     string
	initial string // the default, as it is written
	help    string
	group   string
	list    bool
	index   int // of the field in Config
}

// settings are the fields of Config in their order.
func settings() []setting {
	t := reflect.TypeFor[Config]()
	all := make([]setting, 0, t.NumField())
	for i := range t.NumField() {
		field := t.Field(i)
		name := field.Tag.Get("name")
		all = append(all, setting{
			name:    name,
			env:     envName(name),
			initial: field.Tag.Get("default"),
			help:    field.Tag.Get("help"),
			group:   field.Tag.Get("group"),
			list:    field.Type.Kind() == reflect.Slice,
			index:   i,
		})
	}
	return all
}

// settingNamed finds a setting by its name.
func settingNamed(name string) (setting, bool) {
	for _, s := range settings() {
		if s.name == name {
			return s, true
		}
	}
	return setting{}, false
}

func envName(name string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// value is the setting's value in c.
func (s setting) value(c *Config) any {
	return reflect.ValueOf(c).Elem().Field(s.index).Interface()
}

// spell writes one value as flags, the environment and the file take it.
func spell(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Duration:
		return spellDuration(v)
	case ByteSize:
		return v.String()
	case Secret:
		return v.String()
	default:
		panic(fmt.Sprintf("a setting of type %T has no spelling", value))
	}
}

// spellDuration leaves out the zeros that time.Duration writes: 720h, not 720h0m0s.
func spellDuration(d time.Duration) string {
	s := d.String()
	if short, ok := strings.CutSuffix(s, "m0s"); ok {
		s = short + "m"
	}
	if short, ok := strings.CutSuffix(s, "h0m"); ok {
		s = short + "h"
	}
	return s
}
