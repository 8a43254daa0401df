/*
 * The bench's programs in C. Arguments: what to measure ("round_trip", "throughput", "call"; "start" does nothing), by which mechanism, the size of a
 * message, how often in a round, and how many rounds. Prints the nanoseconds of one round trip, message or call, a line a round.
 *
 * A longer round runs first and is not told: the others find warm caches, and in the other languages compiled code.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

pid_t peer;

void check(int succeeded, const char *call) {
  if (succeeded) return;
  fprintf(stderr, "%s: %s\n", call, strerror(errno));
  exit(1);
}

const char *object_name(int direction) {
  static char names[2][100];
  snprintf(names[direction], sizeof names[direction], "/tmp/ipclab.bench.%d.%d", (int)getpid(), direction);
  return names[direction];
}

/* How often something is done in a round; the first is the one that is not told. */
static int length_of(int round, int count) { return round == 0 ? 40 * count : count; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void tell(int round, double nanoseconds, int count) {
  if (round > 0) printf("%.1f\n", nanoseconds / count);
}

static const struct channel *channel_named(const char *name) {
  for (const struct channel *c = kernel_channels; c->name != NULL; c++) if (strcmp(c->name, name) == 0) return c;
  for (const struct channel *c = memory_channels; c->name != NULL; c++) if (strcmp(c->name, name) == 0) return c;
  fprintf(stderr, "no mechanism %s\n", name);
  exit(2);
}

static void run_channel(const struct channel *channel, int echoes, size_t size, int count, int rounds) {
  char *data = malloc(size + 1);
  memset(data, 1, size + 1);
  channel->make(size);
  /* Warm before the fork, as a program is that has run for a while: by messages to oneself. */
  peer = getpid();
  for (int i = 0; i < 100 * count; i++) {
    channel->send(i % 2, data, size);
    channel->receive(i % 2, data, size);
  }
  pid_t child = fork();
  check(child != -1, "fork");
  peer = child == 0 ? getppid() : child;
  for (int round = 0; round <= rounds; round++) {
    double begin = now();
    for (int i = length_of(round, count); i > 0; i--) {
      if (child == 0) {
        channel->receive(TO_CHILD, data, size);
        if (echoes) channel->send(TO_PARENT, data, size);
      } else {
        channel->send(TO_CHILD, data, size);
        if (echoes) channel->receive(TO_PARENT, data, size);
      }
    }
    // The round of a throughput is over when the last message has been received.
    if (!echoes && child == 0) channel->send(TO_PARENT, data, size);
    if (!echoes && child != 0) channel->receive(TO_PARENT, data, size);
    if (child != 0) tell(round, now() - begin, count);
  }
  if (child == 0) _exit(0);
  int status;
  check(waitpid(child, &status, 0) == child, "waitpid");
  channel->unmake();
}

static int null_fd, zero_fd;
static char small[64];

static void call_getppid(void) { getppid(); }
static void call_write(void) { check(write(null_fd, small, sizeof small) == sizeof small, "write"); }
static void call_read(void) { check(read(zero_fd, small, sizeof small) == sizeof small, "read"); }
static void call_fork(void) {
  pid_t child = fork();
  check(child != -1, "fork");
  if (child == 0) _exit(0);
  int status;
  check(waitpid(child, &status, 0) == child, "waitpid");
}

static void run_call(const char *name, int count, int rounds) {
  static const struct { const char *name; void (*call)(void); } calls[] = {
      {"getppid", call_getppid}, {"write", call_write}, {"read", call_read}, {"fork_wait", call_fork}};
  null_fd = open("/dev/null", O_WRONLY);
  zero_fd = open("/dev/zero", O_RDONLY);
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (strcmp(calls[i].name, name) != 0) continue;
    for (int round = 0; round <= rounds; round++) {
      double begin = now();
      for (int j = length_of(round, count); j > 0; j--) calls[i].call();
      tell(round, now() - begin, count);
    }
    return;
  }
  fprintf(stderr, "no call %s\n", name);
  exit(2);
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  int size = atoi(argv[3]), count = atoi(argv[4]), rounds = atoi(argv[5]);
  if (strcmp(argv[1], "start") == 0) return 0;
  if (strcmp(argv[1], "call") == 0) run_call(argv[2], count, rounds);
  else run_channel(channel_named(argv[2]), strcmp(argv[1], "round_trip") == 0, size, count, rounds);
  return 0;
}
