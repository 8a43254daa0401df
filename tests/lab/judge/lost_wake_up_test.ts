/** Which deadlocks are told as lost wake-ups, on real processes: those in which a wake-up came before the wait, and no others. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Check, Explored } from "../../../lab/course/definition.ts";
import { Marker, type Stage } from "../../../lab/course/scenario.ts";
import type { Finding } from "../../../lab/judge/finding.ts";
import { expectNothingLeft } from "../../support/kernel_objects.ts";
import { objectName } from "../../support/names.ts";
import { judged, role } from "./lab.ts";

const NAME = objectName();

/** A page that two processes share, with a mutex and a condition in it. */
const SHARED = `import {
  close, Condition, ftruncate, futex_wait, futex_wake, kill, MAP_SHARED, mmap, Mutex, O_CREAT, O_EXCL, O_RDWR, pause, PROT_READ,
  PROT_WRITE, pthread_cond_init, pthread_cond_signal, pthread_cond_wait, pthread_mutex_init, pthread_mutex_lock,
  pthread_mutex_unlock, SA_RESTART, sem_init, sem_post, sem_wait, Semaphore, shm_open, shm_unlink, sigaction, SIG_BLOCK, sigprocmask,
  SigSet, sigsuspend, SIGUSR1,
} from "ipc";
`;

/** What is found in a waiter and a waker, which begin at the same time. */
async function found(source: string): Promise<Finding | null> {
  const wakes: Stage = {
    roles: [role("waiter", ["waits", NAME]), role("waker", ["wakes", NAME, Marker.pid("waiter")])],
  };
  const stages = [{ roles: [role("maker", ["make", NAME])] }, wakes, { roles: [role("remover", ["remove", NAME])] }];
  const prepare: Explored["prepare"] = () => ({ scenario: { stages }, judge: () => null });
  const check: Check = { name: "explored", points: 1, runs: 1, prepare, explore: { prepare, racesAllowed: true } };
  const explore = { seed: 1, seconds: 60, schedules: 600 };
  const { checks, reason } = await judged(source, [check], { explore, runs: 0 });
  assertEquals(reason, null);
  return checks[0]?.finding ?? null;
}

const REMOVE = "export function remove(name: string): void { shm_unlink(name); }\n";
const ATTACH = `function attach(name: string) {
  const fd = shm_open(name, O_RDWR);
  const memory = mmap(4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
  close(fd);
  return memory;
}
export function make(name: string): void {
  const fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600);
  ftruncate(fd, 4096);
  close(fd);
  const memory = attach(name);
  sem_init(memory, 512, 1, 0);
  sem_init(memory, 576, 1, 1);
  sem_init(memory, 640, 1, 0);
  pthread_mutex_init(memory, 128);
  pthread_cond_init(memory, 256);
}
`;

function program(waits: string, wakes: string): string {
  return `${SHARED}${ATTACH}${REMOVE}
export function waits(name: string): void {
  const memory = attach(name);
  const words = memory.view(Int32Array, 0, 8);
  const mutex = Mutex.at(memory, 128);
  const condition = Condition.at(memory, 256);
  const ready = Semaphore.at(memory, 512);
  const lock = Semaphore.at(memory, 576);
  const done = Semaphore.at(memory, 640);
${waits}
}
export function wakes(name: string, pid: number): void {
  const memory = attach(name);
  const words = memory.view(Int32Array, 0, 8);
  const mutex = Mutex.at(memory, 128);
  const condition = Condition.at(memory, 256);
  const ready = Semaphore.at(memory, 512);
  const lock = Semaphore.at(memory, 576);
  const done = Semaphore.at(memory, 640);
${wakes}
}
`;
}

