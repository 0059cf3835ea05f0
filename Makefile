# 守望 Shouwang. `make run` and `make test` install by themselves what they need; `make help` lists the rest.
# Only relative paths: the folder's own may hold spaces.

.DEFAULT_GOAL := help
.PHONY: help run test test-web bench bench-policy abuse soak faults docs lint broken
SHELL := /bin/sh
UV := $(shell command -v uv 2>/dev/null)
NEEDED := import sys, venv; sys.exit(sys.version_info < (3, 11))
ifeq ($(UV),)
NEEDED := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
endif
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c '$(NEEDED)' >/dev/null 2>&1 && echo $$p && break; done)

# a .venv whose interpreter is gone, or that was never finished, is made anew
ifneq ($(shell .venv/bin/python -c 'print("sound")' 2>/dev/null),sound)
.venv/.made: broken
endif

help: ## 列出全部目标 List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

run: .venv/.run ## 安装、启动数据库与服务 Install, start the database and the server
	@exec .venv/bin/shouwang serve $(ARGS)

test: .venv/.dev ## 运行测试，只需 Python Run the tests; needs Python alone (ARGS="-k name", "-n 0" in one process)
	@exec .venv/bin/python -m pytest -n auto --dist loadfile $(ARGS)

test-web: .venv/.dev ## 运行需要 Node 与浏览器的测试 Run the tests that need Node or a browser
	@if [ ! -f tests/web/package.json ]; then echo "tests/web 中没有测试 There are no tests in tests/web"; \
	elif ! command -v npm >/dev/null 2>&1; then \
		echo "需要 Node.js 20 或更新版本及 npm Node.js 20 or newer and npm are needed" >&2; exit 1; \
	else cd tests/web && npm ci --no-audit --no-fund && npm test; fi

bench: .venv/.dev ## 运行基准测试 Run the benchmarks (ARGS=--help lists them)
	@exec .venv/bin/python -m tests.bench $(ARGS)

abuse: .venv/.dev ## 以攻击测量其他用户所受影响 Attack one worker, and measure what others notice
	@exec .venv/bin/python -m tests.abuse $(ARGS)

bench-policy: .venv/.dev ## 测量策略修改 Measure what an edit of a policy costs
	@exec .venv/bin/python -m tests.bench.edits

soak: .venv/.dev ## 长时间运行性质测试 Run the property tests for long
	@SHOUWANG_HYPOTHESIS=soak exec .venv/bin/python -m pytest $(ARGS)

faults: .venv/.dev ## 故障演练 Break links and processes; docs/operations.md tells what was promised and what happened
	@rm -f .faults.jsonl; FAULTS_REPORT="$$PWD/.faults.jsonl" .venv/bin/python -m pytest -n 0 \
		tests/faults tests/serving tests/sealing tests/database/national/test_killed.py \
		tests/journeys/test_j5_repeated.py $(ARGS); status=$$?; \
	.venv/bin/python -m tests.support.faults.report .faults.jsonl || status=1; rm -f .faults.jsonl; exit $$status

docs: .venv/.run ## 重新生成文档 Generate the documents anew
	@exec .venv/bin/shouwang docs $(ARGS)

lint: .venv/.dev ## 检查风格、类型与分层 Check style, types and layers
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

.venv/.made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "需要 Python 3.11 或更新版本（含 venv 与 ensurepip；Debian 上为 python3-venv 包）。" >&2; \
		echo "Python 3.11 or newer with venv and ensurepip is needed (on Debian the package python3-venv)." >&2; \
		echo "也可指定 Or name one: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; fi
	@echo "正在建立 .venv Making .venv ($(PYTHON))"
	@rm -rf .venv
	@if [ -n "$(UV)" ]; then uv venv --quiet --python "$(PYTHON)" .venv; else "$(PYTHON)" -m venv .venv; fi
	@touch .venv/.made

.venv/.run: .venv/.made requirements-build.txt requirements.txt pyproject.toml
	@echo "正在安装依赖 Installing the requirements"
	@$(call install,--require-hashes -r requirements-build.txt -r requirements.txt)
	@$(call install,--no-deps --no-build-isolation -e .)
	@touch .venv/.run

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "正在安装测试工具 Installing the test tools"
	@$(call install,--require-hashes -r requirements-dev.txt)
	@touch .venv/.dev

define install
if [ -n "$(UV)" ]; then uv pip install --quiet --python .venv/bin/python $(1); \
else .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip --default-pip >/dev/null; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check $(1); fi
endef
