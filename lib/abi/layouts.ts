/**
 * Every layout of the library, for the test that compares them with the C compiler.
 *
 * @module
 */
import { CMSGHDR } from "./cmsghdr.ts";
import type { Layout } from "./layout.ts";
import { IOVEC, MSGHDR } from "./msghdr.ts";
import { POLLFD } from "./pollfd.ts";
import { SHMID_DS } from "./shmid_ds.ts";
import { STATX } from "./statx.ts";
import { TIMESPEC } from "./timespec.ts";

/** All layouts. Append a new one here. */
export const LAYOUTS: readonly Layout[] = [
  CMSGHDR,
  IOVEC,
  MSGHDR,
  POLLFD,
  SHMID_DS,
  STATX,
  TIMESPEC,
];
