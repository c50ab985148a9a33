/** The server's world in Node: files of the machine, the wasm beside the bundle. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import type { Analyzer } from '../analyzer/analyzer.ts';
import { createAnalyzer } from '../analyzer/create-analyzer.ts';
import { clientFiles } from './client-files.ts';
import type { Host } from './host.ts';
import { findKernelTree } from './kernel-tree.ts';
import { nodeFiles } from './node-files.ts';

/** @param binaries directory that has the two wasm files */
export function nodeHost(connection: Connection, binaries: string): Host {
  const files = nodeFiles(clientFiles(connection));
  let analyzer: Promise<Analyzer> | null = null;
  return {
    files,
    analyzer: () => (analyzer ??= load(binaries)),
    kernelTree: () => findKernelTree(),
  };
}

async function load(directory: string): Promise<Analyzer> {
  const [runtime, grammar] = await Promise.all([
    readFile(join(directory, 'web-tree-sitter.wasm')),
    readFile(join(directory, 'tree-sitter-c.wasm')),
  ]);
  return createAnalyzer({ runtime, grammar });
}
