/**
 * The alternate stack: memory on which the kernel calls its handler, for signals with SA_ONSTACK.
 *
 * @module
 */
import { allocate, encode, get, sizeOf } from "../abi/layout.ts";
import { MAP_ANONYMOUS, MAP_PRIVATE, PROT_READ, PROT_WRITE } from "../abi/mman_constants.ts";
import { MINSIGSTKSZ, SS_AUTODISARM, SS_DISABLE, STACK } from "../abi/stack.ts";
import { errno } from "../raw/errno.ts";
import { addressOf, type Pointer } from "../raw/pointer.ts";
import { c } from "../raw/signal.ts";

/** An alternate stack, as sigaltstack tells of it. */
export interface AlternateStack {
  /** Its address; 0n if there is none. */
  readonly sp: bigint;
  /** Its size in bytes; 0 if there is none. */
  readonly size: number;
  /** SS_DISABLE if there is none, SS_ONSTACK while it is in use, SS_AUTODISARM if that was set. */
  readonly flags: number;
}

const AT_MINSIGSTKSZ = 51n;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const NO_STACK: AlternateStack = { sp: 0n, size: 0, flags: SS_DISABLE };

/** The memory of the stack in force, if this library set it. */
let memory: { pointer: Pointer; size: number } | null = null;

/** Bytes that the kernel's frame takes on this processor, at least: on a smaller stack the process would die. */
export function smallestStack(): number {
  return Math.max(MINSIGSTKSZ, Number(c.getauxval(AT_MINSIGSTKSZ)));
}

/** The stack in force. One that the runtime set for itself is none of the program's. */
export function currentStack(): AlternateStack {
  if (memory === null) return NO_STACK;
  const view = allocate(STACK);
  c.sigaltstack(null, new Uint8Array(view.buffer));
  return {
    sp: get(view, STACK.fields.sp),
    size: get(view, STACK.fields.size),
    flags: get(view, STACK.fields.flags) & (SS_DISABLE | SS_AUTODISARM),
  };
}

/** Puts a stack of `size` bytes in force, or with SS_DISABLE none. Returns 0 or C's errno. */
export function replaceStack(size: number, flags: number): number {
  const wanted = allocate(STACK);
  const enabled = (flags & SS_DISABLE) === 0;
  const pointer = enabled ? map(size) : null;
  if (enabled && pointer === null) return errno();
  encode(STACK, wanted, { sp: addressOf(pointer), flags, size: enabled ? size : 0 });
  if (c.sigaltstack(new Uint8Array(wanted.buffer), null) === -1) {
    const failure = errno();
    if (pointer !== null) c.munmap(pointer, BigInt(size));
    return failure;
  }
  if (memory !== null) c.munmap(memory.pointer, BigInt(memory.size));
  memory = pointer === null ? null : { pointer, size };
  return 0;
}

/** Takes the alternate stack away, the runtime's own included. */
export function removeStack(): void {
  replaceStack(sizeOf(STACK), SS_DISABLE);
}

function map(size: number): Pointer {
  const pointer = c.mmap(null, BigInt(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0n);
  return addressOf(pointer) === MAP_FAILED ? null : pointer;
}
