// SPDX-License-Identifier: GPL-2.0-only
/* Formats, as whoever reads them gets them: through a pipe or file. */
#include "lib/buf.h"
#include "output/output.h"
#include "unit/flows.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct row rows[4];
static struct view_frame frame;

static struct proc_fact *owner_of_first(void)
{
	struct proc_fact *fact = make_fact(4711, 1000, "nginx");

	strcpy(fact->command, "nginx: master \"x\"");
	strcpy(fact->unit, "nginx.service");
	strcpy(fact->container, "docker:0123456789ab");
	strcpy(fact->netns, "blue");
	return fact;
}

static int setup(void **state)
{
	struct flow_info info = full_flow();

	(void)state;
	setenv("TZ", "UTC0", 1);
	signal(SIGPIPE, SIG_IGN);
	info.owner = OWNER_LOCAL;
	info.holders = 3;
	rows[0] = make_row(&info);
	rows[0].proc = owner_of_first();
	rows[0].user = "alice";
	info = bare_flow(IPPROTO_ICMPV6, "2001:db8::1", 7, "2001:db8::2",
			 0x8000);
	info.owner = OWNER_FORWARDED;
	rows[1] = make_row(&info);
	info = full_flow();
	info.has |= HAS_HELPER | HAS_LABELS;
	strcpy(info.extra.helper, "a,\"\\\n\033\xff");
	info.status = 3 << 4;
	rows[2] = make_row(&info);
	rows[2].netns = "x,y";
	strcpy(rows[2].iface, "eth0");
	row_set_event(&rows[2], ROW_END);
	info.key.family = 7;
	info.key.proto = 253;
	rows[3] = make_row(&info);
	row_set_event(&rows[3], ROW_NEW);
	frame.rows = rows;
	frame.n_rows = 2;
	frame.n_flows = 3;
	frame.wall_ns = WALL_S * NS_PER_S;
	frame.totals.shown.n = 2;
	frame.totals.group_hidden[3] = 37;
	frame.totals.all.rx = 14400000;
	frame.totals.all.packets = 15100;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	row_release(&rows[0]);
	return 0;
}

