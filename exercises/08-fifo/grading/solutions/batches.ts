/**
 * Puts as many whole lines into one write as stay together, and takes the bytes apart at the end.
 */
import { close, isSystemError, mkfifo, O_RDONLY, O_WRONLY, open, PIPE_BUF, read, unlink, write } from "ipc";

export function create(path: string): boolean {
  try {
    mkfifo(path, 0o600);
    return true;
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
    return false;
  }
}

export function send(path: string, lines: readonly string[]): void {
  const fd = open(path, O_WRONLY);
  const batch = new Uint8Array(PIPE_BUF);
  let used = 0;
  for (const line of lines) {
    const bytes = new TextEncoder().encode(`${line}\n`);
    if (used + bytes.length > PIPE_BUF) {
      write(fd, batch.subarray(0, used));
      used = 0;
    }
    batch.set(bytes, used);
    used += bytes.length;
  }
  if (used > 0) write(fd, batch.subarray(0, used));
  close(fd);
}

export function receive(path: string, got: (line: string) => void): void {
  const fd = open(path, O_RDONLY);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(65536);
    const length = read(fd, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  close(fd);
  const bytes = new Uint8Array(total);
  chunks.reduce((at, chunk) => {
    bytes.set(chunk, at);
    return at + chunk.length;
  }, 0);
  const lines = new TextDecoder().decode(bytes).split("\n");
  lines.pop();
  for (const line of lines) got(line);
}

export function destroy(path: string): void {
  unlink(path);
}
