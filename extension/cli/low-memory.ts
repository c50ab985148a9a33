/** What to do where memory runs out; Node says it in many ways. */

/** Of V8 for its heap and its arrays, of WebAssembly, of threads and of the system. */
const SIGNS = /out of memory|memory limit|allocation failed|could not allocate|cannot allocate|ENOMEM/i;

/** The words to print in place of an error that says that memory ran out; null for any other. */
export function lowMemory(error: string): string | null {
  if (!SIGNS.test(error)) return null;
  return 'not enough memory, so this was left out; name fewer drivers at once, use --jobs 1, or allow more with NODE_OPTIONS=--max-old-space-size=4096 (MB)';
}
