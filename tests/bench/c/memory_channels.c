/* Mechanisms whose messages lie in shared memory: a ring of slots for each direction, and three ways to wait for a slot. */
#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <linux/futex.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SLOTS = 16 };

struct ring {
  /* Slots filled and slots emptied so far: each is one side's, on a cache line of its own. */
  _Alignas(64) _Atomic uint32_t filled;
  _Alignas(64) _Atomic uint32_t emptied;
  _Alignas(64) sem_t full;
  _Alignas(64) sem_t room;
  _Alignas(64) char slots[];
};

static struct ring *rings[2];
static size_t length;

static void make_rings(size_t size) {
  length = sizeof(struct ring) + SLOTS * size;
  for (int direction = 0; direction < 2; direction++) {
    rings[direction] = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(rings[direction] != MAP_FAILED, "mmap");
    check(sem_init(&rings[direction]->full, 1, 0) == 0, "sem_init");
    check(sem_init(&rings[direction]->room, 1, SLOTS) == 0, "sem_init");
  }
}

static void unmap_rings(void) {
  munmap(rings[0], length);
  munmap(rings[1], length);
}

static void put(struct ring *ring, const void *data, size_t size) {
  uint32_t at = atomic_load_explicit(&ring->filled, memory_order_relaxed);
  memcpy(ring->slots + at % SLOTS * size, data, size);
  atomic_store(&ring->filled, at + 1);
}

static void take(struct ring *ring, void *data, size_t size) {
  uint32_t at = atomic_load_explicit(&ring->emptied, memory_order_relaxed);
  memcpy(data, ring->slots + at % SLOTS * size, size);
  atomic_store(&ring->emptied, at + 1);
}

static void send_sem(int direction, const void *data, size_t size) {
  check(sem_wait(&rings[direction]->room) == 0, "sem_wait");
  put(rings[direction], data, size);
  check(sem_post(&rings[direction]->full) == 0, "sem_post");
}

static void receive_sem(int direction, void *data, size_t size) {
  check(sem_wait(&rings[direction]->full) == 0, "sem_wait");
  take(rings[direction], data, size);
  check(sem_post(&rings[direction]->room) == 0, "sem_post");
}

/* The other's word, once it is no longer `stuck`: the value at which there is nothing to do. */
static void spin_past(_Atomic uint32_t *word, uint32_t stuck) {
  while (atomic_load(word) == stuck) {
  }
}

static void send_spin(int direction, const void *data, size_t size) {
  struct ring *ring = rings[direction];
  spin_past(&ring->emptied, atomic_load_explicit(&ring->filled, memory_order_relaxed) - SLOTS);
  put(ring, data, size);
}

static void receive_spin(int direction, void *data, size_t size) {
  struct ring *ring = rings[direction];
  spin_past(&ring->filled, atomic_load_explicit(&ring->emptied, memory_order_relaxed));
  take(ring, data, size);
}

static void sleep_past(_Atomic uint32_t *word, uint32_t stuck) {
  while (atomic_load(word) == stuck) {
    long result = syscall(SYS_futex, word, FUTEX_WAIT, stuck, NULL, NULL, 0);
    check(result == 0 || errno == EAGAIN, "futex");
  }
}

static void wake(_Atomic uint32_t *word) { check(syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) != -1, "futex"); }

static void send_futex(int direction, const void *data, size_t size) {
  struct ring *ring = rings[direction];
  sleep_past(&ring->emptied, atomic_load_explicit(&ring->filled, memory_order_relaxed) - SLOTS);
  put(ring, data, size);
  wake(&ring->filled);
}

static void receive_futex(int direction, void *data, size_t size) {
  struct ring *ring = rings[direction];
  sleep_past(&ring->filled, atomic_load_explicit(&ring->emptied, memory_order_relaxed));
  take(ring, data, size);
  wake(&ring->emptied);
}

const struct channel memory_channels[] = {
    {"shm_sem", make_rings, send_sem, receive_sem, unmap_rings},
    {"shm_futex", make_rings, send_futex, receive_futex, unmap_rings},
    {"shm_spin", make_rings, send_spin, receive_spin, unmap_rings},
    {NULL, NULL, NULL, NULL, NULL},
};
