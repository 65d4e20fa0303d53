package terraform

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// A watched metric is one of Lightwell's that scaling or an alarm goes by.
type watched struct {
	by, name   string
	dimensions []string
}

type dimension struct{ Name string }

// watches are all of a fleet's, which must be in the namespace that the collector writes to.
func watches(t *testing.T, p *Plan) (all []watched) {
	t.Helper()
	for address, v := range p.Instances("aws_cloudwatch_metric_alarm") {
		var is struct {
			Namespace  string
			Name       string `json:"metric_name"`
			Dimensions map[string]string
		}
		if err := Decode(v, &is); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(is.Name, "lightwell_") {
			all = append(all, watched{address, is.Namespace + " " + is.Name, sortedKeys(is.Dimensions)})
		}
	}
	var policy struct {
		Tracking []struct {
			Metric []struct {
				Metrics []struct {
					Stat []struct {
						Metric []struct {
							Namespace  string
							Name       string `json:"metric_name"`
							Dimensions []dimension
						}
					} `json:"metric_stat"`
				}
			} `json:"customized_metric_specification"`
		} `json:"target_tracking_scaling_policy_configuration"`
	}
	const backlog = "aws_appautoscaling_policy.backlog"
	if err := Decode(p.Instances("aws_appautoscaling_policy")[backlog], &policy); err != nil {
		t.Fatal(err)
	}
	for _, m := range policy.Tracking[0].Metric[0].Metrics {
		for _, stat := range m.Stat {
			if is := stat.Metric[0]; strings.HasPrefix(is.Name, "lightwell_") {
				names := map[string]string{}
				for _, d := range is.Dimensions {
					names[d.Name] = ""
				}
				all = append(all, watched{backlog, is.Namespace + " " + is.Name, sortedKeys(names)})
			}
		}
	}
	return all
}

func sortedKeys(all map[string]string) (names []string) {
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// What scaling and alarms go by is what the collector writes, with the same dimensions, and what Lightwell tells. A name
// that is wrong anywhere would not be an error at Amazon: the metric would have no values.
func TestWhatIsWatchedIsWritten(t *testing.T) {
	source, err := os.ReadFile("../../../workers.go")
	if err != nil {
		t.Fatal(err)
	}
	eachFleet(t, func(t *testing.T, p *Plan) {
		var config struct {
			Exporters struct {
				EMF struct {
					Namespace    string
					Group        string `json:"log_group_name"`
					Declarations []struct {
						Dimensions [][]string
						Selectors  []string `json:"metric_name_selectors"`
					} `json:"metric_declarations"`
				} `json:"awsemf"`
			}
		}
		collector := tasks(t, p)["uploader"].containers[1]
		if err := json.Unmarshal([]byte(collector.env("AOT_CONFIG_CONTENT")), &config); err != nil {
			t.Fatal(err)
		}
		written := map[string][]string{}
		for _, d := range config.Exporters.EMF.Declarations {
			written[config.Exporters.EMF.Namespace+" "+d.Selectors[0]] = d.Dimensions[0]
			if !strings.Contains(string(source), `NewDesc("`+d.Selectors[0]+`"`) {
				t.Errorf("Lightwell has no metric %s", d.Selectors[0])
			}
		}
		all := watches(t, p)
		if len(all) != 2 {
			t.Errorf("%d of Lightwell's metrics are watched, want 2: %v", len(all), all)
		}
		for _, w := range all {
			if !slices.Equal(written[w.name], w.dimensions) {
				t.Errorf("%s goes by %s of %q, and is written of %q", w.by, w.name, w.dimensions, written[w.name])
			}
		}
		if want := p.Instances("aws_cloudwatch_log_group")["aws_cloudwatch_log_group.metrics"].GetAttr("name").AsString(); config.Exporters.EMF.Group != want {
			t.Errorf("the collector writes to %s, and may write to %s", config.Exporters.EMF.Group, want)
		}
	})
}
