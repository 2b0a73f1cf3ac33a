// SPDX-License-Identifier: GPL-2.0-only
/*
 * xbpf doctor: what this kernel offers xbpf, what is missing and why.
 *
 * Each check is a row or a function that gives a verdict and a sentence.  It
 * only looks; it loads nothing and changes nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <xbpf/libxbpf.h>
#include "xbpf.h"

enum verdict {
	GOOD,
	NOTE,		/* works with less, or not known */
	BAD,		/* xbpf does not work so */
	NR_VERDICTS,
};

static const char *const verdict_words[NR_VERDICTS] = {
	[GOOD] = "ok", [NOTE] = "note", [BAD] = "missing",
};

static const char *const verdict_colours[NR_VERDICTS] = {
	[GOOD] = "\033[32m", [NOTE] = "\033[33m", [BAD] = "\033[31m",
};

/* The sentence that goes with the verdict of the check that runs */
static char words[512];

__attribute__((format(printf, 2, 3)))
static enum verdict say(enum verdict verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return verdict;
}

static enum verdict check_machine(void)
{
	struct utsname name;

	uname(&name);
	if (strcmp(name.machine, "x86_64"))
		return say(BAD, "%s: only x86_64 is supported", name.machine);
	return say(GOOD, "%s, Linux %s", name.machine, name.release);
}

static enum verdict check_user(void)
{
	if (geteuid())
		return say(BAD, "not root: the device can be opened by root only");
	return say(GOOD, "root");
}

static enum verdict check_config(void)
{
	const char *source = fact_config_source();

	if (source)
		return say(GOOD, "read from %s", source);
	return say(NOTE, "not found (/proc/config.gz, /boot/config-%s): answers "
		   "below go by the kernel's symbols", fact_release());
}

/* The word in brackets is the one in force: none [integrity] confidentiality */
static enum verdict check_lockdown(void)
{
	char line[128];
	char *mode;

	if (fact_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		return say(GOOD, "not in this kernel, or securityfs is not mounted");
	mode = strchr(line, '[');
	if (!mode)
		return say(NOTE, "cannot be read: %s", line);
	mode++;
	mode[strcspn(mode, "]")] = '\0';
	if (!strcmp(mode, "none"))
		return say(GOOD, "off");
	if (!strcmp(mode, "integrity"))
		return say(NOTE, "%s: modules must be signed with a key that the "
			   "kernel trusts", mode);
	return say(BAD, "%s: kernel memory may not be read by programs", mode);
}

static enum verdict check_loading(void)
{
	char line[16];

	if (!fact_line("/proc/sys/kernel/modules_disabled", line, sizeof(line)) &&
	    *line == '1')
		return say(BAD, "switched off until the next boot "
			   "(kernel.modules_disabled = 1)");
	if (fact_config("CONFIG_MODULES") &&
	    !strcmp(fact_config("CONFIG_MODULES"), "n"))
		return say(BAD, "the kernel has no modules (CONFIG_MODULES)");
	if (!fact_line("/sys/module/module/parameters/sig_enforce", line,
		       sizeof(line)) && *line == 'Y')
		return say(NOTE, "only signed modules (module.sig_enforce): sign "
			   "xbpf.ko with a key that the kernel trusts");
	return say(GOOD, "unsigned modules can be loaded");
}

static enum verdict check_headers(void)
{
	char path[256];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile",
		 fact_release());
	if (access(path, R_OK))
		return say(NOTE, "not installed: needed to build the module here "
			   "(apt install linux-headers-%s)", fact_release());
	return say(GOOD, "/lib/modules/%s/build", fact_release());
}

static enum verdict check_module(void)
{
	char version[64];

	if (access("/sys/module/xbpf", F_OK))
		return say(BAD, "not loaded: modprobe xbpf, or insmod xbpf.ko");
	if (fact_line("/sys/module/xbpf/version", version, sizeof(version)))
		return say(NOTE, "loaded, of unknown version");
	if (strcmp(version, XBPF_VERSION))
		return say(NOTE, "loaded, version %s; this command is %s",
			   version, XBPF_VERSION);
	return say(GOOD, "loaded, version %s", version);
}

