/** Mistake: writes letter by letter. */
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
  for (const line of lines) {
    for (const letter of `${line}\n`) write(fd, encoder.encode(letter));
  }
  close(fd);
}

export function receive(path: string, got: (line: string) => void): void {
  const fd = open(path, O_RDONLY);
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(8192);
  let text = "";
  for (let length = read(fd, buffer); length > 0; length = read(fd, buffer)) {
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    lines.forEach((line) => got(line));
  }
  close(fd);
}

export function destroy(path: string): void {
  unlink(path);
}
