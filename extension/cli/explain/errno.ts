/** Error numbers that the checks around memory providers give (include/uapi/asm-generic), with the words of strerror(3). */

export interface Errno {
  readonly name: string;
  readonly number: number;
  readonly words: string;
}

export const ERRNOS: readonly Errno[] = [
  { name: 'EPERM', number: 1, words: 'Operation not permitted' },
  { name: 'ENOENT', number: 2, words: 'No such file or directory' },
  { name: 'EIO', number: 5, words: 'Input/output error' },
  { name: 'ENXIO', number: 6, words: 'No such device or address' },
  { name: 'E2BIG', number: 7, words: 'Argument list too long' },
  { name: 'EBADF', number: 9, words: 'Bad file descriptor' },
  { name: 'EAGAIN', number: 11, words: 'Resource temporarily unavailable' },
  { name: 'ENOMEM', number: 12, words: 'Cannot allocate memory' },
  { name: 'EFAULT', number: 14, words: 'Bad address' },
  { name: 'EBUSY', number: 16, words: 'Device or resource busy' },
  { name: 'EEXIST', number: 17, words: 'File exists' },
  { name: 'ENODEV', number: 19, words: 'No such device' },
  { name: 'EINVAL', number: 22, words: 'Invalid argument' },
  { name: 'ENOSPC', number: 28, words: 'No space left on device' },
  { name: 'ERANGE', number: 34, words: 'Numerical result out of range' },
  { name: 'ENODATA', number: 61, words: 'No data available' },
  { name: 'ENONET', number: 64, words: 'Machine is not on the network' },
  { name: 'EPROTONOSUPPORT', number: 93, words: 'Protocol not supported' },
  { name: 'EOPNOTSUPP', number: 95, words: 'Operation not supported' },
  { name: 'ENETDOWN', number: 100, words: 'Network is down' },
  { name: 'EHOSTUNREACH', number: 113, words: 'No route to host' },
];

/** ENOTSUPP never leaves the kernel by a system call, and is written for EOPNOTSUPP by mistake. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['ENOTSUP', 'EOPNOTSUPP'],
  ['ENOTSUPP', 'EOPNOTSUPP'],
  ['EWOULDBLOCK', 'EAGAIN'],
]);

/**
 * The errors that a text is about: by name, by the words of strerror(3), and by number where it says that it is one
 * (`-95`, `errno 95`, `error: 95`).
 */
export function errnosIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [word] of text.matchAll(/\bE[A-Z0-9]{2,}\b/g)) {
    const name = OTHER_NAMES.get(word) ?? word;
    if (ERRNOS.some((errno) => errno.name === name)) found.add(name);
  }
  // "No such device" is the beginning of "No such device or address".
  let rest = text.toLowerCase();
  for (const { name, words } of [...ERRNOS].sort((a, b) => b.words.length - a.words.length)) {
    const said = words.toLowerCase();
    if (!rest.includes(said)) continue;
    found.add(name);
    rest = rest.replaceAll(said, ' ');
  }
  for (const [, number] of text.matchAll(
    /(?:(?:^|[\s(=:])-|\b(?:errno|error|err|ret|returned|failed)[ :=(]+-?)(\d{1,3})\b/gi,
  )) {
    const known = ERRNOS.find((errno) => errno.number === Number(number));
    if (known !== undefined) found.add(known.name);
  }
  return found;
}
