#!/usr/bin/env bash
# Installs what is missing of the given Debian packages.
#
#   deploy/setup.sh [--check] PACKAGE...
#
# With --check nothing is installed: what is missing is named, and the status is 1. What is there by
# other means than a package counts (a compiler, a libvips built from source). Without apt-get
# nothing can be installed; then a libvips that is recent enough is taken as a sign that the rest is
# there, too.
set -euo pipefail

vips_least=8.14

has_vips() {
  pkg-config --exists "vips >= $vips_least" 2>/dev/null
}

# is_there PACKAGE: whether what the package is needed for is there.
is_there() {
  case $1 in
    chromium | curl | gcc | npm | pkg-config) command -v "$1" >/dev/null ;;
    libvips-dev) has_vips ;;
    libpango1.0-dev) pkg-config --exists pangocairo harfbuzz fontconfig 2>/dev/null ;;
    nginx-light) command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]] ;;
    varnish) command -v varnishd >/dev/null || [[ -x /usr/sbin/varnishd ]] ;;
    nodejs) command -v node >/dev/null ;; # not Debian's always, and then with an npm of its own
    redis-server) command -v redis-server >/dev/null ;;
    libvips-tools) command -v vips >/dev/null ;;
    *) [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]] ;;
  esac
}

# as_root COMMAND...: runs it as root. Nothing here ever waits for input, but sudo may ask for a
# password on the terminal.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@" </dev/null
  elif command -v sudo >/dev/null; then
    sudo "$@" </dev/null
  else
    echo "Installing needs root or sudo. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
}

install() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  echo "Installing ${missing[*]}"
  as_root "${apt[@]}" update
  as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

check_only=false
if [[ ${1-} == --check ]]; then
  check_only=true
  shift
fi

missing=()
for package in "$@"; do
  is_there "$package" || missing+=("$package")
done

if [[ ${#missing[@]} == 0 ]]; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  has_vips && exit 0
  echo "Lightwell needs libvips $vips_least or later with its headers, pkg-config and a C compiler." >&2
  echo "This system has no apt-get, so install what is called on Debian: $*" >&2
  exit 1
fi
if $check_only; then
  echo "Lightwell needs packages that are missing: ${missing[*]}" >&2
  echo "Install them (as root): apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
install
if [[ " $* " == *" libvips-dev "* ]] && ! has_vips; then
  echo "Lightwell needs libvips $vips_least or later; this system has $(pkg-config --modversion vips 2>/dev/null || echo none)." >&2
  exit 1
fi
