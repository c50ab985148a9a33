/**
 * Why a run in which nothing was found wrong does not show that the driver is right: code of its own did not run, or what
 * became of its packets is not known.
 */
import type { Doubt, PathKind } from '../contract/driver-ir.ts';
import type { Machine } from '../machine/machine.ts';
import type { CompiledProgram } from '../program/compile.ts';
import type { Fault } from '../record/evidence.ts';
import type { Summary } from './conclude.ts';
import { packetCounts } from './take-snapshot.ts';

/** @returns null where the run shows what it claims */
export function doubtOf(machine: Machine): Summary | null {
  const { programs, config, compiled } = machine;
  const receiving = config.packets > 0 || machine.counters.wire > 0;
  const sending = config.txMessages > 0;
  const needed = [
    ...(receiving ? [programs.poll] : []),
    ...(receiving && ran(machine, programs.refill) ? [programs.refill] : []),
    ...(sending ? [programs.xmit, programs.clean] : []),
  ];
  const standIn = needed.find(({ origin }) => origin === 'generic');
  if (standIn !== undefined) return unread(machine, standIn.path);
  const idle = sending
    ? [programs.xmit, programs.clean].find((program) => !works(machine, program))
    : undefined;
  if (idle !== undefined) return unrun(machine, idle);
  if (sending && machine.tx.keepsMappings)
    return unrun(machine, programs.clean, 'what becomes of the fragments mapped');
  const doubted = machine.evidence.doubted.at(0);
  if (doubted !== undefined) return doubtful(machine, doubted);
  const { wire, delivered, droppedBy } = packetCounts(machine);
  const { user, controlPlane } = machine;
  if (
    controlPlane.bound &&
    config.reader === 'devmem' &&
    user.readFrames > 0 &&
    user.plainFrames === user.readFrames
  ) {
    return {
      blame: 'nobody',
      cause: `packets arrive as ordinary data, and no operation of the driver says why: ${programs.poll.entry}() was not read far enough`,
      at: compiled.places.at(programs.poll.firstPlace)?.at ?? null,
    };
  }
  if (receiving && wire > 0 && delivered === 0) {
    const causes = Object.keys(droppedBy).join(', ');
    const why = causes === '' ? '' : ` (${causes})`;
    return {
      blame: 'nobody',
      cause: `none of ${wire} packets arrived${why}, and no operation of the driver says why: ${programs.poll.entry}() was not read far enough`,
      at: compiled.places.at(programs.poll.firstPlace)?.at ?? null,
    };
  }
  return null;
}

function ran(machine: Machine, { firstPlace, lastPlace }: CompiledProgram): boolean {
  for (let place = firstPlace; place < lastPlace; place++) if (machine.executed[place] > 0) return true;
  return false;
}

/** Whether an operation of the program was done, besides what it tests. */
function works(machine: Machine, { firstPlace, lastPlace }: CompiledProgram): boolean {
  const { places } = machine.compiled;
  for (let place = firstPlace; place < lastPlace; place++)
    if (places[place].isOperation && machine.executed[place] > 0) return true;
  return false;
}

/** What each path is to somebody who reads about it. */
const PATHS: Readonly<Record<PathKind, string>> = {
  'rx-poll': 'what the driver does with a packet it receives',
  'rx-refill': 'how the driver fills its receive rings',
  'rx-release': 'how the driver empties its receive rings',
  'tx-xmit': 'what the driver does with a packet it sends',
  'tx-complete': 'what the driver does with a packet that is sent',
  'queue-mem-alloc': 'ndo_queue_mem_alloc',
  'queue-mem-free': 'ndo_queue_mem_free',
  'queue-start': 'ndo_queue_start',
  'queue-stop': 'ndo_queue_stop',
};

/** A path of which not enough was read to say what it does. */
function unrun(
  { compiled }: Machine,
  { path, entry, firstPlace }: CompiledProgram,
  what: string = PATHS[path],
): Summary {
  return {
    blame: 'nobody',
    cause: `${what} was not read far enough in ${entry}()`,
    at: compiled.places.at(firstPlace)?.at ?? null,
  };
}

const WHY: Readonly<Record<Doubt, (api: string) => string>> = {
  'pages-only': (api) =>
    `memory of the provider reaches ${api}, from which the conditions around it keep it away: not all that leads there was read`,
  operand: (api) => `which of several buffers ${api} is about is not known`,
  mark: (api) =>
    `whether fragments that ${api} unmaps are marked as not to be unmapped is not known: the marks are stored where reading did not get to`,
};

/** Where the run went although it cannot. */
function doubtful({ compiled }: Machine, { place }: Fault): Summary {
  const { at, api, doubt } = compiled.places[place];
  return { blame: 'nobody', cause: WHY[doubt ?? 'pages-only'](api), at };
}

function unread({ input }: Machine, path: PathKind): Summary {
  const known = input.model.unread?.find((each) => each.path === path);
  const why = known === undefined ? '' : `: ${known.why}`;
  return { blame: 'nobody', cause: `${PATHS[path]} was not read${why}`, at: known?.at ?? null };
}
