# The commands of the project; each is a script, or one line.
SHELL := bash
PORT ?= 8080
ENV := . scripts/env.sh &&

.DEFAULT_GOAL := help
.PHONY: help setup serve build dev test test-native test-browser size bundle release screenshots data analyses results bench bench-native fuzz dependencies miri repeat soak limits clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is needed, at pinned versions (done by the others too)
	@scripts/setup.sh

serve: build ## Build the page and serve it on http://127.0.0.1:8080 (PORT=… for another)
	@node scripts/serve-static.mjs dist --port $(PORT) --no-cache

build: ## Write dist/, ready for any static host
	@scripts/setup.sh build
	@scripts/build.sh

dev: ## Serve a quick, large build and rebuild it at every change
	@scripts/setup.sh build
	@$(ENV) trunk serve --port $(PORT)

test: ## Run every check: lints, native tests, build, size, browser tests
	@scripts/test.sh

test-native: ## Run only the lints and the native tests
	@scripts/test.sh native

test-browser: ## Run only the browser tests, on dist/ as it is (ONLY=name for some)
	@scripts/test.sh browser

size: ## Print what a visitor downloads, and check it
	@scripts/size.sh

bundle: build ## Write target/bundle/hidden-activity-VERSION.zip, which runs from any local web server
	@node scripts/bundle.mjs

release: build size bundle ## Build, check the size, and write the zip of this version

screenshots: ## Make the pictures of README from dist/ as it is (ONLY=name for some)
	@scripts/setup.sh
	@$(ENV) node scripts/screenshots.mjs $(ONLY)

data: ## Pack official files of MNIST, SVHN, CIFAR-10 for the page's menu (DIR=folder that holds them)
	@[ -n "$(DIR)" ] || { echo "Say where the official files are: make data DIR=folder" >&2; exit 2; }
	@$(ENV) cargo run --quiet --release --bin pack -- "$(DIR)" public/data

analyses: ## Compute the analyses that come with the page (public/analyses)
	@$(ENV) cargo run --quiet --release --bin analyses -- public/analyses

results: ## Train on every data set at hand and write docs/RESULTS.md (ONLY="SVHN" for some; a quarter of an hour)
	@$(ENV) cargo run --quiet --release --bin results -- "$${HA_SHARED_DATA:-../shared/data}" $(or $(OUT),docs/RESULTS.md) $(ONLY)

bench: ## Time our projections against others' in one browser (ONLY=tsne-2000 for one row)
	@scripts/bench.sh

bench-native: ## Run the native benchmarks
	@$(ENV) cargo bench

fuzz: ## Fuzz what comes from outside: 10 minutes or 10 million inputs each (FUZZ_SECONDS=…, ONLY="idx pack" for some)
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh "$${FUZZ_SECONDS:-600}" $(ONLY)

repeat: ## Run every check again and again, each time in another order and time zone (TIMES=10)
	@scripts/repeat.sh "$(or $(TIMES),10)"

dependencies: ## Check licences and origins of all dependencies (deny.toml), and npm's signatures
	@scripts/setup.sh >/dev/null
	@scripts/dependencies.sh

miri: ## Interpret the tests of the modules with unsafe code (wants the nightly toolchain)
	@rustup component add --toolchain nightly miri rust-src
	@$(ENV) cd tests/kernels && for target in x86_64-unknown-linux-gnu i686-unknown-linux-gnu; do \
		cargo +nightly miri test --locked --target $$target -- lanes product attraction || exit; \
	done

soak: ## Work for an hour in one page of Chromium and weigh it after every round, on dist/ as it is (MINUTES=60)
	@scripts/setup.sh
	@$(ENV) node tests/browser/soak.mjs

limits: ## Count frames with 70,000 observations and 4,096 neurons, on dist/ as it is (RATIO=2 for dense screens)
	@scripts/setup.sh
	@$(ENV) node tests/browser/limits.mjs

clean: ## Remove what was built; the tools of the set-up stay
	@$(ENV) cargo clean
	@rm -rf dist test-results
