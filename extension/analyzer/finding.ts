/**
 * What the analyser has to say about a driver: plain data, so that the editor, the terminal, SARIF and the tests
 * read the same thing. Nothing here knows about LSP or VS Code.
 */
import type { FixPlan } from './fix.ts';
import type { Location } from './text/range.ts';

/** Requirements of the kernel's Documentation/networking/netmem.rst, in its own numbering. */
export const REQUIREMENTS = ['RX1', 'RX2', 'RX3', 'RX4', 'RX5', 'RX6', 'RX7', 'TX1', 'TX2'] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** As the editor grades them. `error`: bind or traffic fails; `warning`: upstream would ask for it; `info`, `hint`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** How sure the analyser is that the site is what the message says (Coccinelle's grades). */
export type Confidence = 'high' | 'medium' | 'low';

/** What can be done about a finding by machine; see `FixPlan` for the grades. */
export type FixKind = 'none' | 'safe' | 'unsafe' | 'advice';

/** One step of the reason why this site was chosen, shown as related information. */
export interface Evidence {
  readonly location: Location;
  readonly message: string;
}

export interface Finding {
  /** Stable id of the rule, shown to users: `rx3-page-api`. */
  readonly rule: string;
  readonly requirement: Requirement;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly location: Location;
  /** The identifier the finding is about: a function, a flag, a field. */
  readonly api: string;
  /** What takes its place in the user's tree, if anything does. */
  readonly replacement: string | null;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** The alias class the site belongs to, if it belongs to one (`AliasClass.id`). */
  readonly aliasClass: string | null;
  /** Plans for this very site, best first; empty if nothing local is right. Built by `fixes/`, never by rules. */
  readonly fixes: readonly FixPlan[];
}
