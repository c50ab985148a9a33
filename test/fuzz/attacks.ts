/**
 * `npm run fuzz -- attacks [WORD]`: what a hostile repository can try, against the built command, each in a directory of its own.
 * A fix over five files is killed for real at each of its calls to the file system, and fails there for want of space. Every
 * attack says what must not happen; the suite prints a line for each, and exits with 1 if one did.
 */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const NETMEM = join(ROOT, 'dist/netmem.cjs');
const CONVERTIBLE = readFileSync(join(ROOT, 'test/support/convertible.c'), 'utf8');
/** Far above what any takes; what reaches it hangs. */
const LIMIT_MS = 120_000;
const PRECIOUS = 'precious';

interface Run {
  readonly out: string;
  readonly err: string;
  /** Null if it was killed or took too long. */
  readonly code: number | null;
}

interface Attack {
  readonly name: string;
  /** @returns what harm was done, or null */
  readonly run: (home: string) => string | null;
}

type Files = Readonly<Record<string, string>>;

function write(home: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

function link(home: string, name: string, target: string): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  symlinkSync(target, join(home, name));
}

/** Memory is bounded, so that what grows without end ends. */
function netmem(cwd: string, args: readonly string[], env: Files = {}, input = ''): Run {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--max-old-space-size=1024', NETMEM, ...args],
    {
      ...{ cwd, input, encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: 256 * 1024 * 1024 },
      env: { ...process.env, NO_COLOR: '1', ...env },
    },
  );
  return { out: stdout, err: stderr, code: status };
}

/** An end that a user can make something of. */
function orderly({ err, code }: Run, allowed: readonly number[]): string | null {
  if (code === null) return 'did not end';
  if (/internal error|^\s+at /m.test(err)) return `an exception: ${err.split('\n', 1)[0] ?? ''}`;
  return allowed.includes(code) ? null : `exit code ${code}: ${err.split('\n', 1)[0] ?? ''}`;
}

const unharmed = (path: string): string | null =>
  readFileSync(path, 'utf8') === PRECIOUS ? null : 'a file outside was written';

