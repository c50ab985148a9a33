/** A driver that the analyser fails on, or on parts of which: it is told of, and the others are printed. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Analyzer, DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import { PLAIN } from '../../extension/analyzer/report/writer.ts';
import { check } from '../../extension/cli/commands/check.ts';
import { fix } from '../../extension/cli/commands/fix.ts';
import { model } from '../../extension/cli/commands/model.ts';
import { report } from '../../extension/cli/commands/report.ts';
import { DRIVER, scratch } from './netmem.ts';

const OPTIONS = {
  confidence: 'low',
  select: [],
  jobs: 1,
  baseline: true,
  define: [],
  verbose: false,
} as const;
const FIX = {
  diff: true,
  write: false,
  unsafe: true,
  rename: false,
  commitMessage: false,
  define: [],
  verbose: false,
};

/** What fails of the driver in the directory `last`. */
let failing: 'all' | 'fixes' | 'programs' = 'all';

const fail = (): never => {
  throw new Error('too deep');
};

function broken(analysis: DriverAnalysis): DriverAnalysis {
  const { findings } = analysis;
  if (failing === 'fixes')
    return {
      ...analysis,
      findings: findings.map((finding) => ({
        ...finding,
        get fixes() {
          return fail();
        },
      })),
    };
  const { version, name, pools, capabilities } = analysis.model;
  return {
    ...analysis,
    model: {
      ...{ version, name, pools, capabilities },
      get programs() {
        return fail();
      },
    },
  };
}

function failsOnLast(real: Analyzer): Analyzer {
  return {
    openDriver: (files, tree, options) => {
      const all = [...files];
      const driver = real.openDriver(all, tree, options);
      if (!all.some(({ path }) => path.includes('/last/'))) return driver;
      if (failing === 'all') fail();
      return {
        ...{ setFile: (file) => driver.setFile(file), removeFile: (path) => driver.removeFile(path) },
        ...{ readWhole: () => driver.readWhole(), dispose: () => driver.dispose() },
        analysis: () => broken(driver.analysis()),
      };
    },
  };
}

vi.mock(import('../../extension/cli/analyzer-host.ts'), async () => {
  const { analyserForTests } = await import('../analyzer/analyse.ts');
  return { loadAnalyzer: async () => failsOnLast(await analyserForTests()) };
});

let out: string;
let messages: string[];

beforeEach(() => {
  out = '';
  messages = [];
});

function terminal() {
  return {
    cwd: scratch({ 'first/foo.c': DRIVER, 'last/foo.c': DRIVER }),
    out: (text: string) => {
      out += text;
    },
    message: (text: string) => {
      messages.push(text);
    },
    ...{ isScreen: false, style: PLAIN, progress: () => undefined },
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
  };
}

const said = (what: RegExp): void => expect(messages).toContainEqual(expect.stringMatching(what));

test.each<[string, () => Promise<number>]>([
  ['check', () => check(['.'], { ...OPTIONS, format: 'text', explain: false }, terminal())],
  ['report', () => report(['.'], { ...OPTIONS, format: 'text' }, terminal())],
])('%s: the driver is left out', async (_, run) => {
  failing = 'all';
  expect(await run()).toBe(1);
  expect(out).toContain('first');
  expect(out).not.toContain('last');
  said(/^last: internal error, the driver was left out: .*too deep$/);
});

test('fix: the driver is left alone', async () => {
  failing = 'all';
  expect(await fix(['.'], FIX, terminal())).toBe(1);
  expect(out).toContain('+++ b/first/foo.c');
  expect(out).not.toContain('last');
  said(/^last: internal error, it was left alone: .*too deep$/);
});

test('fixes of the findings of one driver are left out, the findings are not', async () => {
  failing = 'fixes';
  expect(await check(['.'], { ...OPTIONS, format: 'text', explain: false }, terminal())).toBe(1);
  for (const name of ['first', 'last']) expect(out).toContain(`${name}/foo.c:`);
  said(/^last: internal error, its fixes were left out: .*too deep$/);
});

test('the driver IR is left out of a model, pools and capabilities are not', async () => {
  failing = 'programs';
  expect(await model('last', OPTIONS, terminal())).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ name: 'last', pools: [{ flags: {} }] });
  said(/^last: internal error, its driver IR was left out: .*too deep$/);
});
