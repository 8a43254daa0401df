import scenarios from "../../fixtures/signals/handlers.ts";
import { testForked } from "../../fixtures/signals/forked.ts";

testForked(import.meta.resolve("../../fixtures/signals/handlers.ts"), scenarios);
