/**
 * Anonymous memory that a program has given back, kept for the next one that asks for as much: to map memory anew and to
 * touch it for the first time costs more than all else that a small schedule does. Whoever gets it finds zeros, in a mapping
 * of its own: what the last program had of it is cut off, as after munmap(2).
 *
 * @module
 */
import { MAP_ANONYMOUS, MAP_SHARED, PROT_READ, PROT_WRITE } from "../../../../lib/abi/mman_constants.ts";
import { Mapping } from "../../../../lib/calls/memory_map.ts";
import { OWNER, release } from "../../../../lib/memory/memory.ts";

const PROTECTION = PROT_READ | PROT_WRITE;
const FLAGS = MAP_SHARED | MAP_ANONYMOUS;
/** What is longer is cheaper to map than to fill with zeros. */
const LONGEST = 64 * 1024;
/** How many are kept. */
const MOST = 8;

/** Memory that is mapped, and nobody's. */
interface Spare {
  readonly address: bigint;
  readonly length: number;
}

/** The spare memory of one process. */
export class SpareMappings {
  readonly #spares: Spare[] = [];
  /** Mappings of the program whose memory may be kept. */
  readonly #keepable = new Set<Mapping>();
  /** Whose spare memory it is: a child of fork has it mapped too, and must leave it alone. */
  #party = 0;

  /** Memory as `mmap` would give it; null where there is none that fits. */
  take(party: number, length: unknown, protection: unknown, flags: unknown): Mapping | null {
    if (party !== this.#party) {
      this.#party = party;
      this.#spares.length = 0;
      this.#keepable.clear();
    }
    if (flags !== FLAGS || protection !== PROTECTION) return null;
    const at = this.#spares.findIndex((spare) => spare.length === length);
    if (at === -1) return null;
    const [{ address }] = this.#spares.splice(at, 1) as [Spare];
    const mapping = new Mapping(OWNER, address, length as number, PROTECTION);
    mapping.bytes.fill(0);
    return mapping;
  }

  /** `mapping` was made with these flags. */
  made(mapping: Mapping, protection: number, flags: number): void {
    if (flags === FLAGS && protection === PROTECTION && mapping.length <= LONGEST) this.#keepable.add(mapping);
  }

  /** The process has a child: what is mapped now may be in use there for as long as that runs. */
  forked(): void {
    this.#keepable.clear();
  }

  /** Cuts `mapping` off and keeps its memory; false where that is not to be kept. */
  keep(party: number, mapping: Mapping): boolean {
    if (!this.#keepable.delete(mapping) || party !== this.#party || mapping.released) return false;
    if (this.#spares.length === MOST) return false;
    const { length } = mapping;
    release(mapping, (address) => {
      this.#spares.push({ address, length });
      return 0;
    });
    return true;
  }
}
