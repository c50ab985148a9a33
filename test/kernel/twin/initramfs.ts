/** An initial file system in the kernel's cpio format ("newc"), as far as the twin needs one. */

export interface Entry {
  readonly path: string;
  /** Absent: a directory. */
  readonly data?: Uint8Array;
}

const FILE = 0o100755;
const DIRECTORY = 0o040755;

/** Archive of the entries, in their order; folders come before what is in them. */
export function initramfs(entries: readonly Entry[]): Uint8Array {
  const parts = [...entries, { path: 'TRAILER!!!', data: new Uint8Array() }].flatMap(
    ({ path, data }, index) => {
      const name = Buffer.from(`${path}\0`);
      const size = data?.length ?? 0;
      const mode = data === undefined ? DIRECTORY : FILE;
      // Inode, mode, user, group, links, time, size, device and special device, length of the name, checksum.
      const fields = [index + 1, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length, 0];
      const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
      return [padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(data ?? []))];
    },
  );
  return Buffer.concat(parts);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
