package uploader_test

import "testing"

// counts is lightwell_uploads_total by result.
func (d *door) counts() map[string]float64 {
	d.t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		d.t.Fatal(err)
	}
	results := map[string]float64{}
	for _, family := range families {
		if family.GetName() == "lightwell_uploads_refused_total" {
			continue
		}
		if family.GetName() != "lightwell_uploads_total" {
			d.t.Errorf("there is a metric %s, which is not known here", family.GetName())
		}
		for _, m := range family.GetMetric() {
			if len(m.GetLabel()) != 1 || m.GetLabel()[0].GetName() != "result" {
				d.t.Errorf("labels = %v, want result alone", m.GetLabel())
			}
			results[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return results
}

func TestMetrics(t *testing.T) {
	d := openDoor(t)
	want := func(stored, refused, failed float64) {
		t.Helper()
		got := d.counts()
		if len(got) != 3 || got["stored"] != stored || got["refused"] != refused || got["failed"] != failed {
			t.Errorf("lightwell_uploads_total = %v, want stored %v, refused %v, failed %v", got, stored, refused, failed)
		}
	}
	want(0, 0, 0) // there from the start
	c := completed(t, "POST", d.post("image/jpeg", jpeg))
	completed(t, "POST", d.post(formType, file("x", png)+end))
	want(2, 0, 0)
	d.post("image/jpeg", "<html>")
	d.post("text/html", "<html>")
	d.post("image/jpeg", "")
	want(2, 3, 0)
	// What is no upload is not counted.
	d.get("/images")
	d.get("/upload")
	d.do("DELETE", "/image/"+c.ImageID, "")
	want(2, 3, 0)
}