/** Waits, wakes, who is said to have given the wake-up, and the manual page that is named. */
const LOST: readonly (readonly [what: string, waits: string, wakes: string, said: RegExp, page: RegExp])[] = [
  [
    "a futex whose word does not change",
    "  if (Atomics.load(words, 0) === 0) futex_wait(memory, 4, 0);",
    "  Atomics.store(words, 0, 1);\n  futex_wake(memory, 4, 1);",
    /^waker gave a wake-up with futex_wake\(\) in line \d+ before waiter had begun to wait in futex_wait\(\) in line \d+/,
    /^futex\(2\)/,
  ],
  [
    "a condition that is signalled without the mutex",
    "  pthread_mutex_lock(mutex);\n  if (words[0] === 0) pthread_cond_wait(condition, mutex);\n  pthread_mutex_unlock(mutex);",
    "  words[0] = 1;\n  pthread_cond_signal(condition);",
    /^waker gave a wake-up with pthread_cond_signal\(\)/,
    /^pthread_cond_wait\(3\)/,
  ],
  [
    "a look before the mutex is locked",
    "  const empty = words[0] === 0;\n  pthread_mutex_lock(mutex);\n  if (empty) pthread_cond_wait(condition, mutex);\n" +
    "  pthread_mutex_unlock(mutex);",
    "  pthread_mutex_lock(mutex);\n  words[0] = 1;\n  pthread_cond_signal(condition);\n  pthread_mutex_unlock(mutex);",
    /^waker gave a wake-up with pthread_cond_signal\(\)/,
    /^pthread_cond_wait\(3\)/,
  ],
  [
    "a signal before pause()",
    "  let came = false;\n  sigaction(SIGUSR1, { handler: () => { came = true; } });\n  sem_post(ready);\n  while (!came) pause();",
    "  sem_wait(ready);\n  kill(pid, SIGUSR1);",
    /^waker sent waiter a signal with kill\(\)/,
    /^sigsuspend\(2\)/,
  ],
];

for (const [what, waits, wakes, said, page] of LOST) {
  Deno.test(`a lost wake-up is told: ${what}`, () =>
    expectNothingLeft(async () => {
      const finding = await found(program(waits, wakes));
      assertEquals([finding?.kind, finding?.role], ["lost-wake-up", "waiter"], finding?.message);
      assertMatch(finding?.message ?? "", said);
      assertMatch(finding?.message ?? "", /nothing keeps it for later.*What came of it: /);
      assertMatch(finding?.readNext ?? "", page);
    }));
}

/** Stuck as well; but nobody gave a wake-up that would have helped. */
const NOT_LOST: readonly (readonly [what: string, waits: string, wakes: string])[] = [
  [
    "a wake-up that is never given",
    "  futex_wait(memory, 4, 0);",
    "  Atomics.store(words, 0, 1);\n  futex_wake(memory, 8, 1);",
  ],
  [
    "a condition that is awaited behind a fresh look, and that another wake-up would have to follow",
    "  pthread_mutex_lock(mutex);\n  while (words[1] === 0) pthread_cond_wait(condition, mutex);\n  pthread_mutex_unlock(mutex);",
    "  pthread_mutex_lock(mutex);\n  words[0] = 1;\n  pthread_cond_signal(condition);\n  pthread_mutex_unlock(mutex);",
  ],
  [
    "a handler that wants what the interrupted line holds",
    "  const enter = () => { sem_wait(lock); sem_post(lock); };\n" +
    "  sigaction(SIGUSR1, { handler: enter, flags: SA_RESTART });\n  sem_post(ready);\n  enter();\n  sem_wait(done);",
    "  sem_wait(ready);\n  kill(pid, SIGUSR1);\n  sem_post(done);",
  ],
  [
    "a signal that is not the one that is awaited",
    "  let came = false;\n  sigaction(SIGUSR1, { handler: () => {} });\n  sem_post(ready);\n  while (!came) pause();",
    "  sem_wait(ready);\n  kill(pid, SIGUSR1);",
  ],
  ["a semaphore that is posted too rarely", "  sem_wait(ready);\n  sem_wait(ready);", "  sem_post(ready);"],
];

for (const [what, waits, wakes] of NOT_LOST) {
  Deno.test(`a deadlock is no lost wake-up: ${what}`, () =>
    expectNothingLeft(async () => {
      const finding = await found(program(waits, wakes));
      assertEquals(finding?.kind, "deadlock", finding?.message);
    }));
}

/** The same waits without the gap. */
const RIGHT: readonly (readonly [what: string, waits: string, wakes: string])[] = [
  [
    "a futex whose word is changed first",
    "  while (Atomics.load(words, 1) === 0) { try { futex_wait(memory, 4, 0); } catch { continue; } }",
    "  Atomics.store(words, 1, 1);\n  futex_wake(memory, 4, 1);",
  ],
  [
    "sigsuspend() with the signal held back before",
    "  let came = false;\n  sigaction(SIGUSR1, { handler: () => { came = true; } });\n" +
    "  const open = sigprocmask(SIG_BLOCK, new SigSet([SIGUSR1]));\n  sem_post(ready);\n  while (!came) sigsuspend(open);",
    "  sem_wait(ready);\n  kill(pid, SIGUSR1);",
  ],
];

for (const [what, waits, wakes] of RIGHT) {
  Deno.test(`no wake-up is lost: ${what}`, () =>
    expectNothingLeft(async () => assertEquals(await found(program(waits, wakes)), null)));
}
