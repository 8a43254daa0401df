/**
 * Calls that wait for several descriptors, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";
import { functionOnThreadAt, type ThreadFunction } from "./pointer.ts";
import { c as process } from "./process.ts";

/** epoll_create1 and its kin, ppoll, select. */
export const c = library({
  // int epoll_create1(int flags);
  epoll_create1: { parameters: ["i32"], result: "i32" },
  // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout);
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  // int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t *sigmask);
  ppoll: { parameters: ["buffer", "u32", "buffer", "buffer"], result: "i32" },
  // int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout);
  select: { parameters: ["i32", "buffer", "buffer", "buffer", "buffer"], result: "i32" },
});

let waitOnThread: ThreadFunction | null = null;

/**
 * epoll_wait on a thread of the runtime's pool: the event loop turns meanwhile. Of an error only the -1 comes back. Not from a
 * table: a library that is to be called so must stay open, and would be left over when nobody waits any more.
 */
export function epollWaitOnThread(epfd: number, events: Uint8Array<ArrayBuffer>, maxevents: number): Promise<number> {
  const name = new TextEncoder().encode("epoll_wait\0");
  waitOnThread ??= functionOnThreadAt(process.dlsym(null, name) as Deno.PointerObject);
  return waitOnThread(epfd, events, maxevents, -1);
}
