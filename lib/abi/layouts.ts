/**
 * Every layout of the library, for the test that compares them with the C compiler.
 *
 * @module
 */
import { CMSGHDR } from "./cmsghdr.ts";
import { EPOLL_EVENT } from "./epoll_event.ts";
import { FLOCK } from "./flock.ts";
import { INOTIFY_EVENT } from "./inotify.ts";
import { ITIMERSPEC } from "./itimerspec.ts";
import { ITIMERVAL } from "./itimerval.ts";
import type { Layout } from "./layout.ts";
import { MQ_ATTR } from "./mq_attr.ts";
import { IOVEC, MSGHDR } from "./msghdr.ts";
import { MSQID_DS } from "./msqid_ds.ts";
import { POLLFD } from "./pollfd.ts";
import { PTHREAD_BARRIER, PTHREAD_COND, PTHREAD_MUTEX, PTHREAD_RWLOCK } from "./pthread.ts";
import { SEM } from "./sem.ts";
import { SEMBUF, SEMID_DS } from "./semid_ds.ts";
import { SHMID_DS } from "./shmid_ds.ts";
import { SIGEVENT } from "./sigevent.ts";
import { RLIMIT } from "./rlimit.ts";
import { SIGACTION } from "./sigaction.ts";
import { SIGINFO } from "./siginfo.ts";
import { SIGNALFD_SIGINFO } from "./signalfd_siginfo.ts";
import { SIGSET } from "./sigset.ts";
import { SOCKADDR_IN, SOCKADDR_IN6, SOCKADDR_UN } from "./sockaddr.ts";
import { LINGER, TIMEVAL, UCRED } from "./socket_option.ts";
import { SPAWN_ATTRIBUTES, SPAWN_FILE_ACTIONS } from "./spawn.ts";
import { STACK } from "./stack.ts";
import { STATX } from "./statx.ts";
import { TIMESPEC } from "./timespec.ts";

/** All layouts. Append a new one here. */
export const LAYOUTS: readonly Layout[] = [
  CMSGHDR,
  EPOLL_EVENT,
  FLOCK,
  IOVEC,
  ITIMERSPEC,
  MQ_ATTR,
  MSGHDR,
  MSQID_DS,
  POLLFD,
  SEM,
  SEMBUF,
  SEMID_DS,
  SHMID_DS,
  SIGEVENT,
  RLIMIT,
  SIGACTION,
  SIGINFO,
  SIGNALFD_SIGINFO,
  SIGSET,
  STACK,
  STATX,
  TIMESPEC,
  SOCKADDR_UN,
  SOCKADDR_IN,
  SOCKADDR_IN6,
  LINGER,
  TIMEVAL,
  UCRED,
  PTHREAD_MUTEX,
  PTHREAD_COND,
  PTHREAD_RWLOCK,
  PTHREAD_BARRIER,
  ITIMERVAL,
  SPAWN_FILE_ACTIONS,
  SPAWN_ATTRIBUTES,
  INOTIFY_EVENT,
];
