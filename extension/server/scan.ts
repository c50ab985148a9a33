/** Analysis of every driver below some folders, on command only: a kernel tree is not read unasked. */
import type { CancellationToken } from 'vscode-languageserver';
import { DriverSession, type SessionParts } from './driver-session.ts';
import type { DirectoryEntry, Readiness, ScanProgress, ScanResult } from './protocol.ts';
import { readinessOf } from './readiness.ts';

/** A directory none of whose C files has one of these words has no driver for us. */
const WORTH_A_LOOK = /\bpage_pool_|\bnetmem_|\bskb_frag_dma_map\b/;
const SKIPPED = /\/(?:\.[^/]*|node_modules)$/;
const REPORT_EVERY_MS = 200;

export interface Scan {
  readonly folders: readonly string[];
  readonly parts: (directory: string) => SessionParts;
  readonly token: CancellationToken;
  readonly onProgress: (progress: ScanProgress) => void;
}

/** Drivers with something to say, in the order of their directories. */
export async function scan({ folders, parts, token, onProgress }: Scan): Promise<ScanResult> {
  const drivers: Readiness[] = [];
  const waiting = [...folders].reverse();
  let filesRead = 0;
  let reported = 0;
  for (let uri = waiting.pop(); uri !== undefined && !token.isCancellationRequested; uri = waiting.pop()) {
    const { files } = parts(uri);
    const entries = (await files.readDirectory(uri)) ?? [];
    const sources = entries.filter((entry) => entry.kind === 'file' && entry.uri.endsWith('.c'));
    waiting.push(...subdirectories(entries));
    const texts = await Promise.all(sources.map((source) => files.readFile(source.uri)));
    filesRead += texts.length;
    if (texts.some((text) => text !== null && WORTH_A_LOOK.test(text))) {
      const readiness = await analyse(uri, parts(uri));
      if (readiness?.isDriver === true) drivers.push(readiness);
    }
    if (Date.now() - reported < REPORT_EVERY_MS) continue;
    reported = Date.now();
    onProgress({ filesRead, drivers: drivers.length, directory: uri });
    // Lets a cancellation in.
    await new Promise((done) => setTimeout(done, 0));
  }
  return { drivers, filesRead };
}

/** Sub-directories, last first, so that popping visits them in order. Links are not followed: `readDirectory` omits them. */
function subdirectories(entries: readonly DirectoryEntry[]): string[] {
  return entries
    .filter(({ kind, uri }) => kind === 'directory' && !SKIPPED.test(uri))
    .map(({ uri }) => uri)
    .sort()
    .reverse();
}

async function analyse(directory: string, parts: SessionParts): Promise<Readiness | null> {
  const session = new DriverSession(directory, parts);
  try {
    const snapshot = await session.snapshot();
    return snapshot === null ? null : readinessOf(snapshot);
  } finally {
    session.dispose();
  }
}
