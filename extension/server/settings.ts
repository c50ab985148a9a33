/** The user's settings as the server needs them. What comes over the wire is checked, and wrong values are ignored. */

export interface Settings {
  /** Root of the kernel tree, or empty to look around the driver. */
  readonly kernelTree: string;
}

export const DEFAULT_SETTINGS: Settings = { kernelTree: '' };

/** Reads the `netmem` section of the editor's configuration. */
export function readSettings(section: unknown): Settings {
  return { kernelTree: text(section, 'kernelTree') ?? DEFAULT_SETTINGS.kernelTree };
}

function text(section: unknown, name: string): string | null {
  if (typeof section !== 'object' || section === null) return null;
  const value: unknown = Reflect.get(section, name);
  return typeof value === 'string' ? value : null;
}
