/** Opens sources in the real analyser, for tests. One parser serves the whole test process. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Analyzer, DriverAnalysis } from '../../extension/analyzer/analyzer.ts';
import { createAnalyzer } from '../../extension/analyzer/engine/create-analyzer.ts';
import { NEWEST as NEWEST_RELEASE, type KernelTree } from '../../extension/analyzer/kernel/tree.ts';
import { filePath } from '../../extension/analyzer/text/range.ts';

const require = createRequire(import.meta.url);

let analyzer: Promise<Analyzer> | null = null;

/** A tree that has everything. */
export const NEWEST: KernelTree = {
  origin: { kind: 'assumed' },
  release: NEWEST_RELEASE,
  has: () => true,
  arity: () => null,
};

export function binaries(): { runtime: Uint8Array; grammar: Uint8Array } {
  return {
    runtime: readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
    grammar: readFileSync(require.resolve('tree-sitter-c/tree-sitter-c.wasm')),
  };
}

export async function analyserForTests(): Promise<Analyzer> {
  analyzer ??= createAnalyzer(binaries());
  return analyzer;
}

/** Analyses texts by file name as one driver. */
export async function analyse(
  files: Record<string, string>,
  tree: KernelTree = NEWEST,
): Promise<DriverAnalysis> {
  const driver = (await analyserForTests()).openDriver(
    Object.entries(files).map(([path, text]) => ({ path: filePath(path), text })),
    tree,
  );
  const analysis = driver.analysis();
  driver.dispose();
  return analysis;
}

/** Findings as `file:line rule api`, in order. */
export function brief(files: Record<string, string>, analysis: DriverAnalysis): string[] {
  return analysis.findings.map((f) => {
    const text = files[f.location.file] ?? '';
    const line = text.slice(0, f.location.range.start).split('\n').length;
    return `${f.location.file}:${line} ${f.rule} ${f.api}`;
  });
}

/** All that an analysis says, fixes aside, as plain data to compare. */
export function everything({ findings, incomplete, facts, model }: DriverAnalysis): unknown {
  return {
    findings: findings.map(({ rule, location, api, message, severity, confidence, evidence }) => ({
      ...{ rule, location, api, message, severity, confidence, evidence },
    })),
    incomplete,
    classes: facts?.classes.map((c) => ({ ...c, holders: c.holders })),
    helperCalls: facts?.helperCalls,
    model,
  };
}
