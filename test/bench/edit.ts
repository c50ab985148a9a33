/**
 * From a keystroke to the findings: what the server computes while statements grow in a file of 16,000 lines, alone and
 * in its driver, and while structures of the driver's header do. V8 optimises as it does in the server.
 */
import type { DriverAnalysis, SourceFile } from '../../extension/analyzer/analyzer.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { optimizeLate } from '../../extension/server/late-optimizer.ts';
import { Random } from '../../simulator/core/random.ts';
import { analyzer, driverFiles, KERNEL_TREE, NO_TREE } from './drivers.ts';
import { cpuTime, median, percentile, report, type Row, type Skipped } from './row.ts';

const KEYSTROKES = 120;
const DRIVER = 'drivers/net/ethernet/broadcom/bnxt';

/** CPU time in milliseconds: what the server works, whatever else the machine does. */
function cpuMs(work: () => void): number {
  return cpuTime(work) / 1e6;
}

/** Findings as text, without the fixes, which are made only when somebody looks. */
function findings(analysis: DriverAnalysis): string {
  return JSON.stringify(
    analysis.findings.map(({ rule, location, message }) => ({ rule, location, message })),
  );
}

/** A place to type at: lines that end in a semicolon, and what is added there in keystroke `i`. */
interface Typing {
  readonly file: string;
  readonly at: (lines: readonly string[], line: number) => boolean;
  readonly text: (i: number) => string;
}

/** A statement grows at the end of some line inside a function. */
const STATEMENTS: Typing = {
  file: 'bnxt.c',
  at: (lines, line) => /^\t.*;$/.test(lines[line] ?? ''),
  text: (i) => ` x${i};`,
};

/** A structure gets another field. */
const FIELDS: Typing = {
  file: 'bnxt.h',
  at: (lines, line) => {
    if (!/^\t[\w *]*;/.test(lines[line] ?? '')) return false;
    let head = line;
    while (head > 0 && /^(\t|$)/.test(lines[head] ?? '')) head--;
    return /^(struct|union) \w+ \{/.test(lines[head] ?? '');
  },
  text: (i) => ` u32 x${i};`,
};

async function measure(
  name: string,
  files: readonly SourceFile[],
  { file, at: mayType, text: typed }: Typing,
  tree: string,
): Promise<Row[]> {
  const known = kernelTree(tree, NEWEST);
  const subject = await analyzer();
  const edited = files.find(({ path }) => path.endsWith(`/${file}`));
  if (edited === undefined) throw new Error(`${DRIVER} has no ${file}`);
  const fresh: number[] = [];
  for (let i = 0; i < 3; i++) {
    const driver = subject.openDriver(files, known);
    fresh.push(cpuMs(() => driver.analysis()));
    driver.dispose();
  }
  const driver = subject.openDriver(files, known);
  driver.analysis();
  const random = new Random(1);
  const lines = edited.text.split('\n');
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i++) {
    let at = random.below(lines.length);
    while (!mayType(lines, at)) at = (at + 1) % lines.length;
    lines[at] = `${lines[at] ?? ''}${typed(i)}`;
    const text = lines.join('\n');
    times.push(
      cpuMs(() => {
        driver.setFile({ path: edited.path, text });
        driver.analysis();
      }),
    );
  }
  const incremental = findings(driver.analysis());
  driver.dispose();
  const text = lines.join('\n');
  const again = subject.openDriver(
    files.map((other) => (other === edited ? { ...other, text } : other)),
    known,
  );
  // A driver that is ready has no findings, but buffers all the same.
  const isRead = (again.analysis().facts?.classes.length ?? 0) > 0;
  const agrees = isRead && findings(again.analysis()) === incremental;
  again.dispose();
  const shared = {
    unit: 'ms',
    against: { name: 'fresh analysis', value: median(fresh) },
    check: `findings after ${KEYSTROKES} edits ${agrees ? 'equal' : 'DIFFER FROM'} those of a fresh analysis`,
    agrees,
  };
  const steady = times.slice(10);
  return [
    { name: `edit: ${name}, median`, value: median(steady), bound: { of: 'value', atMost: 16 }, ...shared },
    {
      ...{ name: `edit: ${name}, 95th`, value: percentile(steady, 0.95), bound: { of: 'value', atMost: 40 } },
      ...shared,
    },
  ];
}

async function rows(): Promise<(Row | Skipped)[]> {
  if (KERNEL_TREE === null) return [{ name: 'edit', skipped: NO_TREE }];
  const files = driverFiles(KERNEL_TREE, DRIVER);
  const alone = files.filter(({ path }) => path.endsWith('/bnxt.c'));
  return [
    ...(await measure('bnxt.c', alone, STATEMENTS, KERNEL_TREE)),
    ...(await measure('bnxt driver', files, STATEMENTS, KERNEL_TREE)),
    ...(await measure('bnxt structures', files, FIELDS, KERNEL_TREE)),
  ];
}

optimizeLate();
void rows().then(report);
