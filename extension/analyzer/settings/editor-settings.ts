/**
 * The editor's settings in titled groups. What a project may also say in `.netmemrc.json` is taken from that file's
 * schema; the manifest and the page in the documentation are made from here (`npm run manifest`).
 */
import { REQUIREMENTS } from '../finding.ts';
import { RULES } from '../rules/all.ts';
import { REQUIREMENT_TEXTS } from '../rules/requirements.ts';
import { RULE_LEVELS, SETTINGS_SCHEMA } from './settings-schema.ts';

/** One setting as VS Code's manifest writes it (`contributes.configuration`). */
export interface EditorSetting {
  readonly type: 'string' | 'array' | 'object' | 'boolean';
  readonly default: unknown;
  readonly scope: 'resource' | 'machine-overridable' | 'window';
  readonly order: number;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
  readonly items?: unknown;
  readonly properties?: unknown;
  readonly additionalProperties?: unknown;
  readonly uniqueItems?: boolean;
}

export interface EditorSettingGroup {
  readonly title: string;
  readonly properties: Readonly<Record<string, EditorSetting>>;
}

/** Settings that only an editor has, with what holds where the user says nothing. */
export const EDITOR_ONLY_DEFAULTS = {
  focusMode: false,
  'inlayHints.roles': false,
  codeLens: true,
} as const;

const { kernelTree, release, define, rules, select, confidence, exclude } = SETTINGS_SCHEMA.properties;
const RC_FILE = 'A `.netmemrc.json` in or above the driver wins over this setting.';
const LEVEL = { type: 'string', enum: RULE_LEVELS };

/** `contributes.configuration` of the manifest. */
export function editorConfiguration(): readonly EditorSettingGroup[] {
  return [
    {
      title: 'Findings',
      properties: {
        'netmem.rules': {
          type: 'object',
          default: rules.default,
          scope: 'resource',
          order: 1,
          markdownDescription: `${rules.description} ${RC_FILE}`,
          properties: Object.fromEntries([
            ...REQUIREMENTS.map((name) => [
              name,
              { ...LEVEL, description: `${name}: ${REQUIREMENT_TEXTS[name].title}` },
            ]),
            ...RULES.map(({ id, requirement, title }) => [
              id,
              { ...LEVEL, description: `${requirement}: ${title}` },
            ]),
          ]),
          additionalProperties: false,
        },
        'netmem.confidence': {
          type: 'string',
          enum: confidence.enum,
          default: confidence.default,
          scope: 'resource',
          order: 2,
          markdownDescription: `${confidence.description} ${RC_FILE}`,
        },
        'netmem.select': {
          type: 'array',
          items: { type: 'string', enum: [...REQUIREMENTS, ...RULES.map(({ id }) => id)] },
          uniqueItems: true,
          default: select.default,
          scope: 'resource',
          order: 3,
          markdownDescription: `${select.description} ${RC_FILE}`,
        },
        'netmem.focusMode': {
          type: 'boolean',
          default: EDITOR_ONLY_DEFAULTS.focusMode,
          scope: 'window',
          order: 4,
          markdownDescription:
            'Hide findings on the line being typed until the caret leaves it. Other lines keep theirs.',
        },
      },
    },
    {
      title: 'Kernel Tree',
      properties: {
        'netmem.kernelTree': {
          type: 'string',
          default: kernelTree.default,
          scope: 'machine-overridable',
          order: 1,
          markdownDescription: `${kernelTree.description} ${RC_FILE}`,
        },
        'netmem.release': {
          type: 'string',
          enum: release.enum,
          default: release.default,
          scope: 'resource',
          order: 2,
          markdownDescription: `${release.description} ${RC_FILE}`,
        },
        'netmem.define': {
          type: 'array',
          items: { type: 'string' },
          default: define.default,
          scope: 'resource',
          order: 3,
          markdownDescription: `${define.description} ${RC_FILE}`,
        },
      },
    },
    {
      title: 'Files',
      properties: {
        'netmem.exclude': {
          type: 'array',
          items: { type: 'string' },
          default: exclude.default,
          scope: 'resource',
          order: 1,
          markdownDescription: `Files and directories that are not looked at, as globs relative to the workspace folder (\`**/staging/**\`). ${RC_FILE}`,
        },
        'netmem.baseline': {
          type: 'string',
          default: '',
          scope: 'resource',
          order: 2,
          markdownDescription:
            'File with the findings that were accepted from the light bulb, relative to the workspace folder. If empty, the nearest `.netmem-baseline.json` in or above the driver is read, and a new one is made in the workspace folder. Nothing is ever written into the sources.',
        },
      },
    },
    {
      title: 'Editor',
      properties: {
        'netmem.codeLens': {
          type: 'boolean',
          default: EDITOR_ONLY_DEFAULTS.codeLens,
          scope: 'window',
          order: 1,
          markdownDescription:
            'Show above the functions that create pools, receive and transmit what their buffers are for, how many findings they have, and what the last run in the simulator said.',
        },
        'netmem.inlayHints.roles': {
          type: 'boolean',
          default: EDITOR_ONLY_DEFAULTS['inlayHints.roles'],
          scope: 'window',
          order: 2,
          markdownDescription:
            'Show the role of a buffer (payload, header, …) behind the declarations that hold it.',
        },
      },
    },
  ];
}

/** The settings as a page of the documentation. */
export function settingsPage(): string {
  const groups = editorConfiguration().flatMap(({ title, properties }) => [
    `## ${title}`,
    ...Object.entries(properties).map(([name, setting]) =>
      [
        `### \`${name}\``,
        setting.markdownDescription,
        `Default: \`${JSON.stringify(setting.default)}\`${values(setting.enum)}`,
      ].join('\n\n'),
    ),
  ]);
  return `${['# Settings', INTRODUCTION, ...groups].join('\n\n')}\n`;
}

const INTRODUCTION =
  'Made from `extension/analyzer/settings/editor-settings.ts` by `npm run manifest`. Editors other than VS Code send the same names without `netmem.` as the section `netmem`; what a project wants to say for everyone goes into `.netmemrc.json`, in or above the driver, up to the root of the git work tree.';

function values(names: readonly string[] | undefined): string {
  return names === undefined ? '' : `, one of ${names.map((name) => `\`${name}\``).join(', ')}`;
}
