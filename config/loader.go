package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"

	"github.com/alecthomas/kong"
)

// A Loader fills the Config of the command that kong selects. It belongs to one parser:
//
//	var loader config.Loader
//	parser, err := kong.New(&cli, loader.Options()...)
//	...
//	kctx, err := parser.Parse(args)
//	...
//	err = cli.Serve.Validate(loader.Sources())
//
// Kong knows nothing of the environment here (no env tags): it would let a file win over it. Flags
// of commands that are no settings come from the command line alone, and a command without any
// setting reads neither the environment nor a file.
type Loader struct {
	// Environ is the environment as os.Environ gives it; nil means the process's own.
	Environ []string

	values  map[string]string // what kong did not find on the command line
	sources Sources
}

// Sources says where each setting's value came from, by the setting's name. One that is missing has
// its default.
type Sources map[string]string

// Of is "default", "flag", "environment LIGHTWELL_LISTEN" or "file lightwell.yaml:3".
func (s Sources) Of(name string) string {
	return cmp.Or(s[name], "default")
}

// given is a value as somebody wrote it, and where.
type given struct {
	text   string
	source string
}

// Options make kong read the environment and the file.
func (l *Loader) Options() []kong.Option {
	return []kong.Option{
		kong.WithBeforeResolve(l.load),
		kong.Resolvers(kong.ResolverFunc(l.resolve)),
	}
}

// Sources says where the values came from in the last Parse. The map is a copy.
func (l *Loader) Sources() Sources {
	return maps.Clone(l.sources)
}

// load runs between kong's parsing of the command line and its filling of the gaps. Errors are
// found here, not in resolve: all of them at once, and with their sources.
func (l *Loader) load(ctx *kong.Context, element *kong.Path) error {
	if element.App == nil {
		return nil // kong calls once for each element of the command line; the first is the App
	}
	l.values, l.sources = make(map[string]string), make(Sources)
	flags := settingFlags(ctx)
	if len(flags) == 0 {
		return nil
	}
	for _, path := range ctx.Path {
		if path.Flag != nil {
			l.sources[path.Flag.Name] = "flag"
		}
	}
	found, err := l.gather(ctx, flags)
	if err != nil {
		return err
	}
	return l.fill(flags, found)
}

// gather reads the environment and the file; the environment wins.
func (l *Loader) gather(ctx *kong.Context, flags []*kong.Flag) (map[string]given, error) {
	environ := l.Environ
	if environ == nil {
		environ = os.Environ()
	}
	fromEnv, envErr := fromEnviron(environ)
	path := fromEnv[fileSetting].text
	for _, flag := range flags {
		if flag.Name == fileSetting && l.sources[fileSetting] == "flag" {
			path, _ = ctx.FlagValue(flag).(string)
		}
	}
	if path == "" {
		return fromEnv, envErr
	}
	found, fileErr := fromFile(path)
	if err := errors.Join(envErr, fileErr); err != nil {
		return nil, err
	}
	maps.Copy(found, fromEnv)
	return found, nil
}

// fill keeps for resolve what was found for flags that are not on the command line.
func (l *Loader) fill(flags []*kong.Flag, found map[string]given) error {
	var errs []error
	for _, flag := range flags {
		value, ok := found[flag.Name]
		if !ok || l.sources[flag.Name] == "flag" {
			continue
		}
		if err := tryDecode(flag, value.text); err != nil {
			errs = append(errs, fmt.Errorf("%s (%s): %w", flag.Name, value.source, err))
			continue
		}
		l.values[flag.Name], l.sources[flag.Name] = value.text, value.source
	}
	return errors.Join(errs...)
}

// resolve is asked by kong for every flag that is not on the command line.
func (l *Loader) resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if text, ok := l.values[flag.Name]; ok {
		return text, nil
	}
	return nil, nil
}

// tryDecode parses text as kong would for the flag, and throws the value away.
func tryDecode(flag *kong.Flag, text string) error {
	target := reflect.New(flag.Target.Type()).Elem()
	scan := kong.Scan().PushTyped(text, kong.FlagValueToken)
	return flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, target)
}

// settingFlags are the flags of the selected command that are settings. A flag that only shares a
// setting's name says so in its tag: setting:"-".
func settingFlags(ctx *kong.Context) []*kong.Flag {
	var flags []*kong.Flag
	for _, flag := range ctx.Flags() {
		if _, ok := settingNamed(flag.Name); ok && flag.Tag.Get("setting") != "-" {
			flags = append(flags, flag)
		}
	}
	return flags
}
