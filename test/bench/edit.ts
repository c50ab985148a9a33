/** From a keystroke in a file of 16,000 lines to the findings: what the server computes, in one file and in a driver. */
import type { DriverAnalysis, SourceFile } from '../../extension/analyzer/analyzer.ts';
import { kernelTree, NEWEST } from '../../extension/cli/kernel-tree.ts';
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

async function measure(name: string, files: readonly SourceFile[], tree: string): Promise<Row[]> {
  const known = kernelTree(tree, NEWEST);
  const subject = await analyzer();
  const edited = files.find(({ path }) => path.endsWith('/bnxt.c'));
  if (edited === undefined) throw new Error(`${DRIVER} has no bnxt.c`);
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
    // A statement grows letter by letter at the end of some line inside a function.
    let at = random.below(lines.length);
    while (!/^\t.*;$/.test(lines[at] ?? '')) at = (at + 1) % lines.length;
    lines[at] = `${lines[at] ?? ''} x${i};`;
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
    files.map((file) => (file === edited ? { ...file, text } : file)),
    known,
  );
  const agrees = again.analysis().findings.length > 0 && findings(again.analysis()) === incremental;
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
    ...(await measure('bnxt.c', alone, KERNEL_TREE)),
    ...(await measure('bnxt driver', files, KERNEL_TREE)),
  ];
}

void rows().then(report);
