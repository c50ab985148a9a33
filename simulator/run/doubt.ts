/**
 * Why a run in which nothing was found wrong does not show that the driver is right: code of its own did not run, or what
 * became of its packets is not known.
 */
import type { PathKind } from '../contract/path-program.ts';
import type { Machine } from '../machine/machine.ts';
import type { CompiledProgram } from '../program/compile.ts';
import type { Summary } from './judge.ts';
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
  const { wire, delivered, droppedBy } = packetCounts(machine);
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

function unread({ input }: Machine, path: PathKind): Summary {
  const known = input.model.unread?.find((each) => each.path === path);
  const why = known === undefined ? '' : `: ${known.why}`;
  return { blame: 'nobody', cause: `${PATHS[path]} was not read${why}`, at: known?.at ?? null };
}
