package main

import (
	"bytes"
	"fmt"
)

// pages is a PDF with a line on each of its pages (ISO 32000-1), since testdata has none.
func pages(lines ...string) []byte {
	kids := ""
	for i := range lines {
		kids += fmt.Sprintf("%d 0 R ", 4+2*i)
	}
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids, len(lines)),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	for i, line := range lines {
		// A page is as large as a postcard; its colours turn from one to the next.
		drawn := fmt.Sprintf("%g %g .6 rg 0 0 420 18 re f 0 g BT /F 40 Tf 40 140 Td (%s) Tj ET", .2+.3*float64(i), .8-.3*float64(i), line)
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 298] /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>", 5+2*i),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(drawn), drawn))
	}
	var pdf, table bytes.Buffer
	pdf.WriteString("%PDF-1.4\n")
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", pdf.Len())
		fmt.Fprintf(&pdf, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	at := pdf.Len()
	fmt.Fprintf(&pdf, "xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %[1]d /Root 1 0 R >>\nstartxref\n%[3]d\n%%%%EOF\n", len(objects)+1, table.String(), at)
	return pdf.Bytes()
}
