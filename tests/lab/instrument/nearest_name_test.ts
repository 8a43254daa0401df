import { assertEquals } from "@std/assert";
import { editDistance, nearestName } from "../../../lab/instrument/nearest_name.ts";

Deno.test("editDistance() counts letters added, removed, replaced and swapped", () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ["", "", 0],
    ["", "abc", 3],
    ["shmget", "shmget", 0],
    ["shmgt", "shmget", 1],
    ["shmgte", "shmget", 1],
    ["semget", "shmget", 1],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of cases) assertEquals([editDistance(a, b), editDistance(b, a)], [distance, distance]);
});

Deno.test("nearestName() gives undefined where nothing is close", () => {
  assertEquals(nearestName("frobnicate", ["pipe", "read"]), undefined);
  assertEquals(nearestName("x", ["ab"]), undefined);
  assertEquals(nearestName("read", []), undefined);
});

Deno.test("nearestName() gives the closest, whatever the case of its letters", () => {
  assertEquals(nearestName("mqopen", ["mq_close", "mq_open", "sem_open"]), "mq_open");
  assertEquals(nearestName("SHMGET", ["semget", "shmget"]), "shmget");
});
