/** Tells V8 when to optimise. */
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function runs before V8 thinks of optimising it; Node 20's own figure is 132 KB. */
const BUDGET = 800_000;

/**
 * Makes V8 optimise only what runs for long. An analysis walks much code a few times: with V8's own figure a fifth of a
 * scan and a quarter of a first look go into machine code that hardly runs. For all threads of the process, whenever
 * started. Only V8 11, which is in Node 20, has the flag; later ones would complain of it in the output channel.
 */
export function optimizeLate(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
