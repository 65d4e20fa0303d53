package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// poster sends spans by OTLP over HTTP, in protobuf. The SDK's own client would bring gRPC along, which is
// larger than all the rest of what traces take.
type poster struct {
	url     string
	headers map[string]string
	client  *http.Client
}

func newPoster(o Options) *poster {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 1 // one request at a time
	return &poster{url: o.URL, headers: o.Headers, client: &http.Client{
		Transport: transport, Timeout: postTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the headers are for this server
	}}
}

// Start implements otlptrace.Client. A collector that is down is no reason not to serve.
func (p *poster) Start(context.Context) error { return nil }

// Stop implements otlptrace.Client.
func (p *poster) Stop(context.Context) error {
	p.client.CloseIdleConnections()
	return nil
}

// maxAnswer is how much of an answer is read, so that its connection can be used again.
const maxAnswer = 64 << 10

// UploadTraces implements otlptrace.Client. What is not taken is not sent again: a collector that is back gets what is new.
func (p *poster) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	// An ExportTraceServiceRequest is the same on the wire, and its package has gRPC in it.
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil {
		return fmt.Errorf("encode spans: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send spans: %w", err)
	}
	for name, value := range p.headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("User-Agent", "Lightwell")
	resp, err := p.client.Do(r)
	if err != nil {
		if sent, ok := errors.AsType[*url.Error](err); ok { // which shows all of the URL, and that may have a secret
			err = sent.Err
		}
		return fmt.Errorf("send spans: %w", err)
	}
	defer resp.Body.Close()
	io.CopyN(io.Discard, resp.Body, maxAnswer) // an error leaves the connection unused
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("send spans: the collector answers %d", resp.StatusCode)
	}
	return nil
}