static enum verdict check_device(void)
{
	struct xbpf_info info;
	int ret;

	ret = xbpf_device_fd();
	if (ret < 0)
		return say(BAD, "%s: %s", xbpf_device_path(), strerror(-ret));
	ret = xbpf_info_read(&info);
	if (ret < 0)
		return say(BAD, "%s does not answer: %s", xbpf_device_path(),
			   strerror(-ret));
	if (info.abi != XBPF_ABI_VERSION)
		return say(BAD, "the module has ABI %u, this command %u: install "
			   "both from one version", info.abi, XBPF_ABI_VERSION);
	return say(GOOD, "%s: %u programs, %u maps, %u links, %llu of %llu KiB "
		   "for machine code in use", xbpf_device_path(), info.nr_progs,
		   info.nr_maps, info.nr_links,
		   (unsigned long long)info.arena_used >> 10,
		   (unsigned long long)info.arena_size >> 10);
}

static enum verdict check_tracefs(void)
{
	if (!access("/sys/kernel/tracing/events", R_OK))
		return say(GOOD, "/sys/kernel/tracing");
	if (!access("/sys/kernel/debug/tracing/events", R_OK))
		return say(GOOD, "/sys/kernel/debug/tracing");
	return say(NOTE, "not mounted or not readable: tools cannot look up "
		   "tracepoints (mount -t tracefs tracefs /sys/kernel/tracing)");
}

static enum verdict check_debugfs(void)
{
	if (!access("/sys/kernel/debug/tracing", X_OK))
		return say(GOOD, "/sys/kernel/debug");
	return say(NOTE, "not mounted or not readable: bpftrace and BCC look for "
		   "tracepoints there (mount -t debugfs debugfs /sys/kernel/debug)");
}

static enum verdict check_btf(void)
{
	struct stat st;

	if (stat("/sys/kernel/btf/vmlinux", &st))
		return say(NOTE, "no /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF): "
			   "give the types by insmod xbpf.ko btf=FILE");
	return say(GOOD, "/sys/kernel/btf/vmlinux, %lld KiB",
		   (long long)st.st_size >> 10);
}

static int cpu_has(const char *flag)
{
	char line[4096], word[32];
	FILE *file = fopen("/proc/cpuinfo", "re");
	int found = 0;

	if (!file)
		return 0;
	snprintf(word, sizeof(word), " %s ", flag);
	while (!found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "flags", 5))
			continue;
		line[strcspn(line, "\n")] = ' ';
		found = strstr(line, word) != NULL;
		break;
	}
	fclose(file);
	return found;
}

static enum verdict check_ibt(void)
{
	const char *built = fact_config("CONFIG_X86_KERNEL_IBT");

	if (!cpu_has("ibt"))
		return say(GOOD, "the processor has none");
	if (built && !strcmp(built, "n"))
		return say(GOOD, "the kernel does not use it");
	return say(GOOD, "on; compiled programs begin with ENDBR64");
}

static enum verdict check_retpoline(void)
{
	char line[256];

	if (fact_line("/sys/devices/system/cpu/vulnerabilities/spectre_v2", line,
		      sizeof(line)))
		return say(NOTE, "not told by this kernel");
	return say(GOOD, "%s", line);
}

static enum verdict check_bpf(void)
{
	switch (fact_symbol("__sys_bpf")) {
	case 1:
		return say(GOOD, "present; xbpf does not use it and does not "
			   "disturb it");
	case 0:
		return say(GOOD, "absent (CONFIG_BPF_SYSCALL); xbpf does not need it");
	default:
		return say(NOTE, "not known: /proc/kallsyms is not readable");
	}
}

/*
 * What a function of the kernel gives, and what is lost without it.  Any one of
 * the symbols will do; the option is what switches them.
 */
