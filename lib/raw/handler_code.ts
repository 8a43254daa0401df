/**
 * The handler that the kernel calls for every signal: machine code, since JavaScript must not run inside a signal. It keeps
 * the `siginfo_t` in a ring of records and returns; JavaScript handlers run later, at a safe point.
 *
 * In C it would be
 *
 *     void handler(int signo, siginfo_t *info, ucontext_t *context) {
 *       if (gettid() != state->tid) goto foreign;
 *       if (signo == 64 && info->si_code == SI_TIMER) return;         // the nudge has done its work by interrupting
 *       uint32_t index = state->arrived++;                            // atomic: a handler may interrupt a handler
 *       if (index - state->taken >= 65536) state->lost++;
 *       else ring[index % 65536] = { info's first 40 bytes, sequence: index + 1 };
 *       state->deadline.tv_sec = 0;                                   // ends a wait that C goes on with after a signal
 *       timer_settime(state->timer, 0, &state->nudge, NULL);          // wakes a call that was about to block
 *       return;
 *     foreign:                                                        // a thread of the runtime, not JavaScript's
 *       context->uc_sigmask |= state->quiet;                          // takes effect when the handler returns
 *       if (signo != 64) {
 *         info->si_code -= FORWARDED;                                 // the kernel lets only negative codes be sent on
 *         rt_tgsigqueueinfo(state->pid, state->tid, signo, info);
 *       }
 *       state->quieted++;
 *     }
 *
 * It uses no stack, no errno and no libc. A test assembles the text beside the bytes, where there is an assembler, and
 * compares.
 *
 * @module
 */
import { bytesOf } from "./executable.ts";
import type { Machine } from "./machine.ts";

/** Where the handler's state is kept: offsets from the start of its memory, in bytes. */
export const STATE = {
  /** u32: how many signals were recorded. */
  arrived: 0,
  /** u32: how many of them JavaScript has taken out. */
  taken: 4,
  /** u32: how many found the ring full. */
  lost: 8,
  /** u32: how often another thread ran the handler. */
  quieted: 12,
  /** i32: the thread that runs JavaScript. */
  tid: 16,
  /** i32: this process. */
  pid: 20,
  /** i32: the kernel's number of the nudging timer. */
  timer: 24,
  /** struct itimerspec: when the timer nudges, and how often. */
  nudge: 32,
  /** u64: the signals that other threads shall block. */
  quiet: 64,
  /** struct timespec: until when a call waits that no signal interrupts (`deadline.ts`). */
  deadline: 72,
  /** The ring of records. */
  ring: 4096,
} as const;

/** Number of records in the ring: more signals than RLIMIT_SIGPENDING usually lets be pending. */
export const RECORDS = 65536;
/** Bytes of one record: 40 of the siginfo_t, and the record's sequence number at 48. */
export const RECORD_SIZE = 64;
/** Where a record's sequence number is: one more than its index, so that a stale record is never taken for a new one. */
export const SEQUENCE = 48;
/** Bytes of the state and its ring. */
export const STATE_SIZE: number = STATE.ring + RECORDS * RECORD_SIZE;
/** What is taken off the si_code of a signal that another thread handed on. */
export const FORWARDED = 0x40000;

