/**
 * madvise(2) and fork(2) in one piece of machine code: between the two, V8 must not run at all. Were it to compile or allocate
 * something there, it might take a fresh page of its heap, which the child would not have.
 *
 * In C it would be
 *
 *     int advise_and_fork(void) {
 *       long advised = madvise(65536, LENGTH, MADV_DOFORK);   // the system call itself: a negated errno
 *       if (advised != 0 && advised != -ENOMEM) return advised;
 *       return fork();                                        // glibc's
 *     }
 *
 * @module
 */
import { bytesOf } from "./executable.ts";
import type { Machine } from "./machine.ts";

const X86_64 = `
  53                        ;   push rbx
  bf 00 00 01 00            ;   mov edi, 65536
  48 be LENGTH              ;   movabs rsi, LENGTH
  ba 0b 00 00 00            ;   mov edx, 11
  b8 1c 00 00 00            ;   mov eax, 28
  0f 05                     ;   syscall
  85 c0                     ;   test eax, eax
  74 05                     ;   je fork
  83 f8 f4                  ;   cmp eax, -12
  75 0c                     ;   jne done
                            ; fork:
  48 b8 FORK                ;   movabs rax, FORK
  ff d0                     ;   call rax
                            ; done:
  5b                        ;   pop rbx
  c3                        ;   ret
`;
const AARCH64 = `
  fd 7b bf a9               ;   stp x29, x30, [sp, #-16]!
  20 00 a0 d2               ;   mov x0, #65536
  81 01 00 58               ;   ldr x1, length
  62 01 80 d2               ;   mov x2, #11
  28 1d 80 d2               ;   mov x8, #233
  01 00 00 d4               ;   svc #0
  60 00 00 b4               ;   cbz x0, fork
  1f 30 00 b1               ;   cmn x0, #12
  61 00 00 54               ;   b.ne done
                            ; fork:
  e9 00 00 58               ;   ldr x9, address
  20 01 3f d6               ;   blr x9
                            ; done:
  fd 7b c1 a8               ;   ldp x29, x30, [sp], #16
  c0 03 5f d6               ;   ret
  1f 20 03 d5               ;   nop
                            ; length:
  LENGTH                    ;   .quad LENGTH
                            ; address:
  FORK                      ;   .quad FORK
`;

/** The text on each machine: bytes and assembly. */
export const LISTINGS: Readonly<Record<Machine, string>> = { x86_64: X86_64, aarch64: AARCH64 };

/** The code for a range of so many bytes from 65536 on, and for the `fork` at this address. */
export function forkCode(machine: Machine, length: bigint, fork: bigint): Uint8Array<ArrayBuffer> {
  return bytesOf(LISTINGS[machine], { LENGTH: length, FORK: fork });
}