/* All that @write makes of a format. Freed by the caller. */
static char *written(const char *format, const struct output_config *config,
		     void (*write)(struct output *))
{
	FILE *file = tmpfile();
	struct output *output;
	char *text;
	long size;

	assert_non_null(file);
	output = output_open(output_find(format), config, fileno(file));
	write(output);
	assert_int_equal(output_flush(output), 0);
	output_close(output);
	size = lseek(fileno(file), 0, SEEK_END);
	text = malloc((size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(pread(fileno(file), text, (size_t)size, 0), size);
	text[size] = '\0';
	fclose(file);
	return text;
}

static void write_frame(struct output *output)
{
	assert_int_equal(output_frame(output, &frame, NULL), 0);
}

static void write_events(struct output *output)
{
	assert_int_equal(output_event(output, &rows[3]), 0);
	assert_int_equal(output_lost(output, WALL_S * NS_PER_S, 123), 0);
	assert_int_equal(output_event(output, &rows[2]), 0);
}

static void write_all(struct output *output)
{
	write_frame(output);
	write_events(output);
}

/* A strict reader of what JSON lines may contain. Each returns behind it. */
static const char *json_value(const char *s);

static const char *json_string(const char *s)
{
	assert_int_equal(*s++, '"');
	for (; *s != '"'; s++) {
		assert_true((unsigned char)*s >= 0x20);
		if (*s != '\\')
			continue;
		s++;
		assert_non_null(strchr("\"\\bfnrtu", *s));
		for (int i = 0; *s == 'u' && i < 4; i++)
			assert_true(isxdigit(s[1 + i]));
	}
	return s + 1;
}

static const char *json_number(const char *s)
{
	if (*s == '0')
		assert_false(isdigit(s[1]));
	assert_true(isdigit(*s));
	s += strspn(s, "0123456789");
	if (*s == '.') {
		assert_true(isdigit(s[1]));
		s += 1 + strspn(s + 1, "0123456789");
	}
	return s;
}

static const char *json_array(const char *s)
{
	s++;
	if (*s == ']')
		return s + 1;
	for (;; s++) {
		s = json_value(s);
		if (*s == ']')
			return s + 1;
		assert_int_equal(*s, ',');
	}
}

static const char *json_value(const char *s)
{
	static const char *const words[] = { "null", "true", "false" };

	if (*s == '"')
		return json_string(s);
	if (*s == '[')
		return json_array(s);
	for (size_t i = 0; i < N_ELEMS(words); i++) {
		if (!strncmp(s, words[i], strlen(words[i])))
			return s + strlen(words[i]);
	}
	return json_number(s);
}

/* An object with exactly the record columns, in order. */
static const char *json_line(const char *s)
{
	char before = '{';

	for (size_t i = 0; i < n_columns; i++) {
		const char *id = column_table[i].id;

		if (!(column_table[i].flags & COL_RECORD))
			continue;
		assert_int_equal(*s++, before);
		before = ',';
		assert_int_equal(strncmp(s + 1, id, strlen(id)), 0);
		s = json_string(s);
		assert_int_equal(s[-2], id[strlen(id) - 1]);
		assert_int_equal(*s++, ':');
		s = json_value(s);
	}
	assert_int_equal(*s++, '}');
	assert_int_equal(*s++, '\n');
	return s;
}

static void test_json_lines(void **state)
{
	static const char lost[] =
		"{\"ts\":1700000000.000000,\"event\":\"lost\",\"lost\":123}\n";
	struct output_config config = { 0 };
	char *text = written("json", &config, write_all);
	const char *s = text;

	(void)state;
	for (int i = 0; i < 3; i++)
		s = json_line(s);
	assert_int_equal(strncmp(s, lost, strlen(lost)), 0);
	s = json_line(s + strlen(lost));
	assert_string_equal(s, "");
	free(text);
}

static void test_json_text(void **state)
{
	struct output_config config = { 0 };
	char *text = written("json", &config, write_frame);
	char *end = strchr(text, '\n');

	(void)state;
	*end = '\0';
	assert_string_equal(
		text,
		"{\"ts\":1700000000.000000,\"event\":null,\"id\":2871203344,"
		"\"zone\":0,\"family\":\"ipv4\",\"proto\":\"tcp\","
		"\"state\":\"ESTABLISHED\","
		"\"status\":[\"seen-reply\",\"assured\",\"confirmed\"],"
		"\"dir\":\"out\",\"src\":\"192.168.1.20\",\"sport\":50022,"
		"\"dst\":\"198.51.100.40\",\"dport\":22,"
		"\"reply_src\":\"198.51.100.40\",\"reply_sport\":22,"
		"\"reply_dst\":\"192.168.1.20\",\"reply_dport\":50022,"
		"\"nat\":null,\"icmp_type\":null,\"icmp_code\":null,"
		"\"icmp_id\":null,\"orig_bytes\":9120000,"
		"\"orig_packets\":41000,\"reply_bytes\":88400000,"
		"\"reply_packets\":72000,\"orig_rate\":2100,"
		"\"reply_rate\":6543.3,\"start\":1699999258.123456,"
		"\"age\":741.876,\"timeout\":431999,\"mark\":16,"
		"\"process\":\"nginx\",\"pid\":4711,\"uid\":1000,"
		"\"user\":\"alice\","
		"\"command\":\"nginx: master \\\"x\\\"\","
		"\"container\":\"docker:0123456789ab\","
		"\"owner\":\"local\","
		"\"src_name\":null,\"src_country\":null,\"src_city\":null,"
		"\"src_asn\":null,\"src_org\":null,\"dst_name\":null,"
		"\"dst_country\":null,\"dst_city\":null,\"dst_asn\":null,"
		"\"dst_org\":null,\"service\":null,"
		"\"netns\":\"blue\",\"unit\":\"nginx.service\","
		"\"closed\":false,\"holders\":3,"
		"\"iface\":null,\"labels\":null,\"helper\":null}");
	assert_non_null(strstr(end + 1, "\"icmp_type\":128,\"icmp_code\":0,"
					"\"icmp_id\":7,"));
	assert_non_null(strstr(end + 1, "\"state\":null,\"status\":null,"));
	assert_non_null(strstr(end + 1, "\"sport\":null,"));
	/* What stands on the screen for nobody is no process. */
	assert_non_null(strstr(end + 1,
			       "\"process\":null,\"pid\":null,\"uid\":null,"
			       "\"user\":null,\"command\":null,"
			       "\"container\":null,\"owner\":\"forwarded\","));
	assert_non_null(strstr(end + 1, "\"holders\":null,"));
	free(text);
}

/* Splits a line of CSV in place. Return: how many fields. */
static size_t csv_fields(char **line, char **fields, size_t max)
{
	char *in = *line, *out = in;
	size_t n = 0;

	for (;;) {
		assert_true(n < max);
		fields[n++] = out;
		if (*in == '"') {
			for (in++; *in != '"' || *++in == '"'; in++)
				*out++ = *in;
		} else {
			while (*in != ',' && *in != '\n') {
				assert_int_not_equal(*in, '"');
				*out++ = *in++;
			}
		}
		assert_true(*in == ',' || *in == '\n');
		if (*in++ == '\n')
			break;
		*out++ = '\0';
	}
	*out = '\0';
	*line = in;
	return n;
}

#define MAX_FIELDS 64

static const char *field(char **header, char **line, const char *id)
{
	for (size_t i = 0; i < MAX_FIELDS; i++) {
		if (!strcmp(header[i], id))
			return line[i];
	}
	return NULL;
}

static void test_csv(void **state)
{
	struct output_config config = { 0 };
	char *text = written("csv", &config, write_all), *at = text;
	char *h[MAX_FIELDS], *f[MAX_FIELDS];
	size_t n = csv_fields(&at, h, MAX_FIELDS), i = 0;

	(void)state;
	for (size_t c = 0; c < n_columns; c++) {
		if (column_table[c].flags & COL_RECORD)
			assert_string_equal(h[i++], column_table[c].id);
	}
	assert_int_equal(i, n);
	assert_int_equal(csv_fields(&at, f, MAX_FIELDS), n);
	assert_string_equal(field(h, f, "ts"), "1700000000.000000");
	assert_string_equal(field(h, f, "event"), "");
	assert_string_equal(field(h, f, "status"),
			    "seen-reply assured confirmed");
	assert_string_equal(field(h, f, "reply_rate"), "6543.3");
	assert_string_equal(field(h, f, "closed"), "false");
	assert_string_equal(field(h, f, "process"), "nginx");
	assert_string_equal(field(h, f, "holders"), "3");
	assert_string_equal(field(h, f, "command"), "nginx: master \"x\"");
	assert_int_equal(csv_fields(&at, f, MAX_FIELDS), n);
	assert_string_equal(field(h, f, "proto"), "icmpv6");
	assert_int_equal(csv_fields(&at, f, MAX_FIELDS), n);
	assert_string_equal(field(h, f, "event"), "new");
	assert_string_equal(field(h, f, "family"), "7");
	assert_string_equal(field(h, f, "src"), "");
	assert_int_equal(csv_fields(&at, f, MAX_FIELDS), n);
	assert_string_equal(field(h, f, "event"), "lost");
	assert_string_equal(field(h, f, "id"), "123");
	assert_string_equal(field(h, f, "ts"), "1700000000.000000");
	assert_string_equal(field(h, f, "closed"), "");
	assert_int_equal(csv_fields(&at, f, MAX_FIELDS), n);
	assert_string_equal(field(h, f, "event"), "end");
	assert_string_equal(field(h, f, "nat"), "src,dst");
	assert_string_equal(field(h, f, "helper"), "a,\"\\\n\033\xff");
	assert_string_equal(field(h, f, "netns"), "x,y");
	assert_string_equal(at, "");
	free(text);
}

/* Keys that were chosen, in that order. */
static void test_keys(void **state)
{
	const struct column *keys[] = { column_find("process"),
					column_find("dport") };
	struct output_config config = { .keys = keys, .n_keys = 2 };
	char *text = written("csv", &config, write_all);

	(void)state;
	/* There is no place for the events that were lost. */
	assert_string_equal(text, "process,dport\nnginx,22\n,\n,\n,22\n");
	free(text);
	text = written("json", &config, write_all);
	assert_int_equal(
		strncmp(text, "{\"process\":\"nginx\",\"dport\":22}\n", 31), 0);
	assert_non_null(strstr(text, "\"event\":\"lost\""));
	free(text);
	keys[0] = column_find("event");
	text = written("csv", &config, write_all);
	assert_non_null(strstr(text, "\nlost,\n"));
	free(text);
}

static void assert_written(const struct output_config *config,
			   void (*write)(struct output *), const char *expected)
{
	char *text = written("text", config, write);

	assert_string_equal(text, expected);
	free(text);
}

static void write_two_frames(struct output *output)
{
	write_frame(output);
	frame.n_rows = 0;
	write_frame(output);
	frame.n_rows = 2;
}

static void test_text(void **state)
{
	struct output_config config = { .no_places = true, .width = 70 };

	(void)state;
	assert_written(&config, write_two_frames,
		       "22:13:20  2 of 3 flows  +37 ICMP hidden  RX 14.4MB/s  "
		       "TX 0B/s  15.1Kp/\n"
		       " PROCESS    PROT STATE  TIME D ADDRESS               "
		       "PORT   RX/s  TX/s\n"
		       " nginx +2   tcp  ESTAB   12m > 198.51.100.40         "
		       "22    6.12K 2.21K\n"
		       " @2001:~::1 icm6 -         ? ? 2001:db8::2           - "
		       "        ?     ?\n"
		       "\n"
		       "22:13:20  2 of 3 flows  +37 ICMP hidden  RX 14.4MB/s  "
		       "TX 0B/s  15.1Kp/\n"
		       " PROCESS    PROT STATE  TIME D ADDRESS               "
		       "PORT   RX/s  TX/s\n");
}

static void test_text_wide(void **state)
{
	struct output_config config = { .no_places = true, .bits = true };

	(void)state;
	assert_written(&config, write_frame,
		       "22:13:20  2 of 3 flows  +37 ICMP hidden  RX 115Mb/s  "
		       "TX 0b/s  15.1Kp/s\n"
		       " PROCESS             PID USER     PROT   STATE         "
		       "TIME D ADDRESS                                 PORT    "
		       " RXb/s TXb/s RXp/s TXp/s    RX    TX\n"
		       " nginx +2           4711 alice    tcp    ESTABLISHED "
		       "12m21s > 198.51.100.40                           22    "
		       "   49.0K 17.7K     6     7 88.4M 9.12M\n"
		       " @2001:db8::1          - -        icmpv6 -             "
		       "   ? ? 2001:db8::2                             -       "
		       "     ?     ?     ?     ?     ?     ?\n");
}

static void test_text_pairs(void **state)
{
	struct output_config config = { .no_places = true,
					.show_src = true,
					.width = 76 };

	(void)state;
	frame.n_rows = 1;
	assert_written(&config, write_frame,
		       "22:13:20  2 of 3 flows  +37 ICMP hidden  RX 14.4MB/s  "
		       "TX 0B/s  15.1Kp/s\n"
		       " PROCESS/PID    PROT   TIME    SOURCE / DESTINATION    "
		       " PORT     BYTES  RATE\n"
		       " nginx +2       tcp  12m21s => 192.168.1.20            "
		       " 50022    9.12M 2.21K\n"
		       " 4711 alice     ESTABLISHED <= 198.51.100.40           "
		       " 22       88.4M 6.12K\n");
	config.width = 140;
	assert_written(&config, write_frame,
		       "22:13:20  2 of 3 flows  +37 ICMP hidden  RX 14.4MB/s  "
		       "TX 0B/s  15.1Kp/s\n"
		       " PROCESS          PID PROT STATE  TIME SOURCE          "
		       "             SPORT D DESTINATION                      "
		       "DPORT    RX/s  TX/s    RX    TX\n"
		       " nginx +2        4711 tcp  ESTAB   12m 192.168.1.20    "
		       "             50022 > 198.51.100.40                    "
		       "22      6.12K 2.21K 88.4M 9.12M\n");
	frame.n_rows = 2;
}

static void test_text_events(void **state)
{
	struct output_config config = { .no_places = true,
					.events = true,
					.width = 78 };

	(void)state;
	assert_written(&config, write_events,
		       "              PROCESS  PROT STATE  TIME D ADDRESS      "
		       "      PORT   RX/s  TX/s\n"
		       "22:13:20.000 +?        253  -       12m > ?            "
		       "      -     6.12K 2.21K\n"
		       "22:13:20.000 ! 123 events lost so far\n"
		       "22:13:20.000 -?        tcp  ESTAB   12m > "
		       "198.51.100.40      22        -     -\n");
	config.show_src = true;
	assert_written(&config, write_events,
		       "              PROC/PID   PROT TIME    SOURCE / "
		       "DESTINATION   PORT  BYTES  RATE\n"
		       "22:13:20.000 +?          253   12m => ?                "
		       "      -     9.12M 2.21K\n"
		       "              ?          -         <= ?                "
		       "      -     88.4M 6.12K\n"
		       "22:13:20.000 ! 123 events lost so far\n"
		       "22:13:20.000 -?          tcp   12m => 192.168.1.20     "
		       "      50022 9.12M     -\n"
		       "              ?          ESTAB     <= 198.51.100.40    "
		       "      22    88.4M     -\n");
}

static void test_broken_pipe(void **state)
{
	static const char *const formats[] = { "text", "json", "csv" };
	struct output_config config = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	close(fds[0]);
	for (size_t i = 0; i < N_ELEMS(formats); i++) {
		struct output *output =
			output_open(output_find(formats[i]), &config, fds[1]);

		assert_int_equal(output_frame(output, &frame, NULL), -EPIPE);
		assert_int_equal(output_event(output, &rows[3]), 0);
		assert_int_equal(output_flush(output), -EPIPE);
		assert_int_equal(output_flush(output), 0);
		output_close(output);
	}
	close(fds[1]);
}

/* A frame larger than a piece is written without waiting for its end. */
static void test_full_disk(void **state)
{
	struct output_config config = { 0 };
	struct view_frame large = { .n_rows = 5000 };
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct output *output;

	(void)state;
	assert_true(fd >= 0);
	large.rows = calloc(large.n_rows, sizeof(*large.rows));
	assert_non_null(large.rows);
	for (size_t i = 0; i < large.n_rows; i++)
		large.rows[i] = rows[0];
	output = output_open(output_find("json"), &config, fd);
	assert_int_equal(output_frame(output, &large, NULL), -ENOSPC);
	output_close(output);
	free(large.rows);
	close(fd);
}

static void test_find(void **state)
{
	(void)state;
	assert_string_equal(output_find("json")->name, "json");
	assert_string_equal(output_find("text")->name, "text");
	assert_string_equal(output_find("csv")->name, "csv");
	assert_null(output_find("xml"));
	output_close(NULL);
}

static bool has_full_device(void)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_json_lines),
		cmocka_unit_test(test_json_text),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_wide),
		cmocka_unit_test(test_text_pairs),
		cmocka_unit_test(test_text_events),
		cmocka_unit_test(test_broken_pipe),
		cmocka_unit_test(test_full_disk), /* last: needs /dev/full */
	};
	size_t n = N_ELEMS(tests);

	/* cmocka prints a skipped test as failed in TAP. */
	if (!has_full_device()) {
		n--;
		fprintf(stderr, "# LEFT OUT: test_full_disk needs /dev/full\n");
	}
	return _cmocka_run_group_tests("tests", tests, n, setup, teardown);
}
