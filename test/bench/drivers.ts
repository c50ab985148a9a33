/** Drivers of a kernel tree, as the analyser wants them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analyzer, SourceFile } from '../../extension/analyzer/analyzer.ts';
import { createAnalyzer } from '../../extension/analyzer/engine/create-analyzer.ts';
import { filePath } from '../../extension/analyzer/text/range.ts';

/** The tree to measure on, or null. */
export const KERNEL_TREE = process.env['KERNEL_TREE'] ?? null;

export const NO_TREE = 'set KERNEL_TREE to the root of a kernel source tree';

/** The C files of a directory of the tree. */
export function driverFiles(tree: string, directory: string): SourceFile[] {
  const at = join(tree, directory);
  return readdirSync(at)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => ({ path: filePath(join(at, name)), text: readFileSync(join(at, name), 'utf8') }));
}

/** The analyser with the binaries that lie in `dist`. */
export function analyzer(): Promise<Analyzer> {
  const dist = process.env['NETMEM_DIST'] ?? 'dist';
  return createAnalyzer({
    runtime: readFileSync(join(dist, 'web-tree-sitter.wasm')),
    grammar: readFileSync(join(dist, 'tree-sitter-c.wasm')),
  });
}
