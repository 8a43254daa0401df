/* Mechanisms whose messages pass through the kernel. */
#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* For each direction: the descriptor that is written, and the one that is read. */
static int writing[2], reading[2];

static void write_all(int direction, const void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = write(writing[direction], (const char *)data + done, size - done);
    check(n != -1, "write");
    done += n;
  }
}

static void read_all(int direction, void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = read(reading[direction], (char *)data + done, size - done);
    check(n > 0, "read");
    done += n;
  }
}

static void close_all(void) {
  for (int direction = 0; direction < 2; direction++) {
    close(writing[direction]);
    close(reading[direction]);
  }
}

static void make_pipe(size_t size) {
  (void)size;
  for (int direction = 0; direction < 2; direction++) {
    int ends[2];
    check(pipe(ends) == 0, "pipe");
    reading[direction] = ends[0];
    writing[direction] = ends[1];
  }
}

static void make_fifo(size_t size) {
  (void)size;
  for (int direction = 0; direction < 2; direction++) {
    const char *path = object_name(direction);
    check(mkfifo(path, 0600) == 0, "mkfifo");
    reading[direction] = open(path, O_RDONLY | O_NONBLOCK);
    check(reading[direction] != -1, "open");
    writing[direction] = open(path, O_WRONLY);
    check(writing[direction] != -1, "open");
    check(fcntl(reading[direction], F_SETFL, O_RDONLY) == 0, "fcntl");
    check(unlink(path) == 0, "unlink");
  }
}

/* One pair: each process writes and reads its own end. */
static void make_pair(int type) {
  int ends[2];
  check(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
  writing[TO_CHILD] = reading[TO_PARENT] = ends[0];
  writing[TO_PARENT] = reading[TO_CHILD] = ends[1];
}

static void make_stream(size_t size) { (void)size, make_pair(SOCK_STREAM); }
static void make_dgram(size_t size) { (void)size, make_pair(SOCK_DGRAM); }
static void make_seqpacket(size_t size) { (void)size, make_pair(SOCK_SEQPACKET); }

static void send_socket(int direction, const void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = send(writing[direction], (const char *)data + done, size - done, 0);
    check(n != -1, "send");
    done += n;
  }
}

static void receive_socket(int direction, void *data, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = recv(reading[direction], (char *)data + done, size - done, 0);
    check(n > 0, "recv");
    done += n;
  }
}

static mqd_t queues[2];

static void make_mq(size_t size) {
  for (int direction = 0; direction < 2; direction++) {
    struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = size};
    const char *name = strrchr(object_name(direction), '/');
    queues[direction] = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
    check(queues[direction] != (mqd_t)-1, "mq_open");
    check(mq_unlink(name) == 0, "mq_unlink");
  }
}

static void send_mq(int direction, const void *data, size_t size) {
  check(mq_send(queues[direction], data, size, 0) == 0, "mq_send");
}

static void receive_mq(int direction, void *data, size_t size) {
  unsigned priority;
  check(mq_receive(queues[direction], data, size, &priority) != -1, "mq_receive");
}

static void close_mq(void) {
  mq_close(queues[0]);
  mq_close(queues[1]);
}

static int ids[2];
/* A message as the calls want it: its type before its bytes. */
static struct {
  long type;
  char text[65536];
} typed = {.type = 1};

static void make_msg(size_t size) {
  (void)size;
  for (int direction = 0; direction < 2; direction++) {
    ids[direction] = msgget(IPC_PRIVATE, 0600);
    check(ids[direction] != -1, "msgget");
  }
}

static void send_msg(int direction, const void *data, size_t size) {
  memcpy(typed.text, data, size);
  check(msgsnd(ids[direction], &typed, size, 0) == 0, "msgsnd");
}

static void receive_msg(int direction, void *data, size_t size) {
  check(msgrcv(ids[direction], &typed, size, 0, 0) != -1, "msgrcv");
  memcpy(data, typed.text, size);
}

static void remove_msg(void) {
  msgctl(ids[0], IPC_RMID, NULL);
  msgctl(ids[1], IPC_RMID, NULL);
}

static sigset_t set;

static void make_signal(size_t size) {
  (void)size;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  check(sigprocmask(SIG_BLOCK, &set, NULL) == 0, "sigprocmask");
}

static void send_signal(int direction, const void *data, size_t size) {
  (void)direction, (void)data;
  check(sigqueue(peer, SIGUSR2, (union sigval){.sival_int = size}) == 0, "sigqueue");
}

static void receive_signal(int direction, void *data, size_t size) {
  (void)direction, (void)data, (void)size;
  siginfo_t info;
  check(sigwaitinfo(&set, &info) == SIGUSR2, "sigwaitinfo");
}

static void nothing(void) {}

const struct channel kernel_channels[] = {
    {"pipe", make_pipe, write_all, read_all, close_all},
    {"fifo", make_fifo, write_all, read_all, close_all},
    {"posix_mq", make_mq, send_mq, receive_mq, close_mq},
    {"sysv_msg", make_msg, send_msg, receive_msg, remove_msg},
    {"unix_stream", make_stream, send_socket, receive_socket, close_all},
    {"unix_dgram", make_dgram, send_socket, receive_socket, close_all},
    {"unix_seqpacket", make_seqpacket, send_socket, receive_socket, close_all},
    {"signal", make_signal, send_signal, receive_signal, nothing},
    {NULL, NULL, NULL, NULL, NULL},
};
