/**
 * The drivers as the rest of the extension asks for them: panel, tree and status item need models and news, not a
 * language client.
 */
import * as vscode from 'vscode';
import {
  DRIVER_MODEL_REQUEST,
  FIXES_REQUEST,
  type FixesParams,
  type DriverChangedParams,
  type DriverModelParams,
  type DriverModelResult,
  type DriverParams,
  READINESS_REQUEST,
  type ReadinessResult,
  type ScanProgress,
} from '../server/protocol.ts';
import type { SourceRange } from '../../simulator/contract/driver-model.ts';
import { editorRange } from './panel-source.ts';

/** Sends one request to the server. */
export type Ask = <T>(method: string, params: unknown, cancellation?: vscode.CancellationToken) => Promise<T>;

export class DriverService implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<DriverChangedParams>();
  readonly #asked = new vscode.EventEmitter<void>();
  readonly #scanning = new vscode.EventEmitter<ScanProgress>();
  #connect: (ask: Ask) => void = () => undefined;
  readonly #server = new Promise<Ask>((connected) => {
    this.#connect = connected;
  });

  /** A driver was analysed anew; `driver` names it; see `Readiness`. */
  readonly onDidChange = this.#changed.event;
  /** Somebody wants to know something of the server, which may not run yet. */
  readonly onDidAsk = this.#asked.event;
  readonly onScanProgress = this.#scanning.event;

  /**
   * The model of the driver that a C file belongs to. Waits for the server to be up.
   * @param known id of the model that the caller has, which is not sent again
   */
  forDocument(uri: vscode.Uri, known: string | null): Promise<DriverModelResult> {
    const params: DriverModelParams = { ...about(uri), ...(known !== null && { known }) };
    return this.ask<DriverModelResult>(DRIVER_MODEL_REQUEST, params);
  }

  /** Which of these places of a driver have a fix. */
  async withFixes(uri: vscode.Uri, places: readonly SourceRange[]): Promise<readonly SourceRange[]> {
    const params: FixesParams = {
      ...about(uri),
      places: places.map((at) => ({ uri: at.file, position: editorRange(at).start })),
    };
    const has = await this.ask<readonly boolean[]>(FIXES_REQUEST, params);
    return places.filter((_, index) => has[index] === true);
  }

  /** How far the driver that a C file belongs to is from netmem support. */
  readiness(uri: vscode.Uri): Promise<ReadinessResult> {
    return this.ask<ReadinessResult>(READINESS_REQUEST, about(uri));
  }

  /** Any request of `server/protocol.ts`; waits for the server to be up. */
  async ask<T>(method: string, params: unknown, cancellation?: vscode.CancellationToken): Promise<T> {
    this.#asked.fire();
    const ask = await this.#server;
    return ask<T>(method, params, cancellation);
  }

  /** The server is up. */
  connect(ask: Ask): void {
    this.#connect(ask);
  }

  /** The server said that a driver was analysed anew. */
  announce(analysed: DriverChangedParams): void {
    this.#changed.fire(analysed);
  }

  /** The server said how far a scan is. */
  announceScan(progress: ScanProgress): void {
    this.#scanning.fire(progress);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#asked.dispose();
    this.#scanning.dispose();
  }
}

function about(uri: vscode.Uri): DriverParams {
  return { uri: uri.toString() };
}
