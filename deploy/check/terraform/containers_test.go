package terraform

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// container is one of a task definition, as ECS takes it.
type container struct {
	Name                   string
	Image                  string
	Command                []string
	Memory                 int
	User                   string
	Essential              bool
	ReadonlyRootFilesystem bool
	StopTimeout            int
	LinuxParameters        struct{ Capabilities struct{ Drop []string } }
	MountPoints            []struct{ SourceVolume, ContainerPath string }
	PortMappings           []struct{ ContainerPort int }
	Environment            []struct{ Name, Value string }
	Secrets                []struct{ Name, ValueFrom string }
	HealthCheck            struct{ Command []string }
	LogConfiguration       struct {
		LogDriver string
		Options   map[string]string
	}
}

// task is a task definition.
type task struct {
	Family     string
	CPU        string `json:"cpu"`
	Memory     string
	Containers string `json:"container_definitions"`
	Volume     []struct{ Name string }
	Ephemeral  []struct {
		Size int `json:"size_in_gib"`
	} `json:"ephemeral_storage"`

	containers []container
}

// tasks are those of a fleet, by service.
func tasks(t *testing.T, p *Plan) map[string]task {
	t.Helper()
	all := map[string]task{}
	for address, v := range p.Instances("aws_ecs_task_definition") {
		var is task
		if err := Decode(v, &is); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		if err := json.Unmarshal([]byte(is.Containers), &is.containers); err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		all[strings.Trim(strings.TrimPrefix(address, "aws_ecs_task_definition.service"), `["]`)] = is
	}
	return all
}

func (c container) env(name string) string {
	for _, e := range c.Environment {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

func TestContainersAreConfined(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for service, is := range tasks(t, p) {
			memory := 0
			for _, c := range is.containers {
				memory += c.Memory
				if c.User != "65532:65532" || !c.ReadonlyRootFilesystem {
					t.Errorf("%s: %s runs as %q, read-only %v", service, c.Name, c.User, c.ReadonlyRootFilesystem)
				}
				if !slices.Equal(c.LinuxParameters.Capabilities.Drop, []string{"ALL"}) {
					t.Errorf("%s: %s gives up %q, want ALL", service, c.Name, c.LinuxParameters.Capabilities.Drop)
				}
				if c.LogConfiguration.LogDriver != "awslogs" || c.LogConfiguration.Options["awslogs-group"] == "" {
					t.Errorf("%s: %s logs to %v", service, c.Name, c.LogConfiguration)
				}
			}
			if total := number(t, is.Memory); memory > total {
				t.Errorf("%s: containers have %d MiB of the task's %d", service, memory, total)
			}
		}
	})
}

func TestLightwellsContainer(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		for service, is := range tasks(t, p) {
			c := is.containers[0]
			if !slices.Equal(c.Command, []string{service}) || !c.Essential {
				t.Errorf("%s runs %q, essential %v", service, c.Command, c.Essential)
			}
			if want := []string{"CMD", "lightwell", "health", "--alive"}; !slices.Equal(c.HealthCheck.Command, want) {
				t.Errorf("%s: health is %q, want %q", service, c.HealthCheck.Command, want)
			}
			if len(c.MountPoints) != 1 || c.MountPoints[0].ContainerPath != c.env("LIGHTWELL_DATA") || c.MountPoints[0].SourceVolume != is.Volume[0].Name {
				t.Errorf("%s: %v is mounted, want %s on %s", service, c.MountPoints, is.Volume[0].Name, c.env("LIGHTWELL_DATA"))
			}
			draining := duration(t, c.env("LIGHTWELL_DRAIN_DELAY")) + duration(t, c.env("LIGHTWELL_DRAIN_TIMEOUT"))
			if float64(c.StopTimeout) <= draining.Seconds() || c.StopTimeout > 120 {
				t.Errorf("%s: stopTimeout is %d, want more than %v and at most 120", service, c.StopTimeout, draining)
			}
			for _, given := range c.Secrets {
				if c.env(given.Name) != "" {
					t.Errorf("%s: %s is a secret and can be read", service, given.Name)
				}
			}
		}
	})
}
