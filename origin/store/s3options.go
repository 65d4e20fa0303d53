package store

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	defaultRegion   = "us-east-1"
	defaultEndpoint = "https://s3.amazonaws.com"
	defaultPart     = 16 << 20 // bytes
	defaultTries    = 4
	defaultPatience = time.Minute
	defaultSpare    = 256 << 20 // bytes

	// A server that is not there is given up after defaultTries of dialTimeout and the pauses between
	// them, of at most 2.4 s together: 9 s. One that refuses connections, or answers 503, after the
	// pauses alone.
	dialTimeout = 1500 * time.Millisecond
	// answerTimeout is for the head of an answer: a server that copies or assembles an object may
	// take its time.
	answerTimeout = 30 * time.Second
	// connections is how many to the server are kept for the next requests.
	connections = 64
)

// S3Options say where an S3 keeps its objects.
type S3Options struct {
	// Endpoint is http:// or https:// and a host. Empty: Amazon's.
	Endpoint string
	// PublicEndpoint is the same server as those reach it who use presigned requests: a signature holds
	// for one host. Empty: Endpoint.
	PublicEndpoint string
	// Region is what requests are signed for. Empty: us-east-1, which other servers than Amazon's
	// take, too, unless they were told otherwise.
	Region string
	Bucket string
	// Prefix is what all keys in the bucket begin with, so that it may hold other things, too. A slash
	// is added. Empty: nothing.
	Prefix string
	// AccessKey and SecretKey sign requests. Empty: those in the environment (AWS_ACCESS_KEY_ID and so
	// on), in ~/.aws/credentials, or of the machine's or the container's role.
	AccessKey, SecretKey string
	// PathStyle puts the bucket into the path of URLs always. Otherwise it is in the host name where
	// that is known to work, at Amazon and a few others.
	PathStyle bool
	// CreateBucket makes the bucket when it is missing.
	CreateBucket bool
	// PartSize is how many bytes of an object one request brings; larger ones come in parts. At least
	// 5 MiB; 0: 16 MiB.
	PartSize int64
	// Tries is how often a request is made that the server does not answer, or with a 429 or 5xx.
	// 0: 4.
	Tries int
	// Patience is how long a request, its tries together, may stand still: no byte of an object has
	// come or gone. One that reads may for 5 s at most. A listing is not bounded by it but by the tries. 0: a minute.
	Patience time.Duration
	// TempFile makes the files, without a name, that hold large objects while they are open. Nil: in
	// os.TempDir.
	TempFile func() (*os.File, error)
	// SpareMemory is how many bytes of objects may be open in memory at once, while there is no room for
	// such files. 0: 256 MiB.
	SpareMemory int64
	// Transport takes the place of the usual one. For tests.
	Transport http.RoundTripper
}

func newS3(o S3Options) (*S3, error) {
	o.Endpoint = orElse(o.Endpoint, defaultEndpoint)
	o.Region = orElse(o.Region, defaultRegion)
	o.PartSize = orElse(o.PartSize, defaultPart)
	o.Tries = orElse(o.Tries, defaultTries)
	o.SpareMemory = orElse(o.SpareMemory, defaultSpare)
	o.Patience = orElse(o.Patience, defaultPatience)
	if o.TempFile == nil {
		o.TempFile = namelessFile
	}
	if o.Prefix = strings.TrimSuffix(o.Prefix, "/"); o.Prefix != "" {
		if err := CheckName(o.Prefix); err != nil {
			return nil, err
		}
		o.Prefix += "/"
	}
	o.PublicEndpoint = orElse(o.PublicEndpoint, o.Endpoint)
	if o.Transport == nil {
		o.Transport = transport()
	}
	o.Transport = genuine{o.Transport}
	keys := o.credentials()
	client, err := o.client(o.Endpoint, keys)
	if err != nil {
		return nil, err
	}
	public, err := o.client(o.PublicEndpoint, keys)
	if err != nil {
		return nil, err
	}
	return &S3{client: client, public: public, o: o, spare: spare{room: o.SpareMemory}}, nil
}

func (o S3Options) client(at string, keys *credentials.Credentials) (*minio.Core, error) {
	endpoint, err := url.Parse(at)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return nil, fmt.Errorf("endpoint %q is not http:// or https:// and a host", at)
	}
	return minio.NewCore(endpoint.Host, o.minio(endpoint.Scheme == "https", keys))
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

func (o S3Options) minio(secure bool, keys *credentials.Credentials) *minio.Options {
	m := &minio.Options{
		Creds: keys, Secure: secure, Region: o.Region, MaxRetries: o.Tries, Transport: o.Transport,
	}
	if o.PathStyle {
		m.BucketLookup = minio.BucketLookupPath
	}
	return m
}

func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSHandshakeTimeout:   2 * dialTimeout,
		ResponseHeaderTimeout: answerTimeout,
		MaxIdleConnsPerHost:   connections,
		IdleConnTimeout:       time.Minute,
		DisableCompression:    true, // an object's bytes are delivered as they are
	}
}

func (o S3Options) credentials() *credentials.Credentials {
	if o.AccessKey != "" || o.SecretKey != "" {
		return credentials.NewStaticV4(o.AccessKey, o.SecretKey, "")
	}
	return credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
	})
}

// namelessFile makes a file that goes when it is closed.
func namelessFile() (*os.File, error) {
	f, err := os.CreateTemp("", "lightwell-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
