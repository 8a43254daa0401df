/**
 * Collects the bytes of a line and decodes it when it is complete.
 */
import { close, mkfifo, O_RDONLY, O_WRONLY, open, PIPE_BUF, read, SystemError, unlink, write } from "ipc";

const LINE_END = 10;

export function create(path: string): boolean {
  try {
    mkfifo(path, 0o600);
  } catch (error) {
    if (error instanceof SystemError && error.code === "EEXIST") return false;
    throw error;
  }
  return true;
}

export function send(path: string, lines: readonly string[]): void {
  const fd = open(path, O_WRONLY);
  try {
    for (const line of lines) {
      const record = new TextEncoder().encode(line + "\n");
      if (record.length > PIPE_BUF) throw new RangeError(`a line of ${record.length} bytes would not stay whole`);
      write(fd, record);
    }
  } finally {
    close(fd);
  }
}

export function receive(path: string, got: (line: string) => void): void {
  const fd = open(path, O_RDONLY);
  const line: number[] = [];
  const chunk = new Uint8Array(1000);
  try {
    while (true) {
      const length = read(fd, chunk);
      if (length === 0) return;
      for (const byte of chunk.subarray(0, length)) {
        if (byte === LINE_END) got(new TextDecoder().decode(Uint8Array.from(line.splice(0))));
        else line.push(byte);
      }
    }
  } finally {
    close(fd);
  }
}

export function destroy(path: string): void {
  unlink(path);
}
