/**
 * What decides which lines of a driver are compiled: version and configuration of the tree, and what the user says. The
 * host reads the files of the tree; here are their formats.
 */
import type { KernelTree, KernelVersion, TreeBuild } from './tree.ts';

/** Files of a tree that decide what is compiled, relative to its root. */
export const BUILD_FILES = { makefile: 'Makefile', config: '.config' } as const;

const NO_DEFINES: TreeBuild['defines'] = new Map();

/** From the texts of the files, null for one that is not there. */
export function treeBuild(makefile: string | null, config: string | null): TreeBuild {
  return {
    version: makefile === null ? null : parseVersion(makefile),
    config: config === null ? null : parseConfig(config),
    defines: NO_DEFINES,
  };
}

/** The build of a tree; of one that is only assumed, the first kernel of the release. */
export function buildOf({ build, release }: KernelTree): TreeBuild {
  const [version, patchlevel] = release.split('.').map(Number);
  const assumed: KernelVersion | null =
    version === undefined || patchlevel === undefined ? null : { version, patchlevel, sublevel: 0 };
  return {
    version: build?.version ?? assumed,
    config: build?.config ?? null,
    defines: build?.defines ?? NO_DEFINES,
    ...(build?.flags === undefined ? {} : { flags: build.flags }),
  };
}

/** The tree as one driver is built in it. @param flags what the driver's Makefile says of macros */
export function withFlags(
  tree: KernelTree,
  flags: ReadonlyMap<string, string | null> | undefined,
): KernelTree {
  return flags === undefined || flags.size === 0 ? tree : { ...tree, build: { ...buildOf(tree), flags } };
}

/** The tree with what the user says of macros, each as `parseDefine` reads it; wrong ones are left out. */
export function withDefines(tree: KernelTree, defines: readonly string[]): KernelTree {
  if (defines.length === 0) return tree;
  const said = new Map<string, string | null>();
  for (const text of defines) {
    const read = parseDefine(text);
    if (read !== null) said.set(read.name, read.value);
  }
  return { ...tree, build: { ...buildOf(tree), defines: said } };
}

/** `NAME`, `NAME=VALUE` or `-NAME` (not defined), as the settings have them; null if it is none of these. */
export function parseDefine(text: string): { readonly name: string; readonly value: string | null } | null {
  const [, minus, name, value] = /^(-?)([A-Za-z_]\w*)(?:=(.*))?$/.exec(text.trim()) ?? [];
  if (name === undefined) return null;
  if (minus === '-') return value === undefined ? { name, value: null } : null;
  return { name, value: value ?? '1' };
}

/** Name and value of each option that a `.config` sets. */
function parseConfig(text: string): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const m of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm)) out.set(m[1] ?? '', (m[2] ?? '').trim());
  return out;
}

/** The version in the head of a kernel's top Makefile, or null. */
function parseVersion(makefile: string): KernelVersion | null {
  const head = makefile.slice(0, 4096);
  const part = (name: string): number | null => {
    const [, digits] = new RegExp(`^${name}[ \\t]*=[ \\t]*(\\d+)[ \\t]*$`, 'm').exec(head) ?? [];
    return digits === undefined ? null : Number(digits);
  };
  const version = part('VERSION');
  const patchlevel = part('PATCHLEVEL');
  if (version === null || patchlevel === null) return null;
  return { version, patchlevel, sublevel: part('SUBLEVEL') ?? 0 };
}
