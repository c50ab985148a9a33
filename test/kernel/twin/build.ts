/**
 * What the twin boots, made from a kernel tree outside the repository: the kernel, the device's module and one module a
 * driver, and the program that runs as init. Everything is made again only where something it is made from changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ported } from '../../simulator/twin/drivers.ts';
import type { TwinDriver } from '../../simulator/twin/drivers.ts';
import { TWIN_RELEASES } from '../../simulator/twin/outcome.ts';
import type { TwinRelease } from '../../simulator/twin/outcome.ts';

const HERE = import.meta.dirname;
const JOBS = '-j2';

export interface Built {
  readonly release: TwinRelease;
  readonly kernel: string;
  readonly init: string;
  readonly core: string;
  /** Module of a driver, with its debug information; null when the kernel's headers do not take the driver. */
  readonly modules: ReadonlyMap<string, string>;
  /** What the compiler said of drivers that did not build. */
  readonly errors: ReadonlyMap<string, string>;
}

/** The release of an unpacked tree, by its Makefile. Throws on a tree that the twin has no outcomes for. */
export function releaseOf(tree: string): TwinRelease {
  const text = readFileSync(join(tree, 'Makefile'), 'utf8');
  const part = (name: string) => new RegExp(`^${name} = (\\d+)`, 'm').exec(text)?.[1] ?? '?';
  const release = TWIN_RELEASES.find((known) => known === `${part('VERSION')}.${part('PATCHLEVEL')}`);
  if (release === undefined) {
    throw new Error(`${tree}: the twin runs on ${TWIN_RELEASES.join(' and ')}, not on this kernel`);
  }
  return release;
}

/** Programs that are run, with the Debian package of each. */
const PROGRAMS: readonly (readonly [program: string, pack: string])[] = [
  ['gcc', 'gcc'],
  ['make', 'make'],
  ['flex', 'flex'],
  ['bison', 'bison'],
  ['bc', 'bc'],
  ['objdump', 'binutils'],
  ['qemu-system-x86_64', 'qemu-system-x86'],
];

function checkPrograms(): void {
  const missing = PROGRAMS.filter(([program]) => spawnSync('which', [program]).status !== 0);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, pack]) => pack)), 'libelf-dev'].join(' ');
  throw new Error(
    `the twin needs ${missing.map(([program]) => program).join(', ')}: apt-get install ${packages}`,
  );
}

/** Builds all of it below `work`. Throws with the tool's words when a step fails. */
export function build(tree: string, work: string, drivers: readonly TwinDriver[]): Built {
  checkPrograms();
  const release = releaseOf(tree);
  const base = join(work, release);
  const kernel = buildKernel(tree, join(base, 'kernel'));
  const init = buildInit(tree, base);
  const { core, modules, errors } = buildModules(tree, base, release, drivers);
  return { release, kernel, init, core, modules, errors };
}

function buildKernel(tree: string, out: string): string {
  const image = join(out, 'arch/x86/boot/bzImage');
  const config = readFileSync(join(HERE, 'kernel.config'), 'utf8');
  const stamp = join(out, 'twin.config');
  if (existsSync(image) && existsSync(stamp) && readFileSync(stamp, 'utf8') === config) return image;
  mkdirSync(out, { recursive: true });
  run('make', ['-s', `O=${out}`, 'tinyconfig'], tree);
  writeFileSync(join(out, '.config'), readFileSync(join(out, '.config'), 'utf8') + config);
  run('make', ['-s', `O=${out}`, 'olddefconfig'], tree);
  const made = readFileSync(join(out, '.config'), 'utf8').split('\n');
  const missing = config.split('\n').filter((line) => /^CONFIG_\w+=/.test(line) && !made.includes(line));
  if (missing.length > 0) throw new Error(`${tree}: the kernel does not take ${missing.join(' ')}`);
  run('nice', ['make', '-s', JOBS, `O=${out}`, 'bzImage', 'modules_prepare'], tree);
  // A module that needs what the kernel does not export is noticed when it is linked.
  run('sh', ['-c', `cp vmlinux.symvers Module.symvers 2>/dev/null || true`], out);
  writeFileSync(stamp, config);
  return image;
}

function buildInit(tree: string, base: string): string {
  const headers = join(base, 'headers');
  if (!existsSync(join(headers, 'usr/include/linux/netdev.h'))) {
    mkdirSync(headers, { recursive: true });
    run('make', ['-s', `O=${headers}`, 'headers'], tree);
  }
  const sources = readdirSync(join(HERE, 'user'))
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(HERE, 'user', name));
  const init = join(base, 'init');
  const include = newestHeaders(base);
  const texts = readdirSync(join(HERE, 'user')).map((name) => readFileSync(join(HERE, 'user', name), 'utf8'));
  const shared = readFileSync(join(HERE, 'module/twin_ioctl.h'), 'utf8');
  const stamp = new Stamp(`${init}.digest`, [...texts, shared].join('\n'));
  if (stamp.holds && existsSync(init)) return init;
  run('gcc', ['-static', '-O1', '-Wall', '-D_GNU_SOURCE', '-isystem', include, '-o', init, ...sources], base);
  stamp.set();
  return init;
}

