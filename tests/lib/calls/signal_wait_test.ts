import scenarios from "../../fixtures/signals/waits.ts";
import { testForked } from "../../fixtures/signals/forked.ts";

testForked(import.meta.resolve("../../fixtures/signals/waits.ts"), scenarios);