// Each line: the bytes, and the instruction that they are. DATA is the address of the state.
const X86_64 = `
  49 b8 DATA                ;   movabs r8, DATA
  b8 ba 00 00 00            ;   mov eax, 186
  0f 05                     ;   syscall
  41 3b 40 10               ;   cmp eax, [r8+16]
  75 7f                     ;   jne foreign
  83 ff 40                  ;   cmp edi, 64
  75 06                     ;   jne record
  83 7e 08 fe               ;   cmp dword ptr [rsi+8], -2
  74 73                     ;   je done
                            ; record:
  b8 01 00 00 00            ;   mov eax, 1
  f0 41 0f c1 00            ;   lock xadd [r8], eax
  89 c1                     ;   mov ecx, eax
  41 2b 48 04               ;   sub ecx, [r8+4]
  81 f9 00 00 01 00         ;   cmp ecx, 65536
  73 3e                     ;   jae lost
  8d 48 01                  ;   lea ecx, [rax+1]
  25 ff ff 00 00            ;   and eax, 65535
  c1 e0 06                  ;   shl eax, 6
  49 8d 84 00 00 10 00 00   ;   lea rax, [r8+rax+4096]
  4c 8b 0e                  ;   mov r9, [rsi]
  4c 89 08                  ;   mov [rax], r9
  4c 8b 4e 08               ;   mov r9, [rsi+8]
  4c 89 48 08               ;   mov [rax+8], r9
  4c 8b 4e 10               ;   mov r9, [rsi+16]
  4c 89 48 10               ;   mov [rax+16], r9
  4c 8b 4e 18               ;   mov r9, [rsi+24]
  4c 89 48 18               ;   mov [rax+24], r9
  4c 8b 4e 20               ;   mov r9, [rsi+32]
  4c 89 48 20               ;   mov [rax+32], r9
  89 48 30                  ;   mov [rax+48], ecx
  eb 05                     ;   jmp arm
                            ; lost:
  f0 41 ff 40 08            ;   lock inc dword ptr [r8+8]
                            ; arm:
  41 8b 78 18               ;   mov edi, [r8+24]
  31 f6                     ;   xor esi, esi
  49 89 70 48               ;   mov [r8+72], rsi
  49 8d 50 20               ;   lea rdx, [r8+32]
  45 31 d2                  ;   xor r10d, r10d
  b8 df 00 00 00            ;   mov eax, 223
  0f 05                     ;   syscall
                            ; done:
  c3                        ;   ret
                            ; foreign:
  49 8b 40 40               ;   mov rax, [r8+64]
  48 09 82 28 01 00 00      ;   or [rdx+296], rax
  83 ff 40                  ;   cmp edi, 64
  74 1b                     ;   je quieted
  81 6e 08 00 00 04 00      ;   sub dword ptr [rsi+8], 0x40000
  49 89 f2                  ;   mov r10, rsi
  89 fa                     ;   mov edx, edi
  41 8b 78 14               ;   mov edi, [r8+20]
  41 8b 70 10               ;   mov esi, [r8+16]
  b8 29 01 00 00            ;   mov eax, 297
  0f 05                     ;   syscall
                            ; quieted:
  f0 41 ff 40 0c            ;   lock inc dword ptr [r8+12]
  c3                        ;   ret
`;
const AARCH64 = `
  29 08 00 58               ;   ldr x9, data
  ea 03 00 aa               ;   mov x10, x0
  48 16 80 d2               ;   mov x8, #178
  01 00 00 d4               ;   svc #0
  2d 11 40 b9               ;   ldr w13, [x9, #16]
  1f 00 0d 6b               ;   cmp w0, w13
  c1 04 00 54               ;   b.ne foreign
  5f 01 01 71               ;   cmp w10, #64
  81 00 00 54               ;   b.ne record
  2d 08 40 b9               ;   ldr w13, [x1, #8]
  bf 09 00 31               ;   cmn w13, #2
  00 04 00 54               ;   b.eq done
                            ; record:
  2c fd 5f 88               ;   ldaxr w12, [x9]
  8d 05 00 11               ;   add w13, w12, #1
  2d fd 0e 88               ;   stlxr w14, w13, [x9]
  ae ff ff 35               ;   cbnz w14, record
  2e 05 40 b9               ;   ldr w14, [x9, #4]
  8e 01 0e 4b               ;   sub w14, w12, w14
  df 41 40 71               ;   cmp w14, #65536
  82 01 00 54               ;   b.hs lost
  8c 3d 00 12               ;   and w12, w12, #65535
  2c 19 0c 8b               ;   add x12, x9, x12, lsl #6
  8c 05 40 91               ;   add x12, x12, #4096
  2e 3c 40 a9               ;   ldp x14, x15, [x1]
  8e 3d 00 a9               ;   stp x14, x15, [x12]
  2e 3c 41 a9               ;   ldp x14, x15, [x1, #16]
  8e 3d 01 a9               ;   stp x14, x15, [x12, #16]
  2e 10 40 f9               ;   ldr x14, [x1, #32]
  8e 11 00 f9               ;   str x14, [x12, #32]
  8d 31 00 b9               ;   str w13, [x12, #48]
  06 00 00 14               ;   b arm
                            ; lost:
  2c 21 00 91               ;   add x12, x9, #8
                            ; count_lost:
  8d 7d 5f 88               ;   ldxr w13, [x12]
  ad 05 00 11               ;   add w13, w13, #1
  8d 7d 0e 88               ;   stxr w14, w13, [x12]
  ae ff ff 35               ;   cbnz w14, count_lost
                            ; arm:
  3f 25 00 f9               ;   str xzr, [x9, #72]
  20 19 40 b9               ;   ldr w0, [x9, #24]
  01 00 80 d2               ;   mov x1, #0
  22 81 00 91               ;   add x2, x9, #32
  03 00 80 d2               ;   mov x3, #0
  c8 0d 80 d2               ;   mov x8, #110
  01 00 00 d4               ;   svc #0
                            ; done:
  c0 03 5f d6               ;   ret
                            ; foreign:
  2d 21 40 f9               ;   ldr x13, [x9, #64]
  4e 14 40 f9               ;   ldr x14, [x2, #40]
  ce 01 0d aa               ;   orr x14, x14, x13
  4e 14 00 f9               ;   str x14, [x2, #40]
  5f 01 01 71               ;   cmp w10, #64
  40 01 00 54               ;   b.eq quieted
  2d 08 40 b9               ;   ldr w13, [x1, #8]
  ad 01 41 51               ;   sub w13, w13, #0x40, lsl #12
  2d 08 00 b9               ;   str w13, [x1, #8]
  e3 03 01 aa               ;   mov x3, x1
  e2 03 0a aa               ;   mov x2, x10
  20 15 40 b9               ;   ldr w0, [x9, #20]
  21 11 40 b9               ;   ldr w1, [x9, #16]
  08 1e 80 d2               ;   mov x8, #240
  01 00 00 d4               ;   svc #0
                            ; quieted:
  2c 31 00 91               ;   add x12, x9, #12
                            ; count_quieted:
  8d 7d 5f 88               ;   ldxr w13, [x12]
  ad 05 00 11               ;   add w13, w13, #1
  8d 7d 0e 88               ;   stxr w14, w13, [x12]
  ae ff ff 35               ;   cbnz w14, count_quieted
  c0 03 5f d6               ;   ret
                            ; data:
  DATA                      ;   .quad DATA
`;

/** The handler's text on each machine: bytes and assembly. */
export const LISTINGS: Readonly<Record<Machine, string>> = { x86_64: X86_64, aarch64: AARCH64 };

/** The handler's machine code, for a state that is kept at `address`. */
export function handlerCode(machine: Machine, address: bigint): Uint8Array<ArrayBuffer> {
  return bytesOf(LISTINGS[machine], { DATA: address });
}
