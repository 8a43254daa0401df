/** Mistake: keeps the message in a variable of the module, which no other process sees. */
import { IPC_CREAT, IPC_PRIVATE, IPC_RMID, IPC_STAT, shmctl, shmget } from "ipc";

const messages = new Map<number, string>();

export function create(size: number): number {
  const id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0o600);
  messages.set(id, "");
  return id;
}

export function say(id: number, text: string): boolean {
  messages.set(id, text);
  return true;
}

export function hear(id: number): string | null {
  return messages.get(id) ?? null;
}

export function describe(id: number): { size: number; mode: number; attached: number } {
  const { segsz, mode, nattch } = shmctl(id, IPC_STAT);
  return { size: segsz, mode: mode & 0o777, attached: nattch };
}

export function remove(id: number): void {
  messages.delete(id);
  shmctl(id, IPC_RMID);
}
