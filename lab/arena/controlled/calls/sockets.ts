/**
 * Sockets.
 *
 * @module
 */
import { POLLIN } from "../../../../lib/abi/poll_constants.ts";
import { AF_UNIX, MSG_DONTWAIT, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET } from "../../../../lib/abi/socket_constants.ts";
import type { CallName } from "../../../../lib/gate/calls.ts";
import type { Accepted, ReceivedFrom, ReceivedMessage } from "../../../../lib/mod.ts";
import type { Timespec } from "../../../../lib/abi/timespec.ts";
import { MODE } from "../../../explore/region.ts";
import { type Call, type Calls, type Context, ERRNO, fails, type Faults, unless } from "./call.ts";
import { transfer } from "./descriptors.ts";
import { attemptOn, hasFlag, isNonblocking, withFlag, withoutBlocking } from "./nonblocking.ts";
import { inside } from "./perform.ts";
import { tellBytes } from "./story.ts";

/** The calls on sockets. */
export function socketCalls(context: Context): Calls {
  const { original, objects, clock, belongings, turnstile } = context;

  const on = (fd: number): readonly number[] => [objects.socket(fd)];
  const opened = (): void => belongings.touched("descriptors");
  const waits = (fd: number, flags: unknown): boolean => !hasFlag(flags, MSG_DONTWAIT) && !isNonblocking(fd);
  /** The time that the socket itself sets: SO_RCVTIMEO or SO_SNDTIMEO; null: none. */
  const limit = (fd: number, option: typeof SO_RCVTIMEO | typeof SO_SNDTIMEO): number | null => {
    try {
      const { sec, nsec }: Timespec = inside(context, () => original.getsockopt(fd, SOL_SOCKET, option));
      return sec === 0 && nsec === 0 ? null : clock.after({ sec, nsec });
    } catch {
      return null;
    }
  };
  const receiving = (name: CallName): Call => ({
    objects: on,
    mode: MODE.write,
    deadline: (fd) => limit(fd as number, SO_RCVTIMEO),
    timedOut: fails(name, ERRNO.EAGAIN),
    restarts: (fd) => limit(fd as number, SO_RCVTIMEO) === null ? undefined : false,
  });
  const sending = (name: CallName): Call => ({
    mode: MODE.write,
    deadline: (fd) => limit(fd as number, SO_SNDTIMEO),
    timedOut: fails(name, ERRNO.EAGAIN),
    restarts: (fd) => limit(fd as number, SO_SNDTIMEO) === null ? undefined : false,
  });
  const faultsOf = (name: CallName, flagsAt: number): Faults<readonly unknown[], never> => ({
    eintr: (...args) => waits(args[0] as number, args[flagsAt]) ? fails(name, ERRNO.EINTR)() : undefined,
    eagain: (...args) => waits(args[0] as number, args[flagsAt]) ? undefined : fails(name, ERRNO.EAGAIN)(),
  });
  const accepting = (name: "accept" | "accept4"): Call => ({
    ...receiving(name),
    attempt: (fd, flags) =>
      attemptOn(
        fd,
        POLLIN,
        () => name === "accept" ? original.accept(fd as number) : original.accept4(fd as number, flags as number),
      ),
    note: opened,
    faults: faultsOf(name, -1),
    told: (accepted) => `fd ${(accepted as Accepted).fd}`,
  });

  return {
    socket: { note: opened },
    socketpair: { note: opened },
    bind: {
      objects: (_, address) => [objects.name(address?.path ?? address?.abstract ?? String(address?.port))],
      mode: MODE.write,
    },
    listen: { objects: on, mode: MODE.write },
    accept: accepting("accept"),
    accept4: accepting("accept4"),
    connect: {
      ...sending("connect"),
      objects: (fd, address) => [objects.peer(fd, address)],
      attempt: (fd, address) =>
        // The kernel makes an Internet connection by itself, whatever the peer's process does.
        address?.family === AF_UNIX
          ? withoutBlocking(fd, () => original.connect(fd, address))
          : original.connect(fd, address),
      changes: (_, fd, address) => [objects.peer(fd, address), objects.socket(fd)],
      faults: faultsOf("connect", -1),
    },
    send: {
      ...sending("send"),
      reads: (_, data) => data,
      objects: (fd) => [objects.peer(fd)],
      begin: (fd, data, flags) => {
        const part = (rest: Uint8Array): number => original.send(fd, rest, withFlag(flags, MSG_DONTWAIT));
        if (!(data instanceof Uint8Array) || !waits(fd, flags)) return { tries: () => original.send(fd, data, flags) };
        return transfer(
          data,
          (rest) => unless(["EAGAIN"], () => part(rest)),
          () => turnstile.changed(objects.peer(fd)),
        );
      },
      faults: {
        ...faultsOf("send", 2),
        short: (fd, data, flags) =>
          data.length > 1 && !objects.hasBoundaries(fd)
            ? original.send(fd, data.subarray(0, data.length >> 1), withFlag(flags, MSG_DONTWAIT))
            : undefined,
      },
    },
    recv: {
      ...receiving("recv"),
      fills: (_, buffer) => buffer,
      attempt: (fd, buffer, flags) =>
        waits(fd, flags)
          ? attemptOn(fd, POLLIN, () => original.recv(fd, buffer, flags))
          : original.recv(fd, buffer, flags),
      told: (n, _fd, buffer) => tellBytes(buffer.subarray(0, n)),
      faults: {
        ...faultsOf("recv", 2),
        short: (fd, buffer, flags) =>
          buffer.length > 1 && !objects.hasBoundaries(fd)
            ? ready(() => original.recv(fd, buffer.subarray(0, buffer.length >> 1), withFlag(flags, MSG_DONTWAIT)))
            : undefined,
      },
    },
    sendto: {
      ...sending("sendto"),
      reads: (_, data) => data,
      objects: (fd, _data, _flags, address) => [objects.peer(fd, address)],
      begin: (fd, data, flags, address) => {
        if (!(data instanceof Uint8Array) || !waits(fd, flags)) {
          return { tries: () => original.sendto(fd, data, flags, address) };
        }
        const part = (rest: Uint8Array): number => original.sendto(fd, rest, withFlag(flags, MSG_DONTWAIT), address);
        const peer = objects.peer(fd, address);
        return transfer(data, (rest) => unless(["EAGAIN"], () => part(rest)), () => turnstile.changed(peer));
      },
      faults: faultsOf("sendto", 2),
    },
    recvfrom: {
      ...receiving("recvfrom"),
      fills: (_, buffer) => buffer,
      attempt: (fd, buffer, flags) =>
        waits(fd, flags)
          ? attemptOn(fd, POLLIN, () => original.recvfrom(fd, buffer, flags))
          : original.recvfrom(fd, buffer, flags),
      told: ({ length }: ReceivedFrom, _fd, buffer) => tellBytes(buffer.subarray(0, length)),
      faults: faultsOf("recvfrom", 2),
    },
    sendmsg: {
      ...sending("sendmsg"),
      reads: (_, message) => message?.data,
      objects: (fd, message) => [objects.peer(fd, message?.address)],
      attempt: (fd, message, flags) => {
        const act = (): number => original.sendmsg(fd, message, flags);
        return waits(fd, flags) ? withoutBlocking(fd, act) : act();
      },
      faults: faultsOf("sendmsg", 2),
    },
    recvmsg: {
      ...receiving("recvmsg"),
      fills: (_, buffer) => buffer,
      attempt: (fd, buffer, flags, room) =>
        waits(fd, flags)
          ? attemptOn(fd, POLLIN, () => original.recvmsg(fd, buffer, flags, room))
          : original.recvmsg(fd, buffer, flags, room),
      note: opened,
      told: ({ length, descriptors }: ReceivedMessage, _fd, buffer) =>
        [tellBytes(buffer.subarray(0, length)), ...descriptors.map((fd) => `fd ${fd}`)].join(", "),
      faults: faultsOf("recvmsg", 2),
    },
    shutdown: { objects: on, mode: MODE.write },
  };
}

/** What a call that must not block gives; undefined where it would. */
function ready<R>(act: () => R): R | undefined {
  const result = unless(["EAGAIN"], act);
  return typeof result === "symbol" ? undefined : result;
}
