/** Names of pools as people read them. */

/**
 * A pool by what the source calls it: `rxq->pool of foo_open()`, `the pool of foo_create_pool()`. A name of another
 * shape, of a driver that was not read from a source, is its own.
 * @param name of `PoolModel`: the function that creates it and what takes it, the second of the same with a number
 */
export function poolWords(name: string): string {
  const slash = name.indexOf('/');
  if (slash < 0) return name;
  const [holder = '', ...number] = name.slice(slash + 1).split('#');
  const what = holder === 'return' ? 'the pool' : holder;
  return [`${what} of ${name.slice(0, slash)}()`, ...number].join(' #');
}
