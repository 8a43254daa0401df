/**
 * As in C: shmdt by hand on every way out, and one byte after another.
 */
import { IPC_CREAT, IPC_EXCL, IPC_RMID, IPC_STAT, isSystemError, shmat, shmctl, shmdt, shmget, SystemError } from "ipc";

/** Where the search for a free key begins. */
let key = 0x1bc00000;

export function create(size: number): number {
  for (;;) {
    try {
      return shmget(++key, size, IPC_CREAT | IPC_EXCL | 0o600);
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
}

export function say(id: number, text: string): boolean {
  const segment = shmat(id, 0);
  const message = new TextEncoder().encode(text);
  const fits = message.length + 1 <= segment.length;
  if (fits) {
    let at = 0;
    for (const byte of message) segment.bytes[at++] = byte;
    segment.bytes[at] = 0;
  }
  shmdt(segment);
  return fits;
}

export function hear(id: number): string | null {
  try {
    const segment = shmat(id);
    const letters: number[] = [];
    for (const byte of segment.bytes) {
      if (byte === 0) break;
      letters.push(byte);
    }
    shmdt(segment);
    return new TextDecoder().decode(Uint8Array.from(letters));
  } catch (error) {
    if (error instanceof SystemError && ["EINVAL", "EIDRM"].includes(error.code)) return null;
    throw error;
  }
}

export function describe(id: number): { size: number; mode: number; attached: number } {
  const state = shmctl(id, IPC_STAT);
  return { size: state.segsz, mode: state.mode % 0o1000, attached: state.nattch };
}

export function remove(id: number): void {
  shmctl(id, IPC_RMID);
}
