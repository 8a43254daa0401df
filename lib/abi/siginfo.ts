/**
 * What a signal says of itself: `siginfo_t`, decoded.
 *
 * @module
 */
import { layout, offsetOf, sizeOf } from "./layout.ts";
import { SIGCHLD } from "./signal_numbers.ts";

/** `siginfo_t`. What follows `code` is a union: which members hold depends on the signal and its code. */
export const SIGINFO = layout({
  c: "siginfo_t",
  headers: ["signal.h"],
  size: 128,
  fields: {
    signo: { c: "si_signo", type: "i32", offset: 0 },
    errno: { c: "si_errno", type: "i32", offset: 4 },
    code: { c: "si_code", type: "i32", offset: 8 },
    pid: { c: "si_pid", type: "i32", offset: 16 },
    uid: { c: "si_uid", type: "u32", offset: 20 },
    value: { c: "si_value.sival_int", type: "i32", offset: 24 },
    status: { c: "si_status", type: "i32", offset: 24 },
  },
});

/** What a handler is told about its signal. */
export interface SigInfo {
  /** The signal. */
  readonly signo: number;
  /** Where it comes from: SI_USER, SI_QUEUE, …, and for SIGCHLD one of CLD_EXITED, CLD_KILLED, … */
  readonly code: number;
  /** The sending process, or for SIGCHLD the child; 0 when the kernel sent it. */
  readonly pid: number;
  /** The real user of that process. */
  readonly uid: number;
  /** The value that sigqueue or mq_notify sent along (`si_value.sival_int`); 0 otherwise. */
  readonly value: number;
  /** For SIGCHLD the child's exit status, or the signal that ended or stopped it; 0 otherwise. */
  readonly status: number;
}

/** Sent by kill(2). */
export const SI_USER = 0;
/** Sent by the kernel. */
export const SI_KERNEL = 0x80;
/** Sent by sigqueue(3). */
export const SI_QUEUE: number = -1;
/** A POSIX timer ran out. */
export const SI_TIMER: number = -2;
/** A message came into an empty queue: mq_notify(3). */
export const SI_MESGQ: number = -3;
/** An asynchronous transfer has finished. */
export const SI_ASYNCIO: number = -4;
/** A descriptor became ready. */
export const SI_SIGIO: number = -5;
/** Sent by raise(3), pthread_kill(3) or tgkill(2). */
export const SI_TKILL: number = -6;

/** SIGCHLD: the child ended by itself. */
export const CLD_EXITED = 1;
/** SIGCHLD: a signal ended the child. */
export const CLD_KILLED = 2;
/** SIGCHLD: a signal ended the child, and it left a core file. */
export const CLD_DUMPED = 3;
/** SIGCHLD: the child, which is being traced, trapped. */
export const CLD_TRAPPED = 4;
/** SIGCHLD: the child stopped. */
export const CLD_STOPPED = 5;
/** SIGCHLD: the child went on. */
export const CLD_CONTINUED = 6;

const { fields } = SIGINFO;
const SIGNO = offsetOf(fields.signo);
const CODE = offsetOf(fields.code);
const PID = offsetOf(fields.pid);
const UID = offsetOf(fields.uid);
const VALUE = offsetOf(fields.value);
const STATUS = offsetOf(fields.status);

/** The siginfo that begins at `base`. Members of the union that do not hold for this signal are 0. */
export function decodeSiginfo(view: DataView, base = 0): SigInfo {
  const signo = view.getInt32(base + SIGNO, true);
  const code = view.getInt32(base + CODE, true);
  const pid = view.getInt32(base + PID, true);
  const uid = view.getUint32(base + UID, true);
  return sigInfo(signo, code, pid, uid, view.getInt32(base + VALUE, true), view.getInt32(base + STATUS, true));
}

/** A siginfo of these members, of which those that do not hold for this signal become 0. */
export function sigInfo(
  signo: number,
  code: number,
  pid: number,
  uid: number,
  value: number,
  status: number,
): SigInfo {
  const child = signo === SIGCHLD && code > 0 && code < SI_KERNEL;
  const sent = code === SI_USER || code === SI_TKILL || code === SI_QUEUE || code === SI_MESGQ || child;
  return {
    signo,
    code,
    pid: sent ? pid : 0,
    uid: sent ? uid : 0,
    value: code === SI_QUEUE || code === SI_MESGQ || code === SI_TIMER ? value : 0,
    status: child ? status : 0,
  };
}

/** A zeroed `siginfo_t` for a call to fill. */
export function allocateSiginfo(): DataView<ArrayBuffer> {
  return new DataView(new ArrayBuffer(sizeOf(SIGINFO)));
}
