# Fastly in front of Lightwell: a custom VCL, with one backend, the fleet's load balancer, and shielding as you like.
#
# Lightwell tells Fastly what to forget, by Surrogate-Key, which Fastly reads by itself:
#
#   cdn-purge-url: ["https://api.fastly.com/service/SERVICE/purge"]
#   cdn-purge-method: POST
#   cdn-purge-headers: ["Fastly-Key: SECRET", "Surrogate-Key: {{join ` ` .Names}}"]
#   cdn-purge-most: 256

sub vcl_recv {
    #FASTLY recv

    if (req.method != "GET" && req.method != "HEAD" && req.method != "FASTLYPURGE") {
        return(pass);
    }
    if (req.url.path !~ "^/(image|info)/") {
        error 404 "Not Found";
    }
    unset req.http.Cookie;

    # Accept says a hundred things; what matters is whether a browser shows AVIF and WebP. What is refused with q=0 counts
    # as not named. Only auto=format looks at it, also where a preset has it. Lightwell says Vary: Accept where it has
    # looked, so a URL is cached four times at most. At a shield it is done again, and changes nothing.
    declare local var.accept STRING;
    set var.accept = "";
    if (req.url ~ "auto|preset") {
        if (req.http.Accept ~ "(?i)image/avif" && req.http.Accept !~ "(?i)image/avif\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set var.accept = "image/avif,";
        }
        if (req.http.Accept ~ "(?i)image/webp" && req.http.Accept !~ "(?i)image/webp\s*;\s*q=0(\.0*)?\s*(,|$)") {
            set var.accept = var.accept "image/webp,";
        }
    }
    set req.http.Accept = var.accept "*/*";
    return(lookup);
}

sub vcl_fetch {
    #FASTLY fetch

    # One more try where an origin ends or has ended: there is another one behind the load balancer.
    if (beresp.status >= 502 && beresp.status <= 504 && req.restarts < 1 && (req.method == "GET" || req.method == "HEAD")) {
        restart;
    }
    if (beresp.http.Cache-Control ~ "no-store") {
        return(pass);
    }
    # What is old is better than nothing, when the origins do not answer; but not what has ended.
    if (beresp.http.Cache-Control ~ "must-revalidate") {
        set beresp.stale_while_revalidate = 0s;
        set beresp.stale_if_error = 0s;
    } else {
        set beresp.stale_while_revalidate = 60s;
        set beresp.stale_if_error = 86400s;
    }
    if (beresp.status >= 500) {
        if (stale.exists) {
            return(deliver_stale);
        }
        set beresp.ttl = 1s;
    }
    return(deliver);
}

sub vcl_error {
    #FASTLY error

    if (obj.status >= 500 && stale.exists) {
        return(deliver_stale);
    }
    return(deliver);
}

sub vcl_deliver {
    #FASTLY deliver

    # It is for purging alone, and long; a shield has to pass it on.
    if (!req.http.Fastly-FF) {
        unset resp.http.Surrogate-Key;
    }
    return(deliver);
}
