/**
 * Calls on POSIX message queues, by their C prototypes.
 *
 * @module
 */
import { library } from "./library.ts";

/** mq_open and its kin. Lengths below 2 GiB: the low half of the register is the result. */
export const c = library({
  // mqd_t mq_open(const char *name, int oflag, mode_t mode, struct mq_attr *attr);
  mq_open: { parameters: ["buffer", "i32", "u32", "buffer"], result: "i32" },
  // int mq_close(mqd_t mqdes);
  mq_close: { parameters: ["i32"], result: "i32" },
  // int mq_unlink(const char *name);
  mq_unlink: { parameters: ["buffer"], result: "i32" },
  // int mq_send(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio);
  mq_send: { parameters: ["i32", "buffer", "u32", "u32"], result: "i32" },
  // ssize_t mq_receive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio);
  mq_receive: { parameters: ["i32", "buffer", "u32", "buffer"], result: "i32" },
  // int mq_timedsend(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio,
  //                  const struct timespec *abs_timeout);
  mq_timedsend: { parameters: ["i32", "buffer", "u32", "u32", "buffer"], result: "i32" },
  // ssize_t mq_timedreceive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio,
  //                         const struct timespec *abs_timeout);
  mq_timedreceive: { parameters: ["i32", "buffer", "u32", "buffer", "buffer"], result: "i32" },
  // int mq_getattr(mqd_t mqdes, struct mq_attr *attr);
  mq_getattr: { parameters: ["i32", "buffer"], result: "i32" },
  // int mq_setattr(mqd_t mqdes, const struct mq_attr *newattr, struct mq_attr *oldattr);
  mq_setattr: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int mq_notify(mqd_t mqdes, const struct sigevent *sevp);
  mq_notify: { parameters: ["i32", "buffer"], result: "i32" },
});
