/**
 * What is known of macros before a line of the driver is read: what the user defines, the configuration of the tree, its
 * version, and what a build of a mainline kernel never or always defines.
 */
import { type MacroState, UNDEFINED } from './condition.ts';

/** What is known of the build; values are texts, as after `-D`. */
export interface KnownBuild {
  readonly version: {
    readonly version: number;
    readonly patchlevel: number;
    readonly sublevel: number;
  } | null;
  /** `.config` of the tree by name, or null: options are unknown then. */
  readonly config: ReadonlyMap<string, string> | null;
  /** What the user says, over everything else; null for a macro that is not defined. */
  readonly defines: ReadonlyMap<string, string | null>;
  /** What the driver's Makefile says by default. */
  readonly flags?: ReadonlyMap<string, string | null>;
}

/**
 * Macros that tell other systems and the kernels of distributions from mainline. A tree that has one says so in its
 * Makefile or configuration; the user says it with a definition.
 */
const FOREIGN =
  /^(?:RHEL_\w+|SLE_VERSION\w*|SLES_\w+|UTS_UBUNTU_\w+|UBUNTU_\w+|OPENEULER_\w+|KYLIN_\w+|[A-Z]+_RELEASE_(?:CODE|VERSION|ABI)|CONFIG_SUSE_(?:KERNEL|VERSION|PATCHLEVEL)|__VMKLNX__|__KLOCWORK__|__GENKSYMS__|__CHECKER__|__COVERITY__|__cplusplus|_WIN(?:32|64|DOWS)|__FreeBSD__|__NetBSD__|__OpenBSD__|__APPLE__|__sun)$/;

/** Macros that every build of a Linux module defines. */
const ALWAYS: ReadonlyMap<string, string> = new Map([
  ['__KERNEL__', '1'],
  ['__linux__', '1'],
  ['__GNUC__', '13'],
]);

/**
 * Options that are set wherever a driver of a network device is built: those it depends on, what these select, and the page
 * pool, which drivers select. Without a configuration they count as set.
 */
const WITH_NETWORK: ReadonlySet<string> = new Set([
  'CONFIG_NET',
  'CONFIG_NETDEVICES',
  'CONFIG_BPF',
  'CONFIG_PAGE_POOL',
]);

const defined = (body: string): MacroState => ({ kind: 'defined', params: null, body });

/**
 * State of each macro at the start of a source, or null for one that nothing is known of.
 * @param isKernels true for macros that headers of the tree define
 */
export function knownMacros(
  build: KnownBuild,
  isKernels: (name: string) => boolean = () => false,
): (name: string) => MacroState | null {
  const { version, config, defines, flags } = build;
  const code =
    version === null
      ? null
      : (version.version << 16) + (version.patchlevel << 8) + Math.min(version.sublevel, 255);
  return (name) => {
    const said = defines.get(name);
    if (said !== undefined) return said === null ? UNDEFINED : defined(said);
    const flag = flags?.get(name);
    if (flag !== undefined) return flag === null ? UNDEFINED : defined(flag);
    if (name === 'LINUX_VERSION_CODE') return code === null ? null : defined(String(code));
    if (config !== null && name.startsWith('CONFIG_')) return configured(config, name);
    if (WITH_NETWORK.has(name)) return defined('1');
    const always = ALWAYS.get(name);
    if (always !== undefined) return defined(always);
    if (FOREIGN.test(name)) return UNDEFINED;
    return isKernels(name) ? { kind: 'defined', params: null, body: null } : null;
  };
}

/** `CONFIG_X` is 1 if built in, `CONFIG_X_MODULE` if it is a module. */
function configured(config: ReadonlyMap<string, string>, name: string): MacroState {
  const value = config.get(name);
  if (value === 'm') return UNDEFINED;
  if (value !== undefined) return defined(value === 'y' ? '1' : value);
  const option = name.endsWith('_MODULE') ? config.get(name.slice(0, -'_MODULE'.length)) : undefined;
  return option === 'm' ? defined('1') : UNDEFINED;
}
