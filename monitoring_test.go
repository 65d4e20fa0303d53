package main_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	yamlv3 "go.yaml.in/yaml/v3"
)

const alertsFile = "deploy/monitoring/alerts.yml"

// alertRules are the expressions of the alerts, by name.
func alertRules(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(alertsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yamlv3.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	rules := map[string]string{}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			rules[rule.Alert] = rule.Expr
		}
	}
	if len(rules) < 10 {
		t.Fatalf("%s has the alerts %v", alertsFile, rules)
	}
	return rules
}

// Each alert is silent on a series that is well, fires on one that means trouble, and has an entry in the runbook.
func TestAlerts(t *testing.T) {
	if out, err := exec.Command("promtool", "test", "rules", "deploy/monitoring/alerts_test.yml").CombinedOutput(); err != nil {
		t.Errorf("promtool test rules: %v\n%s", err, out)
	}
	read := func(name string) string {
		text, err := os.ReadFile("deploy/monitoring/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	tests, runbook := read("alerts_test.yml"), read("runbook.md")
	rules := alertRules(t)
	for name := range rules {
		for what, is := range map[string]bool{
			"a series on which it is silent": strings.Contains(tests, "alertname: "+name+", exp_alerts: []"),
			"a series on which it fires":     strings.Contains(tests, "alertname: "+name+", exp_alerts: [{exp_labels"),
			"an entry in the runbook":        strings.Contains(runbook, "\n## "+name+"\n"),
		} {
			if !is {
				t.Errorf("%s has not %s", name, what)
			}
		}
	}
	for _, heading := range regexp.MustCompile(`(?m)^## (\w+)$`).FindAllStringSubmatch(runbook, -1) {
		if rules[heading[1]] == "" {
			t.Errorf("the runbook has %s, which is no alert", heading[1])
		}
	}
	for _, link := range regexp.MustCompile(`\(#(\w+)\)`).FindAllStringSubmatch(runbook, -1) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(rules)), func(name string) bool { return strings.ToLower(name) == link[1] }) {
			t.Errorf("the runbook names %s, which is no alert", link[1])
		}
	}
}

var metricNames = regexp.MustCompile(`\b(lightwell|redis)_[a-z_]+\b`)

// Alerts fire when there is trouble, caused for real, and stop when it is over; and whatever alerts look at is there in a
// fleet that works. Prometheus looks every second here, and the alerts wait for seconds in place of minutes.
func TestAlertsFire(t *testing.T) {
	c := compose(t, composeSecrets(t))
	spans := regexp.MustCompile(`for: \d+m|\[\d+[mhd]\]|_interval: 15s`)
	c.edit = func(text string) string {
		return spans.ReplaceAllStringFunc(text, func(span string) string {
			switch span[0] {
			case 'f':
				return "for: 2s"
			case '[':
				return "[20s]"
			}
			return "_interval: 1s"
		})
	}
	c.startAll()
	p := &promQL{t, "http://" + c.address("prometheus") + ":9090/api/v1/query"}
	id := c.uploadOne(testdata(t, "photo.jpg"))
	for _, path := range []string{"?w=320", "?w=320", "?w=640"} {
		if a := do(t, request(t, http.MethodGet, "http://"+c.address("nginx")+":8000/image/"+id+path, nil)); a.status != http.StatusOK {
			t.Fatalf("GET = %d %s", a.status, a.body)
		}
	}
	for name, expr := range alertRules(t) {
		for _, metric := range metricNames.FindAllString(expr, -1) {
			eventually(t, patience, metric+", which "+name+" looks at, is there", func() bool { return p.count(metric) > 0 })
		}
	}
	for _, expr := range dashboardQueries(t) {
		expr = strings.ReplaceAll(expr, "$__rate_interval", "20s")
		eventually(t, patience, "the dashboard's "+expr+" has something to show", func() bool { return len(p.ask(expr)) > 0 })
	}
	if firing := p.firing(); len(firing) > 0 {
		t.Errorf("all is well, and %v fire", firing)
	}

	c.running["origin-2"].cmd.Process.Signal(syscall.SIGSTOP)
	p.wants("LightwellDown", true)
	c.running["origin-2"].cmd.Process.Signal(syscall.SIGCONT)
	p.wants("LightwellDown", false)

	c.running["redis-cache"].cmd.Process.Kill()
	p.wants("LightwellRedisDown", true)
	p.wants("LightwellCacheTierDown", true)
	c.start("redis-cache")
	p.wants("LightwellRedisDown", false)
	p.wants("LightwellCacheTierDown", false)

	origin := &process{t: t, cmd: c.running["origin-1"].cmd}
	for end := time.Now().Add(patience); !slices.Contains(p.firing(), "LightwellPoolRestarts") && time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		for _, pid := range origin.children() {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
	p.wants("LightwellPoolRestarts", true)
	p.wants("LightwellPoolRestarts", false)
}

// dashboardQueries are those of the dashboard, which is as its program prints it.
func dashboardQueries(t *testing.T) (all []string) {
	t.Helper()
	kept, err := os.ReadFile("deploy/monitoring/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	if printed, err := exec.Command("go", "run", "./deploy/monitoring/dashboard").Output(); err != nil || string(printed) != string(kept) {
		t.Errorf("dashboard.json is not what its program prints, %v: go run ./deploy/monitoring/dashboard >deploy/monitoring/dashboard.json", err)
	}
	var file struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(kept, &file); err != nil {
		t.Fatal(err)
	}
	for _, panel := range file.Panels {
		for _, target := range panel.Targets {
			all = append(all, target.Expr)
		}
	}
	return all
}

// uploadOne uploads an image through nginx, and waits until it is there.
func (c *composed) uploadOne(body []byte) string {
	c.t.Helper()
	_, token, _ := strings.Cut(*c.running["worker"].Environment["LIGHTWELL_TOKENS"], ":")
	l := &rollingLoad{t: c.t, uploads: "http://" + c.address("nginx") + ":8001", token: token, body: body}
	l.upload(0)
	return l.promised(0)
}

// promQL asks Prometheus.
type promQL struct {
	t  *testing.T
	at string
}

// ask is the labels of what an expression comes to.
func (p *promQL) ask(expr string) (all []map[string]string) {
	a, err := try(request(p.t, http.MethodGet, p.at+"?query="+url.QueryEscape(expr), nil))
	var result struct {
		Data struct {
			Result []struct{ Metric map[string]string }
		}
	}
	if err != nil || json.Unmarshal(a.body, &result) != nil {
		p.t.Fatalf("ask Prometheus for %s: %d %s, %v", expr, a.status, a.body, err)
	}
	for _, series := range result.Data.Result {
		all = append(all, series.Metric)
	}
	return all
}

func (p *promQL) count(metric string) int { return len(p.ask(fmt.Sprintf("{__name__=%q}", metric))) }

// firing are the names of the alerts that fire now.
func (p *promQL) firing() (names []string) {
	for _, labels := range p.ask(`ALERTS{alertstate="firing"}`) {
		names = append(names, labels["alertname"])
	}
	return names
}

func (p *promQL) wants(alert string, fires bool) {
	p.t.Helper()
	eventually(p.t, patience, fmt.Sprintf("it is %t that %s fires", fires, alert), func() bool { return slices.Contains(p.firing(), alert) == fires })
}
