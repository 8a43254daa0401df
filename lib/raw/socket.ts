/**
 * Calls on sockets, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** socketpair, sendmsg, recvmsg. Lengths below 2 GiB: the low half of the register is the result. */
export const c = library({
  // int socketpair(int domain, int type, int protocol, int sv[2]);
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags);
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags);
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
});
