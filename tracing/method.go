package tracing

import "net/http"

// Method is the method of a request as spans have it: one that is known, for a client may send any word
// (OpenTelemetry's conventions for HTTP, http.request.method).
func Method(sent string) string {
	switch sent {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return sent
	}
	return "_OTHER"
}
