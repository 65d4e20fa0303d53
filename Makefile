# Lightwell. "make" says what there is to make.

GO ?= go
DATA ?= ./data
FUZZTIME ?= 1m
TESTTIMEOUT ?= 40m
KILLS ?= 100
KILL_IMAGES ?= 2000
PEOPLE ?= $(HOME)/.cache/lightwell/people
IMAGE ?= $(HOME)/.cache/lightwell/image
PHOTOGRAPHS ?= $(HOME)/.cache/lightwell/photographs

# Fuzz targets that read what anybody may send.
DOORS = FuzzParseQuery FuzzParsePath FuzzParseURL FuzzAdmit FuzzAccept FuzzInstructions FuzzUpload FuzzPresign FuzzSanitize FuzzSniff

# Debian packages. libc6-dev and ca-certificates are only recommended by those that need them;
# chromium, nodejs and npm are for clients that tests drive, nginx and Varnish for what stands in front,
# Little CMS' tools and gif2webp for what to compare with. The tests write in many scripts.
BUILD_PACKAGES = gcc libc6-dev pkg-config libvips-dev libpango1.0-dev
RUN_PACKAGES = $(BUILD_PACKAGES) fonts-dejavu-core ca-certificates curl
FONT_PACKAGES = fonts-noto-core fonts-noto-color-emoji fonts-wqy-microhei
TEST_PACKAGES = $(RUN_PACKAGES) $(FONT_PACKAGES) mount redis-server nginx-light varnish chromium nodejs npm liblcms2-utils webp prometheus prometheus-redis-exporter
BENCH_PACKAGES = $(BUILD_PACKAGES) nginx-light webp

# A folder of real-world files that some tests read.
export LIGHTWELL_CORPUS ?= $(abspath $(wildcard ../shared/corpus))

# The engine is reached through cgo, whatever the environment says.
export CGO_ENABLED = 1

.DEFAULT_GOAL := help
.PHONY: help build run test test-packages test-engine test-deploy image-check chaos slow fuzz fuzz-doors fuzz-hour people choices bench gallery gallery-strip contact-sheet text-sheet clean

help: ## say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

build: ## build bin/lightwell
	@deploy/setup.sh --check $(BUILD_PACKAGES)
	$(GO) build -buildvcs=false -o bin/lightwell .

run: ## install what is missing, build, and serve from ./data on localhost
	@deploy/setup.sh $(RUN_PACKAGES)
	@$(MAKE) --no-print-directory build
	@printf '%s\n' "$$SESSION"
	bin/lightwell serve --data=$(DATA)

# The main package's tests start whole fleets, which want the machine for themselves.
test: ## install what is missing, then vet, staticcheck and all tests
	@deploy/setup.sh $(TEST_PACKAGES)
	@deploy/clients.sh >/dev/null
	@GO=$(GO) deploy/s3server.sh >/dev/null
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@$(MAKE) --no-print-directory test-deploy
	@$(MAKE) --no-print-directory -j2 test-packages test-engine
	$(GO) test -race -timeout=$(TESTTIMEOUT) -parallel=4 .

test-packages:
	$(GO) test -race -timeout=$(TESTTIMEOUT) $$($(GO) list ./... | grep -v -e '^lightwell$$' -e '^lightwell/transform/engine$$')

# What checks the files of deploy/ is a module of its own, so that what it needs is not in Lightwell's. Go's cache of tests
# does not see that those files change.
test-deploy:
	cd deploy/check && $(GO) vet -tags=image,terraform ./... && "$$(cd ../.. && $(GO) tool -n staticcheck)" -tags=image,terraform ./... && $(GO) test -count=1 ./...

# The engine is for one goroutine at a time, and has none: the race detector finds nothing there and takes most of its
# tests' time, which compare pixels. The pool's tests have it, with the engine in their children. Its tests take what the
# others leave of two cores, and no threads of OpenMP, with which libimagequant keeps both busy waiting.
test-engine:
	OMP_NUM_THREADS=1 nice $(GO) test -timeout=$(TESTTIMEOUT) ./transform/engine

