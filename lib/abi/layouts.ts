/**
 * Every layout of the library, for the test that compares them with the C compiler.
 *
 * @module
 */
import type { Layout } from "./layout.ts";
import { POLLFD } from "./pollfd.ts";

/** All layouts. Append a new one here. */
export const LAYOUTS: readonly Layout[] = [
  POLLFD,
];
