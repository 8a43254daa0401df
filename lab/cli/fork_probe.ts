/**
 * Run by `doctor` in a process of its own: succeeds if libc can be called here and a forked process runs its JavaScript.
 *
 * @module
 */
import { fork, waitpid } from "../../lib/calls/process.ts";

const STATUS = 42;

const end = waitpid(fork(() => STATUS));
if (end.kind !== "exited" || end.status !== STATUS) {
  throw new Error(`A forked process was expected to exit with ${STATUS}: ${JSON.stringify(end)}`);
}
