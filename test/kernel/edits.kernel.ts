/**
 * Edits files of real drivers at random, declarations above all, and compares what is kept of a driver between edits with
 * a fresh analysis. KERNEL_TREE is the root of a kernel tree; KERNEL_DRIVERS narrows the run to directories that match;
 * FUZZ_RUNS and FUZZ_SEED ask for more edits, or for others.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SourceFile } from '../../extension/analyzer/analyzer.ts';
import { discover } from '../../extension/cli/discovery.ts';
import { readNamed, withHeaders } from '../../extension/cli/driver-sources.ts';
import { kernelTree } from '../../extension/cli/kernel-tree.ts';
import { NEWEST } from '../../extension/analyzer/kernel/tree.ts';
import { readSource } from '../../extension/cli/source-files.ts';
import { Random } from '../../simulator/core/random.ts';
import { analyserForTests, everything } from '../analyzer/analyse.ts';

const tree = process.env['KERNEL_TREE'] ?? '';
if (!existsSync(join(tree, 'drivers/net'))) throw new Error('KERNEL_TREE names no kernel tree');
const wanted = new RegExp(process.env['KERNEL_DRIVERS'] ?? '');
const DIRECTORIES = ['broadcom/bnxt', 'mellanox/mlx5/core', 'intel/ice', 'engleder', 'google/gve'];
const ROUNDS = Number(process.env['FUZZ_RUNS'] ?? 30);

/** Changes some lines of a text as somebody does who types, deletes, copies and moves. */
function edited(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  switch (random.below(12)) {
    case 0:
      lines.splice(at, 1 + random.below(3));
      break;
    case 1:
      lines.splice(at, 0, line);
      break;
    case 2:
      lines[at] = line.replace(/\bu(8|16|32)\b/, 'u64');
      break;
    case 3:
      lines[at] = line.replace('*', '');
      break;
    case 4:
      lines[at] = line.replace(/;\s*$/, '; u32 x;');
      break;
    case 5:
      lines[at] = line.replace(/\b(page|data|addr|skb|len|flags)\b/, 'mapping');
      break;
    case 6:
      lines.splice(at, 0, 'struct page *fresh;');
      break;
    case 7:
      lines[at] = line.replace(/\w+(?=\()/, 'page_address');
      break;
    case 9: {
      const word = ['#if 0', '#if 1', '#ifdef CONFIG_X', '#ifndef X', '#if X > 1'][random.below(5)] ?? '';
      lines.splice(at, 0, word);
      lines.splice(Math.min(lines.length, at + 1 + random.below(20)), 0, '#endif');
      break;
    }
    case 10:
      lines.splice(at, 0, ['#else', '#elif X', '#endif', '#undef X', '#define X 2'][random.below(5)] ?? '');
      break;
    case 11:
      lines.splice(
        at,
        0,
        ['#define page buf', '#define skb_shinfo(x) other(x)', '#define skb packet'][random.below(3)] ?? '',
      );
      break;
    case 8: {
      const moved = lines.splice(random.below(lines.length), 1 + random.below(30));
      lines.splice(random.below(lines.length), 0, ...moved);
      break;
    }
  }
  return lines.join('\n');
}

test.each(DIRECTORIES.filter((name) => wanted.test(name)))('%s', async (name) => {
  const analyzer = await analyserForTests();
  const known = kernelTree(tree, NEWEST);
  const random = new Random(Number(process.env['FUZZ_SEED'] ?? 1));
  const { drivers } = await discover([join(tree, 'drivers/net/ethernet', name)], tree);
  const read = (path: string) => readSource(path, path, ['/']);
  for (const driver of drivers) {
    const sources = await withHeaders(driver, readNamed(driver, read), tree, read);
    let files: readonly SourceFile[] = sources;
    const kept = analyzer.openDriver(files, known);
    kept.analysis();
    for (let round = 1; round <= ROUNDS; round++) {
      // Back to the beginning now and then, so that it stays a driver.
      const base = round % 10 === 0 ? sources : files;
      const chosen = new Set([random.below(files.length), random.below(files.length)]);
      files = base.map((file, i) => (chosen.has(i) ? { ...file, text: edited(file.text, random) } : file));
      for (const file of files) kept.setFile(file);
      const fresh = analyzer.openDriver(files, known);
      expect(everything(kept.analysis()), `round ${round}`).toEqual(everything(fresh.analysis()));
      fresh.dispose();
    }
    kept.dispose();
  }
});
