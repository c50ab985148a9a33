/** Which alias classes of a program the rings hold, and from which pool each class takes its buffers. */
import type { DriverModel, BufferRole, PoolModel } from '../contract/driver-model.ts';
import type { BufferOperand } from '../contract/driver-ir.ts';
import type { Compiled, CompiledProgram } from './compile.ts';

/** Classes of a program that the rings hold, and the pool each class comes from. */
export interface ProgramClasses {
  readonly payload: number;
  readonly header: number;
  /** By alias class and queue: pool number or -1; changes when a queue is restarted. */
  readonly pools: readonly number[][];
  readonly models: readonly (PoolModel | null)[];
}

/** Roles that can sit in the payload ring, the likeliest first. */
const PAYLOAD_ROLES: readonly BufferRole[] = ['payload', 'linear', 'mixed', 'unknown', 'xdp'];

/** Pools that are made for each receive queue. */
export function receivePools(model: DriverModel): readonly PoolModel[] {
  return model.pools.filter(({ role }) => role !== 'tx' && role !== 'private' && role !== 'xdp');
}

/** The pool whose memory a provider would stand behind. */
export function payloadPool(model: DriverModel): PoolModel | null {
  for (const role of PAYLOAD_ROLES) {
    const pool = model.pools.find((candidate) => candidate.role === role);
    if (pool !== undefined) return pool;
  }
  return null;
}

export function hasHeaderRing(compiled: Compiled): boolean {
  return compiled.programs.some((program) => program.postsHeaders);
}

/** @param queues receive queues of the device; pool numbers are filled in when the pools are made. */
export function classesOf(model: DriverModel, program: CompiledProgram, queues: number): ProgramClasses {
  const payload = payloadClass(program.buffers);
  const header = program.buffers.findIndex(({ role }) => role === 'header');
  return {
    payload,
    header,
    pools: program.buffers.map(() => new Array<number>(queues).fill(-1)),
    models: program.buffers.map((buffer) => poolOfClass(model, buffer)),
  };
}

/** What a provider could stand behind comes first, whatever else the device writes to. */
function payloadClass(buffers: readonly BufferOperand[]): number {
  for (const fromPool of [true, false]) {
    for (const wanted of PAYLOAD_ROLES) {
      const found = buffers.findIndex(({ role, pool }) => role === wanted && (pool !== null) === fromPool);
      if (found >= 0) return found;
    }
  }
  return -1;
}

/** By name; else, for a class that comes from some pool, the pool of its role. */
function poolOfClass(model: DriverModel, buffer: BufferOperand): PoolModel | null {
  const named = model.pools.find(({ name }) => name === buffer.pool);
  if (named !== undefined) return named;
  return model.pools.find(({ role }) => role === buffer.role) ?? payloadPool(model);
}