image-check: ## carry out the Dockerfile without a container engine (root, minutes), and run what comes of it
	@deploy/setup.sh debootstrap
	cd deploy/check && LIGHTWELL_IMAGE=$(IMAGE) $(GO) test -v -count=1 -tags=image -timeout=60m -run='^TestImage$$' ./image

chaos: ## kill processes a hundred times during a bulk of 2,000 images, with each queue and store
	@deploy/setup.sh --check $(BUILD_PACKAGES) redis-server
	LIGHTWELL_KILLS=$(KILLS) LIGHTWELL_KILL_IMAGES=$(KILL_IMAGES) LIGHTWELL_KILL_PATIENCE=660 \
		$(GO) test -v -count=1 -timeout=90m -run='^TestKilledProcesses' .

slow: ## upload 200 images of 20 MB at once over slow links
	@deploy/setup.sh --check $(BUILD_PACKAGES)
	LIGHTWELL_SLOW_CLIENTS=200 LIGHTWELL_SLOW_MB=20 $(GO) test -v -count=1 -timeout=60m -run='OverSlowLinks$$' .

fuzz: ## run each fuzz target for FUZZTIME (1m)
	@deploy/setup.sh --check $(BUILD_PACKAGES)
	@deploy/fuzz.sh "$(GO)" "$(FUZZTIME)"

fuzz-doors: ## the same for what reads requests: URLs, Accept, instructions, uploads, SVGs
	@deploy/setup.sh --check $(BUILD_PACKAGES)
	@deploy/fuzz.sh "$(GO)" "$(FUZZTIME)" $(DOORS)

fuzz-hour: ## run each fuzz target for an hour
	@$(MAKE) --no-print-directory fuzz FUZZTIME=1h

people: ## crop photographs with people, which npm packages have, by their faces
	@deploy/people.sh $(PEOPLE)
	LIGHTWELL_PEOPLE=$(abspath $(PEOPLE)) $(GO) test -v -run=OfPeople ./transform/engine

choices: ## compare what auto=format chooses for photographs and graphics, which Debian packages have
	@deploy/photographs.sh $(PHOTOGRAPHS)
	LIGHTWELL_CHOICES=$(abspath $(PHOTOGRAPHS)) $(GO) test -v -count=1 -run='^TestChoices$$' ./transform/engine

bench: ## run the Go benchmarks
	@deploy/setup.sh --check $(BENCH_PACKAGES)
	$(GO) test -run='^$$' -bench=. -benchmem ./...

gallery: build ## make gallery/index.html, which shows every parameter in pictures
	$(GO) run ./docs/gallery
	@echo "open $(CURDIR)/gallery/index.html"

gallery-strip: build ## make docs/gallery.jpg, a few of these pictures
	$(GO) run ./docs/gallery -strip docs/gallery.jpg

contact-sheet: ## make docs/contact-sheet.jpg with a server that runs on localhost
	$(GO) run ./docs/contactsheet

text-sheet: ## make docs/text-sheet.jpg, which shows text in many scripts
	@deploy/setup.sh --check $(BUILD_PACKAGES) $(FONT_PACKAGES)
	LIGHTWELL_TEXT_SHEET=$(abspath docs/text-sheet.jpg) $(GO) test -count=1 -run='^TestTextSheet$$' ./transform/engine

clean: ## remove what was built; ./data stays
	rm -rf bin

define SESSION

Once it serves, paste this into another terminal:

  id=$$(curl -s --data-binary @testdata/photo.jpg -H 'Content-Type: image/jpeg' http://localhost:8081/upload |
    sed 's/.*"imageId": *"\([^"]*\)".*/\1/')
  curl -o photo.webp "http://localhost:8080/image/$$id?w=800&fm=webp"

Ctrl-C ends it.

endef
export SESSION
