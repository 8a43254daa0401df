/**
 * A page of memory that a test shares with a child, and calls in it that block and are not interrupted.
 *
 * @module
 */
import { IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmget } from "ipc";
import { assertEquals, fail } from "./assert.ts";
import { Child } from "./child.ts";

/** Where in the page nothing else is: a word that a child's signal handler counts up. */
const HANDLED = 4000;
const PATIENCE_MS = 20_000;

/** A System V segment of one page, which a child attaches by its id; gone at the end of the scope. */
export class SharedPage implements Disposable {
  /** The segment's id. */
  readonly id: number = shmget(IPC_PRIVATE, 4096, 0o600);
  /** The page as this process sees it. */
  readonly memory: ReturnType<typeof shmat> = shmat(this.id);

  [Symbol.dispose](): void {
    shmctl(this.id, IPC_RMID);
    this.memory[Symbol.dispose]();
  }

  /** A process that runs `source` with the page as `memory`, and prints what `outcome` is at the end. */
  child(imports: readonly string[], source: string): Child {
    const names = new Set([...imports, "shmat", "sigaction", "SIGUSR2", "SA_RESTART"]);
    return new Child(
      `
        import { ${[...names].join(", ")} } from "ipc";
        const memory = shmat(Number(Deno.args[0]));
        const handled = memory.view(Int32Array, ${HANDLED}, 1);
        let outcome = "returned";
        try { ${source} } catch (error) { outcome = error.code ?? String(error); }
        console.log(JSON.stringify(outcome));
      `,
      { args: [this.id] },
    );
  }

  /**
   * Makes the call in a process of its own, and sends it a signal while it blocks. Its handler has to run there and then, and
   * the call to return when `satisfy` has done what it waits for; not before, unless `mayReturn`. With any flags of the handler.
   */
  async outlivesSignal(
    imports: readonly string[],
    call: string,
    { block = () => {}, satisfy, mayReturn = false }: { block?: () => void; satisfy: () => void; mayReturn?: boolean },
  ): Promise<void> {
    const handled = this.memory.view(Int32Array, HANDLED, 1);
    for (const flags of ["0", "SA_RESTART"]) {
      handled[0] = 0;
      block();
      await using child = this.child(
        imports,
        `sigaction(SIGUSR2, { handler: () => { handled[0]++; }, flags: ${flags} }); ${call};`,
      );
      await child.blockedIn("futex");
      Deno.kill(child.pid, "SIGUSR2");
      await until(() => Atomics.load(handled, 0) === 1);
      if (!mayReturn) await child.blockedIn("futex");
      satisfy();
      assertEquals(await child.result(), "returned");
      assertEquals(handled[0], 1);
    }
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > deadline) fail("The signal handler never ran while the call blocked");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
