/** A lesson about netmem as data: what to set, what to watch, and what must come out. */
import type { KernelRelease } from '../core/kernel-release.ts';
import type { RunConfig } from '../contract/config.ts';
import type { Blame, RequirementId } from '../contract/verdict.ts';
import type { DriverVariant } from './reference-driver.ts';

export interface Scenario {
  /** Lower-case words joined by dashes; stable, used on the command line. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences. */
  readonly teaches: string;
  readonly requirement: RequirementId | null;
  /** How the reference driver differs from a compliant one; a user's driver runs as it is. */
  readonly driver: DriverVariant;
  readonly config: Partial<RunConfig>;
  /** The release that it is about; missing: each from `since` on. */
  readonly kernel?: KernelRelease;
  /** The oldest release on which it comes out like this; missing: all do. */
  readonly since?: KernelRelease;
  /** Hold for the reference driver. */
  readonly expectations: readonly Expectation[];
}

/** `metric` is a name from run/metrics.ts, e.g. `packets.delivered`, `bind.errno`, `requirement.RX5`. */
export interface Expectation {
  readonly metric: string;
  readonly is: '=' | '!=' | '>' | '>=' | '<' | '<=';
  readonly value: number | string;
}

/** What runs when nobody chose: the one in which everything is right but, perhaps, the driver. */
export const DEFAULT_SCENARIO = 'dmabuf-works';
/** The same on pages, of a driver that splits, and of one that does not. */
export const PAGES_SCENARIO = 'pages-work';
export const UNSPLIT_SCENARIO = 'linear-driver-on-pages';

/** Makes a scenario with its expectations as text. */
export function scenario(
  parts: Omit<Scenario, 'expectations'> & { readonly expect: readonly string[] },
): Scenario {
  const { expect, ...rest } = parts;
  return { ...rest, expectations: expect.map(expectation) };
}

/** What every bind that is turned down leaves behind: its errno, the one to blame, and nothing installed. */
export function refusedBind(errno: string, blame: Blame): readonly string[] {
  return [
    'bind.accepted = no',
    `bind.errno = ${errno}`,
    `bind.blame = ${blame}`,
    'state = fail',
    'provider.bound = no',
    'queue-get.dmabuf = 0',
    'queue-get.io-uring = 0',
  ];
}

/** An expectation as text: `packets.delivered = 500`. Values that look like whole numbers are numbers. */
export function expectation(text: string): Expectation {
  const [metric = '', is = '=', ...rest] = text.split(' ');
  const value = rest.join(' ');
  return { metric, is: isComparison(is) ? is : '=', value: /^-?\d+$/.test(value) ? Number(value) : value };
}

const COMPARISONS = ['=', '!=', '>', '>=', '<', '<='] as const;

function isComparison(text: string): text is Expectation['is'] {
  return COMPARISONS.some((known) => known === text);
}
