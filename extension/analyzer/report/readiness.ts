/**
 * How far a driver is, requirement by requirement. "Met" is only said with evidence: a requirement without findings
 * in a driver without receive pools, or in one that could not be understood, is not met.
 */
import type { BufferRole, DriverModel, PoolFlag } from '../../../simulator/contract/driver-model.ts';
import { NAME } from '../kernel/table.ts';
import { REQUIREMENTS, type Requirement } from '../finding.ts';
import { fixKind, type Place, type ResolvedFinding } from '../findings/resolved.ts';
import { SEVERITIES } from '../settings/severity.ts';

export type ReadinessState = 'met' | 'open' | 'not applicable' | 'unknown';

export interface RequirementState {
  readonly requirement: Requirement;
  readonly state: ReadinessState;
  /** Findings that keep it open. */
  readonly open: number;
  /** Findings that would keep it open and were accepted: by a baseline, a setting or a comment. */
  readonly accepted: number;
  /** Findings that are only worth knowing; they keep nothing open. */
  readonly notes: number;
  /** Of the open ones, those with an edit. */
  readonly fixable: number;
  /** Why it is in this state, or what to do first. */
  readonly text: string;
  /** Place of the first thing to do. */
  readonly first: Place | null;
}

export interface Readiness {
  readonly driver: string;
  readonly directory: string;
  readonly requirements: readonly RequirementState[];
  /** Places that could not be understood. */
  readonly incomplete: number;
  readonly pools: number;
}

/** What of a finding decides; no fix plan is made for it. */
export type DecidingFinding = Pick<ResolvedFinding, 'requirement' | 'severity' | 'suppressed'>;

/** What is known of one driver. */
export interface ReadinessFacts<F extends DecidingFinding> {
  readonly model: DriverModel;
  /** After settings, the accepted ones among them. */
  readonly findings: readonly F[];
  readonly incomplete: readonly UnreadPlace[];
  /** How far the fragments that are sent were followed; without it nothing is said of that. */
  readonly traces?: FollowedFragments | undefined;
}

/** How far the fragments that a driver sends were followed. */
export interface FollowedFragments {
  /** A mapping of a fragment was found. */
  readonly isMapped: boolean;
  /** What was not found, by `file:line` of the place. */
  readonly untraced: readonly { readonly where: string; readonly reason: string }[];
  /** Where buffers are received from a pool that another module creates, by `file:line`; null if there is none. */
  readonly foreignPool: string | null;
  /** Where payload is synchronised for the CPU through its pool, by `file:line`; null if that was not found. */
  readonly syncedAt: string | null;
}

/** A place that could not be understood. */
export interface UnreadPlace {
  /** Requirements that it may have a part in. */
  readonly bearsOn: readonly Requirement[];
  /** `file:line`. */
  readonly where: string;
}

/** What the report of one driver is made from. */
export interface ReadinessInput extends ReadinessFacts<ResolvedFinding> {
  readonly driver: string;
  readonly directory: string;
}

/** How one requirement stands, for the terminal and the editor alike. */
export interface Standing<F extends DecidingFinding> {
  readonly requirement: Requirement;
  readonly state: ReadinessState;
  /** Findings that keep it open. */
  readonly blocking: readonly F[];
  /** Findings that would keep it open and were accepted: what they say is still so. */
  readonly accepted: readonly F[];
  /** Findings that are only worth knowing; they keep nothing open. */
  readonly notes: readonly F[];
  /** Why it is in this state; null for an open one, whose findings say it. */
  readonly why: string | null;
}

/** The nine requirements in their order. */
export function standings<F extends DecidingFinding>(facts: ReadinessFacts<F>): readonly Standing<F>[] {
  return REQUIREMENTS.map((requirement) => {
    const all = facts.findings.filter((finding) => finding.requirement === requirement);
    const own = all.filter(({ suppressed }) => suppressed === null);
    const blocking = own.filter((finding) => isBlocking(finding));
    const notes = own.filter((finding) => !isBlocking(finding));
    const accepted = all.filter((finding) => finding.suppressed !== null && isBlocking(finding));
    return { requirement, blocking, accepted, notes, ...verdictOf(requirement, blocking, accepted, facts) };
  });
}

function verdictOf<F extends DecidingFinding>(
  requirement: Requirement,
  blocking: readonly F[],
  accepted: readonly F[],
  facts: ReadinessFacts<F>,
): Pick<Standing<F>, 'state' | 'why'> {
  if (blocking.length > 0) return { state: 'open', why: null };
  // To accept a finding makes it no less true.
  if (accepted.length > 0) return { state: 'open', why: count(accepted.length, 'accepted finding') };
  const { state, text } = withoutFindings(requirement, facts);
  return { state, why: text };
}

