/**
 * How calls on sockets fail: one that a signal interrupted is not restarted where the socket has a timeout.
 *
 * @module
 */
import { SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET } from "../abi/socket_constants.ts";
import { errnoOf } from "../errors/system_error.ts";
import { c } from "../raw/socket.ts";
import { failed } from "./gate.ts";

const EINTR = errnoOf("EINTR");
/** Bytes of a `struct timeval`. */
const TIMEVAL_SIZE = 16;

/** After a call that waits for what comes, accept among them: as `failed`. See signal(7). */
export function receivingFailed(fd: number, call: number, errno: number): void {
  if (errno === EINTR && hasTimeout(fd, SO_RCVTIMEO)) failed(call, errno, undefined, false);
  else failed(call, errno);
}

/** After a call that waits for room or for a peer, connect among them: as `failed`. See signal(7). */
export function sendingFailed(fd: number, call: number, errno: number, detail?: string): void {
  if (errno === EINTR && hasTimeout(fd, SO_SNDTIMEO)) failed(call, errno, detail, false);
  else failed(call, errno, detail);
}

function hasTimeout(fd: number, option: number): boolean {
  const value = new Uint8Array(TIMEVAL_SIZE);
  return c.getsockopt(fd, SOL_SOCKET, option, value, new Uint32Array([TIMEVAL_SIZE])) === 0 &&
    value.some((byte) => byte !== 0);
}
