/**
 * The page's end of the worker. A page of a webview cannot start a worker from the extension's origin, so the script
 * is fetched and started from a blob, which the content security policy allows for workers alone.
 */
import { isFromWorker } from './messages.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Where requests go. */
export interface Simulator {
  send(message: ToWorker): void;
}

/**
 * Starts the worker. Requests sent before it is up wait.
 * @param onFailure called when the worker cannot be started or dies; it is not restarted.
 */
export function startSimulator(
  script: string,
  onMessage: (message: FromWorker) => void,
  onFailure: (text: string) => void,
): Simulator {
  let worker: Worker | null = null;
  const waiting: ToWorker[] = [];

  const start = async (): Promise<void> => {
    const answer = await fetch(script);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const url = URL.createObjectURL(new Blob([await answer.text()], { type: 'text/javascript' }));
    worker = new Worker(url, { name: 'netmem simulator' });
    URL.revokeObjectURL(url);
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isFromWorker(data)) onMessage(data);
    });
    worker.addEventListener('error', ({ message }) => {
      console.error(message);
      onFailure('The simulator stopped. Close the panel and open it again.');
    });
    for (const message of waiting.splice(0)) worker.postMessage(message);
  };
  start().catch((error: unknown) => {
    onFailure(
      `The simulator could not be started: ${error instanceof Error ? error.message : String(error)}`,
    );
  });

  return {
    send: (message) => {
      if (worker === null) waiting.push(message);
      else worker.postMessage(message);
    },
  };
}
