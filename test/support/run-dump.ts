/** A run as compact text, a line an event: for snapshots in tests, bug reports, and a look with a pager. */
import type { TraceEvent } from '../../simulator/contract/event.ts';
import type { Simulation } from '../../simulator/run/simulation.ts';
import { eventsOf } from '../../simulator/trace/wire-capture.ts';

/** @param most events written; those in the middle are left out and counted */
export function dumpRun(simulation: Simulation, most = 200): string {
  const { model, kernel, seed, config } = simulation.input;
  const verdict = simulation.verdict();
  const events = [...eventsOf(simulation)];
  const head = Math.ceil(most / 2);
  const shown = events.length <= most ? events : events.slice(0, head);
  const tail = events.length <= most ? [] : events.slice(events.length - (most - head));
  const left = events.length - shown.length - tail.length;
  const lines = [
    `# driver ${model.name} kernel ${kernel} seed ${seed} provider ${config.provider}`,
    ...shown.map(line),
    ...(left === 0 ? [] : [`# ${left} events left out`]),
    ...tail.map(line),
    `# ${verdict.state} ${verdict.blame} ${verdict.cause}`,
  ];
  const { wire, delivered, read, dropped, faulted, inFlight } = verdict.packets;
  lines.push(
    `# wire ${wire} delivered ${delivered} read ${read} dropped ${dropped} faulted ${faulted} in flight ${inFlight}`,
  );
  for (const pool of simulation.netlink()['page-pool-stats-get']) {
    const { info, ...stats } = pool;
    const counts = Object.entries(stats).filter(([, count]) => count !== 0);
    lines.push(`# pool ${info.id} ${counts.map(([name, count]) => `${name} ${String(count)}`).join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** time kind component queue packet netmem value operation source */
function line(event: TraceEvent): string {
  const { time, kind, queue, packet, netmem, value, operation, at } = event;
  const fields = [
    String(time),
    kind,
    field('q', queue),
    field('p', packet),
    field('m', netmem),
    field('=', value),
    operation ?? '',
    at === null ? '' : `${at.file}:${at.line}`,
  ];
  return fields.filter((text) => text !== '').join(' ');
}

function field(name: string, value: number | null): string {
  return value === null ? '' : `${name}${value}`;
}
