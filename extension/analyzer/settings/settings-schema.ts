/**
 * The settings file `.netmemrc.json` as a JSON schema: the one source of its validator, its page in the documentation
 * and the matching settings of the editor.
 */
import { CONFIDENCES } from './severity.ts';
import { NEWEST, RELEASES } from '../kernel/tree.ts';

export const SETTINGS_FILE = '.netmemrc.json';

/** The part of JSON schema that settings need. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string';
  readonly title?: string;
  readonly description: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly items?: Schema;
  /** Bounds, so that an untrusted file costs no time: of a text in characters, of a list in entries. */
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Keys beyond `properties` are wrong unless this says what they hold. */
  readonly additionalProperties?: Schema | false;
}

/** The longest path that Linux takes. */
const MAX_PATH = 4096;
const MAX_ENTRIES = 1000;
const MAX_DEFINE = 256;

export const RULE_LEVELS = ['off', 'hint', 'info', 'warning', 'error'] as const;

export const SETTINGS_SCHEMA = {
  type: 'object',
  title: 'Netmem Workbench',
  description: 'Settings of Netmem Workbench for the drivers in this directory and below.',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'Where this schema is, for editors.' },
    kernelTree: {
      type: 'string',
      description:
        'Root of the kernel tree whose helpers fixes may use. If empty, the tree around the driver is taken.',
      default: '',
      maxLength: MAX_PATH,
    },
    release: {
      type: 'string',
      enum: RELEASES,
      description: 'The release to assume where there is no kernel tree.',
      default: NEWEST,
    },
    define: {
      type: 'array',
      description:
        'Macros that decide which lines are compiled: `NAME`, `NAME=VALUE`, or `-NAME` for one that is not defined. They count over the `.config` of the tree.',
      items: { type: 'string', description: 'A macro.', maxLength: MAX_DEFINE },
      maxItems: MAX_ENTRIES,
      default: [],
    },
    rules: {
      type: 'object',
      description:
        'Severity by rule (`rx3-page-api`) or requirement (`RX3`); `off` silences it. The rule wins.',
      additionalProperties: { type: 'string', enum: RULE_LEVELS, description: 'Severity, or `off`.' },
      default: {},
    },
    select: {
      type: 'array',
      description: 'Rules or requirements to report, and no others. Empty means all.',
      items: { type: 'string', description: 'A rule or a requirement.' },
      maxItems: MAX_ENTRIES,
      default: [],
    },
    confidence: {
      type: 'string',
      enum: CONFIDENCES,
      description: 'Report findings of at least this confidence.',
      default: 'low',
    },
    exclude: {
      type: 'array',
      description: 'Paths that are not looked at, as globs relative to this file (`**/staging/**`).',
      items: { type: 'string', description: 'A glob.', maxLength: MAX_PATH },
      maxItems: MAX_ENTRIES,
      default: [],
    },
    baseline: {
      type: 'string',
      description: 'File with accepted findings, in the directory of this file or below.',
      default: '.netmem-baseline.json',
      maxLength: MAX_PATH,
    },
  },
} as const satisfies Schema;
