/** Analysis of every driver below some folders, on command only: a kernel tree is not read unasked. */
import type { CancellationToken } from 'vscode-languageserver';
import { mayHoldBuffers } from '../analyzer/index.ts';
import { DriverFinder, type DriverFiles } from './driver-files.ts';
import { DriverSession, type DriverParts } from './driver-session.ts';
import type { FileAccess } from './host.ts';
import type { Readiness, ScanProgress, ScanResult } from './protocol.ts';
import { readinessOf } from './readiness.ts';
import { sourceTree } from './source-tree.ts';

const REPORT_EVERY_MS = 200;

export interface Scan {
  readonly folders: readonly string[];
  readonly files: FileAccess;
  readonly parts: (directory: string) => DriverParts;
  readonly token: CancellationToken;
  readonly onProgress: (progress: ScanProgress) => void;
}

type Scanned = Pick<ScanResult, 'drivers' | 'filesRead'>;

/** Drivers with something to say, in the order of their directories. Unsaved text does not count. */
export async function scan({ folders, files, parts, token, onProgress }: Scan): Promise<Scanned> {
  const drivers: Readiness[] = [];
  let filesRead = 0;
  let reported = 0;
  const finder = new DriverFinder(sourceTree(files));
  for (const folder of folders) {
    for await (const directory of finder.below(folder)) {
      for (const driver of await finder.drivers(directory)) {
        if (token.isCancellationRequested) return { drivers, filesRead };
        filesRead += driver.sources.length;
        const readiness = await analyse(driver, files, parts(directory));
        if (readiness?.isDriver === true) drivers.push(readiness);
      }
      if (Date.now() - reported < REPORT_EVERY_MS) continue;
      reported = Date.now();
      onProgress({ filesRead, drivers: drivers.length, directory });
      // Lets a cancellation in.
      await new Promise((done) => setTimeout(done, 0));
    }
  }
  return { drivers, filesRead };
}

/** Null for sources that no rule could say anything about. */
async function analyse(
  driver: DriverFiles,
  files: FileAccess,
  parts: DriverParts,
): Promise<Readiness | null> {
  const texts = await Promise.all(driver.sources.map((source) => files.readFile(source)));
  if (!texts.some((text) => text !== null && mayHoldBuffers(text))) return null;
  const session = new DriverSession(driver, { ...parts, openText: () => undefined });
  try {
    const snapshot = await session.findings();
    return snapshot === null ? null : readinessOf(snapshot);
  } catch (error) {
    // What is only made when asked for, fixes say, failed for this driver; the others are told of all the same.
    parts.onCrash(error);
    return null;
  } finally {
    session.dispose();
  }
}