export function readiness(input: ReadinessInput): Readiness {
  const { driver, directory, model, incomplete } = input;
  const requirements = standings(input).map(requirementState);
  return { driver, directory, requirements, incomplete: incomplete.length, pools: model.pools.length };
}

function requirementState(standing: Standing<ResolvedFinding>): RequirementState {
  const { requirement, state, blocking, accepted, notes, why } = standing;
  const [first] = [...blocking].sort(byUrgency);
  return {
    requirement,
    state,
    open: blocking.length,
    accepted: accepted.length,
    notes: notes.length,
    fixable: blocking.filter((finding) => ['safe', 'unsafe'].includes(fixKind(finding))).length,
    text: first?.message ?? why ?? '',
    first: first?.place ?? null,
  };
}

interface StateWithReason {
  readonly state: ReadinessState;
  readonly text: string | null;
}

const PAYLOAD_ROLES: ReadonlySet<BufferRole> = new Set(['payload', 'linear', 'mixed']);

const NO_POOL: StateWithReason = { state: 'not applicable', text: 'there is no receive pool yet (RX1)' };

const SOFTWARE: StateWithReason = {
  state: 'not applicable',
  text: 'no pool of it maps for a device: the device is made of software',
};

/** A device whose memory no hardware writes: the rules found nothing to say of its pools, none of which maps. */
function isSoftware(pools: DriverModel['pools'], findings: readonly DecidingFinding[]): boolean {
  return (
    !pools.some((p) =>
      [...p.flags.value, ...p.conditionalFlags.map((c) => c.flag)].includes(NAME.PP_FLAG_DMA_MAP),
    ) && !findings.some(({ requirement }) => requirement.startsWith('RX'))
  );
}

function withoutFindings(
  requirement: Requirement,
  { model, findings, incomplete, traces }: ReadinessFacts<DecidingFinding>,
): StateWithReason {
  const { capabilities, pools } = model;
  const receives = pools.some(({ role }) => role !== 'tx' && role !== 'private' && role !== 'xdp');
  if (receives && requirement.startsWith('RX') && isSoftware(pools, findings)) return SOFTWARE;
  const foreign = traces?.foreignPool ?? null;
  switch (requirement) {
    case 'RX1':
      if (receives) return met(`${count(pools.length, 'pool')}${besidePools(findings)}`);
      if (foreign !== null)
        return met(`the buffers taken at ${foreign} are of a pool that another module creates`);
      return notApplicable('no receive path with pages of its own was found');
    case 'RX2':
      if (capabilities.tcpDataSplit.value && capabilities.tcpDataSplitSet.value) return met('tcp-data-split');
      return receives || foreign !== null ? unknown('no ethtool_ops of this driver was found') : NO_POOL;
    case 'TX2':
      if (capabilities.netmemTx.value !== 'none') return met('netmem_tx is declared');
      return undeclared(findings, incomplete, traces);
    case 'TX1':
      return unreadOr(requirement, incomplete, transmission(traces));
    case 'RX4': {
      if (foreign !== null)
        return unknown(`another module creates the pool of the buffers taken at ${foreign}`);
      const missing = receives ? missingOfPools(pools) : null;
      if (missing !== null) return unknown(missing);
      break;
    }
    case 'RX3':
    case 'RX5':
    case 'RX6':
    case 'RX7':
      break;
  }
  if (foreign === null) {
    if (!receives) return NO_POOL;
    if (!pools.some(({ role }) => PAYLOAD_ROLES.has(role)))
      return unknown('no pool is known to hold payload');
  }
  if (requirement !== 'RX6' || traces === undefined)
    return unreadOr(requirement, incomplete, met('nothing found against it'));
  if (traces.syncedAt === null)
    return unknown('nothing was found that synchronises payload through its pool');
  return unreadOr(
    requirement,
    incomplete,
    met(`payload is synchronised through its pool at ${traces.syncedAt}`),
  );
}

/** What notes say of buffers beside the pools: an older mode, as a rule. */
function besidePools(findings: readonly DecidingFinding[]): string {
  const isNoted = findings.some((f) => f.requirement === 'RX1' && f.suppressed === null);
  return isNoted ? ', but not for every buffer' : '';
}

