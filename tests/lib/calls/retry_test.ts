import { assertEquals, assertThrows } from "@std/assert";
import { SystemError, TEMP_FAILURE_RETRY } from "ipc";

Deno.test("TEMP_FAILURE_RETRY() lets other failures through, and wants a function", () => {
  const fail = (): never => {
    throw new SystemError("read", 11);
  };
  assertEquals(assertThrows(() => TEMP_FAILURE_RETRY(fail), SystemError).code, "EAGAIN");
  assertThrows(() => TEMP_FAILURE_RETRY(5 as unknown as () => number), TypeError);
});

Deno.test("TEMP_FAILURE_RETRY() calls again after EINTR", () => {
  let calls = 0;
  const result = TEMP_FAILURE_RETRY(() => {
    if (++calls < 4) throw new SystemError("read", 4);
    return "done";
  });
  assertEquals([calls, result], [4, "done"]);
});
