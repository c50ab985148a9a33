/**
 * Whether plain data is a driver model in all its members, for models out of files: these are untrusted, and the panel
 * shows and runs what they say. A test compares with the schema that is made from the types.
 */
import { DRIVER_MODEL_VERSION } from '../../simulator/contract/driver-model.ts';
import type { DriverModel } from '../../simulator/contract/driver-model.ts';
import { isFields, isNumber, isString } from './decode.ts';

/** @param depth nodes above the value */
type Check = (value: unknown, depth: number) => boolean;

/** Deeper than any driver calls; the checks and the machine recurse. */
const MAX_DEPTH = 400;

const text: Check = (value) => isString(value);
const number: Check = (value) => isNumber(value);
const flag: Check = (value) => typeof value === 'boolean';
const nothing: Check = (value) => value === null;
const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value);
const either =
  (...checks: readonly Check[]): Check =>
  (value, depth) =>
    checks.some((check) => check(value, depth));
const list =
  (item: Check): Check =>
  (value, depth) =>
    Array.isArray(value) && value.every((each: unknown) => item(each, depth));

/** A record with these members and no others. */
function record(
  members: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const all = new Map([...Object.entries(members), ...Object.entries(optional)]);
  const required = Object.keys(members);
  return (value, depth) =>
    isFields(value) &&
    depth < MAX_DEPTH &&
    required.every((name) => Object.hasOwn(value, name)) &&
    Object.keys(value).every((name) => all.get(name)?.(value[name], depth + 1) === true);
}

const at = record({ file: text, line: number, column: number, endLine: number, endColumn: number });
const sourced = (value: Check): Check => record({ value, at: either(nothing, at) });
const role = oneOf('payload', 'linear', 'header', 'xdp', 'tx', 'private', 'mixed', 'unknown');
const poolFlag = oneOf(
  ...['PP_FLAG_DMA_MAP', 'PP_FLAG_DMA_SYNC_DEV', 'PP_FLAG_SYSTEM_POOL', 'PP_FLAG_ALLOW_UNREADABLE_NETMEM'],
);
const isSet = sourced(oneOf('set', 'unset'));
const numberOrNull = either(nothing, number);

const pool = record({
  ...{ name: text, role, createdAt: at, flags: sourced(list(poolFlag)) },
  conditionalFlags: list(record({ flag: poolFlag, condition: text, at })),
  ...{ order: sourced(numberOrNull), poolSize: sourced(numberOrNull), poolSizeText: either(nothing, text) },
  maxLen: sourced(either(number, oneOf('set', 'unset'))),
  offset: sourced(numberOrNull),
  dmaDir: sourced(oneOf('DMA_FROM_DEVICE', 'DMA_BIDIRECTIONAL', 'DMA_TO_DEVICE', 'unset', 'unknown')),
  ...{ netdev: isSet, queueIdx: isSet, napi: isSet },
});

const ability = sourced(flag);
const capabilities = record(
  {
    ...{ tcpDataSplit: ability, tcpDataSplitSet: ability, tcpDataSplitGet: ability, hdsThresh: ability },
    queueMgmtOps: sourced(
      list(oneOf('ndo_queue_mem_alloc', 'ndo_queue_mem_free', 'ndo_queue_start', 'ndo_queue_stop')),
    ),
    ...{
      rxPageSize: ability,
      netmemTx: sourced(oneOf('none', 'dma', 'no-dma')),
      xdp: ability,
      afXdp: ability,
    },
  },
  {
    closedQueue: sourced(either(nothing, text)),
    refusedPageSizes: list(record({ side: oneOf('above', 'below'), bytes: number, errno: text, at })),
  },
);

