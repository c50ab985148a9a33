// SPDX-License-Identifier: MIT OR GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "twin.h"

static int results;
static char line[16384];
static size_t used;
static bool comma;

static void add(const char *text)
{
	size_t n = strlen(text);

	if (used + n >= sizeof(line))
		die("a result is too long");
	memcpy(line + used, text, n + 1);
	used += n;
}

static void key(const char *name)
{
	if (comma)
		add(",");
	if (name) {
		add("\"");
		add(name);
		add("\":");
	}
	comma = true;
}

void put_number(const char *name, long long value)
{
	char text[32];

	key(name);
	snprintf(text, sizeof(text), "%lld", value);
	add(text);
}

void put_text(const char *name, const char *value)
{
	key(name);
	add("\"");
	add(value);
	add("\"");
}

void put_array(const char *name)
{
	key(name);
	add("[");
	comma = false;
}

void end_array(void)
{
	add("]");
	comma = true;
}

void put_object(void)
{
	key(NULL);
	add("{");
	comma = false;
}

void end_object(void)
{
	add("}");
	comma = true;
}

const char *errno_name(int err)
{
	const char *name = strerrorname_np(err);

	if (err == 0)
		return "";
	if (err == ENOTSUP)
		return "EOPNOTSUPP";
	return name ? name : "?";
}

void put_errno(int err)
{
	put_text("errno", errno_name(err < 0 ? -err : err));
}

static void begin(const char *step)
{
	used = 0;
	line[0] = 0;
	comma = false;
	put_object();
	put_text("step", step);
}

static void end(void)
{
	end_object();
	add("\n");
	if (write(results, line, used) < 0)
		reboot(RB_AUTOBOOT);
	tcdrain(results);
}

void die(const char *what)
{
	char text[256];
	int n = snprintf(text, sizeof(text), "{\"died\":\"%s\",\"errno\":\"%s\"}\n", what, errno_name(errno));

	if (write(results, text, n) == n)
		tcdrain(results);
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static void mark(const char *step)
{
	int fd = open("/dev/kmsg", O_WRONLY);

	if (fd < 0)
		return;
	dprintf(fd, "twin-step %s\n", step);
	close(fd);
}

static int load(const char *name)
{
	char path[128];
	int fd, err;

	snprintf(path, sizeof(path), "/%s.ko", name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return err;
}

void pause_ms(long ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static const char *driver = "";

static void run(const char *step)
{
	char copy[256], *rest = copy;
	const char *arg[6] = { "", "", "", "", "", "" };
	const char *verb;
	unsigned int n[6];
	int i;

	strncpy(copy, step, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	for (i = 0; i < 6 && rest; i++)
		arg[i] = strsep(&rest, ":");
	for (i = 0; i < 6; i++)
		n[i] = strtoul(arg[i], NULL, 0);
	verb = arg[0];
	mark(step);
	begin(step);

	if (!strcmp(verb, "load")) {
		driver = strdup(arg[1]);
		put_errno(load("twin") ?: load(driver));
	} else if (!strcmp(verb, "unload")) {
		put_errno(syscall(SYS_delete_module, driver, O_NONBLOCK) ? errno : 0);
	} else if (!strcmp(verb, "up")) {
		put_errno(set_up(true));
		set_address();
	} else if (!strcmp(verb, "down")) {
		put_errno(set_up(false));
	} else if (!strcmp(verb, "split")) {
		put_errno(set_rings(!strcmp(arg[1], "on") ? 2 : !strcmp(arg[1], "off") ? 1 : 0, -1));
	} else if (!strcmp(verb, "thresh")) {
		put_errno(set_rings(-1, n[1]));
	} else if (!strcmp(verb, "rings")) {
		get_rings();
	} else if (!strcmp(verb, "connect")) {
		put_errno(connect_peer(n[1]));
	} else if (!strcmp(verb, "bind")) {
		put_errno(bind_device_memory(n[1], n[2], n[3], arg[4]));
	} else if (!strcmp(verb, "unbind")) {
		unbind();
	} else if (!strcmp(verb, "zcrx")) {
		put_errno(register_zcrx(n[1], n[2], n[3], arg[4]));
	} else if (!strcmp(verb, "zcrx-close")) {
		close_zcrx();
	} else if (!strcmp(verb, "frames")) {
		unsigned int flags = !strcmp(arg[4], "unsplit") ? TWIN_RX_NO_SPLIT :
				     !strcmp(arg[4], "bad-csum") ? TWIN_RX_BAD_CSUM : 0;

		send_segments(n[1], n[2], n[3], flags, !strcmp(arg[4], "together"));
	} else if (!strcmp(verb, "datagrams")) {
		send_datagrams(n[1], n[2], n[3]);
	} else if (!strcmp(verb, "read")) {
		if (!strncmp(arg[1], "zcrx", 4))
			read_zcrx(arg[1]);
		else
			read_device_memory(arg[1], n[2] ?: 64);
	} else if (!strcmp(verb, "return")) {
		if (!strcmp(arg[1], "zcrx"))
			return_zcrx();
		else
			return_tokens(arg[1], n[2] ?: 64);
	} else if (!strcmp(verb, "bind-tx")) {
		put_errno(bind_transmit(n[1]));
	} else if (!strcmp(verb, "send")) {
		send_device_memory(n[1], n[2], arg[3]);
	} else if (!strcmp(verb, "sent")) {
		take_sent(n[1], true);
	} else if (!strcmp(verb, "hold-tx")) {
		hold_tx(n[1]);
	} else if (!strcmp(verb, "notifications")) {
		read_notifications();
	} else if (!strcmp(verb, "close")) {
		close_connection();
	} else if (!strcmp(verb, "xdp")) {
		put_errno(attach_xdp());
	} else if (!strcmp(verb, "pools")) {
		put_pools();
	} else if (!strcmp(verb, "queue")) {
		put_queue(n[1]);
	} else if (!strcmp(verb, "counters")) {
		put_counters();
	} else if (!strcmp(verb, "settle")) {
		settle(n[1]);
	} else {
		put_text("unknown", verb);
	}
	end();
}

int main(int argc, char **argv)
{
	struct termios raw;
	int i;

	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	results = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
	if (results < 0)
		reboot(RB_AUTOBOOT);
	tcgetattr(results, &raw);
	cfmakeraw(&raw);
	tcsetattr(results, TCSANOW, &raw);
	/* A kernel hands on few arguments, of any length. */
	for (i = 1; i < argc; i++) {
		char *rest = argv[i], *step;

		while ((step = strsep(&rest, ",")))
			run(step);
	}
	mark("end");
	begin("end");
	end();
	sync();
	reboot(RB_AUTOBOOT);
	return 0;
}
