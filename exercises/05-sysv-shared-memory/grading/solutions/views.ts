/**
 * A function that lends the segment to another one, and a clean slate before each message.
 */
import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, shmat, shmctl, shmget, SystemError } from "ipc";

export const create = (size: number): number => shmget(IPC_PRIVATE, size, IPC_CREAT | 0o400 | 0o200);

export const remove = (id: number): void => shmctl(id, IPC_RMID);

export const describe = (id: number): { size: number; mode: number; attached: number } => {
  const { segsz: size, mode, nattch: attached } = shmctl(id, IPC_STAT);
  return { size, mode: mode & 0o777, attached };
};

export const say = (id: number, text: string): boolean =>
  lent(id, (bytes) => {
    const room = bytes.length - 1;
    if (new TextEncoder().encode(text).length > room) return false;
    bytes.fill(0);
    new TextEncoder().encodeInto(text, bytes);
    return true;
  });

export const hear = (id: number): string | null => {
  try {
    return lent(id, (bytes) => new TextDecoder().decode(bytes).split("\0", 1)[0] as string);
  } catch (error) {
    const gone = error instanceof SystemError && error.syscall === "shmat" && /^E(INVAL|IDRM)$/.test(error.code);
    if (gone) return null;
    throw error;
  }
};

function lent<T>(id: number, use: (bytes: Uint8Array) => T): T {
  const segment = shmat(id);
  try {
    return use(segment.bytes);
  } finally {
    segment[Symbol.dispose]();
  }
}
