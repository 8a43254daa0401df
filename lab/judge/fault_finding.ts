/**
 * A finding on a schedule in which a call met a fault, as any call may: a signal came, only a part went through. Without it,
 * nothing would have gone wrong; so that is what the student has to think of.
 *
 * @module
 */
import type { Fault, FaultKind } from "../explore/model.ts";
import type { Finding, FindingKind } from "./finding.ts";

interface Blame {
  /** What came before the finding. */
  readonly after: (role: string) => string;
  /** The kind of finding that it is, whatever it led to. */
  readonly kind?: FindingKind;
  readonly readNext?: string;
}

const BLAMES: { readonly [kind in FaultKind]: Blame } = {
  eintr: {
    after: (role) => `A signal interrupted a call of ${role}, which did nothing and failed with EINTR`,
    kind: "unhandled-eintr",
    readNext: 'signal(7), "Interruption of system calls"; SA_RESTART in sigaction(2)',
  },
  short: {
    after: (role) => `A read or write of ${role} moved only a part of what it was asked to, as it may at any time`,
    kind: "short-transfer",
    readNext: "read(2) and write(2), section RETURN VALUE",
  },
  eagain: { after: (role) => `A call of ${role} that does not block failed with EAGAIN` },
  full: { after: (role) => `A call of ${role} found no room` },
  timeout: { after: (role) => `The time of a call of ${role} was up` },
  spurious: { after: (role) => `${role} was woken for no reason, as a wait may be at any time` },
  kill: { after: (role) => `${role} was killed, as any process may be at any moment` },
  late: { after: (role) => `A call of ${role} was late` },
};

/** Kinds that say where it led to, and not what it is. */
const CONSEQUENCES: readonly FindingKind[] = [
  "wrong-result",
  "order",
  "capacity",
  "torn-read",
  "deadlock",
  "livelock",
  "no-progress",
  "leak",
];

/** The finding, told as what came of the fault. What was thrown, or ended a process, tells its cause itself. */
export function faultFinding(finding: Finding, { kind }: Fault, role = "a process"): Finding {
  const blame = BLAMES[kind];
  const consequence = CONSEQUENCES.includes(finding.kind);
  // A check's own words may have the right kind already, but say nothing of the fault.
  const named = finding.kind === blame.kind && finding.readNext === undefined;
  if (!consequence && !named) return finding;
  const { after, readNext } = blame;
  return {
    ...finding,
    kind: blame.kind ?? finding.kind,
    message: `${after(role)}. What came of it: ${finding.message}`,
    ...(readNext === undefined ? {} : { readNext }),
  };
}
