/* What the parts of the C program share. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <sys/types.h>

/* The two directions of a channel: the parent's messages, and the child's. */
enum { TO_CHILD = 0, TO_PARENT = 1 };

/* A mechanism that carries messages both ways between a parent and its child. */
struct channel {
  const char *name;
  /* Makes it, for messages of `size` bytes, before the fork. */
  void (*make)(size_t size);
  /* Sends or receives one message: a whole one, whatever the mechanism does to bounds. */
  void (*send)(int direction, const void *data, size_t size);
  void (*receive)(int direction, void *data, size_t size);
  /* Removes it, after the child has ended. */
  void (*unmake)(void);
};

extern const struct channel kernel_channels[];
extern const struct channel memory_channels[];

/* The other process: set in both after the fork, for signals. */
extern pid_t peer;

/* A name for what has to have one. */
const char *object_name(int direction);

/* Ends the program with the call's name and errno's text. */
void check(int succeeded, const char *call);

#endif
