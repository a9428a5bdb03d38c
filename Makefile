# The commands of this project. `make help` lists them.

CARGO   ?= cargo
VERSION := $(shell sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
OS      := $(shell uname -s | tr '[:upper:]' '[:lower:]')
ARCH    := $(shell uname -m | sed -e 's/x86_64/amd64/' -e 's/aarch64/arm64/' -e 's/i.86/386/')
BINARY  := $(or $(CARGO_TARGET_DIR),target)/release/terraform-provider-wsoa
PLUGINS ?= $(HOME)/.terraform.d/plugins
# OpenTofu looks the same provider up at its own registry's address.
HOSTS   := registry.terraform.io registry.opentofu.org

.DEFAULT_GOAL := help
.PHONY: help build reproduce install demo tenant recording test test-old-cli campaign fuzz bench lint fmt docs generate

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
	  printf '  make %-12s %s\n' "$$name" "$$text"; done

build: ## build the provider for release
	.ci/build-release
	@ls -l $(BINARY)

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
	@$(CARGO) build --locked --quiet --package access-simulator
	@.ci/tenant "$(or $(CARGO_TARGET_DIR),target)/debug/access-simulator" "$(or $(PORT),8443)" $(TENANT)

recording: ## draw assets/demo.svg from a run of the demo; needs python3
	$(CARGO) test --locked --test demo --no-run
	TITLE='make demo' .ci/record assets/demo.svg $(CARGO) test --locked --quiet --test demo

test: ## run all tests; needs terraform or tofu
	$(CARGO) test --workspace --locked
	@echo 'Search of all that the acceptance tests left behind for secrets:'
	@cat $(or $(CARGO_TARGET_DIR),target)/tmp/redaction-acceptance.json

test-old-cli: ## run the tests for a CLI before 1.11, which WSOA_TEST_OLD_CLI names
	@test -x "$(WSOA_TEST_OLD_CLI)" || { echo 'WSOA_TEST_OLD_CLI has to name a terraform before 1.11'; exit 1; }
	WSOA_TEST_CLI="$(WSOA_TEST_OLD_CLI)" $(CARGO) test --locked --test old_cli

campaign: ## live CAMPAIGN_SEQUENCES lives, 10000 unless told, on made-up tenants, the first of CAMPAIGN_SEED
	CAMPAIGN_SEQUENCES="$(or $(CAMPAIGN_SEQUENCES),10000)" $(CARGO) test --locked --test plugin campaign:: -- --nocapture

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
