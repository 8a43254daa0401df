/**
 * The region's memory, as the template and the roles that it forks have it.
 *
 * @module
 */
import { MAP_ANONYMOUS, MAP_SHARED, type Mapping, mmap, PROT_READ, PROT_WRITE } from "../../../lib/mod.ts";
import { RACE_BYTES, raceCells } from "../../explore/clocks.ts";
import { Log } from "../../explore/log.ts";
import { REGION_BYTES, regionWords } from "../../explore/region.ts";
import { Gates } from "./gates.ts";

/** A region and its parts. */
export interface RegionMemory {
  readonly mapping: Mapping;
  readonly words: Int32Array;
  readonly cells: Int32Array;
  readonly log: Log;
  readonly gates: Gates;
}

/** Makes a region. It is given back with its mapping. */
export function makeRegion(): RegionMemory {
  const mapping = mmap(REGION_BYTES + RACE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
  const memory = mapping.bytes.buffer as ArrayBuffer;
  const words = regionWords(memory);
  return { mapping, words, cells: raceCells(memory), log: new Log(memory), gates: new Gates(words, mapping.address) };
}