function texts(home: string): Record<string, string> {
  const names = readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(home, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}

const planted: readonly Attack[] = ['baseline', 'fix', 'pcapng', 'trace', 'counters'].map((what) => ({
  name: `links planted at the names that ${what} writes`,
  run: (home) => {
    write(home, { victim: PRECIOUS, 'work/foo/foo.c': CONVERTIBLE });
    const cwd = join(home, 'work');
    // The names of old versions, for every process that there may be.
    const names = ['.netmem-baseline.json', 'run', 'foo/.foo.c', 'foo/..netmem-fix.json'];
    for (const name of ['.netmem-baseline.json', 'run']) link(cwd, name, '../victim');
    const first = process.pid;
    for (let pid = first; pid < first + 400; pid += 1)
      for (const name of names)
        link(cwd, `${dirname(name)}/.${name.split('/').at(-1) ?? ''}.${pid}.tmp`, join(home, 'victim'));
    const args =
      what === 'baseline'
        ? ['baseline', '.']
        : what === 'fix'
          ? ['fix', '--write', '.']
          : ['simulate', `--${what}`, 'run'];
    return orderly(netmem(cwd, args), [0, 2]) ?? unharmed(join(home, 'victim'));
  },
}));

const reads: readonly Attack[] = [
  '/proc/self/pagemap',
  '/proc/kcore',
  '/dev/zero',
  '/dev/tty',
  '/dev/random',
  '/proc/self/mem',
].flatMap((target) => [
  {
    name: `#include of ${target} by its path`,
    run: (home: string) => {
      const up = '../'.repeat(home.split('/').length + 2);
      write(home, { 'foo/foo.c': `#include "${up}${target.slice(1)}"\n${CONVERTIBLE}` });
      return orderly(netmem(home, ['check', 'foo']), [1]) ?? orderly(netmem(home, ['fix', 'foo']), [0]);
    },
  },
  ...['foo/foo.h', 'foo/Makefile', '.netmemrc.json', '.netmem-baseline.json', 'foo/other.c', '.git'].map(
    (name) => ({
      name: `${name} as a link to ${target}`,
      run: (home: string) => {
        write(home, { 'foo/foo.c': `#include "foo.h"\n${CONVERTIBLE}` });
        link(home, name, target);
        return orderly(netmem(home, ['check', 'foo']), [1, 2]);
      },
    }),
  ),
]);

const settings: readonly Attack[] = [
  {
    name: 'a baseline of the settings through a link that leads out',
    run: (home) => {
      write(home, { 'work/.netmemrc.json': '{ "baseline": "link/x.json" }', 'work/foo/foo.c': CONVERTIBLE });
      write(home, { 'out/x.json': '{ "version": 1, "entries": [] }' });
      link(home, 'work/link', '../out');
      const run = netmem(join(home, 'work'), ['check', 'foo']);
      return orderly(run, [2]) ?? (run.err.includes('leads out') ? null : 'was read');
    },
  },
  {
    name: 'a journal that names the directories of others',
    run: (home) => {
      const journal = { version: 2, fix: 'f'.repeat(32), process: 999_999, files: [] };
      write(home, {
        'work/.git/HEAD': '',
        'work/foo/foo.c': CONVERTIBLE,
        'work/foo/.netmem-fix.json': JSON.stringify({ ...journal, directories: ['', '../../out'] }),
        'out/.netmem-fix.json': PRECIOUS,
      });
      const run = netmem(join(home, 'work'), ['fix', '--write', '.']);
      return orderly(run, [2]) ?? unharmed(join(home, 'out/.netmem-fix.json'));
    },
  },
  {
    name: 'a source that is a link out of the work tree',
    run: (home) => {
      write(home, { 'work/.git/HEAD': '', 'out/victim.c': CONVERTIBLE });
      link(home, 'work/foo.c', '../out/victim.c');
      const run = netmem(join(home, 'work'), ['fix', '--write', 'foo.c']);
      const same = readFileSync(join(home, 'out/victim.c'), 'utf8') === CONVERTIBLE;
      return orderly(run, [2]) ?? (same ? null : 'a file outside was written');
    },
  },
];

const input: readonly Attack[] = [
  ...['--files-from', '--diff'].map((option) => ({
    name: `${option} that never ends`,
    run: (home: string) => orderly(netmem(home, ['check', option, '/dev/zero']), [2]),
  })),
  { name: 'a trace that never ends', run: (home) => orderly(netmem(home, ['replay', '/dev/zero']), [2]) },
  {
    name: 'a file of 100 GB',
    run: (home) => {
      write(home, { 'foo/foo.c': '' });
      spawnSync('truncate', ['-s', '100G', join(home, 'foo/foo.c')]);
      return orderly(netmem(home, ['check', 'foo/foo.c']), [2]);
    },
  },
];

/** Five files in three directories, one driver each. */
const FIVE: Files = {
  'a/a.c': CONVERTIBLE,
  'a/sub/b.c': CONVERTIBLE,
  'c/c.c': CONVERTIBLE,
  'c/sub/d.c': CONVERTIBLE,
  'e/e.c': CONVERTIBLE,
};

/** Loaded into the command: at call N that changes the disk, the process is killed, or the call fails. */
const HOOK = `
const fs = require('node:fs');
let left = Number(process.env.FAULT_AT);
for (const name of ['openSync', 'writeSync', 'fsyncSync', 'closeSync', 'fchmodSync', 'fchownSync', 'linkSync', 'renameSync', 'unlinkSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    const counts = name !== 'openSync' || (args[1] & fs.constants.O_CREAT) !== 0;
    if (counts && --left === 0) {
      if (process.env.FAULT_KIND === 'kill') process.kill(process.pid, 'SIGKILL');
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }
    return real(...args);
  };
}
process.on('exit', () => { if (left > 0) fs.writeFileSync(process.env.FAULT_OUT, 'over'); });
`;

const faults: readonly Attack[] = ['kill', 'full'].map((kind) => ({
  name: `a fix of five files, ${kind === 'kill' ? 'killed' : 'without space'} at every call that changes the disk`,
  run: (home) => {
    const hook = join(home, 'hook.cjs');
    const over = join(home, 'over');
    writeFileSync(hook, HOOK);
    write(join(home, 'whole'), FIVE);
    netmem(join(home, 'whole'), ['fix', '--write', '.']);
    const after = texts(join(home, 'whole'));
    for (let at = 1; !existsSync(over); at += 1) {
      const cwd = join(home, `at-${at}`);
      write(cwd, FIVE);
      netmem(cwd, ['fix', '--write', '.'], {
        ...{ NODE_OPTIONS: `--require ${hook}`, FAULT_AT: String(at), FAULT_KIND: kind, FAULT_OUT: over },
      });
      const left = Object.values(texts(cwd));
      for (const [name, text] of Object.entries(FIVE))
        if (!left.includes(text) && !left.includes(after[name] ?? ''))
          return `${name} was lost at call ${at}`;
      const next = netmem(cwd, ['fix', '--write', '.']);
      const problem = orderly(next, [0]);
      if (problem !== null) return `call ${at}: the next run: ${problem}`;
      if (JSON.stringify(texts(cwd)) !== JSON.stringify(after))
        return `call ${at}: the next run did not settle it`;
      rmSync(cwd, { recursive: true });
    }
    return null;
  },
}));

/** Suites of their own, with more than a unit test has time for. */
const suites: readonly Attack[] = [
  { path: 'test/cli/write-faults.test.ts', env: { FAULTS: 'all' }, what: 'a fault and a save at every step' },
  { path: 'test/server/many-documents.test.ts', env: { MANY: '10000' }, what: '10,000 open documents' },
].map(({ path, env, what }) => ({
  name: `${what} (${path})`,
  run: () => {
    const { status } = spawnSync(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', path, '--testTimeout=600000'],
      {
        ...{ cwd: ROOT, stdio: 'ignore' },
        env: { ...process.env, ...env },
      },
    );
    return status === 0 ? null : 'failed; run it by itself to see why';
  },
}));

const [word = ''] = process.argv.slice(2);
const attacks = [...planted, ...reads, ...settings, ...input, ...faults, ...suites].filter(({ name }) =>
  name.includes(word),
);
let harmed = 0;
for (const { name, run } of attacks) {
  const home = mkdtempSync(join(tmpdir(), 'netmem-attack-'));
  const started = performance.now();
  const harm = run(home);
  rmSync(home, { recursive: true, force: true });
  if (harm !== null) harmed += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${harm === null ? 'ok  ' : 'HARM'} ${seconds.padStart(6)} s  ${name}${harm === null ? '' : `: ${harm}`}`,
  );
}
console.log(`${attacks.length} attacks, ${harmed} did harm`);
process.exitCode = harmed > 0 ? 1 : 0;
