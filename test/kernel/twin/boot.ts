/** Boots the twin's kernel once for one case, in software, and brings back what program and kernel said. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../simulator/twin/outcome.ts';
import type { Built } from './build.ts';
import { initramfs } from './initramfs.ts';

/** A boot takes two seconds alone; this is for machines with a lot to do. */
const TIMEOUT = 180_000;

export interface Session {
  /** One object a step, in order; fewer than steps when the kernel went down. */
  readonly results: readonly StepResult[];
  /** The kernel's log. */
  readonly log: string;
  /** The machine did not end by itself. */
  readonly hung: boolean;
}

export type StepResult = Readonly<Record<string, unknown>> & { readonly step: string };

/** Runs the steps with the driver's module. Throws when there is no emulator, or init did not start. */
export function boot(built: Built, driver: string, steps: readonly string[], folder: string): Session {
  const module = built.modules.get(driver);
  if (module === undefined) throw new Error(`${driver} was not built: ${built.errors.get(driver) ?? ''}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const image = initramfs([
    { path: 'dev' },
    { path: 'proc' },
    { path: 'init', data: readFileSync(built.init) },
    { path: 'twin.ko', data: stripped(built.core, file('twin.ko')) },
    { path: `twin_${driver}.ko`, data: stripped(module, file('driver.ko')) },
  ]);
  writeFileSync(file('initrd'), image);
  const line = `console=ttyS0 loglevel=7 panic=-1 oops=panic hugepages=2 reboot=t -- ${[`load:twin_${driver}`, ...steps].join(',')}`;
  const done = spawnSync(
    'qemu-system-x86_64',
    [
      ...['-accel', 'tcg', '-m', '256', '-display', 'none', '-nodefaults', '-no-reboot'],
      ...['-kernel', built.kernel, '-initrd', file('initrd'), '-append', line],
      ...['-serial', `file:${file('log')}`, '-serial', `file:${file('results')}`],
    ],
    { encoding: 'utf8', timeout: TIMEOUT, killSignal: 'SIGKILL' },
  );
  const hung = done.error !== undefined && 'code' in done.error && done.error.code === 'ETIMEDOUT';
  if (done.error !== undefined && !hung) throw new Error(`qemu-system-x86_64: ${done.error.message}`);
  const log = readFileSync(file('log'), 'utf8').replaceAll('\r', '');
  const results = readFileSync(file('results'), 'utf8')
    .split('\n')
    .filter((text) => text.startsWith('{') && text.endsWith('}'))
    .map(parse);
  if (results.length === 0 && !hung)
    throw new Error(`the twin did not boot: ${done.stderr}\n${log.slice(-2000)}`);
  return { results, log, hung };
}

function parse(text: string): StepResult {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error(`not a result: ${text}`);
  if (typeof value['step'] !== 'string') throw new Error(`the program ended: ${text}`);
  return { ...value, step: value['step'] };
}

/** The module without its debug information. */
function stripped(module: string, to: string): Uint8Array {
  const done = spawnSync('strip', ['--strip-debug', '-o', to, module], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`strip ${module}: ${done.stderr}`);
  return readFileSync(to);
}
