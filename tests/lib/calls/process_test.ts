import scenarios from "../../fixtures/signals/processes.ts";
import { testForked } from "../../fixtures/signals/forked.ts";

testForked(import.meta.resolve("../../fixtures/signals/processes.ts"), scenarios);
