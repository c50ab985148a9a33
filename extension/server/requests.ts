/** The requests beyond LSP that this extension's own client makes; see `protocol.ts`. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { packData } from '../../simulator/contract/packed.ts';
import type { DriverParts, DriverSession, DriverSnapshot } from './driver-session.ts';
import { findingsAt } from './diagnostics.ts';
import type { Drivers } from './drivers.ts';
import { placesWithFixes } from './code-actions.ts';
import { conversions } from './conversions.ts';
import { explain } from './explain.ts';
import { functionLenses } from './function-lenses.ts';
import type { Guarded } from './guarded.ts';
import type { FileAccess } from './host.ts';
import { directoryOf } from './locations.ts';
import {
  ACCEPT_REQUEST,
  type AcceptParams,
  type AcceptResult,
  CONVERSIONS_REQUEST,
  type ConversionsParams,
  type ConversionsResult,
  DRIVER_MODEL_REQUEST,
  type DriverModelParams,
  type DriverModelResult,
  type DriverParams,
  EXPLAIN_REQUEST,
  type ExplainParams,
  type ExplainedFinding,
  FIXES_REQUEST,
  type FixesParams,
  type FunctionLens,
  LENSES_REQUEST,
  READINESS_REQUEST,
  type ReadinessResult,
  SCAN_PROGRESS_NOTIFICATION,
  SCAN_REQUEST,
  type ScanParams,
  type ScanProgress,
  type ScanResult,
} from './protocol.ts';
import { acceptFinding } from './accept.ts';
import { readinessOf } from './readiness.ts';
import { scan } from './scan.ts';

export const ANALYSIS_FAILED =
  'The analysis of this driver failed. The editor goes on without findings for it until its next change.';

export const ANSWER_FAILED = 'An answer about this driver failed. The editor goes on without it.';

export interface RequestContext {
  readonly drivers: Drivers;
  readonly files: FileAccess;
  readonly parts: (directory: string) => DriverParts;
  readonly guarded: Guarded;
  /** Whether the findings of a driver are on show. */
  readonly shows: (session: DriverSession) => boolean;
}

export function registerRequests(
  connection: Connection,
  { drivers, files, parts, guarded, shows }: RequestContext,
): void {
  /** The model of each driver that was asked for last. */
  const packed = new WeakMap<DriverSession, { readonly id: string; readonly text: string }>();
  const failed = (uri: string) => ({
    ok: false as const,
    error: `${directoryOf(uri)}: ${ANALYSIS_FAILED}`,
  });

  /** The snapshot's answer; what is said of a driver without one, where there is none or the answer fails. */
  const answer = <T>(
    uri: string,
    otherwise: T,
    of: (snapshot: DriverSnapshot) => T | Promise<T>,
  ): Promise<T> =>
    guarded(uri, otherwise, async () => {
      const snapshot = await (await drivers.ensure(uri)).snapshot();
      return snapshot === null ? otherwise : of(snapshot);
    });

  connection.onRequest(
    DRIVER_MODEL_REQUEST,
    ({ uri, known }: DriverModelParams): Promise<DriverModelResult> =>
      guarded<DriverModelResult>(uri, failed(uri), async () => {
        const session = await drivers.ensure(uri);
        const snapshot = await session.snapshot();
        if (snapshot === null) return failed(uri);
        const { model } = snapshot.analysis;
        const text = packData(model);
        const last = packed.get(session);
        const current = last?.text === text ? last : { id: String(snapshot.generation), text };
        packed.set(session, current);
        const { id } = current;
        const { driver } = snapshot;
        return { ok: true, driver, name: model.name, id, packed: id === known ? null : text };
      }),
  );

  connection.onRequest(READINESS_REQUEST, ({ uri }: DriverParams): Promise<ReadinessResult> =>
    answer<ReadinessResult>(uri, failed(uri), (snapshot) => ({
      ok: true,
      readiness: readinessOf(snapshot),
    })),
  );

  connection.onRequest(
    EXPLAIN_REQUEST,
    ({ uri, range }: ExplainParams): Promise<readonly ExplainedFinding[]> =>
      answer<readonly ExplainedFinding[]>(uri, [], (snapshot) =>
        findingsAt(snapshot, uri, range).map((f) => explain(snapshot, f)),
      ),
  );

  connection.onRequest(LENSES_REQUEST, ({ uri }: DriverParams): Promise<readonly FunctionLens[]> =>
    guarded<readonly FunctionLens[]>(uri, [], async () => {
      const snapshot = await (await drivers.find(uri))?.snapshot();
      return snapshot?.policy.editor.codeLens === true ? functionLenses(snapshot, uri) : [];
    }),
  );

  connection.onRequest(CONVERSIONS_REQUEST, (params: ConversionsParams): Promise<ConversionsResult> =>
    answer<ConversionsResult>(params.uri, failed(params.uri), (snapshot) => ({
      ok: true,
      driver: snapshot.driver,
      conversions: conversions(snapshot, params),
    })),
  );

  connection.onRequest(FIXES_REQUEST, ({ uri, places }: FixesParams): Promise<readonly boolean[]> =>
    answer<readonly boolean[]>(uri, [], (snapshot) => placesWithFixes(snapshot, places)),
  );

  connection.onRequest(ACCEPT_REQUEST, (params: AcceptParams): Promise<AcceptResult> =>
    answer<AcceptResult>(params.uri, failed(params.uri), (snapshot) =>
      acceptFinding(snapshot, files, params),
    ),
  );

  connection.onRequest(
    SCAN_REQUEST,
    async ({ folders }: ScanParams, token: CancellationToken): Promise<ScanResult> => {
      const onProgress = (progress: ScanProgress) =>
        void connection.sendNotification(SCAN_PROGRESS_NOTIFICATION, progress);
      const scanned = await scan({ folders, files, parts, token, onProgress });
      const shown = drivers.all().filter(shows);
      return { ...scanned, shown: shown.map(({ id }) => id) };
    },
  );
}
