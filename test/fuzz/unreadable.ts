/**
 * `npm run fuzz -- unreadable [--kernel TREE] [--places] PATH…`: what the parser could not read of the drivers below the
 * paths, driver by driver: lines, places, and of these the ones in files that handle packet buffers. `--places` prints
 * each with its first line. Nothing is judged; two runs are compared by eye.
 */
import { relative, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createAnalyzer } from '../../extension/analyzer/engine/create-analyzer.ts';
import { mayHoldBuffers } from '../../extension/analyzer/kernel/subject.ts';
import { LineIndex } from '../../extension/analyzer/text/line-index.ts';
import { discover } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { findKernelRoot, kernelTree } from '../../extension/cli/kernel-tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';

const { values, positionals } = parseArgs({
  options: { kernel: { type: 'string', default: '' }, places: { type: 'boolean', default: false } },
  allowPositionals: true,
});

interface Sum {
  lines: number;
  places: number;
  inBufferFiles: number;
}

function row(name: string, { lines, places, inBufferFiles }: Sum): string {
  const per = places === 0 ? '-' : `1 in ${Math.round(lines / places)}`;
  return `${String(lines).padStart(8)} ${String(places).padStart(6)} ${String(inBufferFiles).padStart(9)} ${per.padStart(12)}  ${name}`;
}

async function main(): Promise<void> {
  const modules = resolve(__dirname, '../../node_modules');
  const analyzer = await createAnalyzer({
    runtime: readFileSync(join(modules, 'web-tree-sitter/web-tree-sitter.wasm')),
    grammar: readFileSync(join(modules, 'tree-sitter-c/tree-sitter-c.wasm')),
  });
  const paths = positionals.map((path) => resolve(path));
  const { drivers, problems } = await discover(paths, process.cwd());
  for (const problem of problems) console.error(problem);
  const read = (path: string) => readSource(path, path, ['/']);
  const all: Sum = { lines: 0, places: 0, inBufferFiles: 0 };
  console.log('   lines places in buffer       places  driver');
  for (const driver of drivers) {
    const named = values.kernel === '' ? findKernelRoot(driver.directory) : resolve(values.kernel);
    const tree = kernelTree(named, NEWEST);
    const files = await withHeaders(driver, readNamed(driver, read), named, read);
    if (!files.some(({ text }) => mayHoldBuffers(text))) continue;
    const opened = analyzer.openDriver(files, tree, { name: driver.name });
    const { incomplete } = opened.analysis();
    opened.dispose();
    const sum: Sum = { lines: 0, places: incomplete.length, inBufferFiles: 0 };
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    for (const text of texts.values()) sum.lines += text.split('\n').length;
    for (const { location } of incomplete) {
      const text = texts.get(location.file) ?? '';
      const isNear = mayHoldBuffers(text);
      if (isNear) sum.inBufferFiles++;
      if (!values.places) continue;
      const { line } = new LineIndex(text).position(location.range.start);
      const shown = text.slice(location.range.start, location.range.end).replace(/\s+/g, ' ').slice(0, 100);
      console.log(`  ${isNear ? '*' : ' '} ${relative(process.cwd(), location.file)}:${line + 1}: ${shown}`);
    }
    console.log(row(driver.name, sum));
    all.lines += sum.lines;
    all.places += sum.places;
    all.inBufferFiles += sum.inBufferFiles;
  }
  console.log(row('all', all));
}

void main();
