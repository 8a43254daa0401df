/**
 * Internet addresses as text: what inet_pton(3) and inet_ntop(3) do.
 *
 * @module
 */

/** Bytes of an IPv4 and of an IPv6 address. */
const [LENGTH_4, GROUPS_6] = [4, 8];

const DECIMAL = /^(0|[1-9]\d{0,2})$/;
const HEXADECIMAL = /^[0-9a-f]{1,4}$/i;

/** The four bytes of "127.0.0.1"; null where it is no such address. */
export function parseInet4(text: string): number[] | null {
  const parts = text.split(".");
  if (parts.length !== LENGTH_4 || !parts.every((part) => DECIMAL.test(part))) return null;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

/** Four bytes as "127.0.0.1". */
export function formatInet4(bytes: ArrayLike<number>): string {
  return Array.from(bytes).join(".");
}

/** The sixteen bytes of "fe80::1" or "::ffff:127.0.0.1"; null where it is no such address. A scope is not part of it. */
export function parseInet6(text: string): number[] | null {
  const [before, after, more] = text.split("::");
  if (before === undefined || more !== undefined) return null;
  const head = parseGroups(before, after === undefined);
  const tail = after === undefined ? [] : parseGroups(after, true);
  if (head === null || tail === null) return null;
  const missing = GROUPS_6 - head.length - tail.length;
  // "::" stands for one group at least.
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  return [...head, ...Array<number>(missing).fill(0), ...tail].flatMap((group) => [group >> 8, group & 255]);
}

/** Sixteen bytes as "fe80::1", in the one form that RFC 5952 recommends. */
export function formatInet6(bytes: ArrayLike<number>): string {
  const groups = Array.from({ length: GROUPS_6 }, (_, i) => (bytes[2 * i] as number) << 8 | bytes[2 * i + 1] as number);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatInet4(Array.from(bytes).slice(12))}`;
  }
  const { start, length } = longestZeros(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

/** Groups of hexadecimal digits with ":" between; the last two may be written as an IPv4 address where they `end` it all. */
function parseGroups(text: string, end: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (HEXADECIMAL.test(part)) {
      groups.push(parseInt(part, 16));
      continue;
    }
    const bytes = end && i === parts.length - 1 ? parseInet4(part) : null;
    if (bytes === null) return null;
    const [a, b, c, d] = bytes as [number, number, number, number];
    groups.push(a << 8 | b, c << 8 | d);
  }
  return groups;
}

/** The longest run of zeros, the first of several. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
