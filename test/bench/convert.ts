/** Converting a whole driver, beside one analysis of it. */
import { convertDriver } from '../../extension/analyzer/fixes/convert-driver.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { analyzer, driverFiles, KERNEL_TREE, NO_TREE } from './drivers.ts';
import { cpuTime, median, report, type Row, type Skipped } from './row.ts';

const DRIVERS = ['drivers/net/ethernet/engleder', 'drivers/net/ethernet/stmicro/stmmac'];
const OPTIONS = { unsafe: true, rename: true };
const RUNS = 5;

async function measure(root: string, directory: string): Promise<Row> {
  const subject = await analyzer();
  const tree = kernelTree(root, NEWEST);
  const files = driverFiles(root, directory);
  const analyses: number[] = [];
  const conversions: number[] = [];
  let conversion = convertDriver(subject, files, tree, OPTIONS);
  for (let i = 0; i < RUNS; i++) {
    const driver = subject.openDriver(files, tree);
    analyses.push(cpuTime(() => driver.analysis()) / 1e6);
    driver.dispose();
    conversions.push(cpuTime(() => (conversion = convertDriver(subject, files, tree, OPTIONS))) / 1e6);
  }
  const after = new Map(conversion?.files.map((file) => [file.path, file.after]));
  const again = convertDriver(
    subject,
    files.map((file) => ({ ...file, text: after.get(file.path) ?? file.text })),
    tree,
    OPTIONS,
  );
  const edits = conversion?.edits.length ?? 0;
  const left = again?.edits.length ?? -1;
  return {
    name: `convert: ${directory.split('/').at(-1) ?? directory}`,
    value: median(conversions),
    unit: 'ms',
    against: { name: 'one analysis', value: median(analyses) },
    bound: null,
    check: `${edits} edits; converting the result again makes ${left}`,
    agrees: edits > 0 && left === 0,
  };
}

async function rows(): Promise<(Row | Skipped)[]> {
  if (KERNEL_TREE === null) return [{ name: 'convert', skipped: NO_TREE }];
  const measured: Row[] = [];
  for (const directory of DRIVERS) measured.push(await measure(KERNEL_TREE, directory));
  return measured;
}

void rows().then(report);
