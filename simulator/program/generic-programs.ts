/**
 * The documented stand-ins for paths that could not be read from a driver. They do what the pools' roles make
 * necessary and nothing else: a driver with one buffer for headers and payload reads it, one with split buffers does
 * not. Every step is at the place where the pool is made, or where buffers are allocated instead, since there is no line of
 * the driver to point at.
 */
import type { DriverModel, SourceRange } from '../contract/driver-model.ts';
import type { BufferOperand, PathKind, PathProgram, ProgramNode } from '../contract/driver-ir.ts';
import { payloadPool } from './classes.ts';
import { ProgramWriter } from './program-writer.ts';

const PAYLOAD = 0;
const HEADER = 1;

/** The model's programs, completed by generic ones for the paths that a run needs. */
export function completePrograms(model: DriverModel): readonly PathProgram[] {
  const own = model.programs ?? [];
  const has = (path: PathKind) => own.some((program) => program.path === path);
  const generic = genericPrograms(model);
  const needed: readonly PathKind[] = ['rx-poll', 'rx-refill', 'rx-release', 'tx-xmit', 'tx-complete'];
  return [...own, ...generic.filter(({ path }) => needed.includes(path) && !has(path))];
}

function genericPrograms(model: DriverModel): readonly PathProgram[] {
  const pool = payloadPool(model);
  const headers = model.pools.find(({ role }) => role === 'header');
  const at = pool?.createdAt ?? model.buffersFrom?.at ?? somewhere(model);
  const writer = new ProgramWriter(model.name, at);
  const own = model.programs?.find(({ path }) => path === 'rx-poll');
  const buffers: readonly BufferOperand[] = own?.buffers ?? [
    {
      name: 'payload',
      role: pool?.role ?? 'linear',
      pool: pool?.name ?? null,
      heldAs: pool === null ? 'page' : 'netmem',
    },
    ...(headers === undefined
      ? []
      : [{ name: 'header', role: 'header', pool: headers.name, heldAs: 'page' } as const]),
  ];
  const split = pool?.role === 'payload';
  const hasHeader = headers !== undefined && own === undefined;
  const program = (path: PathKind, steps: readonly ProgramNode[], operands = buffers): PathProgram => ({
    path,
    entry: `generic ${path}`,
    origin: 'generic',
    buffers: operands,
    body: { node: 'sequence', at, steps },
  });
  // Where the driver's own poll is known, memory that no path takes past the pools is not said to come from there.
  const refill = refillSteps(writer, buffers, pool === null && own === undefined);
  return [
    program('rx-poll', [...pollSteps(writer, split, hasHeader), ...refill]),
    program('rx-refill', refill),
    program('rx-release', [
      writer.loop('descriptors', '', () =>
        buffers.map((_, buffer) =>
          writer.operation(
            'page_pool_put_full_netmem',
            { kind: 'put', buffer, interface: 'netmem', direct: false },
            '',
          ),
        ),
      ),
    ]),
    program('tx-xmit', transmitSteps(writer), []),
    program('tx-complete', completeSteps(writer), []),
  ];
}

/** The first place that the model has, for a driver whose buffers nobody saw. */
function somewhere({ name, capabilities, programs = [] }: DriverModel): SourceRange {
  const { queueMgmtOps, tcpDataSplit, netmemTx } = capabilities;
  const known = queueMgmtOps.at ?? tcpDataSplit.at ?? netmemTx.at ?? programs.at(0)?.body.at;
  return known ?? { file: name, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** Fills each ring that the driver's buffers can sit in. */
function refillSteps(
  w: ProgramWriter,
  buffers: readonly BufferOperand[],
  system: boolean,
): readonly ProgramNode[] {
  return buffers.flatMap((operand, buffer) => {
    if (operand.role === 'tx' || operand.role === 'private') return [];
    const past = operand.pool === null && system;
    const side = past ? 'page' : 'netmem';
    return [
      w.loop('descriptors', '', () => [
        w.operation(
          past ? 'alloc_page' : 'page_pool_alloc_netmems',
          { kind: 'alloc', buffer, interface: side, from: past ? 'system' : 'pool' },
          '',
        ),
        w.branch('alloc-failed', buffer, '', () => [w.exit('break', '')]),
        w.operation('post', { kind: 'post', buffer }, ''),
      ]),
    ];
  });
}

function pollSteps(w: ProgramWriter, split: boolean, hasHeader: boolean): readonly ProgramNode[] {
  const put = () =>
    w.operation(
      'page_pool_put_full_netmem',
      { kind: 'put', buffer: PAYLOAD, interface: 'netmem', direct: true },
      '',
    );
  const drop = () => [put(), w.loop('fragments', '', () => [put()]), w.exit('continue', '')];
  const frag = () => [
    w.operation('skb_add_rx_frag_netmem', { kind: 'add-frag', buffer: PAYLOAD, interface: 'netmem' }, ''),
  ];
  const read = () =>
    w.operation('page_address', { kind: 'cpu-access', buffer: PAYLOAD, how: 'parse-headers' }, '');
  return [
    w.loop('completions', '', () => [
      ...(split
        ? [w.branch('!split-happened', null, '', () => [w.branch('address-null', PAYLOAD, '', drop), read()])]
        : [read()]),
      w.operation('napi_alloc_skb', { kind: 'alloc-skb' }, ''),
      w.operation('skb_put_data', { kind: 'copy-header', buffer: hasHeader ? HEADER : null }, ''),
      ...(hasHeader ? [w.operation('post', { kind: 'post', buffer: HEADER }, '')] : []),
      w.branch('!payload-empty', null, '', () => [...frag(), w.loop('fragments', '', frag)]),
      w.operation('skb_mark_for_recycle', { kind: 'mark-for-recycle' }, ''),
      w.operation('napi_gro_receive', { kind: 'deliver' }, ''),
    ]),
  ];
}

function transmitSteps(w: ProgramWriter): readonly ProgramNode[] {
  return [
    w.operation('dma_map_single', { kind: 'tx-map-head' }, ''),
    w.loop('fragments', '', () => [
      w.operation('skb_frag_dma_map', { kind: 'tx-map-frag', helper: 'skb-frag' }, ''),
      w.operation('netmem_dma_unmap_addr_set', { kind: 'tx-store-address', helper: 'netmem' }, ''),
    ]),
    w.operation('post', { kind: 'tx-post' }, ''),
  ];
}

function completeSteps(w: ProgramWriter): readonly ProgramNode[] {
  return [
    w.loop('descriptors', '', () => [
      w.operation('dma_unmap_single', { kind: 'tx-unmap-head' }, ''),
      w.loop('fragments', '', () => [
        w.operation('netmem_dma_unmap_page_attrs', { kind: 'tx-unmap-frag', helper: 'netmem' }, ''),
      ]),
      w.operation('napi_consume_skb', { kind: 'tx-free-skb' }, ''),
    ]),
  ];
}
