/** Mistake: looks whether there is a segment, and then attaches it: it may go in between. */
import {
  IPC_CREAT,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_STAT,
  isSystemError,
  type Segment,
  SHM_RDONLY,
  shmat,
  shmctl,
  shmget,
} from "ipc";

export interface Description {
  readonly size: number;
  readonly mode: number;
  readonly attached: number;
}

export function create(size: number): number {
  return shmget(IPC_PRIVATE, size, IPC_CREAT | 0o600);
}

export function say(id: number, text: string): boolean {
  const message = new TextEncoder().encode(`${text}\0`);
  using segment = shmat(id);
  if (message.length > segment.length) return false;
  segment.bytes.set(message);
  return true;
}

export function hear(id: number): string | null {
  using segment = attached(id);
  if (segment === null) return null;
  const bytes = segment.bytes;
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}

export function describe(id: number): Description {
  const { segsz, mode, nattch } = shmctl(id, IPC_STAT);
  return { size: segsz, mode: mode & 0o777, attached: nattch };
}

export function remove(id: number): void {
  shmctl(id, IPC_RMID);
}

/** The segment, to be read; null if there is none. */
function attached(id: number): Segment | null {
  try {
    shmctl(id, IPC_STAT);
  } catch (error) {
    if (isSystemError(error, "EINVAL") || isSystemError(error, "EIDRM")) return null;
    throw error;
  }
  return shmat(id, SHM_RDONLY);
}
