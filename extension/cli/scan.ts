/** Runs jobs: here if they are few, on two threads if they are many. Results come in the order of the jobs. */
import { Worker } from 'node:worker_threads';
import { loadAnalyzer } from './analyzer-host.ts';
import { runJob, type Job, type JobResult } from './job.ts';
import { kernelTree } from './kernel-tree.ts';
import type { WorkerReply, WorkerRequest } from './worker.ts';

/** A driver that made the analyser throw. The scan goes on without it. */
export interface Crash {
  readonly driver: string;
  readonly error: string;
}

export interface ScanResult {
  readonly results: readonly JobResult[];
  readonly crashes: readonly Crash[];
}

/** From this many drivers on, starting threads pays. */
const THREADS_FROM = 4;

/** @param onProgress told after each driver */
export async function scan(
  jobs: readonly Job[],
  threads: number,
  onProgress: (done: number, driver: string) => void,
): Promise<ScanResult> {
  const replies = new Array<WorkerReply | undefined>(jobs.length);
  let done = 0;
  const take = (reply: WorkerReply): void => {
    replies[reply.index] = reply;
    done += 1;
    onProgress(done, jobs[reply.index]?.driver.name ?? '');
  };
  if (threads > 1 && jobs.length >= THREADS_FROM) await runThreaded(jobs, threads, take);
  else await runHere(jobs, take);
  const results: JobResult[] = [];
  const crashes: Crash[] = [];
  for (const [index, job] of jobs.entries()) {
    const reply = replies[index];
    if (reply?.ok === true) results.push(reply.result);
    else crashes.push({ driver: job.driver.directory, error: reply?.error ?? 'the thread ended' });
  }
  return { results, crashes };
}

async function runHere(jobs: readonly Job[], take: (reply: WorkerReply) => void): Promise<void> {
  const analyzer = await loadAnalyzer();
  for (const [index, job] of jobs.entries()) {
    try {
      take({
        index,
        ok: true,
        result: await runJob(job, analyzer, kernelTree(job.kernel, job.release, job.define)),
      });
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      take({ index, ok: false, error: text });
      // The parser may be broken, and a thread has only one.
      await runThreaded(jobs, 1, take, index + 1);
      return;
    }
  }
}

async function runThreaded(
  jobs: readonly Job[],
  threads: number,
  take: (reply: WorkerReply) => void,
  first = 0,
): Promise<void> {
  let next = first;
  const work = async (): Promise<void> => {
    if (next >= jobs.length) return;
    let worker = new Worker(__filename);
    while (next < jobs.length) {
      const index = next;
      next += 1;
      const job = jobs[index];
      if (job === undefined) break;
      const reply = await ask(worker, { index, job });
      take(reply);
      // A thread that threw may hold a broken parser, or be gone.
      if (!reply.ok) {
        await worker.terminate();
        worker = new Worker(__filename);
      }
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, work));
}

function ask(worker: Worker, request: WorkerRequest): Promise<WorkerReply> {
  return new Promise((resolve) => {
    const settle = (reply: WorkerReply): void => {
      // One by one: removing all listeners would take Node's own, and the port would never start again.
      worker.off('message', settle).off('error', failed).off('exit', ended);
      resolve(reply);
    };
    const failed = (error: Error): void => settle({ index: request.index, ok: false, error: error.message });
    const ended = (): void => settle({ index: request.index, ok: false, error: 'the thread ended' });
    worker.once('message', settle).once('error', failed).once('exit', ended);
    worker.postMessage(request);
  });
}
