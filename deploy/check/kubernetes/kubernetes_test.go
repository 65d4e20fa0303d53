// Package kubernetes checks the manifests of deploy/kubernetes: built as kubectl builds them, each read by Kubernetes' own
// types, which know no other fields, and held against each other.
package kubernetes

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func both(t *testing.T, check func(t *testing.T, m manifests)) {
	for _, name := range []string{"base", "example"} {
		t.Run(name, func(t *testing.T) { check(t, build(t, name)) })
	}
}

// Three parts, each with nothing that it need not have, and with time to end.
func TestPods(t *testing.T) {
	both(t, func(t *testing.T, m manifests) {
		if len(m.deployments) != 3 {
			t.Errorf("there are %d deployments, want origin, uploader and worker", len(m.deployments))
		}
		ending := duration(t, m.settings["LIGHTWELL_DRAIN_DELAY"]) + duration(t, m.settings["LIGHTWELL_DRAIN_TIMEOUT"])
		for name, d := range m.deployments {
			pod := d.Spec.Template.Spec
			c := pod.Containers[0]
			if len(pod.Containers) != 1 || !slices.Equal(c.Args, []string{name}) {
				t.Errorf("%s runs %q in %d containers", name, c.Args, len(pod.Containers))
			}
			if grace := time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second; grace <= ending {
				t.Errorf("%s has %v to end, and drains for up to %v", name, grace, ending)
			}
			if s := c.SecurityContext; !*pod.SecurityContext.RunAsNonRoot || !*s.ReadOnlyRootFilesystem || *s.AllowPrivilegeEscalation ||
				!slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || pod.SecurityContext.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
				t.Errorf("%s has more than it needs: %+v, %+v", name, pod.SecurityContext, s)
			}
			for what, probe := range map[string]*corev1.Probe{"startup": c.StartupProbe, "readiness": c.ReadinessProbe, "liveness": c.LivenessProbe} {
				if probe == nil || probe.HTTPGet.Port.StrVal != "admin" || probe.HTTPGet.Path != map[string]string{"readiness": "/readyz?store=optional"}[what] && probe.HTTPGet.Path != "/healthz" {
					t.Errorf("%s has the %s probe %+v", name, what, probe)
				}
			}
			if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
				t.Errorf("%s has the resources %+v", name, c.Resources)
			}
		}
	})
}

// What render processes and the cache may take fits into a pod's memory, by the bound that docs/growth.md measures against.
func TestMemoryFits(t *testing.T) {
	m := build(t, "example")
	children, err := strconv.Atoi(m.settings["LIGHTWELL_POOL_CHILDREN"])
	if err != nil {
		t.Fatal(err)
	}
	const mib = 1 << 20
	cache := mebibytes(t, m.settings["LIGHTWELL_CACHE_MEMORY"])
	bound := int64(cache*5/4+256+100+children*(1024+50)) * mib // with the usual pool-memory and max-bytes
	for name, d := range m.deployments {
		if limit := d.Spec.Template.Spec.Containers[0].Resources.Limits.Memory().Value(); limit < bound {
			t.Errorf("%s may use %d MiB, and what its settings allow is %d", name, limit/mib, bound/mib)
		}
	}
}

// Each setting is one, and the pods have secrets, too.
func TestSettings(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	both(t, func(t *testing.T, m manifests) {
		if len(m.settings) < 5 {
			t.Errorf("the settings are %v", m.settings)
		}
		for name := range m.settings {
			if !bytes.Contains(readme, []byte("| `"+name+"` |")) {
				t.Errorf("%s is no setting", name)
			}
		}
		for name, d := range m.deployments {
			from := d.Spec.Template.Spec.Containers[0].EnvFrom
			if len(from) != 2 || !strings.HasPrefix(from[0].ConfigMapRef.Name, "lightwell-") || from[1].SecretRef.Name != "lightwell" {
				t.Errorf("%s has its settings from %+v", name, from)
			}
		}
	})
}

// What names another thing names one that is there: services and budgets their pods, autoscalers their deployments, policies
// and services the ports, ingresses the services.
func TestNames(t *testing.T) {
	both(t, func(t *testing.T, m manifests) {
		for name, s := range m.services {
			port := s.Spec.Ports[0].TargetPort.StrVal
			pods := m.selected(labels.SelectorFromSet(s.Spec.Selector))
			if !slices.Equal(pods, []string{name}) || !m.hasPort(name, port) {
				t.Errorf("service %s is for the port %s of %v", name, port, pods)
			}
		}
		for _, b := range m.budgets {
			if pods := m.selected(selector(t, b.Spec.Selector)); !slices.Equal(pods, []string{b.Name}) {
				t.Errorf("the budget %s is for %v", b.Name, pods)
			}
		}
		for _, s := range m.scalers {
			if m.deployments[s.Spec.ScaleTargetRef.Name] == nil || s.Spec.ScaleTargetRef.Name != s.Name || m.deployments[s.Name].Spec.Replicas != nil {
				t.Errorf("the autoscaler %s is for %s", s.Name, s.Spec.ScaleTargetRef.Name)
			}
		}
		if len(m.budgets) != 3 || len(m.scalers) != 3 || len(m.policies) != 1 {
			t.Errorf("there are %d budgets, %d autoscalers and %d policies", len(m.budgets), len(m.scalers), len(m.policies))
		}
		for _, p := range m.policies {
			if pods := m.selected(selector(t, &p.Spec.PodSelector)); len(pods) != 3 {
				t.Errorf("the policy is for %v", pods)
			}
			if selector(t, &p.Spec.PodSelector).Matches(labels.Set{"app": "redis"}) {
				t.Error("the policy is for others of the namespace, too, whose ports it shuts")
			}
			for _, in := range p.Spec.Ingress {
				for _, port := range in.Ports {
					if !m.hasPort("origin", port.Port.StrVal) && !m.hasPort("uploader", port.Port.StrVal) {
						t.Errorf("the policy lets in to a port %s, which nobody has", port.Port.StrVal)
					}
				}
			}
		}
		for _, i := range m.ingresses {
			if to := i.Spec.Rules[0].HTTP.Paths[0].Backend.Service.Name; m.services[to] == nil {
				t.Errorf("the ingress %s leads to %s", i.Name, to)
			}
		}
	})
}

// The metric by which workers scale is one that the adapter is told of, made of one that Lightwell has.
func TestQueueMetric(t *testing.T) {
	rule, err := os.ReadFile(folder + "example/adapter-rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, s := range build(t, "example").scalers {
		for _, metric := range s.Spec.Metrics {
			if metric.External != nil {
				names[metric.External.Metric.Name] = true
			}
		}
	}
	if len(names) != 1 {
		t.Errorf("autoscalers go by the external metrics %v, want one", names)
	}
	for name := range names {
		if !strings.Contains(string(rule), "as: "+name) || !strings.Contains(string(rule), `lightwell_queue_depth{state="waiting"`) {
			t.Errorf("adapter-rule.yaml does not make %s", name)
		}
	}
}

func selector(t *testing.T, s *metav1.LabelSelector) labels.Selector {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mebibytes(t *testing.T, text string) int {
	t.Helper()
	m := regexp.MustCompile(`^(\d+)MiB$`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%q is not of the form 512MiB", text)
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
