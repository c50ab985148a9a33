/**
 * What happened in a run, as plain data for timelines, logs and traces. Kept in compact columns while the machine
 * runs; these objects are made when somebody asks for them.
 */
import type { SourceRange } from './driver-model.ts';

export const EVENT_KINDS = [
  'wire',
  'split',
  'unsplit',
  'nic-drop',
  'steer',
  'interrupt',
  'poll',
  'poll-end',
  'alloc',
  'alloc-fail',
  'post',
  'sync',
  'cpu-access',
  'skb',
  'frag',
  'driver-drop',
  'deliver',
  'stack-drop',
  'gro-merge',
  'socket-queue',
  'read',
  'token',
  'copy',
  'dontneed',
  'efault',
  'put',
  'pool',
  'restart',
  'bind',
  'unbind',
  'refused',
  'admin',
  'tx-send',
  'tx-map',
  'tx-post',
  'tx-complete',
  'tx-unmap',
  'tx-drop',
  'tx-notify',
  'fault',
  'warn',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The part of the machine that an event happened in. */
export type Component =
  'wire' | 'nic' | 'napi' | 'driver' | 'pool' | 'stack' | 'socket' | 'user' | 'tx' | 'netlink' | 'admin';

export interface TraceEvent {
  /** Number of the record, from 0. */
  readonly seq: number;
  /** Number of the machine step (`Simulation.position`) that made it. */
  readonly step: number;
  /** Nanoseconds. */
  readonly time: number;
  readonly kind: EventKind;
  readonly component: Component;
  readonly severity: 'info' | 'warning' | 'error';
  /** One line for people. */
  readonly text: string;
  readonly packet: number | null;
  readonly queue: number | null;
  /** Netmem reference (chunk or page) the record is about. */
  readonly netmem: number | null;
  /** Bytes, a count, an index: what it is depends on the kind; null where there is none. */
  readonly value: number | null;
  /** The driver's operation that ran, as written (`page_pool_dev_alloc_pages`); null outside the driver. */
  readonly operation: string | null;
  readonly at: SourceRange | null;
}
