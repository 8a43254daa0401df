/**
 * A rehearsal: the template does once what every role will do first, so that the functions are opened and compiled before
 * the fork, not after each. Nothing of a student's is evaluated.
 *
 * @module
 */
import { resetSignals } from "../../lib/gate/dispositions.ts";
import { armInterrogation } from "../../lib/gate/interrogation.ts";
import { openAll } from "../../lib/raw/library.ts";
import type { Program } from "../instrument/model.ts";
import { Marker } from "../course/scenario.ts";
import { evaluateProgram } from "./evaluate.ts";
import { childrenOf, descriptorTarget } from "./processes.ts";
import { ownPid, readTextOwn } from "./system.ts";
import { thrownRecord } from "./thrown.ts";
import { argumentFromPlain, toPlain } from "./value.ts";
import { close, O_CLOEXEC, O_RDONLY, open, SIG_IGN, sigaction, SIGPIPE } from "../../lib/mod.ts";

/** A program of one line, in the form that `lab/instrument` gives to modules. */
const NOTHING: Program = {
  entry: "nothing.ts",
  modules: [{
    path: "nothing.ts",
    url: "file:///nothing.ts",
    code: "(function* () { yield { exports: { get work() { return 1; } }, anonymous: null }; })",
    links: [],
    columns: {},
  }],
};

/** Rehearses; a few milliseconds, once for each template. */
export function rehearse(): void {
  openAll();
  armInterrogation(); // its memory is made once and inherited
  resetSignals();
  sigaction(SIGPIPE, { handler: SIG_IGN }); // a controller that is gone is an error to be met, not an end
  evaluateProgram(NOTHING, { ipc: {}, stop: new Int32Array(1), stopped: () => {} });
  const fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  readTextOwn(fd);
  descriptorTarget(ownPid(), fd);
  close(fd);
  childrenOf(ownPid());
  thrownRecord(new Error("rehearsal"), NOTHING.modules);
  argumentFromPlain(toPlain([1, "text", undefined, { key: Marker.result(0) }, new Uint8Array(2)]));
}