/** The program knows the newest interfaces; an older kernel answers what it does not know with an errno. */
function newestHeaders(base: string): string {
  const newest = join(base, '../7.3/headers/usr/include');
  return existsSync(newest) ? newest : join(base, 'headers/usr/include');
}

interface Modules {
  readonly core: string;
  readonly modules: Map<string, string>;
  readonly errors: Map<string, string>;
}

function buildModules(
  tree: string,
  base: string,
  release: TwinRelease,
  drivers: readonly TwinDriver[],
): Modules {
  const folder = join(base, 'modules');
  mkdirSync(folder, { recursive: true });
  const shared = readdirSync(join(HERE, 'module')).filter((name) => !name.startsWith('hw_'));
  for (const name of shared) write(join(folder, name), readFileSync(join(HERE, 'module', name), 'utf8'));
  const digests = drivers.map((driver) => writeDriver(folder, release, driver));
  const texts = shared.map((name) => readFileSync(join(HERE, 'module', name), 'utf8'));
  const stamp = new Stamp(join(folder, 'digest'), [...texts, ...digests].join('\n'));
  const core = join(folder, 'twin.ko');
  const paths = drivers.map(({ id }) => [id, join(folder, id, `twin_${id}.ko`)] as const);
  if (stamp.holds && paths.every(([, path]) => existsSync(path))) {
    return { core, modules: new Map(paths), errors: new Map() };
  }
  const subdirectories = drivers.map(({ id }) => `${id}/`).join(' ');
  write(join(folder, 'Kbuild'), `obj-m := twin.o ${subdirectories}\ntwin-y := twin_core.o\n`);
  const make = spawnSync(
    'nice',
    ['make', '-k', JOBS, `O=${join(base, 'kernel')}`, `M=${folder}`, 'KBUILD_MODPOST_WARN=1', 'modules'],
    { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } },
  );
  const said = make.stderr.split('\n');
  const modules = new Map<string, string>();
  const errors = new Map<string, string>();
  for (const [id, path] of paths) {
    if (existsSync(path)) modules.set(id, path);
    else errors.set(id, said.filter((line) => line.includes(`${id}/`) && line.includes('error')).join('\n'));
  }
  if (!existsSync(core)) throw new Error(`the twin's module does not build:\n${make.stderr.slice(-4000)}`);
  stamp.set();
  return { core, modules, errors };
}

/** Writes what a driver's module is made of, where that changed; returns its digest. */
function writeDriver(folder: string, release: TwinRelease, { id, device, files }: TwinDriver): string {
  const own = join(folder, id);
  const texts: Record<string, string> = {
    ...ported(files, release),
    [`hw_${device}.c`]: readFileSync(join(HERE, 'module', `hw_${device}.c`), 'utf8'),
  };
  const stamp = new Stamp(join(own, 'digest'), JSON.stringify(texts));
  if (stamp.holds) return stamp.digest;
  mkdirSync(own, { recursive: true });
  for (const [name, text] of Object.entries(texts)) write(join(own, name), text);
  const objects = Object.keys(texts)
    .filter((name) => name.endsWith('.c'))
    .map((name) => name.replace(/c$/, 'o'));
  write(
    join(own, 'Kbuild'),
    [
      `obj-m := twin_${id}.o`,
      `twin_${id}-y := ${objects.join(' ')}`,
      'ccflags-y := -g -I$(src)/.. -include $(src)/../twin_shim.h',
      '',
    ].join('\n'),
  );
  stamp.set();
  return stamp.digest;
}

/** What something was made from, kept beside it. */
class Stamp {
  readonly digest: string;
  private readonly path: string;

  constructor(path: string, from: string) {
    this.path = path;
    this.digest = createHash('sha256').update(from).digest('hex');
  }

  /** It was made from the same. */
  get holds(): boolean {
    return existsSync(this.path) && readFileSync(this.path, 'utf8') === this.digest;
  }

  set(): void {
    writeFileSync(this.path, this.digest);
  }
}

/** Leaves the file's time alone when nothing changes. */
function write(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

function run(program: string, args: readonly string[], cwd: string): void {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0) {
    const said = `${done.stdout}\n${done.stderr}`.slice(-4000);
    throw new Error(`${program} ${args.join(' ')} failed: ${done.error?.message ?? said}`);
  }
}
