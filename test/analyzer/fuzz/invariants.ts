/** What holds for every driver, however spoilt: checked along a random series of edits. */
import type { Analyzer, Driver, DriverAnalysis, SourceFile } from '../../../extension/analyzer/analyzer.ts';
import { convertDriver } from '../../../extension/analyzer/fixes/convert-driver.ts';
import type { FixPlan } from '../../../extension/analyzer/fix.ts';
import type { KernelTree } from '../../../extension/analyzer/kernel/tree.ts';
import { applyEdits } from '../../../extension/analyzer/text/edits.ts';
import type { Location } from '../../../extension/analyzer/text/range.ts';
import { Random } from '../../../simulator/core/random.ts';
import type { DriverModel } from '../../../simulator/contract/driver-model.ts';
import { packData } from '../../../simulator/contract/packed.ts';
import { startRun } from '../../../simulator/run/configure.ts';
import { SCENARIOS } from '../../../simulator/scenarios/catalogue.ts';
import { mutate } from './mutations.ts';

export interface FuzzedDriver {
  readonly name: string;
  readonly files: readonly SourceFile[];
}

export interface Outcome {
  /** Ways in which the texts were spoilt, in order. */
  readonly mutations: readonly string[];
  /** Texts that were analysed. */
  readonly inputs: number;
  /** Edits that conversions made. */
  readonly edits: number;
  /** Invariants that do not hold, in words. */
  readonly broken: readonly string[];
  readonly texts: readonly SourceFile[];
}

/**
 * The cost of a spoilt text beside that of the original, per character, with what any analysis may take. Far above what
 * is usual, far below what squares.
 */
const MAX_SLOWER = 25;
const FREE_MS = 400;
/** Characters of a driver that is small enough for hundreds of edits in a row. */
const SMALL = 120_000;
/** Steps of a simulated run; a scenario takes a few thousands. */
const MAX_STEPS = 20_000;

/** Everything an analysis says, as text that can be compared. */
function said({ findings, incomplete, model, conversions }: DriverAnalysis): Record<string, string> {
  return {
    findings: JSON.stringify(findings),
    incomplete: JSON.stringify(incomplete),
    model: packData(model),
    conversions: JSON.stringify(conversions?.(null)),
  };
}

function difference(one: Record<string, string>, other: Record<string, string>): string | null {
  for (const [name, text] of Object.entries(one)) {
    const against = other[name] ?? '';
    if (text === against) continue;
    let at = 0;
    while (at < text.length && text[at] === against[at]) at++;
    const from = Math.max(0, at - 150);
    return `${name}: …${text.slice(from, at + 200)}… against …${against.slice(from, at + 200)}…`;
  }
  return null;
}

/** User and system time of the process, so that what else the machine does counts little. */
function cpuMilliseconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Spoils a driver in a few steps and checks after them: nothing throws, places lie in the text, edits fit, what was
 * edited says what a fresh one says, a conversion repeats to nothing and leaves no more that cannot be read, every run
 * in the simulator ends, and the cost stays near that of the original.
 */
