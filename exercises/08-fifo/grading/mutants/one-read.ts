/** Mistake: takes the first read for everything. */
import { close, isSystemError, mkfifo, O_RDONLY, O_WRONLY, open, read, unlink, write } from "ipc";

export function create(path: string): boolean {
  try {
    mkfifo(path, 0o600);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}

export function send(path: string, lines: readonly string[]): void {
  const fd = open(path, O_WRONLY);
  const encoder = new TextEncoder();
  for (const line of lines) write(fd, encoder.encode(`${line}\n`));
  close(fd);
}

export function receive(path: string, got: (line: string) => void): void {
  const fd = open(path, O_RDONLY);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(8192);
  const text = decoder.decode(buffer.subarray(0, read(fd, buffer)));
  text.split("\n").slice(0, -1).forEach((line) => got(line));
  close(fd);
}

export function destroy(path: string): void {
  unlink(path);
}