const buffer = record({
  name: text,
  role,
  pool: either(nothing, text),
  heldAs: oneOf('page', 'netmem', 'address'),
});
const by = oneOf('page', 'netmem', 'address');
const of = { buffer: number };
/** Members that an operation may have besides. */
const OPTIONAL: Readonly<Record<string, Readonly<Record<string, Check>>>> = { alloc: { pool: number } };
/** Members of each kind of operation, beside the kind. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  alloc: { ...of, interface: by, from: oneOf('pool', 'system') },
  'dma-address': { ...of, interface: by },
  'dma-map': of,
  'dma-unmap': of,
  post: of,
  'sync-for-cpu': { ...of, by: oneOf('pool', 'dma-api'), interface: by },
  'sync-for-device': { ...of, by: oneOf('pool', 'dma-api'), interface: by },
  'take-address': { ...of, interface: by },
  'cpu-access': {
    ...of,
    how: oneOf(
      'read',
      'write',
      'memcpy',
      'kmap',
      'prefetch',
      'eth-type-trans',
      'parse-headers',
      'gro-headers',
    ),
  },
  unwrap: { ...of, to: oneOf('page', 'net-iov') },
  'build-skb': of,
  'alloc-skb': {},
  'copy-header': { buffer: numberOrNull },
  'add-frag': { ...of, interface: by },
  'add-frag-noacc': { ...of, interface: by },
  'mark-for-recycle': {},
  'run-xdp': of,
  'read-skb-head': {},
  deliver: {},
  'free-skb': {},
  put: { ...of, interface: by, direct: flag },
  'free-page': of,
  refcount: of,
  'clear-slot': of,
  'pool-ref': of,
  'pool-create': { pool: text },
  'pool-destroy': { pool: text },
  'napi-enable': {},
  'napi-disable': {},
  'tx-map-head': {},
  'tx-unmap-head': {},
  'tx-map-frag': { helper: oneOf('skb-frag', 'page', 'address') },
  'tx-store-address': { helper: oneOf('plain', 'netmem', 'mark') },
  'tx-unmap-frag': { helper: oneOf('plain', 'netmem') },
  'tx-read-payload': { how: oneOf('copy', 'checksum', 'linearize') },
  'tx-post': {},
  'tx-free-skb': {},
  'tx-drop': {},
};

const condition = record(
  {
    means: oneOf(
      ...['address-null', 'is-net-iov', 'pool-unreadable', 'queue-has-provider', 'split-happened'],
      ...['split-enabled', 'xdp-attached', 'xdp-consumed', 'length-at-most', 'payload-empty'],
      ...[
        'first-fragment',
        'last-fragment',
        'header-completion',
        'payload-completion',
        'frame-completion',
        'alloc-failed',
        'slot-empty',
        'skb-null',
        'skb-has-head',
        'mapping-error',
      ],
      ...['rx-error', 'ring-empty', 'checksum-good', 'no-pool', 'skb-unreadable', 'frag-is-net-iov'],
      ...['frag-marked', 'page-reusable', 'large-buffers', 'always', 'unknown'],
    ),
    ...{ negated: flag, buffer: numberOrNull, bytes: numberOrNull, text },
  },
  {
    variable: record({ variable: number, compare: oneOf('==', '<', '>'), value: number }),
    expected: flag,
    pool: number,
    asks: record({ question: number, answers: list(text), except: flag }),
  },
);

/** One check by the word that tells the kinds apart. */
function tagged(tag: string, kinds: Readonly<Record<string, Check>>): Check {
  const checks = new Map(Object.entries(kinds));
  return (value, depth) => {
    const kind = isFields(value) ? value[tag] : undefined;
    return isString(kind) && checks.get(kind)?.(value, depth) === true;
  };
}

const operation = tagged(
  'kind',
  Object.fromEntries(
    Object.entries(OPERATIONS).map(([kind, members]) => [
      kind,
      record({ kind: text, ...members }, OPTIONAL[kind]),
    ]),
  ),
);
const nodes = list((value, depth) => node(value, depth));
const sequence = record({ node: oneOf('sequence'), at, steps: nodes });
const node = tagged('node', {
  sequence,
  branch: record({ node: text, at, condition, then: nodes, otherwise: nodes }),
  loop: record({
    ...{ node: text, at, body: nodes },
    over: oneOf('completions', 'fragments', 'descriptors', 'unknown'),
  }),
  call: record({ node: text, at, function: text, body: nodes }),
  exit: record({ node: text, at, exit: oneOf('return', 'continue', 'break', 'leave') }),
  assign: record({ node: text, at, variable: number, value: numberOrNull, from: numberOrNull }),
  label: record({ node: text, at, label: number }),
  goto: record({ node: text, at, label: number }, { next: flag }),
  operation: record(
    { node: text, at, operation, api: text },
    { doubt: oneOf('pages-only', 'operand', 'mark') },
  ),
});

const path = oneOf(
  ...['rx-poll', 'rx-refill', 'rx-release', 'tx-xmit', 'tx-complete'],
  ...['queue-mem-alloc', 'queue-mem-free', 'queue-start', 'queue-stop'],
);
const program = record(
  {
    path,
    ...{ entry: text, origin: oneOf('driver', 'generic'), buffers: list(buffer), body: sequence },
  },
  { variables: list(text), kept: list(record({ variable: number, state: text })), cut: oneOf(true) },
);
const question = record(
  { key: text, text, about: oneOf('mode', 'packet'), answers: list(text), at },
  { rest: text },
);
const unread = record({ path, why: text, at: either(nothing, at) });

const model = record(
  { version: oneOf(DRIVER_MODEL_VERSION), name: text, pools: list(pool), capabilities },
  { kernel: text, programs: list(program), questions: list(question), unread: list(unread) },
);

/** Whether every member, down to the last node of a program, is what the machine and the panel expect. */
export function isWholeDriverModel(value: unknown): value is DriverModel {
  return model(value, 0);
}
