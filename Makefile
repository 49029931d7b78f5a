# SPDX-License-Identifier: GPL-2.0-only
#
# GNU make. "make help" lists the targets; V=1 shows the commands; BUILD=DIR
# works in another build directory (./configure --build-dir=DIR).

BUILD ?= build
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

all:

# ------------------------------------------------------------- configuration

# These need no configuration; everything else is configured when it is not.
NO_CONFIG := clean distclean help dist
ifneq ($(filter-out $(NO_CONFIG),$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/config.mk
endif

$(BUILD)/config.mk: configure VERSION
	@if test -x $(BUILD)/reconfigure; then $(BUILD)/reconfigure; \
	else ./configure --build-dir=$(BUILD); fi
	@touch $@

$(BUILD)/config.h: $(BUILD)/config.mk ;

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
endif

TOP := $(CURDIR)
RELEASE := flowtop-$(shell cat VERSION)
FUZZ_SECONDS ?= 60
JOBS := $(or $(shell nproc 2>/dev/null),2)
CLANG ?= clang

# ------------------------------------------------------------- what there is

SOURCES := $(wildcard src/*.c src/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIB_OBJECTS := $(filter-out $(BUILD)/src/main.o,$(OBJECTS))
LIBRARY := $(BUILD)/libflowtop.a
PROGRAM := $(BUILD)/flowtop

programs_in = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/$(1)/*.c))
UNIT := $(call programs_in,unit)
STRESS := $(call programs_in,stress)
BENCH := $(call programs_in,bench)
TOOLS := $(call programs_in,tools)
TEST_PROGRAMS := $(UNIT) $(STRESS) $(BENCH) $(TOOLS)

FUZZ_SOURCES := $(wildcard tests/fuzz/*.c)
FUZZ := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
FUZZ_LIBRARY := $(BUILD)/fuzz/libflowtop.a
FUZZ_OBJECTS := $(patsubst $(BUILD)/%,$(BUILD)/fuzz/%,$(LIB_OBJECTS))

INCLUDE := -Iinclude -I$(BUILD)
DEPEND = -MMD -MP
COMPILE_FLAGS = $(STD_CFLAGS) $(INCLUDE) $(CPPFLAGS) $(LIB_CFLAGS) \
	$(WARN_CFLAGS) $(HARD_CFLAGS) $(CFLAGS) $(SANITIZE_FLAGS)
LINK_FLAGS = $(STD_CFLAGS) $(HARD_CFLAGS) $(CFLAGS) $(SANITIZE_FLAGS) \
	$(HARD_LDFLAGS) $(LDFLAGS)

# ------------------------------------------------------------- program

all: $(PROGRAM)

$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY)
	$(say) LINK $@
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(LIB_LIBS)

# Made anew each time: a member whose source is gone must not stay.
$(LIBRARY): $(LIB_OBJECTS) $(BUILD)/sources.list
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(LIB_OBJECTS)

$(BUILD)/src/%.o: src/%.c $(BUILD)/config.mk $(BUILD)/config.h
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(COMPILE_FLAGS) $(DEPEND) -c -o $@ $<

# The set of objects changes when a source file comes or goes.
$(BUILD)/sources.list: $(BUILD)/config.mk FORCE
	@echo '$(SOURCES)' | cmp -s - $@ || echo '$(SOURCES)' >$@

# ------------------------------------------------------------- test programs

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/config.mk $(BUILD)/config.h
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(COMPILE_FLAGS) -Itests $(TEST_CFLAGS) $(DEPEND) -c -o $@ $<

# cmocka.h uses these without including them, and includes are sorted here.
$(UNIT:%=%.o): TEST_CFLAGS = $(CMOCKA_CFLAGS) -include stdarg.h \
	-include stddef.h -include stdint.h -include setjmp.h
$(UNIT): TEST_LIBS = $(CMOCKA_LIBS)
$(UNIT:%=%.o): | need-cmocka

$(TEST_PROGRAMS): %: %.o $(LIBRARY)
	$(say) LINK $@
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(TEST_LIBS) $(LIB_LIBS)

need-cmocka:
ifneq ($(HAVE_CMOCKA),yes)
	@echo 'the unit tests need cmocka: run ./configure --install-deps' >&2
	@exit 1
endif

test-programs: $(PROGRAM) $(TEST_PROGRAMS)

# ------------------------------------------------------------- check

# make check T='unit replay' runs only these folders, T=net/truth one script.
T ?= unit replay lint screen net stress
scripts = $(1:%=tests/%.t)
# These need nothing but a processor.
QUICK := $(BUILD)/tests/unit/% $(BUILD)/tests/stress/% tests/replay/% tests/lint/%
# These want the machine for themselves: what they judge hangs on time.
ALONE := $(call scripts,net/killpoints net/numbers net/oldflows)
# These load it, or wait for what a loaded one is late with.
PAIRS := $(call scripts,net/storm net/scale net/overload net/truth \
	net/names net/ownerjobs screen/credit)
# All others mostly wait.
SOME := 7
# First, so that nothing long is left when all others are through. Not more than
# that: those of the kernel are a load, and are better mixed with others.
FIRST := $(PAIRS) $(call scripts,lint/shell lint/format replay/geo \
	replay/golden net/owners net/sysctl net/shortlived)

tests_in = $(wildcard $(patsubst %.c,$(BUILD)/%,$(wildcard \
	$(foreach d,$(filter unit stress,$(1)),tests/$(d)/*.c))) \
	$(foreach d,$(1),$(if $(findstring /,$(d)),tests/$(d).t,tests/$(d)/*.t)))

# $(call in_order,FILES)
in_order = $(foreach t,$(FIRST),$(filter $(t),$(1))) $(filter-out $(FIRST),$(1))

# The sanitizers of this compiler generation want no more than 28 random bits
# in addresses; where the kernel uses more, run without.
RUNNER = $(if $(SANITIZE),$(shell test "$$(cat \
	/proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)" -gt 28 && \
	setarch -R true 2>/dev/null && echo setarch -R))

# Recursive make settings must not reach a test that runs make itself.
TEST_ENV = env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u MAKEOVERRIDES \
	TOP='$(TOP)' BUILD='$(TOP)/$(BUILD)' FLOWTOP='$(TOP)/$(PROGRAM)' \
	TEST_CC='$(CC)' SANITIZE='$(SANITIZE)' LC_ALL=C.UTF-8 XDG_CONFIG_HOME=/nonexistent \
	CMOCKA_MESSAGE_OUTPUT=TAP \
	ASAN_OPTIONS="$${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}" \
	UBSAN_OPTIONS="$${UBSAN_OPTIONS:-print_stacktrace=1}" \
	TSAN_OPTIONS="$${TSAN_OPTIONS:-halt_on_error=0:exitcode=66:suppressions=$(TOP)/tests/stress/tsan.supp}" \
	$(RUNNER)

# $(call prove,JOBS,FILES)
define prove
	files='$(strip $(call in_order,$(2)))'; \
	if [ -n "$$files" ]; then \
		any=yes; \
		echo "== $(1) at a time"; \
		$(TEST_ENV) prove -f -e '' -j $(1) $(PROVE_FLAGS) $$files || failed=yes; \
	fi
endef

check: $(PROGRAM) $(if $(filter unit,$(T)),$(UNIT)) \
		$(if $(filter stress,$(T)),$(STRESS)) $(BENCH) $(TOOLS)
	@$(MAKE) --no-print-directory run-tests

# A make of its own, so that it sees the programs that were just built.
run-tests:
	@command -v prove >/dev/null || PATH=$$PATH:/usr/bin/core_perl; \
	command -v prove >/dev/null || { \
		echo 'prove is missing: run ./configure --install-deps' >&2; \
		exit 1; }; \
	any=no; failed=no; \
	$(call prove,$(JOBS),$(filter $(QUICK),$(call tests_in,$(T)))); \
	$(call prove,$(SOME),$(filter-out $(QUICK) $(PAIRS) $(ALONE),$(call tests_in,$(T)))); \
	$(call prove,2,$(filter $(PAIRS),$(call tests_in,$(T)))); \
	$(call prove,1,$(filter $(ALONE),$(call tests_in,$(T)))); \
	if [ $$any = no ]; then \
		echo 'no tests in: $(T)' >&2; exit 1; \
	elif [ $$failed = yes ]; then \
		echo 'check: FAILED' >&2; exit 1; \
	else \
		echo 'check: all passed'; \
	fi

lint: $(PROGRAM)
	@$(MAKE) --no-print-directory run-tests T=lint

# Every system call of flowtop, and every order of three: minutes.
torture: $(PROGRAM) $(TOOLS)
	@KILL_ALL=1 INSTANCES=3 OVERLOAD_ALL=1 $(TEST_ENV) prove -e '' -v \
		--timer tests/net/killpoints.t tests/net/instances.t \
		tests/net/overload.t

# As root, each in network namespaces of its own. BENCH_ONLY="table idle" for
# some of them, BENCH_CHECK=1 fails when a goal is missed. Only a whole run
# writes RESULTS.md.
BENCH_RUN = @$(TEST_ENV) python3 tests/bench/bench.py

bench: $(PROGRAM) $(BENCH) $(TOOLS)
	$(BENCH_RUN) $(if $(BENCH_CHECK),--check) $(if $(BENCH_ONLY), \
		--only '$(BENCH_ONLY)',--results tests/bench/RESULTS.md)

# Half a minute; fails only where no noise of the machine explains it.
bench-quick: $(PROGRAM) $(BENCH) $(TOOLS)
	$(BENCH_RUN) --quick

bench-soak: $(PROGRAM) $(BENCH) $(TOOLS)
	@$(TEST_ENV) python3 tests/bench/soak.py

# ------------------------------------------------------------- sanitizers

# A whole check with address and undefined, then the threads alone.
sanitize-check:
	./configure --build-dir=build-asan --sanitize=address,undefined CC='$(CC)'
	$(MAKE) BUILD=build-asan check
	./configure --build-dir=build-tsan --sanitize=thread CC='$(CC)'
	$(MAKE) BUILD=build-tsan check T=stress

# ------------------------------------------------------------- fuzzing

FUZZ_FLAGS = $(STD_CFLAGS) $(INCLUDE) $(CPPFLAGS) $(LIB_CFLAGS) -O1 -g \
	-fno-omit-frame-pointer -fno-sanitize-recover=all

$(BUILD)/fuzz/%.o: %.c $(BUILD)/config.mk $(BUILD)/config.h
	@mkdir -p $(@D)
	$(say) CC "$< (fuzz)"
	$(Q)$(CLANG) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined \
		$(DEPEND) -c -o $@ $<

$(FUZZ_LIBRARY): $(FUZZ_OBJECTS) $(BUILD)/sources.list
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(FUZZ_OBJECTS)

$(FUZZ): $(BUILD)/tests/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(FUZZ_LIBRARY)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CLANG) $(STD_CFLAGS) -g -fsanitize=fuzzer,address,undefined \
		-o $@ $^ $(LIB_LIBS)

# Finds grow $(BUILD)/corpus/NAME; tests/fuzz/corpus/NAME, if it is there, is
# where they start from. A crash is written to $(BUILD)/NAME-crash-...
FUZZ_RUN := $(FUZZ_SOURCES:tests/fuzz/%.c=fuzz-run-%)
$(FUZZ_RUN): fuzz-run-%: $(BUILD)/tests/fuzz/%
	@mkdir -p $(BUILD)/corpus/$*
	$(say) FUZZ "$* for $(FUZZ_SECONDS) s"
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/$*- \
		-timeout=10 -verbosity=0 $(BUILD)/corpus/$* \
		$(wildcard tests/fuzz/corpus/$*) >$(BUILD)/$*-fuzz.log 2>&1 || \
		{ tail -n 60 $(BUILD)/$*-fuzz.log; exit 1; }

fuzz: $(FUZZ_RUN)
	@echo 'fuzz: $(words $(FUZZ)) programs, no crash'

fuzz-smoke: FUZZ_SECONDS = 5
fuzz-smoke: $(FUZZ_RUN)
	@echo 'fuzz-smoke: $(words $(FUZZ)) programs, no crash'

# ------------------------------------------------------------- run

# Reading the table needs CAP_NET_ADMIN.
run: $(PROGRAM)
	@if [ "$$(id -u)" -eq 0 ]; then \
		exec $(PROGRAM) -46UTs --track $(RUN_ARGS); \
	elif command -v sudo >/dev/null; then \
		echo 'sudo $(PROGRAM) -46UTs --track $(RUN_ARGS)'; \
		exec sudo $(PROGRAM) -46UTs --track $(RUN_ARGS); \
	else \
		echo 'flowtop has to be root, and there is no sudo here; try: make demo' >&2; \
		exit 1; \
	fi

demo: $(PROGRAM)
	@exec $(PROGRAM) -46UTI -r tests/replay/demo.pcap $(RUN_ARGS)

# ------------------------------------------------------------- install

confdir = $(sysconfdir)/flowtop
CONFIG_FILES := $(notdir $(wildcard etc/*.conf))
MAN_SECTIONS := 5 7 8
man_pages = $(notdir $(wildcard man/*.$(1)))

# SOURCE:DIRECTORY:NAME of everything that is not configuration
INSTALL_DATA = \
	$(foreach s,$(MAN_SECTIONS),$(foreach f,$(call man_pages,$(s)), \
		man/$(f):$(mandir)/man$(s):$(f))) \
	$(patsubst %,%:$(datadir)/bash-completion/completions:flowtop, \
		$(wildcard etc/completions/flowtop.bash)) \
	$(patsubst %,%:$(datadir)/zsh/site-functions:_flowtop, \
		$(wildcard etc/completions/_flowtop)) \
	$(patsubst %,%:$(datadir)/fish/vendor_completions.d:flowtop.fish, \
		$(wildcard etc/completions/flowtop.fish)) \
	$(foreach f,$(wildcard etc/themes/*), \
		$(f):$(datadir)/flowtop/themes:$(notdir $(f)))

install: $(PROGRAM)
	install -d '$(DESTDIR)$(sbindir)'
	install -m 755 $(PROGRAM) '$(DESTDIR)$(sbindir)/flowtop'
	@set -e; for entry in $(INSTALL_DATA); do \
		from=$${entry%%:*}; rest=$${entry#*:}; \
		dir='$(DESTDIR)'$${rest%%:*}; name=$${rest#*:}; \
		echo "install -m 644 $$from $$dir/$$name"; \
		install -d "$$dir"; \
		install -m 644 "$$from" "$$dir/$$name"; \
	done
	@set -e; for name in $(CONFIG_FILES); do \
		to='$(DESTDIR)$(confdir)'/$$name; \
		if [ -e "$$to" ] || [ -L "$$to" ]; then \
			echo "keeping $$to"; \
			continue; \
		fi; \
		echo "install -m 644 etc/$$name $$to"; \
		install -d '$(DESTDIR)$(confdir)'; \
		install -m 644 "etc/$$name" "$$to"; \
	done

# A configuration file that was changed belongs to its owner and stays.
uninstall:
	rm -f '$(DESTDIR)$(sbindir)/flowtop'
	@set -e; for entry in $(INSTALL_DATA); do \
		rest=$${entry#*:}; \
		echo "rm -f $(DESTDIR)$${rest%%:*}/$${rest#*:}"; \
		rm -f '$(DESTDIR)'"$${rest%%:*}/$${rest#*:}"; \
	done
	@set -e; for name in $(CONFIG_FILES); do \
		file='$(DESTDIR)$(confdir)'/$$name; \
		if [ ! -e "$$file" ]; then \
			continue; \
		elif cmp -s "etc/$$name" "$$file"; then \
			echo "rm -f $$file"; \
			rm -f "$$file"; \
		else \
			echo "keeping $$file: it was changed"; \
		fi; \
	done
	@rmdir '$(DESTDIR)$(confdir)' 2>/dev/null || :

# ------------------------------------------------------------- release

dist:
	@if [ -n "$$(git status --porcelain)" ]; then \
		echo 'dist: not everything is committed; this packs HEAD' >&2; \
	fi
	git archive --format=tar --prefix=$(RELEASE)/ HEAD | gzip -9n >$(RELEASE).tar.gz

# The tarball must build, pass, install and go away again, by itself.
distcheck: dist
	rm -rf $(BUILD)/distcheck
	mkdir -p $(BUILD)/distcheck
	tar -C $(BUILD)/distcheck -xzf $(RELEASE).tar.gz
	@set -e; export MAKEFLAGS= MAKEOVERRIDES=; \
	cd $(BUILD)/distcheck/$(RELEASE); \
	for cc in gcc clang; do \
		./configure --build-dir=build-$$cc --with-werror --prefix=/usr CC=$$cc; \
		$(MAKE) -j$(JOBS) BUILD=build-$$cc all test-programs; \
	done; \
	$(MAKE) -j$(JOBS) BUILD=build-gcc check T='unit replay lint'; \
	root=$$(pwd)/root; \
	$(MAKE) BUILD=build-gcc DESTDIR="$$root" install; \
	test -x "$$root/usr/sbin/flowtop"; \
	$(MAKE) BUILD=build-gcc DESTDIR="$$root" uninstall; \
	left=$$(find "$$root" ! -type d); \
	if [ -n "$$left" ] || [ -e "$$root/etc/flowtop" ]; then \
		echo "distcheck: uninstall left: $$left" >&2; exit 1; \
	fi
	rm -rf $(BUILD)/distcheck
	@echo 'distcheck: $(RELEASE).tar.gz is good'

clean:
	rm -rf $(BUILD)/src $(BUILD)/tests $(BUILD)/fuzz $(BUILD)/distcheck \
		$(LIBRARY) $(PROGRAM) $(BUILD)/sources.list $(BUILD)/*-fuzz.log

distclean:
	rm -rf $(BUILD) $(RELEASE).tar.gz

help:
	@echo 'make                 build $(PROGRAM)'
	@echo 'make run             build and start it on this machine (RUN_ARGS=...)'
	@echo 'make demo            replay a recording, no root needed'
	@echo 'make check           build and run all tests (T="unit replay" for some)'
	@echo 'make lint            only the checks of the source itself'
	@echo 'make sanitize-check  the tests with address, undefined and thread sanitizers'
	@echo 'make fuzz            each fuzzer for FUZZ_SECONDS=60; fuzz-smoke: 5'
	@echo 'make torture         kill it at every system call, as root'
	@echo 'make bench           as root, ten minutes; bench-quick: half a minute;'
	@echo '                     BENCH_MILLION=1: a million flows, see tests/README.md'
	@echo 'make bench-soak      as root, SOAK_SECONDS=1800 of 2,000 flows/s'
	@echo 'make install         and uninstall; DESTDIR=...'
	@echo 'make dist            tarball of HEAD; distcheck tests it'
	@echo 'make clean           and distclean'
	@echo 'Variables: BUILD=DIR another build directory, V=1 show commands'

.PHONY: all test-programs need-cmocka check run-tests lint torture bench \
	bench-quick bench-soak sanitize-check fuzz fuzz-smoke $(FUZZ_RUN) run demo install uninstall \
	dist distcheck clean distclean help FORCE
.SECONDARY:

-include $(OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d) \
	$(FUZZ_OBJECTS:.o=.d) $(FUZZ_SOURCES:%.c=$(BUILD)/fuzz/%.d)
