/** The drivers as the rest of the extension asks for them: the panel needs models and news, not a language client. */
import * as vscode from 'vscode';
import type { DriverModelParams, DriverModelResult } from '../server/protocol.ts';

/** Sends one request to the server. */
type Ask = (params: DriverModelParams) => Promise<DriverModelResult>;

export class DriverModels implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<{ readonly driver: string }>();
  #connect: (ask: Ask) => void = () => undefined;
  readonly #server = new Promise<Ask>((connected) => {
    this.#connect = connected;
  });

  /** A driver was analysed anew; `driver` is the URI of its directory. */
  readonly onDidChange = this.#changed.event;

  /** The model of the driver that a C file belongs to. Waits for the server to be up. */
  async forDocument(uri: vscode.Uri): Promise<DriverModelResult> {
    const ask = await this.#server;
    return ask({ uri: uri.toString() });
  }

  /** The server is up. */
  connect(ask: Ask): void {
    this.#connect(ask);
  }

  /** The server said that a driver was analysed anew. */
  announce(driver: string): void {
    this.#changed.fire({ driver });
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
