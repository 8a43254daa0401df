/**
 * What is read from a signalfd.
 *
 * @module
 */
import { decode, layout, sizeOf } from "./layout.ts";
import { type SigInfo, sigInfo } from "./siginfo.ts";

/** `struct signalfd_siginfo`. */
export const SIGNALFD_SIGINFO = layout({
  c: "struct signalfd_siginfo",
  headers: ["sys/signalfd.h"],
  size: 128,
  fields: {
    signo: { c: "ssi_signo", type: "u32", offset: 0 },
    code: { c: "ssi_code", type: "i32", offset: 8 },
    pid: { c: "ssi_pid", type: "u32", offset: 12 },
    uid: { c: "ssi_uid", type: "u32", offset: 16 },
    status: { c: "ssi_status", type: "i32", offset: 40 },
    value: { c: "ssi_int", type: "i32", offset: 44 },
  },
});

/** All the structures that `bytes` begins with; what is less than one at the end is passed over. */
export function decodeSignalfd(bytes: Uint8Array): SigInfo[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = sizeOf(SIGNALFD_SIGINFO);
  const found: SigInfo[] = [];
  for (let at = 0; at + size <= view.byteLength; at += size) {
    const { signo, code, pid, uid, value, status } = decode(SIGNALFD_SIGINFO, view, at);
    found.push(sigInfo(signo, code, pid, uid, value, status));
  }
  return found;
}
