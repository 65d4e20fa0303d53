// Package config is every setting of Lightwell: one struct, read once, in main.
//
// A value comes from a flag, else from the environment, else from a YAML file, else it is the
// default. [Loader] is the part that kong needs for that, and it remembers where each value came
// from ([Sources]); [Config.Validate] then says what is wrong, and where that was said;
// [Config.WriteYAML] prints the outcome as a file that can be read again.
//
// A setting has one name. As a flag it is --upload-listen, in the environment
// LIGHTWELL_UPLOAD_LISTEN, in the file upload-listen. Whatever else begins with LIGHTWELL_, or stands
// in the file, is an error: a misspelt setting would otherwise be a silent default. Spared are
// LIGHTWELL_CORPUS, which the tests read, and what Kubernetes sets for services called lightwell.
package config

import "time"

// Config holds the settings. Embed it in a kong command; the tags are all that kong needs.
//
// Lists are separated by commas in flags and in the environment, and may be YAML lists in the file.
// Durations are written 300ms, 10s, 5m, 720h; sizes as [ByteSize] says. Relative paths start at the
// working directory, also those in the file.
type Config struct {
	// File is the YAML file that the settings are read from. Default: none. It cannot be set in
	// that file.
	File string `name:"config" placeholder:"FILE" group:"Settings" help:"YAML file with settings; its keys are the names of the flags."`

	// Listen is the host:port that images are served on (GET and HEAD only). Default
	// 127.0.0.1:8080. An address that is not loopback needs SigningKeys, Unsigned or Open; :8080 and
	// 0.0.0.0:8080 are every interface. Port 0 takes any free port.
	Listen string `name:"listen" default:"127.0.0.1:8080" group:"Addresses and storage" help:"Address that images are served on. Other addresses than loopback need signing-keys, unsigned or --open."`
	// UploadListen is the host:port that uploads and their API are served on. Default
	// 127.0.0.1:8081. An address that is not loopback needs Tokens or Open. It differs from Listen.
	UploadListen string `name:"upload-listen" default:"127.0.0.1:8081" group:"Addresses and storage" help:"Address that takes uploads. Other addresses than loopback need tokens or --open."`
	// AdminListen is the host:port of health, metrics and profiling. Default 127.0.0.1:9090. It may
	// be any address, but whoever reaches it can profile the process: keep it in a private network.
	AdminListen string `name:"admin-listen" default:"127.0.0.1:9090" group:"Addresses and storage" help:"Address of health, metrics and profiling; keep it private."`
	// Data is the folder of everything that is kept on disk. Default ./data. It is made when it is
	// missing.
	Data string `name:"data" default:"./data" group:"Addresses and storage" help:"Folder in which everything is kept that is on the local disk; made when missing."`
	// S3Bucket is the bucket that objects are kept in, which then are not below Data; what is there
	// still is the queue (unless RedisURL is set), temporary files and the cache of originals. Default
	// empty: everything is below Data.
	S3Bucket string `name:"s3-bucket" placeholder:"NAME" group:"Addresses and storage" help:"Bucket of Amazon S3, or a server like it, that keeps images and what is known of them. Empty: they are below data."`
	// S3Endpoint is the URL of the server: http:// or https:// and a host. Default empty: Amazon's.
	S3Endpoint string `name:"s3-endpoint" placeholder:"URL" group:"Addresses and storage" help:"URL of the S3 server, such as https://s3.example.com:9000. Empty: Amazon's."`
	// S3PublicEndpoint is the URL of the same server as those reach it who bring images straight into
	// the bucket. Default empty: S3Endpoint.
	S3PublicEndpoint string `name:"s3-public-endpoint" placeholder:"URL" group:"Addresses and storage" help:"URL of the S3 server as browsers reach it, for presigned uploads. Empty: s3-endpoint."`
	// S3Region is the region of the bucket. Default us-east-1, which most servers but Amazon's take.
	S3Region string `name:"s3-region" default:"us-east-1" group:"Addresses and storage" help:"Region of the bucket."`
	// S3Prefix is what all keys in the bucket begin with, before a slash. Default empty: nothing.
	S3Prefix string `name:"s3-prefix" placeholder:"PREFIX" group:"Addresses and storage" help:"Folder in the bucket that everything is kept in, where it has other things, too."`
	// S3AccessKey and S3SecretKey sign requests; both or none are set. Default empty: those in
	// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in ~/.aws/credentials, or of the role of the machine.
	S3AccessKey string `name:"s3-access-key" placeholder:"KEY" group:"Addresses and storage" help:"Access key for the bucket. Empty: as Amazon's tools find it, in the environment, in ~/.aws/credentials or by the role of the machine."`
	// S3SecretKey goes with S3AccessKey.
	S3SecretKey Secret `name:"s3-secret-key" placeholder:"SECRET" group:"Addresses and storage" help:"Secret key that goes with s3-access-key. Flags are seen by all users of a machine: use the environment or a file."`
	// S3PathStyle has the bucket in the path of requests always, not in the host. Default false: in
	// the host where that is known to work, at Amazon above all.
	S3PathStyle bool `name:"s3-path-style" group:"Addresses and storage" help:"Name the bucket in the path of URLs always, and never in the host."`
	// S3CreateBucket makes the bucket when it is missing. Default false.
	S3CreateBucket bool `name:"s3-create-bucket" group:"Addresses and storage" help:"Make the bucket when it is missing."`
	// S3Lifecycle says whether the bucket's lifecycle rules are kept as the settings have them: manage or
	// off. Only rules that Lightwell has made are changed or removed. With off the bucket's rules are left
	// alone, and the sweep does what they would. Default manage.
	S3Lifecycle string `name:"s3-lifecycle" default:"manage" group:"Addresses and storage" help:"Whether Lightwell sets lifecycle rules of its own in the bucket, beside those of others: manage or off (then it sweeps)."`
	// S3CORS says whether the bucket's rules for scripts of other sites (CORS) are kept as UploadOrigins has
	// them: manage or off. Rules of others stay. Default manage.
	S3CORS string `name:"s3-cors" default:"manage" group:"Addresses and storage" help:"Whether Lightwell has the bucket take uploads from pages of upload-origins (CORS), beside the rules of others: manage or off."`
	// S3OriginalsClass is the storage class that originals are moved to: STANDARD_IA, ONEZONE_IA,
	// INTELLIGENT_TIERING or GLACIER_IR, which are read at once. Default empty: they stay where they are
	// put. It needs a server with lifecycle rules.
	S3OriginalsClass string `name:"s3-originals-class" placeholder:"CLASS" group:"Addresses and storage" help:"Storage class that old originals are moved to: STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING or GLACIER_IR. Empty: none."`
	// S3OriginalsClassAfter is how old they are then: whole days, at least 24h, and 720h for the two
	// classes that end in _IA. Default 720h (30 days).
	S3OriginalsClassAfter time.Duration `name:"s3-originals-class-after" default:"720h" group:"Addresses and storage" help:"Age in whole days at which originals are moved to s3-originals-class."`
	// OriginalsCache is how many bytes of originals are kept on disk that were fetched from S3. Default
	// 10GiB, not below MaxBytes. Without S3Bucket there is no such cache.
	OriginalsCache ByteSize `name:"originals-cache" default:"10GiB" group:"Addresses and storage" help:"Most bytes of originals from S3 that are kept on the local disk."`
	// OriginalsCacheDir is the folder of that cache. Default empty: originals-cache below Data.
	OriginalsCacheDir string `name:"originals-cache-dir" placeholder:"DIR" group:"Addresses and storage" help:"Folder of the originals from S3 that are kept on the local disk. Empty: originals-cache, below data."`
	// PublicURL is the base under which images are reached from outside, such as
	// https://img.example.com, for the URLs in answers. Default empty: http:// and Listen.
	// [Config.BaseURL] is what to use.
	PublicURL string `name:"public-url" placeholder:"URL" group:"Addresses and storage" help:"Base URL of images as seen from outside, such as https://img.example.com, for the URLs in answers. Empty: http:// and the listen address."`
	// UploadPublicURL is the base under which the uploads' door is reached from outside, such as
	// https://upload.example.com, for the URLs of presigned and resumable uploads. Default empty: as
	// a request says, and the proxies in front of it (X-Forwarded-Proto, X-Forwarded-Host).
	UploadPublicURL string `name:"upload-public-url" placeholder:"URL" group:"Addresses and storage" help:"Base URL of the uploads' door as seen from outside, such as https://upload.example.com. Empty: as X-Forwarded-Proto and X-Forwarded-Host, or else the request, have it."`
	// Open allows Listen without SigningKeys, and UploadListen without Tokens, to be addresses other
	// than loopback, and takes images without a signature also where there are keys. Whoever reaches
	// them may then fetch, transform and upload. Default false. It excludes Unsigned.
	Open bool `name:"open" default:"false" group:"Addresses and storage" help:"Serve every image without a signature, and allow listen, and upload-listen without tokens, on addresses other than loopback, where anybody who reaches them may use them."`

	// SigningKeys are what the URLs of images are signed with, 16 to 512 visible ASCII characters
	// without comma each; their bytes are the key, and nothing is decoded. All are valid at once, and the
	// first signs the URLs in answers. Default empty: nothing needs a signature, unless Unsigned says so.
	SigningKeys []Secret `name:"signing-keys" placeholder:"KEY" group:"Access" help:"Keys that URLs of images are signed with, 16 to 512 characters each; all are valid, and the first signs. Every image then needs a signature, but what unsigned and originals let by. Flags are seen by all users of a machine: use the environment or a file."`
	// Unsigned is which renditions need no signature: none, presets (a named preset and nothing beside
	// it) or widths (w, which is taken to the next of UnsignedWidths, fm, auto, dpr from 1 to 3 and
	// presets). Default none; without SigningKeys that is no restriction, and Listen has to be loopback.
	Unsigned string `name:"unsigned" default:"none" group:"Access" help:"Renditions that need no signature: none, presets (a preset, and nothing beside it), or widths (w out of unsigned-widths, fm, auto, dpr from 1 to 3, and presets)."`
	// UnsignedWidths are the widths in pixels that are served unsigned, 2 to 8192. A width between two
	// is served as the larger, one above all as the largest, and so is no width. Default: those in the
	// srcset of answers. At least one, none twice.
	UnsignedWidths []int `name:"unsigned-widths" default:"320,640,960,1280,1920,2560,3840" group:"Access" help:"Widths in pixels that are served with unsigned=widths; one between is served as the next larger, one above all, or none, as the largest."`
	// Originals says whether originals, and /info/, need a signature where anything does: signed or
	// open. Default signed: a photograph may tell where it was taken.
	Originals string `name:"originals" default:"signed" group:"Access" help:"Whether originals and /info/ need a signature where renditions do: signed or open. Originals may tell where they were taken."`
	// Tokens are who may upload, as NAME:SECRET, NAME:SECRET:SCOPES or NAME:SECRET:SCOPES:BYTES;
	// [Config.UploadTokens] says what each part is and has them as values. All are valid at once.
	// Default empty: whoever reaches UploadListen may do everything there.
	Tokens []Secret `name:"tokens" placeholder:"TOKEN" group:"Access" help:"Tokens for uploads, as NAME:SECRET[:SCOPES[:BYTES]]. Scopes: upload, process, delete, purge, joined by +; all where none is given. Bytes: of a day (UTC). Flags are seen by all users of a machine: use the environment or a file. Empty: whoever reaches upload-listen may do everything there."`
	// UploadRate is how many requests a second each client of the uploads' door may make on
	// average. A client is a token, or where there is none an address (an IPv6 /64). Default 0: no
	// such limit.
	UploadRate int `name:"upload-rate" default:"0" group:"Access" help:"Requests a second of each client, a token or else an address, to upload-listen. 0: no limit."`
	// UploadBurst is how many requests a client may make at once that made none for a while.
	// Default 20.
	UploadBurst int `name:"upload-burst" default:"20" group:"Access" help:"Requests that such a client may make at once after a pause."`
	// TrustedProxies are the networks of proxies whose X-Forwarded-For is believed, in CIDR notation,
	// or single addresses. Default empty: a client's address is that of its connection. Name only
	// proxies that add to the header what they see.
	TrustedProxies []string `name:"trusted-proxies" placeholder:"CIDR" group:"Access" help:"Networks of the proxies and CDNs in front whose X-Forwarded-For is believed, such as 10.0.0.0/8."`

	// UploadOrigins are the origins whose pages may speak to the uploads' door (CORS), such as
	// https://example.com; * is every one. Default empty: none but its own.
	UploadOrigins []string `name:"upload-origins" placeholder:"ORIGIN" group:"Access" help:"Origins whose pages may upload (CORS), such as https://example.com, or * for all. Empty: only the door's own page."`
	// PresignLife is how long a presigned upload may be begun. Whole seconds, at most 168h (7 days, Amazon's
	// limit), and less than IncomingLife. Default 1h.
	PresignLife time.Duration `name:"presign-life" default:"1h" group:"Access" help:"How long a presigned upload may be begun, in whole seconds."`

	// RenderRate is how many renditions a second that are not in the cache each client may have made on
	// average. Default 0: no such limit. What is over is answered 429.
	RenderRate int `name:"render-rate" default:"0" group:"Access" help:"Renditions a second that are not cached, which each client may have made. 0: no limit."`
	// RenderBurst is how many of them a client may ask for at once that asked for none for a while.
	// Default 100.
	RenderBurst int `name:"render-burst" default:"100" group:"Access" help:"Such renditions that a client may ask for at once after a pause."`
	// ClientHeader is the request header that says who the client of an image is, such as
	// CF-Connecting-IP, from TrustedProxies only. Default empty: its address, by X-Forwarded-For there.
	ClientHeader string `name:"client-header" placeholder:"NAME" group:"Access" help:"Request header in which trusted-proxies say who an image is for, such as CF-Connecting-IP. Empty: the address, by X-Forwarded-For of trusted-proxies."`

	// LogLevel is the least important level that is logged: debug, info, warn or error. Default
	// info. [Config.Level] has it as a value.
	LogLevel string `name:"log-level" default:"info" group:"Logging" help:"Least important level that is logged: debug, info, warn or error."`
	// LogFormat is text or json. Default text.
	LogFormat string `name:"log-format" default:"text" group:"Logging" help:"Format of the log: text or json."`

	// AuditLog is a file that is told of each upload, deletion, purge and change of presets and marks: what, when and by
	// whom, a line of JSON each, beside the log; AuditToLog has those lines marked in the log itself, whatever LogLevel.
	// Default empty: they are in the log with LogLevel info or debug.
	AuditLog string `name:"audit-log" placeholder:"FILE" group:"Logging" help:"File that gets a line of JSON for each upload, deletion, purge, and change of presets and marks, beside the log. log: those lines are marked in the log, whatever log-level. Empty: they are in the log as others of level info."`

	// Traces is the URL of a collector of OpenTelemetry traces, by OTLP over HTTP; where it has no path, that is
	// /v1/traces. Default empty: nothing is traced.
	Traces string `name:"traces" placeholder:"URL" group:"Traces" help:"Collector that OpenTelemetry traces are sent to, by OTLP over HTTP, such as http://localhost:4318. Empty: nothing is traced."`
	// TracesSample is the part of the requests that are traced, from 0 to 1, of those that come without a traceparent.
	// Others are traced where that says so. Default 0.01.
	TracesSample float64 `name:"traces-sample" default:"0.01" group:"Traces" help:"Part of the requests that are traced, 0 to 1, where the caller has not decided by a traceparent."`
	// TracesMost is how many traces are begun a second at most, those that callers ask for with them. Default 100. 0: no
	// such limit.
	TracesMost int `name:"traces-most" default:"100" group:"Traces" help:"Most traces that are begun a second, whoever wants them. 0: no limit."`
	// TracesHeaders are sent to the collector, of the form Name: value. Default empty.
	TracesHeaders []Secret `name:"traces-headers" placeholder:"HEADER" group:"Traces" help:"Headers for the collector, of the form Name: value. In a flag, a comma that is part of one is written \\,. Flags are seen by all users of a machine: use the environment or a file."`

	// CacheMemory is what the memory tier of the cache may hold, in bytes; at least 1MiB. Default
	// auto (0): one eighth of the memory that this machine or its cgroup gives, at most 4GiB.
	// [Config.CacheBytes] has the number.
	CacheMemory ByteSize `name:"cache-memory" default:"auto" group:"Cache" help:"Size of the cache in memory. auto: one eighth of the memory of the machine or its cgroup, at most 4GiB."`
	// MetadataLife is how long an origin trusts an asset's metadata, or a preset, that it holds.
	// Default 10s, and at most that: a purge or a delete holds everywhere within 10 s.
	MetadataLife time.Duration `name:"metadata-life" default:"10s" group:"Cache" help:"How long an origin trusts the metadata it holds, hence how long a purge or a delete may take; at most 10s."`
	// MetadataEntries is how many assets' metadata an origin holds in memory. Default 100000.
	MetadataEntries int `name:"metadata-entries" default:"100000" group:"Cache" help:"How many assets' metadata an origin holds in memory."`

	// CacheRedisURL is the Redis in which origins share renditions, metadata and messages, and agree on who
	// makes what: redis:// or rediss://, with ?addr=host:port for more nodes of a cluster, or with
	// ?master_name=NAME that of a Sentinel. Let it evict (allkeys-lfu). Default empty: RedisURL, or none
	// where that is empty, too.
	CacheRedisURL Secret `name:"cache-redis-url" placeholder:"URL" group:"Cache" help:"Redis in which origins share renditions and what they know: redis:// or rediss://; let it evict (allkeys-lfu). Empty: redis-url; no such Redis where that is empty, too."`
	// CacheRedisLife is how long a rendition is kept there. Default 168h (7 days).
	CacheRedisLife time.Duration `name:"cache-redis-life" default:"168h" group:"Cache" help:"How long a rendition is kept in that Redis."`
	// CacheRedisEntry is the most bytes of a rendition that is kept there. Default 1MiB.
	CacheRedisEntry ByteSize `name:"cache-redis-entry" default:"1MiB" group:"Cache" help:"Most bytes of a rendition that is kept in that Redis."`
	// CacheRedisRoom is how full that Redis may become by renditions if it never evicts and has no
	// maxmemory; with one, half of that is. Default 1GiB. It keeps the queue's Redis usable.
	CacheRedisRoom ByteSize `name:"cache-redis-room" default:"1GiB" group:"Cache" help:"How full that Redis may become by renditions where it neither evicts nor has a maxmemory; where it has one, half of that."`
	// CacheRedisTimeout is how long that Redis may take to answer before origins go on without it.
	// Default 50ms.
	CacheRedisTimeout time.Duration `name:"cache-redis-timeout" default:"50ms" group:"Cache" help:"How long that Redis may take to answer, before origins go on without it."`
	// CacheObjects keeps renditions in the store, too, where they survive everything. Default false.
	CacheObjects bool `name:"cache-objects" group:"Cache" help:"Keep renditions beside the originals, too, in the bucket or on the disk."`
	// CacheObjectsLife is how long they stay there. Default 720h (30 days), at least 24h.
	CacheObjectsLife time.Duration `name:"cache-objects-life" default:"720h" group:"Cache" help:"How long renditions are kept there."`

	// PoolChildren is the number of child processes that decode, transform and encode. Default 0:
	// the number of CPUs plus one.
	PoolChildren int `name:"pool-children" default:"0" group:"Rendering" help:"Child processes that render. 0: the number of CPUs plus one."`
	// PoolQueue is how many requests may wait for a child; the next is answered 503. Default 256.
	// 0: none waits.
	PoolQueue int `name:"pool-queue" default:"256" group:"Rendering" help:"How many requests may wait for a child; more are answered 503."`
	// PoolQueueWait is how long one of them may wait before it is answered 503. Default 5s.
	PoolQueueWait time.Duration `name:"pool-queue-wait" default:"5s" group:"Rendering" help:"How long a request may wait for a child before it is answered 503."`
	// PoolMemory is the ceiling of anonymous memory of one child, in bytes. Default 1GiB, at least
	// 64MiB. A child that needs more fails that one request.
	PoolMemory ByteSize `name:"pool-memory" default:"1GiB" group:"Rendering" help:"Ceiling of anonymous memory for each child."`
	// PoolRenders is how many pieces of work a child does before another takes its place. Default
	// 1000.
	PoolRenders int `name:"pool-renders" default:"1000" group:"Rendering" help:"A child is replaced after this many pieces of work."`
	// RenderDeadline is how long making one rendition may take; then its child is ended and the
	// request answered 504. Default 10s.
	RenderDeadline time.Duration `name:"render-deadline" default:"10s" group:"Rendering" help:"How long one rendition may take; longer is answered 504."`
	// IntakeDeadline is how long the decoding of one upload and the making of its levels may take.
	// Default 30s.
	IntakeDeadline time.Duration `name:"intake-deadline" default:"30s" group:"Rendering" help:"How long the processing of one uploaded image may take."`
	// BackgroundDeadline is how long one piece of work may take that nobody waits for: a rendition
	// that is prepared. Default 60s.
	BackgroundDeadline time.Duration `name:"background-deadline" default:"60s" group:"Rendering" help:"How long one piece of work may take that nobody waits for."`
	// SyncWait is how long the upload of one image waits until it is processed, and POST /process for
	// its rendition; then they are answered 202, and the work goes on. Default 5s. 0: they do not
	// wait.
	SyncWait time.Duration `name:"sync-wait" default:"5s" group:"Uploads" help:"How long an upload of one image, or POST /process, waits before it is answered 202."`

	// BulkItems is how many images one upload may bring. Default 10000.
	BulkItems int `name:"bulk-items" default:"10000" group:"Uploads" help:"Most images of one upload."`
	// BulkBytes is how many bytes the images of one upload may have together. Default 5GiB.
	BulkBytes ByteSize `name:"bulk-bytes" default:"5GiB" group:"Uploads" help:"Most bytes of all images of one upload."`
	// RedisURL is the Redis that keeps the queue of uploads, for more than one process tree:
	// redis:// or, with TLS, rediss://; for a cluster ?addr=host:port names more of its nodes. It
	// must keep what it is given: maxmemory-policy noeviction and AOF, or the start is refused.
	// Default empty: a file below Data.
	RedisURL Secret `name:"redis-url" placeholder:"URL" group:"Uploads" help:"Redis that keeps the queue of uploads: redis:// or rediss://, with AOF and without eviction. Empty: a file below data."`
	// RedisLossy allows a Redis that may evict or forget. Default false. For development.
	RedisLossy bool `name:"redis-lossy" group:"Uploads" help:"Allow a Redis that may lose jobs; for development."`
	// RedisReplicas is how many replicas must have an upload before it is promised. Default 0.
	RedisReplicas int `name:"redis-replicas" default:"0" group:"Uploads" help:"Replicas of Redis that must have an upload before it is promised."`
	// Lease is how long the queue waits for a word from a worker before it gives its image to
	// another: so long an image takes longer when a worker is killed. Default 30s.
	Lease time.Duration `name:"lease" default:"30s" group:"Uploads" help:"How long a worker may be silent before another takes its image over."`
	// Attempts is how often the processing of an image is begun before it is given up: what breaks a
	// worker off again and again must end some time. Default 5.
	Attempts int `name:"attempts" default:"5" group:"Uploads" help:"How often the processing of an image is begun before it fails for good."`
	// JobLife is how long a job is remembered after its end. Default 168h (7 days), at least 24h:
	// so long an Idempotency-Key holds.
	JobLife time.Duration `name:"job-life" default:"168h" group:"Uploads" help:"How long the status of an upload can be asked after its end."`

	// FetchHosts are the only hosts that images are fetched from by URL: names, or a dot and the end
	// of names, as in .example.com. Default empty: every host with a public address.
	FetchHosts []string `name:"fetch-hosts" placeholder:"HOST" group:"Uploads" help:"Only hosts that images are fetched from, such as img.example.com or .example.com. Empty: every one with a public address."`
	// FetchPrivate allows fetching from, and callbacks to, addresses that are not public. Default
	// false: whoever may upload could otherwise reach the servers inside.
	FetchPrivate bool `name:"fetch-private" group:"Uploads" help:"Fetch from, and send callbacks to, addresses that are not public, too."`
	// FetchTimeout is how long fetching an image may take. Default 30s.
	FetchTimeout time.Duration `name:"fetch-timeout" default:"30s" group:"Uploads" help:"How long fetching an image by its URL may take."`
	// CallbackSecret signs callbacks (Standard Webhooks): whsec_ and the base64 of 24 to 64 bytes.
	// Default empty: they are not signed.
	CallbackSecret Secret `name:"callback-secret" placeholder:"SECRET" group:"Uploads" help:"Signs callbacks after Standard Webhooks: whsec_ and 24 to 64 bytes in base64."`
	// CallbackPatience is how long a callback is tried again that is not taken. Default 24h.
	CallbackPatience time.Duration `name:"callback-patience" default:"24h" group:"Uploads" help:"How long a callback that is not taken is tried again."`

	// CDNPurgeURL has a request made for each purge and each delete, as a template (README: Purging):
	// http:// or https://. All of them are asked. Default empty: no CDN is told.
	CDNPurgeURL []Secret `name:"cdn-purge-url" placeholder:"URL" group:"CDN" help:"Where a CDN is told what to forget, as a template; all are asked. Empty: no CDN is told."`
	// CDNPurgeMethod is the method of that request. Default PURGE.
	CDNPurgeMethod string `name:"cdn-purge-method" default:"PURGE" group:"CDN" help:"Method of such a request."`
	// CDNPurgeHeaders are its headers, of the form Name: value, as templates. Default empty.
	CDNPurgeHeaders []Secret `name:"cdn-purge-headers" placeholder:"HEADER" group:"CDN" help:"Headers of such a request, as templates of the form Name: value. In a flag, a comma that is part of one is written \\,."`
	// CDNPurgeBody is its body, as a template. Default empty.
	CDNPurgeBody Secret `name:"cdn-purge-body" placeholder:"TEXT" group:"CDN" help:"Body of such a request, as a template."`
	// CDNPurgeBy is what names images to the CDN: key (the tags of Cache-Tag and Surrogate-Key) or
	// path (/image/{id}* and /info/{id}*). Default key.
	CDNPurgeBy string `name:"cdn-purge-by" default:"key" group:"CDN" help:"What names images in such a request: key (as in Cache-Tag and Surrogate-Key) or path."`
	// CDNPurgeMost is how many of them one request names, 1 to 1000. Default 1.
	CDNPurgeMost int `name:"cdn-purge-most" default:"1" group:"CDN" help:"Most keys or paths in one such request."`
	// CDNPurgeAWS signs it for a service of Amazon's: service/region/access key/secret key, such as
	// cloudfront/us-east-1/AKIA.../.... Default empty: it is not signed.
	CDNPurgeAWS Secret `name:"cdn-purge-aws" placeholder:"SIGNER" group:"CDN" help:"Signs such a request for Amazon's: SERVICE/REGION/ACCESS-KEY/SECRET-KEY, as in cloudfront/us-east-1/AKIA.../...."`

	// Formats are the source formats that are accepted, told by the bytes: those of the default, and pdf,
	// whose pages are drawn. At least one, none twice.
	Formats []string `name:"formats" default:"jpeg,png,gif,webp,avif,heic,tiff,svg,jxl,bmp,ico" group:"Limits of sources" help:"Source formats that are accepted."`
	// MaxBytes is the size limit of an upload, in bytes. Default 50MiB, at most 5GiB.
	MaxBytes ByteSize `name:"max-bytes" default:"50MiB" group:"Limits of sources" help:"Most bytes of an uploaded image."`
	// MaxPixels is the limit of one frame of the source, in pixels. Default 100 000 000.
	MaxPixels int `name:"max-pixels" default:"100000000" group:"Limits of sources" help:"Most pixels of one frame of a source."`
	// MaxSide is the limit of the source's width and height, in pixels. Default 65535.
	MaxSide int `name:"max-side" default:"65535" group:"Limits of sources" help:"Most pixels of a source's width and of its height."`
	// MaxFrames is the limit of a source's frames or pages. Default 1000.
	MaxFrames int `name:"max-frames" default:"1000" group:"Limits of sources" help:"Most frames of a source."`
	// MaxFramePixels is the limit of a source's frames times the pixels of a frame. Default
	// 500 000 000. Not below MaxPixels.
	MaxFramePixels int `name:"max-frame-pixels" default:"500000000" group:"Limits of sources" help:"Most pixels of all frames of a source together; not below max-pixels."`

	// Levels are the longest sides, in pixels, of the reduced copies that are made of each original, from which
	// small renditions are made. Default 2048, 1024, 512. Empty: none. At most eight, 64 to 8192 each, none twice.
	// Every process has the same, and what is changed counts for what is uploaded from then on.
	Levels []int `name:"levels" default:"2048,1024,512" group:"Levels" help:"Longest sides in pixels of the reduced copies that are kept of each original, so that small renditions need not decode all of it. Empty: none."`

	// MaxOutputSide is the limit of a rendition's width and height, in pixels. Default 8192.
	MaxOutputSide int `name:"max-output-side" default:"8192" group:"Limits of renditions" help:"Most pixels of a rendition's width and of its height."`
	// MaxOutputPixels is the limit of a rendition, in pixels. Default 40 000 000.
	MaxOutputPixels int `name:"max-output-pixels" default:"40000000" group:"Limits of renditions" help:"Most pixels of a rendition."`
	// MaxOutputFramePixels is the limit of an animation that is made, in frames times the pixels of one. Each takes
	// four bytes of a render process. Default 150 000 000.
	MaxOutputFramePixels int `name:"max-output-frame-pixels" default:"150000000" group:"Limits of renditions" help:"Most pixels of all frames of an animated rendition."`

	// Interim says whether a client that takes AVIF is answered with WebP or JPEG, for a minute, while the AVIF that
	// auto=format chooses is being made for the first time: on or off. With off it waits. Default on.
	Interim string `name:"interim" default:"on" group:"Responses" help:"While the AVIF of auto=format is being made for the first time: on answers with WebP or JPEG, which are kept for a minute; off has the client wait."`
	// CORSOrigin is the value of Access-Control-Allow-Origin: * or one origin, such as
	// https://example.com. Default *. Empty: the header is not sent.
	CORSOrigin string `name:"cors-origin" default:"*" group:"Responses" help:"Value of Access-Control-Allow-Origin: * or one origin. Empty: the header is not sent."`
	// CORP is the value of Cross-Origin-Resource-Policy: cross-origin, same-site or same-origin.
	// Default cross-origin. Empty: the header is not sent.
	CORP string `name:"corp" default:"cross-origin" group:"Responses" help:"Value of Cross-Origin-Resource-Policy: cross-origin, same-site or same-origin. Empty: the header is not sent."`
	// IgnoreParams are URL parameters that are ignored, where an unknown one is an error otherwise:
	// names, or the beginning of names and a star, such as utm_*. Default empty.
	IgnoreParams []string `name:"ignore-params" placeholder:"NAME" group:"Responses" help:"URL parameters that are ignored: names, or beginnings such as utm_*."`
	// AllowPositions has renditions for which meta=keep asks, and what is told of an image, say where it was taken. Default false.
	AllowPositions bool `name:"allow-positions" default:"false" group:"Responses" help:"Tell where a picture was taken in /info/, and with meta=keep, which then keeps XMP and maker's notes, too."`
	// SVG is what is delivered as the original of an SVG: sanitize gives the drawing without
	// scripts, links and references to elsewhere; rasterize a PNG of its own size. Default
	// sanitize. Never the uploaded bytes: they could run in a visitor's browser.
	SVG string `name:"svg" default:"sanitize" group:"Responses" help:"What is delivered as the original of an SVG: sanitize (the drawing without scripts and references to elsewhere) or rasterize (a PNG)."`
	// FallbackImage is the id of an asset that is served as the picture of 404 and 422, with their
	// status. Default empty: problem+json.
	FallbackImage string `name:"fallback-image" placeholder:"ID" group:"Responses" help:"Id of an asset that is served as the picture of 404 and 422."`

	// ReadTimeout is how long the head of a request may take to arrive, and on the images' door the
	// whole of it. Default 5s.
	ReadTimeout time.Duration `name:"read-timeout" default:"5s" group:"Connections" help:"How long the URL and headers of a request may take to arrive."`
	// WriteTimeout is how long a client may take a response slower than MinRate. Default 60s.
	WriteTimeout time.Duration `name:"write-timeout" default:"60s" group:"Connections" help:"How long a client may take a response slower than min-rate."`
	// IdleTimeout is how long a connection may stay open without a request. Default 60s. Make it
	// longer than the one of the CDN or proxy in front, or requests will meet closed connections.
	IdleTimeout time.Duration `name:"idle-timeout" default:"60s" group:"Connections" help:"How long a connection may stay open without a request; longer than that of the proxy in front."`
	// UploadTimeout is how long the body of an upload may come slower than MinRate. Default 30s.
	UploadTimeout time.Duration `name:"upload-timeout" default:"30s" group:"Connections" help:"How long an upload may come slower than min-rate."`
	// MinRate is how many bytes a second a client must send of an upload and take of a response,
	// each on average over its timeout. Default 8KiB, at least 1KiB.
	MinRate ByteSize `name:"min-rate" default:"8KiB" group:"Connections" help:"Fewest bytes a second that a client must send of an upload, and take of a response."`
	// DrainTimeout is how long requests under way may go on after the signal to stop. Default 30s.
	DrainTimeout time.Duration `name:"drain-timeout" default:"30s" group:"Connections" help:"How long requests under way may go on after the signal to stop."`
	// DrainDelay is how long everything goes on after the signal to stop, while /readyz says that it will end:
	// so long a load balancer has to notice. Default 2s. An interrupt from the keyboard does not wait.
	DrainDelay time.Duration `name:"drain-delay" default:"2s" group:"Connections" help:"How long requests are still taken after SIGTERM, so that a load balancer notices."`
	// MaxConnections is how many connections each of the two public doors serves at once. Default
	// 20000. It is lowered to what the process's limit on open files allows, which the log says.
	MaxConnections int `name:"max-connections" default:"20000" group:"Connections" help:"Most connections at once, on each of the two public doors."`
	// MaxConnectionsPerIP is the same for one address, or one /64 of IPv6. Default 0: no such limit.
	// Behind a CDN or a proxy every connection comes from few addresses: leave it off there. Not
	// above MaxConnections.
	MaxConnectionsPerIP int `name:"max-connections-per-ip" default:"0" group:"Connections" help:"Most connections at once from one address; off behind a CDN or proxy. 0: no limit."`
	// MaxUploads is how many uploads and requests to POST /process may be under way at once; the
	// next is answered 503. Default 1000. Each upload takes up to MaxBytes of the disk before it is
	// checked.
	MaxUploads int `name:"max-uploads" default:"1000" group:"Connections" help:"Most uploads and requests to POST /process under way at once; more are answered 503."`

	// SweepEvery is how often bytes that no asset refers to are looked for. Default 1h.
	SweepEvery time.Duration `name:"sweep-every" default:"1h" group:"Upkeep" help:"How often bytes that no asset refers to are looked for."`
	// SweepGrace is how old such bytes must be before they are deleted. Default 1h.
	SweepGrace time.Duration `name:"sweep-grace" default:"1h" group:"Upkeep" help:"How old such bytes must be before they are deleted."`
	// IncomingLife is how long an upload may lie unfinished that does not come in one request to
	// UploadListen. Whole days, at least 24h. Default 48h.
	IncomingLife time.Duration `name:"incoming-life" default:"48h" group:"Upkeep" help:"How long an upload that comes in pieces, or straight to the bucket, may lie unfinished, in whole days."`
	// TombstoneLife is how long a deleted asset is remembered: 410, and 404 afterwards. Default
	// 720h (30 days), at least 1m.
	TombstoneLife time.Duration `name:"tombstone-life" default:"720h" group:"Upkeep" help:"How long a deleted asset is answered 410; afterwards it is 404."`
}
