/**
 * The log of a run in the Trace Event Format, which Perfetto and chrome://tracing read: a process a part of the
 * machine, polls as slices, frames as asynchronous spans from the wire to their end, counts as counters.
 */
import type { Component, EventKind, TraceEvent } from '../contract/event.ts';
import type { Simulation } from '../run/simulation.ts';
import { eventsOf } from './wire-capture.ts';

const COMPONENTS: readonly Component[] = [
  'wire',
  'nic',
  'napi',
  'driver',
  'pool',
  'stack',
  'socket',
  'user',
  'tx',
  'netlink',
  'admin',
];
const PROCESS = 1;
const FRAME_ENDS: readonly EventKind[] = ['nic-drop', 'driver-drop', 'stack-drop', 'deliver', 'gro-merge'];

type Arguments = Readonly<Record<string, string | number>>;

export type TimelineEvent =
  | {
      readonly ph: 'M';
      readonly name: string;
      readonly pid: number;
      readonly tid: number;
      readonly args: Arguments;
    }
  | (Timed & { readonly ph: 'i'; readonly s: 't'; readonly cat: string; readonly args: Arguments })
  | (Timed & { readonly ph: 'X'; readonly dur: number; readonly cat: string; readonly args: Arguments })
  | (Timed & { readonly ph: 'b' | 'e'; readonly cat: string; readonly id: string })
  | (Timed & { readonly ph: 'C'; readonly args: Arguments });

interface Timed {
  readonly name: string;
  /** Microseconds. */
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
}

export interface Timeline {
  readonly displayTimeUnit: 'ns';
  readonly otherData: Arguments;
  readonly traceEvents: readonly TimelineEvent[];
}

export function timelineOf(simulation: Simulation): Timeline {
  const { input } = simulation;
  const writer = new TimelineWriter();
  for (const event of eventsOf(simulation)) writer.add(event);
  return {
    displayTimeUnit: 'ns',
    otherData: {
      driver: input.model.name,
      kernel: input.kernel,
      seed: input.seed,
      provider: input.config.provider,
      'first-record': simulation.oldest,
    },
    traceEvents: writer.finish(simulation.time),
  };
}

class TimelineWriter {
  private readonly events: TimelineEvent[] = [];
  private readonly polls = new Map<number, number>();
  private readonly open = new Set<number>();
  private tokens = 0;
  private dropped = 0;

  constructor() {
    this.name('process_name', 0, 'netmem simulate');
    COMPONENTS.forEach((component, index) => this.name('thread_name', index + 1, component));
  }

  add(event: TraceEvent): void {
    const { kind, time, packet, queue, value } = event;
    const ts = time / 1000;
    switch (kind) {
      case 'wire':
        if (packet !== null) this.begin(packet, ts);
        break;
      case 'poll':
        if (queue !== null) this.polls.set(queue, time);
        return;
      case 'poll-end':
        if (queue !== null) this.poll(queue, time, value ?? 0);
        return;
      case 'post':
        this.counter(`posted, queue ${queue ?? 0}`, ts, value ?? 0);
        return;
      case 'token':
        this.counter('tokens', ts, ++this.tokens);
        break;
      case 'dontneed':
        this.tokens -= value ?? 0;
        this.counter('tokens', ts, this.tokens);
        break;
      case 'nic-drop':
      case 'driver-drop':
      case 'stack-drop':
        this.counter('dropped', ts, ++this.dropped);
        break;
      default:
        break;
    }
    this.instant(event, ts);
    if (packet !== null && FRAME_ENDS.includes(kind)) this.end(packet, ts);
  }

  /** Closes what is still open, so that every span has both ends. */
  finish(time: number): readonly TimelineEvent[] {
    for (const packet of [...this.open]) this.end(packet, time / 1000);
    for (const queue of [...this.polls.keys()]) this.poll(queue, time, 0);
    return this.events;
  }

  private name(what: string, tid: number, name: string): void {
    this.events.push({ ph: 'M', name: what, pid: PROCESS, tid, args: { name } });
  }

  private instant(event: TraceEvent, ts: number): void {
    const args: Record<string, string | number> = { text: event.text, record: event.seq };
    if (event.packet !== null) args['packet'] = event.packet;
    if (event.queue !== null) args['queue'] = event.queue;
    if (event.operation !== null) args['operation'] = event.operation;
    if (event.at !== null) args['source'] = `${event.at.file}:${event.at.line}:${event.at.column}`;
    const tid = threadOf(event.component);
    this.events.push({
      ph: 'i',
      s: 't',
      name: event.kind,
      cat: event.component,
      ts,
      pid: PROCESS,
      tid,
      args,
    });
  }

  private poll(queue: number, end: number, frames: number): void {
    const start = this.polls.get(queue);
    if (start === undefined) return;
    this.polls.delete(queue);
    this.events.push({
      ph: 'X',
      name: `poll, queue ${queue}`,
      cat: 'napi',
      ts: start / 1000,
      dur: (end - start) / 1000,
      pid: PROCESS,
      tid: threadOf('napi'),
      args: { frames },
    });
  }

  private begin(packet: number, ts: number): void {
    this.open.add(packet);
    this.span('b', packet, ts);
  }

  private end(packet: number, ts: number): void {
    if (this.open.delete(packet)) this.span('e', packet, ts);
  }

  private span(ph: 'b' | 'e', packet: number, ts: number): void {
    const tid = threadOf('wire');
    this.events.push({
      ph,
      name: `frame ${packet}`,
      cat: 'frame',
      id: String(packet),
      ts,
      pid: PROCESS,
      tid,
    });
  }

  private counter(name: string, ts: number, value: number): void {
    this.events.push({ ph: 'C', name, ts, pid: PROCESS, tid: 0, args: { value } });
  }
}

function threadOf(component: Component): number {
  return COMPONENTS.indexOf(component) + 1;
}
