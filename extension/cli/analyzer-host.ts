/** Brings the analyser to life in this process: the wasm files lie beside the bundle. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAnalyzer } from '../analyzer/index.ts';
import type { Analyzer } from '../analyzer/index.ts';

let analyzer: Promise<Analyzer> | null = null;

/** Starts the parser at the first call. */
export function loadAnalyzer(): Promise<Analyzer> {
  analyzer ??= createAnalyzer({
    runtime: readFileSync(join(__dirname, 'web-tree-sitter.wasm')),
    grammar: readFileSync(join(__dirname, 'tree-sitter-c.wasm')),
  });
  return analyzer;
}
