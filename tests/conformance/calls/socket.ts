/**
 * Translations: sockets.
 *
 * @module
 */
import * as ipc from "ipc";
import { isCell, type MessageCell } from "../cells.ts";
import { done, pair } from "./descriptor.ts";
import type { Arguments, Translations } from "./translation.ts";

/** Bytes of a `struct cmsghdr`, and of a descriptor. */
const HEADER = 16;
const DESCRIPTOR = 4;

/** By C's names. */
export const SOCKET: Translations = {
  socket: (args) => ipc.socket(args.number(0), args.number(1), args.number(2)),
  bind: (args) => done(ipc.bind(args.number(0), address(args, 1))),
  listen: (args) => done(ipc.listen(args.number(0), args.number(1))),
  accept: (args) => ipc.accept(args.number(0)).fd,
  accept4: (args) => ipc.accept4(args.number(0), args.number(3)).fd,
  connect: (args) => done(ipc.connect(args.number(0), address(args, 1))),
  send: (args) => ipc.send(args.number(0), args.bytes(1, 2), args.number(3)),
  recv: (args) => ipc.recv(args.number(0), args.bytes(1, 2), args.number(3)),
  sendto: (args) => {
    const to = args.isNull(4) ? undefined : address(args, 4);
    return ipc.sendto(args.number(0), args.bytes(1, 2), args.number(3), to);
  },
  recvfrom: (args) => ipc.recvfrom(args.number(0), args.bytes(1, 2), args.number(3)).length,
  shutdown: (args) => done(ipc.shutdown(args.number(0), args.number(1))),
  socketpair: (args) => pair(args.fields(3), ipc.socketpair(args.number(0), args.number(1), args.number(2))),
  sendmsg: (args) => {
    const { data, descriptors } = message(args);
    return ipc.sendmsg(args.number(0), { data, descriptors }, args.number(2));
  },
  recvmsg: (args) => {
    const cell = message(args);
    const room = Math.max(0, Math.floor((cell.control.length - HEADER) / DESCRIPTOR));
    const received = ipc.recvmsg(args.number(0), cell.data, args.number(2), room);
    cell.flags = received.flags;
    // The library's list of descriptors is C's message SCM_RIGHTS.
    if (received.descriptors.length > 0) {
      const view = new DataView(cell.control.buffer);
      view.setBigUint64(0, BigInt(HEADER + DESCRIPTOR * received.descriptors.length), true);
      view.setInt32(8, ipc.SOL_SOCKET, true);
      view.setInt32(12, ipc.SCM_RIGHTS, true);
      received.descriptors.forEach((fd, i) => view.setInt32(HEADER + DESCRIPTOR * i, fd, true));
    }
    return received.length;
  },
};

function message(args: Arguments): MessageCell {
  const cell = args.any(1);
  if (isCell(cell, "message")) return cell;
  throw new Error("no msghdr");
}

function address(args: Arguments, i: number): ipc.SocketAddress {
  const cell = args.any(i);
  if (isCell(cell, "address")) return cell.address;
  throw new Error("no sockaddr");
}