/** What the pools of payload lack before RX4 can be met; null if nothing. */
function missingOfPools(pools: DriverModel['pools']): string | null {
  const payload = pools.filter(({ role }) => PAYLOAD_ROLES.has(role));
  const has = (flag: PoolFlag): boolean =>
    payload.some((p) => p.flags.value.includes(flag) || p.conditionalFlags.some((c) => c.flag === flag));
  const [first] = payload;
  if (first === undefined) return null;
  const lacks: string[] = NEEDED.filter((flag) => !has(flag));
  if (!payload.some((p) => p.queueIdx.value === 'set')) lacks.push('queue_idx');
  if (lacks.length === 0) return null;
  const { file, line } = first.createdAt;
  const where = `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
  return `nothing is wrong, but the pool made at ${where} was not seen to get ${lacks.join(', ')}`;
}

/** Flags without which a pool takes no memory of a provider. */
const NEEDED: readonly PoolFlag[] = [
  NAME.PP_FLAG_DMA_MAP,
  NAME.PP_FLAG_DMA_SYNC_DEV,
  NAME.PP_FLAG_ALLOW_UNREADABLE_NETMEM,
];

/** A driver that declares nothing, and of which no rule says that it should. */
function undeclared(
  findings: readonly DecidingFinding[],
  incomplete: readonly UnreadPlace[],
  traces: FollowedFragments | undefined,
): StateWithReason {
  const sends =
    traces?.isMapped === true ||
    (traces?.untraced.length ?? 0) > 0 ||
    findings.some((finding) => finding.requirement === 'TX1');
  // A library under several drivers: whoever registers the device declares.
  if (sends) return unknown('netmem_tx is not set, and the device is not registered here');
  return unreadOr('TX1', incomplete, notApplicable('no fragments are sent: there is nothing to declare'));
}

/** Fragments are mapped and unmapped as netmem if all were followed from the one to the other, and nothing was found. */
function transmission(traces: FollowedFragments | undefined): StateWithReason {
  const [first, ...others] = traces?.untraced ?? [];
  if (first !== undefined) {
    const more = others.length === 0 ? '' : `, and ${count(others.length, 'more place')}`;
    return unknown(`it was not found ${first.reason} (${first.where}${more})`);
  }
  if (traces?.isMapped === true) return met('every mapping of a fragment was followed to where it ends');
  return notApplicable('no mapping of a fragment was found');
}

/**
 * What keeps a requirement open. A hint never does: upstream lives with it. A pool beside an older mode without one
 * (RX1) is enough, so that notes about the older mode keep nothing open there.
 */
function isBlocking({ requirement, severity }: DecidingFinding): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(requirement === 'RX1' ? 'warning' : 'info');
}

/** What hurts most first, and of that what the tool can do. */
function byUrgency(a: ResolvedFinding, b: ResolvedFinding): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    Number(fixKind(b) === 'safe') - Number(fixKind(a) === 'safe')
  );
}

function met(text: string): StateWithReason {
  return { state: 'met', text };
}

function notApplicable(text: string): StateWithReason {
  return { state: 'not applicable', text };
}

function unknown(text: string): StateWithReason {
  return { state: 'unknown', text };
}

/** Unknown if something that was not read could bear on the requirement: what is nowhere else may be there. */
function unreadOr(
  requirement: Requirement,
  places: readonly UnreadPlace[],
  otherwise: StateWithReason,
): StateWithReason {
  const bearing = places.filter(({ bearsOn }) => bearsOn.includes(requirement));
  const [first] = bearing;
  if (first === undefined) return otherwise;
  const more = bearing.length === 1 ? '' : ` and ${count(bearing.length - 1, 'more place')}`;
  return unknown(`nothing found, but ${first.where}${more} could not be read`);
}

/** `3 of 9 requirements met, 2 open`. */
export function summary(requirements: readonly { readonly state: ReadinessState }[]): string {
  const of = (wanted: ReadinessState): number => requirements.filter(({ state }) => state === wanted).length;
  return `${of('met')} of ${requirements.length} requirements met, ${of('open')} open`;
}

/**
 * The state in a word: `open (2)`.
 * @param open findings that keep it open
 * @param accepted findings that would, and were accepted
 */
export function stateLabel(state: ReadinessState, open: number, accepted: number): string {
  switch (state) {
    case 'open':
      return open > 0 ? `open (${open})` : `accepted (${accepted})`;
    case 'not applicable':
      return 'n/a';
    case 'met':
    case 'unknown':
      return state;
  }
}

/** `1 place`, `2 places`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
