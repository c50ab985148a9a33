/** Makes log records readable: text, component, severity, driver operation and place. */
import type { HistoryRecord } from '../record/history.ts';
import type { Machine } from '../machine/machine.ts';
import { RESTART_STEPS } from '../machine/queue-management.ts';
import { READ_ERRNO } from '../stack/user.ts';
import { BIND_REFUSED, BIND_TX_REFUSED, DONTNEED_NOT_TCP, DONTNEED_REFUSED } from '../record/log.ts';
import { ADMIN_ACTIONS } from '../contract/config.ts';
import { EVENT_KINDS } from '../contract/event.ts';
import type { Component, EventKind, TraceEvent } from '../contract/event.ts';
import { DROP_CAUSES } from '../contract/snapshot.ts';

const COMPONENT: Readonly<Record<EventKind, Component>> = {
  wire: 'wire',
  split: 'nic',
  unsplit: 'nic',
  'nic-drop': 'nic',
  steer: 'nic',
  interrupt: 'napi',
  poll: 'napi',
  'poll-end': 'napi',
  alloc: 'pool',
  'alloc-fail': 'pool',
  post: 'driver',
  sync: 'driver',
  'cpu-access': 'driver',
  skb: 'driver',
  frag: 'driver',
  'driver-drop': 'driver',
  deliver: 'socket',
  'stack-drop': 'stack',
  'gro-merge': 'stack',
  'socket-queue': 'socket',
  read: 'user',
  token: 'user',
  copy: 'user',
  dontneed: 'user',
  efault: 'user',
  put: 'pool',
  pool: 'pool',
  restart: 'netlink',
  bind: 'netlink',
  unbind: 'netlink',
  refused: 'netlink',
  admin: 'admin',
  'tx-send': 'tx',
  'tx-map': 'tx',
  'tx-post': 'tx',
  'tx-complete': 'tx',
  'tx-unmap': 'tx',
  'tx-drop': 'tx',
  'tx-notify': 'tx',
  fault: 'driver',
  warn: 'driver',
};

const WARNINGS: readonly EventKind[] = [
  'nic-drop',
  'alloc-fail',
  'driver-drop',
  'stack-drop',
  'tx-drop',
  'warn',
  'refused',
];
const ERRORS: readonly EventKind[] = ['fault', 'efault'];

export function describeEvent(machine: Machine, seq: number, record: HistoryRecord): TraceEvent {
  const kind = EVENT_KINDS[record.kind];
  const place = record.place < 0 ? undefined : machine.compiled.places.at(record.place);
  return {
    seq,
    step: record.step,
    time: record.time,
    kind,
    component: COMPONENT[kind],
    severity: ERRORS.includes(kind) ? 'error' : WARNINGS.includes(kind) ? 'warning' : 'info',
    text: textOf(machine, kind, record),
    packet: record.packet < 0 ? null : record.packet,
    queue: record.queue < 0 ? null : record.queue,
    netmem: record.netmem < 0 ? null : record.netmem,
    value: record.value < 0 ? null : record.value,
    operation: place?.api ?? null,
    at: place?.at ?? null,
  };
}

/** `page 12` or `chunk 3`. */
function netmemName(machine: Machine, netmem: number): string {
  if (netmem < 0) return 'buffer';
  const chunk = machine.memory.chunkOf(netmem);
  if (chunk >= 0) return `chunk ${chunk}`;
  return machine.memory.isNetIov(netmem) ? `net_iov ${netmem} of an earlier binding` : `page ${netmem}`;
}

