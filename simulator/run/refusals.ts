/**
 * Every refusal of the kernel that a scenario shows, as its run tells it. Nothing of it is written down a second time:
 * errno, blame and cause are those of the checks that the machine makes.
 */
import type { RunConfig } from '../contract/config.ts';
import type { SourceRange } from '../contract/driver-model.ts';
import { poolWords } from '../contract/pool-name.ts';
import { DEFAULT_CONFIG } from '../contract/parameters.ts';
import type { Blame, RequirementId } from '../contract/verdict.ts';
import { atLeast } from '../core/kernel-release.ts';
import type { KernelRelease } from '../core/kernel-release.ts';
import { SCENARIOS } from '../scenarios/catalogue.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { startRun } from './configure.ts';
import type { Simulation } from './simulation.ts';

export interface KnownRefusal {
  /** What was asked for: `bind-rx`, `tcp-data-split enabled`, `recvmsg`. */
  readonly request: string;
  readonly errno: string;
  readonly blame: Blame;
  readonly cause: string;
  readonly requirement: RequirementId | null;
  /** The driver's line that makes it so. */
  readonly at: SourceRange | null;
  /** The first scenario that shows it. */
  readonly scenario: Scenario;
  /** The provider that has to be named beside it; null: its own. */
  readonly provider: 'zcrx' | null;
}

/** What a run tells by itself. */
type Told = Omit<KnownRefusal, 'scenario' | 'provider'>;

/**
 * @param errnos those that are asked for; null: all. Runs only the scenarios that promise one of them
 * @returns in the order of the scenarios, each cause of a request once
 */
export function knownRefusals(
  errnos: ReadonlySet<string> | null,
  kernel: KernelRelease,
): readonly KnownRefusal[] {
  const found = new Map<string, KnownRefusal>();
  for (const scenario of SCENARIOS) {
    if (!isOf(scenario, kernel) || !promises(scenario, errnos)) continue;
    // What is shown with a dma-buf is mostly true of zcrx as well: the same queue is opened.
    const both = (scenario.config.provider ?? DEFAULT_CONFIG.provider) === 'dmabuf';
    for (const provider of both ? [null, 'zcrx' as const] : [null]) {
      const parameters = provider === null ? {} : { provider };
      const started = startRun({ model: null, scenario: scenario.id, parameters, seed: 1, kernel });
      if (!started.ok) throw new Error(`${scenario.id}: ${started.error.message}`);
      for (const refusal of refusalsOf(started.value)) {
        if (errnos !== null && !errnos.has(refusal.errno)) continue;
        if (provider !== null && refusal.request !== 'zcrx-register') continue;
        const cause = general(refusal.cause, started.value.input, scenario);
        const key = `${refusal.request} ${refusal.errno} ${cause.replace(/\d+/g, 'N')}`;
        if (!found.has(key)) found.set(key, { ...refusal, cause, scenario, provider });
      }
    }
  }
  return [...found.values()];
}

/** Whatever a run was refused, its reader and its sender included. Runs it to its end. */
export function refusalsOf(simulation: Simulation): readonly Told[] {
  simulation.runToEnd();
  const { bind, bindTx, refused, blame, cause } = simulation.verdict();
  const { socket, tx } = simulation.snapshot();
  const found: Told[] = [];
  for (const { request, errno, ...rest } of [bind, bindTx, ...refused]) {
    if (errno !== null)
      found.push({ ...rest, request: request.replace(/^open queue \d+/, 'ndo_open'), errno });
  }
  const more = { blame, cause, requirement: null, at: null };
  const { provider } = simulation.input.config;
  if (isErrno(socket.errno)) found.push({ request: readRequest(provider), errno: socket.errno, ...more });
  // What cannot be sent since nothing was bound was told with the bind.
  if (isErrno(tx.error) && bindTx.accepted) found.push({ request: 'sendmsg', errno: tx.error, ...more });
  return found;
}

/** The cause without what only the run knows: names of the built-in driver, and what another request was refused for. */
function general(cause: string, { model }: Simulation['input'], { teaches }: Scenario): string {
  if (/: E[A-Z0-9]+$/.test(cause)) return teaches;
  const named = model.pools.reduce(
    (text, { name, role }) => text.replaceAll(poolWords(name), `the ${role} pool`),
    cause,
  );
  return named.replace(/: queue-create was refused .*$/, '');
}

function readRequest(provider: RunConfig['provider']): string {
  return provider === 'zcrx' ? 'IORING_OP_RECV_ZC' : 'recvmsg';
}

function isErrno(text: string): boolean {
  return /^E[A-Z0-9]+$/.test(text);
}

function isOf({ since, kernel }: Scenario, release: KernelRelease): boolean {
  return kernel === undefined ? atLeast(release, since ?? release) : kernel === release;
}

/** True if the scenario says that one of them comes out. */
function promises({ expectations }: Scenario, errnos: ReadonlySet<string> | null): boolean {
  return expectations.some(({ metric, is, value }) => {
    if (is !== '=' || !/(^refused|\.errno|\.error)$/.test(metric)) return false;
    const named = String(value).split(' ');
    return errnos === null ? named.some(isErrno) : named.some((errno) => errnos.has(errno));
  });
}
