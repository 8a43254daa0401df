import scenarios from "../../fixtures/signals/gate.ts";
import { testForked } from "../../fixtures/signals/forked.ts";

testForked(import.meta.resolve("../../fixtures/signals/gate.ts"), scenarios);
