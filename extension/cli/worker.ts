/** The other side of `pool.ts`: a thread with its own parser that works off jobs one at a time. */
import { parentPort } from 'node:worker_threads';
import { loadAnalyzer } from './analyzer-host.ts';
import { runJob, type Job, type JobResult } from './job.ts';
import { kernelTree } from './kernel-tree.ts';

export type WorkerReply =
  | { readonly index: number; readonly ok: true; readonly result: JobResult }
  | { readonly index: number; readonly ok: false; readonly error: string };

export interface WorkerRequest {
  readonly index: number;
  readonly job: Job;
}

/** Answers requests until the port closes. */
export function runWorker(): void {
  const port = parentPort;
  if (port === null) return;
  port.on('message', (request: WorkerRequest) => {
    void answer(request).then((reply) => port.postMessage(reply));
  });
}

async function answer({ index, job }: WorkerRequest): Promise<WorkerReply> {
  try {
    const analyzer = await loadAnalyzer();
    return {
      index,
      ok: true,
      result: await runJob(job, analyzer, kernelTree(job.kernel, job.release, job.define)),
    };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { index, ok: false, error: text };
  }
}
