/**
 * `npm run fuzz -- analyzer [--tree TREE] [--runs N] [--seed N] [--keep DIRECTORY]`: real drivers of a kernel tree, or the
 * example without one, spoilt in memory, with every invariant of the analyser on. A thread does the work, so that a run
 * that hangs or takes all memory is said as well. `--keep` writes the texts of a failure, to make a test of.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { SourceFile } from '../../extension/analyzer/analyzer.ts';
import { mayHoldBuffers } from '../../extension/analyzer/kernel/subject.ts';
import { discover, type DriverInput } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import { createAnalyzer } from '../../extension/analyzer/engine/create-analyzer.ts';
import { Random } from '../../simulator/core/random.ts';
import { checkDriver, type FuzzedDriver, type Outcome } from '../analyzer/fuzz/invariants.ts';

/** A run that takes longer hangs: the largest driver is analysed a few dozen times in it. */
const LIMIT_MS = 300_000;
/** Larger drivers would take most of the time and show nothing that others do not. */
const MAX_DRIVER = 1_500_000;

const { values } = parseArgs({
  options: {
    tree: { type: 'string', default: process.env['KERNEL_TREE'] ?? '' },
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string', default: '' },
  },
});
const root = values.tree === '' ? null : resolve(values.tree);

interface Reply {
  readonly seed: number;
  readonly driver: string;
  readonly outcome: Outcome;
}

async function serve(): Promise<void> {
  const repository = resolve(__dirname, '../..');
  const modules = join(repository, 'node_modules');
  const analyzer = await createAnalyzer({
    runtime: readFileSync(join(modules, 'web-tree-sitter/web-tree-sitter.wasm')),
    grammar: readFileSync(join(modules, 'tree-sitter-c/tree-sitter-c.wasm')),
  });
  const tree = kernelTree(root, NEWEST);
  const folder = root === null ? join(repository, 'extension/example') : join(root, 'drivers/net');
  const { drivers } = await discover([folder], folder);
  const read = (path: string) => readSource(path, path, ['/']);
  const sources = async (driver: DriverInput): Promise<readonly SourceFile[]> =>
    withHeaders(driver, readNamed(driver, read), root, read);

  const hasPool = (text: string): boolean => text.includes('page_pool_create');
  /** Mostly one that has buffers to look at, and of those one with a page pool. */
  const draw = async (random: Random): Promise<FuzzedDriver> => {
    for (let left = 200; ; left--) {
      const driver = drivers[random.below(drivers.length)];
      if (driver === undefined) throw new Error(`${folder}: no drivers`);
      const named = readNamed(driver, read);
      const subject = random.percent(70) ? hasPool : mayHoldBuffers;
      const wanted = named.some(({ text }) => subject(text)) || random.percent(2);
      if (left > 0 && !wanted) continue;
      const files = await sources(driver);
      if (left > 0 && files.reduce((sum, { text }) => sum + text.length, 0) > MAX_DRIVER) continue;
      return { name: driver.name, files };
    }
  };

  parentPort?.on('message', (seed: number) => {
    const random = new Random(seed);
    void (async () => {
      const driver = await draw(random);
      const other = await draw(random);
      const foreign = other.files[random.below(other.files.length)]?.text ?? '';
      const reply: Reply = {
        seed,
        driver: driver.name,
        outcome: checkDriver(analyzer, tree, driver, foreign, random.next()),
      };
      parentPort?.postMessage(reply);
    })();
  });
}

/** The outcome of a seed, or in words why there is none. */
function ask(worker: Worker, seed: number): Promise<Reply | string> {
  return new Promise((done) => {
    const settle = (reply: Reply | string): void => {
      clearTimeout(timer);
      worker.off('message', settle).off('error', failed).off('exit', ended);
      done(reply);
    };
    const failed = (error: Error): void => settle(`ends the thread: ${error.stack ?? error.message}`);
    const ended = (): void => settle('ends the thread');
    const timer = setTimeout(() => settle(`takes more than ${LIMIT_MS / 1000} s`), LIMIT_MS);
    worker.on('message', settle).on('error', failed).on('exit', ended);
    worker.postMessage(seed);
  });
}

function keep(seed: number, texts: readonly SourceFile[]): void {
  if (values.keep === '') return;
  const directory = join(resolve(values.keep), String(seed));
  mkdirSync(directory, { recursive: true });
  for (const { path, text } of texts) writeFileSync(join(directory, basename(path)), text);
}

async function main(): Promise<void> {
  const first = Number(values.seed);
  const runs = Number(values.runs);
  const drivers = new Set<string>();
  let inputs = 0;
  let edits = 0;
  let failed = 0;
  const start = () => new Worker(__filename, { argv: process.argv.slice(2) });
  let worker = start();
  for (let seed = first; seed < first + runs; seed++) {
    const reply = await ask(worker, seed);
    if (typeof reply === 'string') {
      failed++;
      console.log(`seed ${seed}: ${reply}`);
      await worker.terminate();
      worker = start();
      continue;
    }
    const { driver, outcome } = reply;
    drivers.add(driver);
    inputs += outcome.inputs;
    edits += outcome.edits;
    if (outcome.broken.length === 0) continue;
    failed++;
    console.log(`seed ${seed}: ${driver}: ${outcome.mutations.join(', ')}`);
    for (const text of outcome.broken) console.log(`  ${text}`);
    keep(seed, outcome.texts);
  }
  await worker.terminate();
  const minutes = (process.uptime() / 60).toFixed(1);
  console.log(
    `${runs} runs over ${drivers.size} drivers in ${minutes} min: ${inputs} spoilt texts, ` +
      `${edits} edits of conversions, ${failed} runs with a broken invariant`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}

void (isMainThread ? main() : serve());