function textOf(machine: Machine, kind: EventKind, record: HistoryRecord): string {
  const { value, queue, packet } = record;
  const buffer = netmemName(machine, record.netmem);
  switch (kind) {
    case 'wire':
      return `frame ${packet}, ${value} bytes`;
    case 'split':
      return `queue ${queue}: frame ${packet} split into header and payload`;
    case 'unsplit':
      return `queue ${queue}: frame ${packet} not split`;
    case 'nic-drop':
    case 'driver-drop':
    case 'stack-drop':
      return `frame ${packet} dropped: ${DROP_CAUSES[value]}`;
    case 'steer':
      return `frame ${packet} goes to queue ${queue}`;
    case 'interrupt':
      return `queue ${queue}: interrupt`;
    case 'poll':
      return `queue ${queue}: NAPI poll, ${value} completions waiting`;
    case 'poll-end':
      return `queue ${queue}: poll done, ${value} frames`;
    case 'alloc':
      return `queue ${queue}: ${buffer} from ${value < 0 ? 'the page allocator' : `pool ${value}`}`;
    case 'alloc-fail':
      return `queue ${queue}: no memory from ${value < 0 ? 'the page allocator' : `pool ${value}`}`;
    case 'post':
      return `queue ${queue}: ${buffer} posted, ${value} descriptors ready`;
    case 'sync':
      return `frame ${packet}: ${buffer} synced for the CPU, ${value} bytes`;
    case 'cpu-access':
      return `frame ${packet}: the CPU reads ${buffer}`;
    case 'skb':
      return `frame ${packet}: skb with ${value} bytes of headers`;
    case 'frag':
      return `frame ${packet}: ${buffer} attached, ${value} bytes`;
    case 'deliver':
    case 'socket-queue':
      return `frame ${packet}: ${value} bytes queued on the socket`;
    case 'gro-merge':
      return `frame ${packet} merged into frame ${value}`;
    case 'read':
      return `frame ${packet}: ${value} bytes read`;
    case 'token':
      return `frame ${packet}: ${buffer} lent to the user, ${value} bytes`;
    case 'copy':
      return `frame ${packet}: ${value} bytes copied to ${buffer}`;
    case 'dontneed':
      return `${value} tokens returned`;
    case 'efault':
      if (packet < 0) return `IORING_OP_RECV_ZC returns -${READ_ERRNO.get(value) ?? value}`;
      return `frame ${packet}: recvmsg returns -${READ_ERRNO.get(value) ?? value}`;
    case 'put':
      return `${buffer} back to its pool`;
    case 'pool':
      return `queue ${queue}: pool ${value} created`;
    case 'restart':
      return `queue ${queue}: restart, ${RESTART_STEPS[value]}`;
    case 'bind':
      return `provider bound to queue ${queue}`;
    case 'unbind':
      return `provider taken off queue ${queue}`;
    case 'refused':
      return refusalText(machine, record);
    case 'admin':
      return ADMIN_ACTIONS[value];
    case 'tx-send':
      return `message part ${packet}: ${value} frags`;
    case 'tx-map':
      return `packet ${packet}: frag ${value} mapped`;
    case 'tx-post':
      return `packet ${packet} posted`;
    case 'tx-complete':
      return `packet ${packet} sent`;
    case 'tx-unmap':
      return `packet ${packet}: frag ${value} let go`;
    case 'tx-drop':
      return `packet ${packet} not sent`;
    case 'tx-notify':
      return `packet ${packet}: completion on the error queue`;
    case 'fault':
    case 'warn':
      return faultText(machine, record);
  }
}

function refusalText(machine: Machine, record: HistoryRecord): string {
  const { controlPlane } = machine;
  if (record.value === DONTNEED_NOT_TCP) return 'SO_DEVMEM_DONTNEED: EBADF, not a TCP socket';
  if (record.value === DONTNEED_REFUSED) {
    return 'SO_DEVMEM_DONTNEED: EINVAL, more than 128 tokens in one call, or a length that is no multiple of 8';
  }
  const refused =
    record.value === BIND_REFUSED
      ? controlPlane.bind
      : record.value === BIND_TX_REFUSED
        ? controlPlane.txBind
        : controlPlane.refused.at(record.value);
  if (refused === undefined || refused.errno === null) return 'refused';
  return `${refused.request}: ${refused.errno}, ${refused.cause}`;
}

function faultText(machine: Machine, record: HistoryRecord): string {
  const fault = machine.evidence.faults.find(({ place }) => place === record.place);
  return fault === undefined ? 'WARN' : `${fault.consequence}: ${fault.text}`;
}
