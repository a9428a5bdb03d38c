# The commands of this project. `make help` lists them.

CARGO   ?= cargo
VERSION := $(shell sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
OS      := $(shell uname -s | tr '[:upper:]' '[:lower:]')
ARCH    := $(shell uname -m | sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/' -e 's/i.86/386/')
BINARY  := $(or $(CARGO_TARGET_DIR),target)/release/terraform-provider-wsoa
DIST    := $(abspath $(or $(CARGO_TARGET_DIR),target)/dist)
PLUGINS ?= $(HOME)/.terraform.d/plugins
# OpenTofu looks the same provider up at its own registry's address.
HOSTS   := registry.terraform.io registry.opentofu.org

.DEFAULT_GOAL := help
.PHONY: help build dist reproduce install demo tenant recording test test-dist test-profiles test-cli test-okta campaign bounds fuzz bench lint fmt docs generate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the provider for release
	.ci/build-release
	@$(CARGO) run --quiet --locked --package wsoa-dist -- size "$(BINARY)"

dist: build ## make the files of a release for this platform
	@rm -rf "$(DIST)"
	@$(CARGO) run --quiet --locked --package wsoa-dist -- pack "$(BINARY)" "$(DIST)"
	@$(CARGO) run --quiet --locked --package wsoa-dist -- start "$(DIST)"/*.zip
	@$(CARGO) run --quiet --locked --package wsoa-dist -- complete "$(DIST)"
	@ls -l "$(DIST)"

reproduce: ## build the last commit twice, elsewhere, and compare; RELEASED=FILE compares that, too
	.ci/reproduce $(RELEASED)

install: build ## put the release build where terraform and tofu find it
	@for host in $(HOSTS); do \
	  directory="$(PLUGINS)/$$host/wsoa/wsoa/$(VERSION)/$(OS)_$(ARCH)"; \
	  mkdir -p "$$directory"; \
	  cp $(BINARY) "$$directory/terraform-provider-wsoa_v$(VERSION)"; \
	  echo "installed $$directory/terraform-provider-wsoa_v$(VERSION)"; \
	done
	@printf '\nUse it with:\n\n%s\n' 'terraform {'
	@printf '%s\n' '  required_providers {' '    wsoa = {' '      source  = "wsoa/wsoa"' \
	  '      version = "$(VERSION)"' '    }' '  }' '}' '' 'then run terraform init, or tofu init.'

demo: ## do the whole job against a simulated tenant on this machine
	$(CARGO) test --locked --test demo

tenant: ## start a simulated tenant and print how to use it; PORT=8443 TENANT='more options'
	@$(CARGO) build --locked --package access-simulator
	@.ci/tenant "$(or $(CARGO_TARGET_DIR),target)/debug/access-simulator" "$(or $(PORT),8443)" $(TENANT)

recording: ## draw assets/demo.svg from a run of the demo; needs python3
	$(CARGO) test --locked --test demo --no-run
	TITLE='make demo' .ci/record assets/demo.svg $(CARGO) test --locked --quiet --test demo

# Most tests wait: for a CLI, a process, a tenant that lags. So there are two of them for each processor.
export RUST_TEST_THREADS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

test: ## run all tests; needs terraform or tofu
	$(CARGO) test --workspace --locked
	@echo 'Search of all that the acceptance tests left behind for secrets:'
	@cat $(or $(CARGO_TARGET_DIR),target)/tmp/redaction-acceptance.json
	@echo 'What reached the stand-in for Okta, if the CLI can do what the example needs:'
	@cat $(or $(CARGO_TARGET_DIR),target)/tmp/okta-requests.txt || true

test-profiles: ## run the acceptance tests, and 400 nights, on every kind of tenant, and print a table of each
	$(CARGO) test --locked --test acceptance every_test_passes_on_every_kind -- --ignored --nocapture
	$(CARGO) test --locked --test plugin on_every_kind_of_tenant -- --ignored --nocapture

test-dist: dist ## have a CLI install what make dist made, and apply the example with it
	WSOA_TEST_DIST="$(DIST)" $(CARGO) test --locked --test dist

test-cli: ## run what needs a CLI with the one that CLI names, any terraform from 1.0 or tofu, and record the result
	@.ci/test-cli "$(CLI)" $(abspath $(or $(CARGO_TARGET_DIR),target)/test-cli)

test-okta: ## run the Okta example with Okta's own provider, which the CLI installs; OKTA_PROVIDER names a build instead
	@set -e; provider="$(OKTA_PROVIDER)"; \
	provider="$${provider:-$$(.ci/okta-provider "$(or $(CARGO_TARGET_DIR),target)/okta-provider")}"; \
	WSOA_TEST_OKTA_PROVIDER="$$provider" $(CARGO) test --locked --test acceptance okta::
	@cat $(or $(CARGO_TARGET_DIR),target)/tmp/okta-requests-own.txt

campaign: ## live CAMPAIGN_SEQUENCES lives, 10000 unless told, on made-up tenants, the first of CAMPAIGN_SEED, or for CAMPAIGN_MINUTES
	CAMPAIGN_SEQUENCES="$(or $(CAMPAIGN_SEQUENCES),10000)" $(CARGO) test --locked --test plugin campaign:: -- --nocapture

bounds: ## measure the memory that answers far too large cost; BOUNDS picks cases by a part of their name; Linux
	BOUNDS="$(BOUNDS)" $(CARGO) test --locked --test bounds -- --nocapture

fuzz: ## run each fuzz target for FUZZ_SECONDS, 10 unless told
	$(CARGO) run --profile fuzz --locked --package wsoa-fuzz --example all -- $(FUZZ_SECONDS)

bench: ## measure against the budgets; see benches/
	$(CARGO) run --release --locked --manifest-path benches/Cargo.toml

lint: ## check format, lints and, where cargo-deny is installed, dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --locked --all-features --workspace check; \
	  else echo 'cargo-deny is not installed: dependencies were not checked'; fi

fmt: ## format the code
	$(CARGO) fmt --all

docs: ## render docs/ from schema, templates/ and examples/
	WSOA_WRITE_DOCS=1 $(CARGO) test --locked --test docs the_pages_are_up_to_date

generate: ## renew the code that is generated from proto/
	$(CARGO) run --locked --package proto-codegen
