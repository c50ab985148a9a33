/** From what program and kernel said to the outcome of a case. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { isRecord } from '../../simulator/twin/outcome.ts';
import type { Outcome } from '../../simulator/twin/outcome.ts';
import type { TwinScenario } from '../../simulator/twin/scenarios.ts';
import type { Session, StepResult } from './boot.ts';

/** Frames of the handshake, which are no data. */
const HANDSHAKE = 2;

/** The driver's text by file name. */
type Sources = Readonly<Record<string, string>>;

/** Calls that hand an skb to the stack: what happens below them is no longer the driver's line. */
const HANDS_UP = /\b(napi_gro_receive|napi_gro_frags|netif_receive_skb|napi_complete_done)\(/;

export function observe(session: Session, scenario: TwinScenario, module: string, sources: Sources): Outcome {
  const { results, log, hung } = session;
  const find = (verb: string, from = 0) =>
    results.slice(from).find(({ step }) => step.split(':')[0] === verb);
  const traffic = find('frames');
  const counters = find('counters');
  const read = find('read');
  const looked = find('pools');
  const finished = results.at(-1)?.step === 'end';
  const reports = kernelReports(log, module, sources);
  const truncating = read?.step.split(':')[1] === 'trunc';
  return {
    ended: finished ? 'normally' : hung ? 'hung' : 'oops',
    errno: errnos(results, scenario),
    frames: frames(traffic, counters, results),
    messages: {
      linear: number(read, 'linearMessages'),
      device: number(read, 'deviceMessages'),
      bytes: truncating ? 0 : number(read, 'plain') + number(read, 'linear') + number(read, 'device'),
      truncated: truncating ? number(read, 'plain') / bytesOf(traffic) : 0,
      returned: number(find('return'), 'freed'),
    },
    wrong: number(read, 'wrong'),
    provider: provider(find('queue')),
    pool: boundPool(looked),
    left: leftPools(results),
    sent: {
      messages: number(find('send'), 'sent'),
      bytes: results
        .filter(({ step }) => step.startsWith('sent:'))
        .reduce((sum, one) => sum + number(one, 'bytes'), 0),
      notified: number(find('notifications'), 'notified'),
    },
    faults: reports,
  };
}

function errnos(results: readonly StepResult[], { steps }: TwinScenario): Outcome['errno'] {
  const errno: { -readonly [K in keyof Outcome['errno']]: Outcome['errno'][K] } = {};
  // The module is loaded first; every other result has its step at the same place.
  const own = results.slice(1);
  const bind = steps.findIndex((step) => /^(bind|zcrx):/.test(step));
  const traffic = steps.findIndex((step) => step.startsWith('frames:'));
  own.forEach((result, index) => {
    const [verb = ''] = result.step.split(':');
    const text = result['errno'];
    if (typeof text !== 'string') return;
    const between = bind >= 0 && index > bind && index < traffic;
    if (between) errno.later ??= text;
    else if (verb === 'up') errno.open ??= text;
    else if (verb === 'split') errno.split ??= text;
    else if (index === bind) errno.bind = text;
    else if (verb === 'bind-tx') errno.bindTx ??= text;
    else if (verb === 'send') errno.send ??= text;
    else if (verb === 'read' && connected(results)) errno.read ??= text;
    else if (verb === 'queue') errno.queueGet ??= text;
  });
  return errno;
}

function frames(
  traffic: StepResult | undefined,
  counters: StepResult | undefined,
  results: readonly StepResult[],
): Outcome['frames'] {
  const filled = number(traffic, 'filled');
  const lost = number(traffic, 'noDescriptor') + number(traffic, 'queueOff') + number(traffic, 'badAddress');
  // The connection's own frames reach the stack as well.
  const inStack = Math.max(0, number(counters, 'ipIn') - (connected(results) ? HANDSHAKE : 0));
  const delivered = number(counters, 'received') / bytesOf(traffic) + number(counters, 'tcpOutOfOrder');
  return traffic === undefined
    ? { wire: 0, delivered: 0, droppedByDevice: 0, droppedByDriver: 0, droppedByStack: 0 }
    : {
        wire: filled + lost,
        delivered,
        droppedByDevice: lost,
        droppedByDriver: filled - inStack,
        droppedByStack: inStack - delivered,
      };
}

function connected(results: readonly StepResult[]): boolean {
  return results.find(({ step }) => step.startsWith('connect:'))?.['errno'] === '';
}

/** Payload of one frame. */
function bytesOf(traffic: StepResult | undefined): number {
  return Number(traffic?.step.split(':')[3] ?? 1);
}

function number(result: Readonly<Record<string, unknown>> | undefined, key: string): number {
  const value = result?.[key];
  return typeof value === 'number' && value > 0 ? value : 0;
}

function provider(queue: StepResult | undefined): Outcome['provider'] {
  if (queue?.['ioUring'] === 1) return 'io-uring';
  const dmabuf = queue?.['dmabuf'];
  return typeof dmabuf === 'number' && dmabuf >= 0 ? 'dmabuf' : 'none';
}

function pools(result: StepResult | undefined, key: 'pools' | 'stats'): readonly Record<string, unknown>[] {
  const list = result?.[key];
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isProvided(pool: Record<string, unknown>): boolean {
  return pool['ioUring'] === 1 || Number(pool['dmabuf']) >= 0;
}

function boundPool(looked: StepResult | undefined): Outcome['pool'] {
  const pool = pools(looked, 'pools').find((one) => isProvided(one) && one['detached'] === 0);
  if (pool === undefined) return null;
  const stats = pools(looked, 'stats').find(({ id }) => id === pool['id']) ?? {};
  const numbers = Object.entries(stats).filter(
    (entry): entry is [string, number] => entry[0] !== 'id' && typeof entry[1] === 'number',
  );
  return { inflight: Number(pool['inflight']), ...Object.fromEntries(numbers) };
}

function leftPools(results: readonly StepResult[]): readonly number[] {
  const unloaded = results.findIndex(({ step }) => step === 'unload');
  if (unloaded < 0) return [];
  const last = results.slice(unloaded).find(({ step }) => step === 'pools');
  return pools(last, 'pools')
    .filter(isProvided)
    .map(({ inflight }) => Number(inflight));
}

/**
 * WARNs and oopses by the driver's line, each once; `stack` where the driver had handed the skb up, `kernel` where no
 * frame of the driver is on the call stack.
 */
export function kernelReports(log: string, module: string, sources: Sources): readonly string[] {
  const reports: string[] = [];
  let kind: 'warn' | 'oops' | null = null;
  let place: string | null = null;
  const close = () => {
    if (kind !== null) reports.push(`${kind} ${place ?? 'kernel'}`);
    kind = null;
    place = null;
  };
  for (const line of log.split('\n')) {
    const text = line.replace(/^\[\s*[\d.]+\]\s?/, '');
    if (/^(WARNING: |BUG: |general protection fault|kernel BUG at |Oops: |BUG kernel )/.test(text)) {
      const fresh = /^WARNING: /.test(text) ? 'warn' : 'oops';
      // An oops begins with two lines that say so.
      if (!(kind === 'oops' && fresh === 'oops')) close();
      kind = fresh;
      continue;
    }
    if (/^---\[ end trace|twin-step /.test(text)) close();
    const frame = /^(RIP: \d+:)?\s*(\w+)\+0x([0-9a-f]+)\/0x[0-9a-f]+ \[twin_\w+\]/.exec(text);
    if (kind === null || place !== null || frame === null) continue;
    const [, exact, symbol = '', offset = '0'] = frame;
    // A return address is the instruction behind the call.
    place = sourceLine(module, symbol, Number.parseInt(offset, 16) - (exact === undefined ? 1 : 0), sources);
  }
  close();
  return [...new Set(reports)];
}

/** `plover_rx.c:120`, the innermost line of the driver's own text at an instruction; `stack` where it hands an skb up. */
function sourceLine(module: string, symbol: string, offset: number, sources: Sources): string | null {
  const table = spawnSync('objdump', ['-t', module], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout;
  const entry = new RegExp(`^([0-9a-f]+)\\s.*\\s(\\.\\S+)\\s+[0-9a-f]+\\s+${symbol}$`, 'm').exec(table);
  if (entry === null) return null;
  const [, start = '0', section = '.text'] = entry;
  const address = (Number.parseInt(start, 16) + offset).toString(16);
  const said = spawnSync('addr2line', ['-i', '-j', section, '-e', module, address], {
    encoding: 'utf8',
  }).stdout;
  for (const line of said.split('\n')) {
    const [, path = '', number = ''] = /^(.*):(\d+)/.exec(line) ?? [];
    const text = sources[basename(path)];
    if (text === undefined) continue;
    return HANDS_UP.test(text.split('\n')[Number(number) - 1] ?? '')
      ? 'stack'
      : `${basename(path)}:${number}`;
  }
  return null;
}
