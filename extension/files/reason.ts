/** Why the system refused, in words. */

/** The code of a system error, such as `ENOENT`; null for any other. */
export function codeOf(error: unknown): string | null {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  return typeof code === 'string' ? code : null;
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOENT':
      return 'no such file or directory';
    case 'ENOTDIR':
      return 'no such file or directory';
    case 'ELOOP':
      return 'symbolic links lead in a circle';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EDQUOT':
      return 'no space left in the quota';
    case 'EISDIR':
      return 'is a directory';
    case 'EEXIST':
      return 'there already';
    case 'EFBIG':
      return 'the file would be larger than is allowed';
    case 'ENOSPC':
      return 'no space left on the device';
    default:
      return error.message;
  }
}