static const struct need {
	const char *name;
	const char *symbols[2];
	const char *option;
	enum verdict without;
	const char *loss;
} needs[] = {
	{ "kprobes", { "register_kprobe" }, "CONFIG_KPROBES", BAD,
	  "no kprobe programs" },
	{ "kretprobes", { "register_kretprobe" }, "CONFIG_KRETPROBES", NOTE,
	  "no return probes" },
	{ "ftrace", { "register_ftrace_function" }, "CONFIG_FUNCTION_TRACER",
	  NOTE, "kprobes at the start of functions are breakpoints, which are "
	  "slower" },
	{ "tracepoints", { "tracepoint_probe_register" }, "CONFIG_TRACEPOINTS",
	  BAD, "no raw tracepoints" },
	{ "trace events", { "perf_trace_init", "trace_get_event_file" },
	  "CONFIG_EVENT_TRACING", NOTE, "no tracepoint programs" },
	{ "perf events", { "perf_event_create_kernel_counter" },
	  "CONFIG_PERF_EVENTS", BAD, "no tracepoint and no sampling programs" },
	{ "unwinder", { "unwind_next_frame" }, "CONFIG_STACKTRACE", NOTE,
	  "no kernel stacks" },
};

static int need_met(const struct need *need)
{
	int met = fact_symbol(need->symbols[0]);
	const char *value;

	if (met == 0 && need->symbols[1])
		met = fact_symbol(need->symbols[1]);
	if (met >= 0)
		return met;
	value = fact_config(need->option);
	return value ? strcmp(value, "n") != 0 : -1;
}

static enum verdict check_need(const struct need *need)
{
	switch (need_met(need)) {
	case 1:
		return say(GOOD, "%s", need->option);
	case 0:
		return say(need->without, "%s is off: %s", need->option,
			   need->loss);
	default:
		return say(NOTE, "not known (%s): without it %s", need->option,
			   need->loss);
	}
}

static const struct check {
	const char *name;
	enum verdict (*run)(void);
} machine_checks[] = {
	{ "machine", check_machine },
	{ "user", check_user },
	{ "module", check_module },
	{ "device", check_device },
	{ "loading modules", check_loading },
	{ "lockdown", check_lockdown },
	{ "kernel headers", check_headers },
	{ "configuration", check_config },
	{ "type information", check_btf },
	{ "tracefs", check_tracefs },
	{ "debugfs", check_debugfs },
	{ "branch tracking", check_ibt },
	{ "spectre v2", check_retpoline },
	{ "kernel's bpf()", check_bpf },
};

static unsigned int counts[NR_VERDICTS];

static void report(const char *name, enum verdict verdict)
{
	int colour = isatty(STDOUT_FILENO);

	counts[verdict]++;
	if (options.json) {
		json_object_begin(NULL);
		json_string("check", name);
		json_string("verdict", verdict_words[verdict]);
		json_string("text", words);
		json_object_end();
		return;
	}
	printf("%s%-8s%s %-17s %s\n", colour ? verdict_colours[verdict] : "",
	       verdict_words[verdict], colour ? "\033[0m" : "", name, words);
}

static void run_checks(void)
{
	size_t i;

	for (i = 0; i < sizeof(machine_checks) / sizeof(*machine_checks); i++)
		report(machine_checks[i].name, machine_checks[i].run());
	for (i = 0; i < sizeof(needs) / sizeof(*needs); i++)
		report(needs[i].name, check_need(&needs[i]));
}

int command_doctor(int argc, char **argv)
{
	if (argc > 0)
		return usage_error("doctor", "what is '%s'?", argv[0]);
	if (options.json)
		json_array_begin(NULL);
	run_checks();
	if (options.json) {
		json_array_end();
		json_finish();
	} else {
		printf("\n%u ok, %u to note, %u missing\n", counts[GOOD],
		       counts[NOTE], counts[BAD]);
	}
	return counts[BAD] ? STATUS_FAILED : STATUS_OK;
}