export function checkDriver(
  analyzer: Analyzer,
  tree: KernelTree,
  driver: FuzzedDriver,
  foreign: string,
  seed: number,
): Outcome {
  const random = new Random(seed);
  const broken: string[] = [];
  const mutations: string[] = [];
  const texts = new Map(driver.files.map((file) => [file.path, file.text]));
  const files = (): SourceFile[] => [...texts].map(([path, text]) => ({ path, text }));
  const open = (reading: 'whole' | 'relevant' = 'whole'): Driver =>
    analyzer.openDriver(files(), tree, { name: driver.name, reading });
  const attempt = (what: string, run: () => void): void => {
    try {
      run();
    } catch (error) {
      broken.push(
        `${what} throws ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  };
  let inputs = 0;
  let edits = 0;

  const kept = open(random.percent(30) ? 'relevant' : 'whole');
  let usual = 0;
  attempt('the original', () => (usual = cpuMilliseconds(() => kept.analysis())));
  const size = totalLength(files());
  const main = [...texts.keys()].filter((path) => path.endsWith('.c'));
  const steps = size < SMALL && random.percent(3) ? 50 + random.below(250) : 1 + random.below(8);
  for (let step = steps; step > 0; step--) {
    const paths = random.percent(80) && main.length > 0 ? main : [...texts.keys()];
    const path = paths[random.below(paths.length)];
    if (path === undefined) break;
    const before = texts.get(path) ?? '';
    const original = driver.files.find((file) => file.path === path)?.text ?? '';
    const { name, text } = mutate(before, random, { original, foreign });
    mutations.push(name);
    texts.set(path, text);
    inputs++;
    if (random.percent(5)) kept.removeFile(path);
    kept.setFile({ path, text });
    if (random.percent(20)) kept.readWhole();
    if (random.percent(70)) attempt(`after ${name}`, () => kept.analysis());
    if (random.percent(20)) attempt(`the model after ${name}`, () => packData(kept.analysis().model));
  }
  kept.readWhole();

  const fresh = open();
  attempt('a fresh driver', () => {
    const cost = cpuMilliseconds(() => fresh.analysis());
    const allowed = (all: number): number =>
      MAX_SLOWER * all * Math.max(1, totalLength(files()) / size) + FREE_MS;
    // What looks slow is measured again: a collection of garbage is nobody's fault.
    if (cost > allowed(usual)) {
      const again = Math.min(
        ...[1, 2].map(() => withDriver(open(), (d) => cpuMilliseconds(() => d.analysis()))),
      );
      if (again > allowed(usual))
        broken.push(`takes ${again.toFixed(0)} ms, the original ${usual.toFixed(0)} ms`);
    }
  });
  attempt('what is said', () => {
    const analysis = fresh.analysis();
    for (const problem of outside(analysis, texts)) broken.push(problem);
    const differs = difference(said(kept.analysis()), said(analysis));
    if (differs !== null) broken.push(`edited is not fresh: ${differs}`);
  });
  attempt('a quick look', () => {
    const { findings, incomplete } = fresh.analysis();
    const quick = withDriver(open('relevant'), (d) => JSON.stringify(d.analysis().findings.map(plain)));
    const differs = difference({ findings: quick }, { findings: JSON.stringify(findings.map(plain)) });
    // It does not reach all that cannot be read, so that only what can be read has to be the same.
    if (differs !== null && incomplete.length === 0)
      broken.push(`a quick look is not a whole one: ${differs}`);
  });
  attempt('a conversion', () => {
    const options = { unsafe: random.percent(70), rename: random.percent(50) };
    const converted = convertDriver(analyzer, files(), tree, options);
    if (converted === null) {
      broken.push('a conversion does not fit its text');
      return;
    }
    edits += converted.edits.length;
    const after = new Map([...texts, ...converted.files.map((file) => [file.path, file.after] as const)]);
    const result = [...after].map(([path, text]) => ({ path, text }));
    const again = convertDriver(analyzer, result, tree, options);
    if (again?.files.length !== 0)
      broken.push(`a conversion repeats: ${again?.applied.join('; ') ?? 'unfit'}`);
    if (converted.edits.length === 0) return;
    const unread = withDriver(analyzer.openDriver(result, tree), (d) => d.analysis().incomplete.length);
    const before = fresh.analysis().incomplete.length;
    if (unread > before) broken.push(`a conversion leaves ${unread} unread places, ${before} before`);
  });
  attempt('a run', () => simulate(fresh.analysis().model, random));
  kept.dispose();
  fresh.dispose();
  return { mutations, inputs, edits, broken, texts: files() };
}

function withDriver<T>(driver: Driver, run: (driver: Driver) => T): T {
  try {
    return run(driver);
  } finally {
    driver.dispose();
  }
}

function totalLength(files: readonly SourceFile[]): number {
  return files.reduce((sum, { text }) => sum + text.length, 0);
}

/** Without the words on what could not be read, which a quick look does not reach. */
function plain({ rule, location, api }: DriverAnalysis['findings'][number]): unknown {
  return { rule, location, api };
}

/** Places outside of the text, and edits that do not fit it. */
function outside(analysis: DriverAnalysis, texts: ReadonlyMap<string, string>): string[] {
  const { findings, incomplete } = analysis;
  const places: Location[] = [
    ...findings.flatMap(({ location, evidence }) => [location, ...evidence.map((e) => e.location)]),
    ...incomplete.map(({ location }) => location),
  ];
  const wrong = places.filter(({ file, range: { start, end } }) => {
    const text = texts.get(file);
    return text === undefined || start < 0 || start > end || end > text.length;
  });
  const plans = [...findings.flatMap(({ fixes }) => fixes), ...(analysis.conversions?.(null) ?? [])];
  return [
    ...wrong.map(({ file, range }) => `a place outside of ${file}: ${range.start} to ${range.end}`),
    ...plans.filter((plan) => !fits(plan, texts)).map(({ title }) => `a plan does not fit: ${title}`),
  ];
}

function fits({ edits }: FixPlan, texts: ReadonlyMap<string, string>): boolean {
  return [...new Set(edits.map(({ file }) => file))].every((file) => {
    const text = texts.get(file);
    return (
      text !== undefined &&
      applyEdits(
        text,
        edits.filter((edit) => edit.file === file),
      ).ok
    );
  });
}

function simulate(model: DriverModel, random: Random): void {
  const scenario = SCENARIOS[random.below(SCENARIOS.length)];
  const provider = ['pages', 'dmabuf', 'zcrx'][random.below(3)] ?? 'pages';
  const parameters = random.percent(50) ? { provider, explore: random.percent(50) } : {};
  const started = startRun({ model, scenario: scenario?.id ?? '', parameters, seed: random.next() });
  if (!started.ok) return;
  started.value.runToEnd(MAX_STEPS);
  started.value.verdict();
}
