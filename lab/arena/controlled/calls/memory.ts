/**
 * Shared memory: segments, named memory, mappings. None of these calls blocks; what matters is whose bytes they are.
 *
 * @module
 */
import { O_CREAT } from "../../../../lib/abi/fcntl_constants.ts";
import { IPC_RMID, IPC_STAT } from "../../../../lib/abi/ipc_constants.ts";
import { MAP_ANONYMOUS, MAP_SHARED } from "../../../../lib/abi/mman_constants.ts";
import type { Memory } from "../../../../lib/memory/memory.ts";
import type { Mapping, Segment } from "../../../../lib/mod.ts";
import { MODE } from "../../../explore/region.ts";
import type { Calls, Context } from "./call.ts";

/** The calls on shared memory. */
export function sharedMemory(context: Context): Calls {
  const { original, objects, belongings, watched, turnstile } = context;

  const watch = (memory: Memory, object: number, offset: number): void => {
    if (object === -1) return;
    objects.mapped(memory, object, offset);
    const buffer = bufferOf(memory);
    if (buffer !== null) watched.watchBuffer(buffer, object, offset);
  };
  const forget = (memory: unknown): void => {
    const buffer = objects.memory(memory) === null ? null : bufferOf(memory as Memory);
    if (buffer !== null) watched.forgetBuffer(buffer);
  };

  return {
    shmget: { objects: (key) => [objects.key(key, "shm")], mode: MODE.write },
    shmat: {
      objects: (id) => [objects.segmentItself(id)],
      mode: MODE.read,
      note: (segment: Segment, id) => {
        belongings.segments.add(segment);
        watch(segment, objects.segment(id), 0);
      },
    },
    shmdt: {
      attempt: (segment) => {
        forget(segment);
        original.shmdt(segment);
      },
      note: (_, segment) => {
        belongings.segments.delete(segment);
        objects.unmapped(segment);
      },
    },
    shmctl: {
      objects: (id) => [objects.segmentItself(id)],
      mode: (_, command) => command === IPC_STAT ? MODE.read : MODE.write,
      note: (_, id, command) => {
        if (command === IPC_RMID) turnstile.removed("sysv_shm", String(id));
      },
    },
    shm_open: {
      objects: (name) => [objects.name(name)],
      mode: (_, flags) => (flags & O_CREAT) === 0 ? MODE.read : MODE.write,
      note: () => belongings.touched("descriptors"),
    },
    shm_unlink: {
      objects: (name) => [objects.name(name)],
      mode: MODE.write,
      note: (_, name) => turnstile.removed("posix_shm", name),
    },
    mmap: {
      objects: (_length, _prot, _flags, fd) => [objects.descriptor(fd)],
      mode: MODE.read,
      attempt: (length, prot, flags, fd = -1, offset = 0) => {
        const spare = fd === -1 && offset === 0 ? belongings.spares.take(turnstile.party, length, prot, flags) : null;
        return spare ?? original.mmap(length, prot, flags, fd, offset);
      },
      note: (mapping: Mapping, _length, prot, flags, fd, offset = 0) => {
        belongings.mappings.add(mapping);
        belongings.spares.made(mapping, prot, flags);
        if ((flags & MAP_SHARED) === 0) return;
        const anonymous = (flags & MAP_ANONYMOUS) !== 0;
        watch(mapping, anonymous ? objects.anonymous() : objects.mappedFile(fd), anonymous ? 0 : offset);
      },
    },
    munmap: {
      attempt: (mapping) => {
        forget(mapping);
        if (!belongings.spares.keep(turnstile.party, mapping)) original.munmap(mapping);
      },
      note: (_, mapping) => {
        belongings.mappings.delete(mapping);
        objects.unmapped(mapping);
      },
    },
    memfd_create: { note: () => belongings.touched("descriptors") },
  };
}

/** The buffer of a memory; null where it must not be touched. */
function bufferOf(memory: Memory): ArrayBuffer | null {
  try {
    return memory.bytes.buffer;
  } catch {
    return null;
  }
}
