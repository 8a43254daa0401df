/**
 * Pieces of memory that a call is given: checked, and as C's array of `struct iovec`.
 *
 * @module
 */
import { allocate, set, sizeOf } from "../abi/layout.ts";
import { IOVEC } from "../abi/msghdr.ts";
import { addressOfBytes } from "../raw/pointer.ts";
import { bytes, kind, lengthOf, size } from "./arguments.ts";

/** A piece of another process's memory. */
export interface RemotePiece {
  /** Where it begins there: `memory.address`, as that process sees it. */
  readonly address: bigint;
  /** How many bytes it has. */
  readonly length: number;
}

/** The most pieces that Linux takes: its UIO_MAXIOV. With more a call answers EINVAL, which one too many does as well. */
const MOST_PIECES = 1024;

/** C's array, how many pieces are in it, and the pieces, to be kept reachable until the call has returned. */
export interface Pieces {
  readonly table: Uint8Array<ArrayBuffer>;
  readonly count: bigint;
  readonly kept: readonly Uint8Array[];
}

const reachable: { pieces: readonly Uint8Array[] } = { pieces: [] };

/** For the statement before the call: C has addresses only, and what nobody refers to may be collected. */
export function keepReachable({ kept }: Pieces): void {
  reachable.pieces = kept;
}

/** Pieces of this process's memory. */
export function pieces(value: readonly Uint8Array[], name: string): Pieces {
  const kept = some(value, name).map((piece, i) => bytes(piece, `${name}[${i}]`));
  return {
    table: tableOf(kept.map((piece) => [addressOfBytes(piece), lengthOf(piece)])),
    count: BigInt(kept.length),
    kept,
  };
}

/** Pieces of another process's. */
export function remotePieces(value: readonly RemotePiece[], name: string): Pieces {
  const list = some(value, name).map((piece, i): readonly [bigint, number] => {
    if (typeof piece !== "object" || piece === null) {
      throw new TypeError(`${name}[${i}]: expected { address, length }, got ${kind(piece)}`);
    }
    const { address, length } = piece;
    if (typeof address !== "bigint") {
      throw new TypeError(`${name}[${i}].address: expected a bigint, got ${kind(address)}`);
    }
    if (address < 0n || address >= 2n ** 64n) throw new RangeError(`${name}[${i}].address: expected 64 bits`);
    return [address, size(length, `${name}[${i}].length`)];
  });
  return { table: tableOf(list), count: BigInt(list.length), kept: [] };
}

function some<T>(value: readonly T[], name: string): T[] {
  if (!Array.isArray(value)) throw new TypeError(`${name}: expected an array, got ${kind(value)}`);
  return Array.from({ length: Math.min(value.length, MOST_PIECES + 1) }, (_, i) => value[i] as T);
}

function tableOf(list: readonly (readonly [address: bigint, length: number])[]): Uint8Array<ArrayBuffer> {
  const view = allocate(IOVEC, list.length);
  list.forEach(([address, length], i) => {
    set(view, IOVEC.fields.base, address, i * sizeOf(IOVEC));
    set(view, IOVEC.fields.length, length, i * sizeOf(IOVEC));
  });
  return new Uint8Array(view.buffer);
}
