package image

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// settings are what a container is run with.
type settings struct {
	env        env
	user, dir  string
	entrypoint []string
	cmd        []string
	health     []string
	volumes    []string
}

// stage is one that is being carried out.
type stage struct {
	settings
	name string
	tree *tree
	args env // of the stage, which its commands see, too
}

// builder carries out a Dockerfile.
type builder struct {
	context string // folder that COPY takes from
	cache   string // folder for what may be used again
	work    string // folder of the trees
	file    *dockerfile
	done    []*stage
}

// build carries out all stages, and returns the last.
func (b *builder) build(ctx context.Context) (*stage, error) {
	for i, parsed := range b.file.stages {
		s, err := b.begin(ctx, i, parsed)
		if err != nil {
			return nil, err
		}
		for _, command := range parsed.Commands {
			if err := b.command(ctx, s, command); err != nil {
				return nil, fmt.Errorf("%v: %w", command, err)
			}
		}
		b.done = append(b.done, s)
	}
	return b.done[len(b.done)-1], nil
}

func (b *builder) begin(ctx context.Context, i int, parsed instructions.Stage) (*stage, error) {
	name, tag, err := b.file.base(parsed)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(b.work, fmt.Sprintf("stage-%d", i))
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, err
	}
	t, err := plant(ctx, b.cache, root, name, tag)
	if err != nil {
		return nil, fmt.Errorf("FROM %s:%s: %w", name, tag, err)
	}
	s := &stage{name: parsed.Name, tree: t, args: env{}, settings: settings{env: env{}, dir: "/"}}
	if name == "golang" {
		s.env["PATH"] = "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
		s.env["GOPATH"], s.env["GOTOOLCHAIN"] = "/go", "local"
		built := filepath.Join(b.cache, "go-build")
		if err := os.MkdirAll(built, 0o755); err != nil {
			return nil, err
		}
		t.binds = append(t.binds, built+":/root/.cache/go-build")
		s.env["HOME"] = "/root"
	}
	return s, nil
}

// seen are the variables that a stage's words may name.
func (s *stage) seen() env {
	all := maps.Clone(s.args)
	maps.Copy(all, s.env)
	return all
}

// command carries out one instruction. One that is not known is an error, so that none is left out in silence.
func (b *builder) command(ctx context.Context, s *stage, command instructions.Command) error {
	switch c := command.(type) {
	case *instructions.ArgCommand:
		for _, arg := range c.Args {
			value, err := s.seen().words(arg.ValueString()) // without its quotes
			if err != nil {
				return err
			}
			s.args[arg.Key] = value
		}
	case *instructions.EnvCommand:
		for _, pair := range c.Env {
			value, err := s.seen().words(pair.Value)
			if err != nil {
				return err
			}
			s.env[pair.Key] = value
		}
	case *instructions.RunCommand:
		if !c.PrependShell {
			return fmt.Errorf("only the shell form of RUN is carried out")
		}
		return s.tree.chroot(ctx, s.seen(), s.dir, strings.Join(c.CmdLine, " "))
	case *instructions.WorkdirCommand:
		s.dir = c.Path
		return os.MkdirAll(filepath.Join(s.tree.root, s.dir), 0o755)
	case *instructions.CopyCommand:
		return b.copy(ctx, s, c)
	case *instructions.UserCommand:
		s.user = c.User
	case *instructions.VolumeCommand:
		s.volumes = append(s.volumes, c.Volumes...)
	case *instructions.EntrypointCommand:
		s.entrypoint = c.CmdLine
	case *instructions.CmdCommand:
		s.cmd = c.CmdLine
	case *instructions.HealthCheckCommand:
		s.health = c.Health.Test
	case *instructions.LabelCommand, *instructions.ExposeCommand:
	default:
		return fmt.Errorf("%T is not carried out", command)
	}
	return nil
}
