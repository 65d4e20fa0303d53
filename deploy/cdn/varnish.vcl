vcl 4.1;

# Varnish 7 in front of Lightwell. Change the addresses of the origins, and who may purge.
#
# Lightwell tells Varnish what to forget, at once:
#
#   cdn-purge-url: [http://127.0.0.1:6081/]
#   cdn-purge-method: BAN
#   cdn-purge-headers: ["X-Key: {{.Name}}"]

import std;

# There is no such image, and whoever says so is up.
probe up {
    .request = "GET /up HTTP/1.1" "Host: lightwell" "Connection: close";
    .expected_response = 404;
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

backend one {
    .host = "127.0.0.1";
    .port = "8080";
    .connect_timeout = 1s;
    .first_byte_timeout = 20s;
    .between_bytes_timeout = 5s;
    .probe = up;
}

backend two {
    .host = "127.0.0.1";
    .port = "8082";
    .connect_timeout = 1s;
    .first_byte_timeout = 20s;
    .between_bytes_timeout = 5s;
    .probe = up;
}

acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    if (req.method == "BAN") {
        if (client.ip !~ purgers) {
            return (synth(403, "Forbidden"));
        }
        if (req.http.X-Key !~ "^[A-Za-z0-9%+_.~-]+$") {
            return (synth(400, "No such key"));
        }
        # On what the object says, not the request: then the ban lurker does the work, and no client waits.
        if (!std.ban("obj.http.Cache-Tag ~ (^|,)" + regsuball(req.http.X-Key, "([.+~-])", "[\1]") + "(,|$)")) {
            return (synth(500, std.ban_error()));
        }
        return (synth(204, "Banned"));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.url !~ "^/(image|info)/") {
        return (synth(404, "Not Found"));
    }
    # Each origin as often, but one that is down; the other one is asked where this does not answer, below.
    set req.backend_hint = one;
    if ((std.random(0, 2) < 1 && std.healthy(two)) || !std.healthy(one)) {
        set req.backend_hint = two;
    }
    unset req.http.Cookie;

    # Accept says a hundred things; what matters is whether a browser shows AVIF and WebP. What is refused
    # with q=0 counts as not named. Only auto=format looks at it, also where a preset has it.
    set req.http.X-Accept = "";
    if (req.url ~ "auto|preset") {
        if (req.http.Accept ~ "(?i)image/avif" && req.http.Accept !~ "(?i)image/avif\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set req.http.X-Accept = "image/avif,";
        }
        if (req.http.Accept ~ "(?i)image/webp" && req.http.Accept !~ "(?i)image/webp\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set req.http.X-Accept = req.http.X-Accept + "image/webp,";
        }
    }
    set req.http.Accept = req.http.X-Accept + "*/*";
    unset req.http.X-Accept;
    return (hash);
}

sub vcl_backend_fetch {
    if (bereq.retries > 0) {
        if (bereq.backend == one) {
            set bereq.backend = two;
        } else {
            set bereq.backend = one;
        }
    }
}

sub vcl_backend_response {
    # What is old is better than nothing, when the origins do not answer; but not what has ended.
    if (beresp.http.Cache-Control ~ "must-revalidate") {
        set beresp.grace = 0s;
        set beresp.keep = 0s;
    } else {
        set beresp.grace = 10s;
        set beresp.keep = 1d;
    }
    if (beresp.status >= 500) {
        if (bereq.retries < 1) {
            return (retry);
        }
        if (bereq.is_bgfetch) {
            return (abandon);
        }
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    if (beresp.http.Cache-Control ~ "no-store") {
        set beresp.uncacheable = true;
        set beresp.ttl = 1s;
    }
}

sub vcl_backend_error {
    # An origin that ends or has ended is not noticed by clients: there is another one.
    if (bereq.retries < 1) {
        return (retry);
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } else {
        set resp.http.X-Cache = "MISS";
    }
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}
