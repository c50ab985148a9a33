/**
 * The user's settings as the server needs them. What comes over the wire is checked by the validator of
 * `.netmemrc.json`; a wrong value is named and left out, and the others count.
 */
import { DEFAULT_SETTINGS, EDITOR_ONLY_DEFAULTS, parseSettings, SETTINGS_SCHEMA } from '../analyzer/index.ts';
import type { Settings } from '../analyzer/index.ts';

/** What the editor says for one driver. Relative paths in it start from the workspace folder. */
export interface EditorSettings {
  readonly findings: Settings;
  readonly codeLens: boolean;
  readonly roleHints: boolean;
}

const DEFAULT_EDITOR_SETTINGS: EditorSettings = {
  findings: DEFAULT_SETTINGS,
  codeLens: EDITOR_ONLY_DEFAULTS.codeLens,
  roleHints: EDITOR_ONLY_DEFAULTS['inlayHints.roles'],
};

/**
 * Reads the `netmem` section of the editor's configuration.
 * @param onProblem told of each value that was left out, in one line
 */
export function readSettings(section: unknown, onProblem: (problem: string) => void): EditorSettings {
  const good: Record<string, unknown> = {};
  for (const name of Object.keys(SETTINGS_SCHEMA.properties)) {
    const value = field(section, name);
    // An empty path means "not set" in an editor's form.
    if (value === undefined || value === null || value === '') continue;
    const parsed = parseSettings(JSON.stringify({ [name]: value }));
    if (parsed.ok) good[name] = value;
    else onProblem(`setting netmem.${name}: ${parsed.error.replace(/^\d+: /, '')}`);
  }
  const parsed = parseSettings(JSON.stringify(good));
  const findings = parsed.ok ? parsed.settings : DEFAULT_SETTINGS;
  return {
    findings,
    codeLens: flag(section, 'codeLens', DEFAULT_EDITOR_SETTINGS.codeLens),
    roleHints: flag(field(section, 'inlayHints'), 'roles', DEFAULT_EDITOR_SETTINGS.roleHints),
  };
}

/**
 * The project's file over the editor's settings: what the file says counts, so that editor and terminal agree.
 * Severities are merged by name.
 * @param named settings that the project's file has
 */
export function projectOver(editor: Settings, project: Settings, named: readonly string[]): Settings {
  return {
    ...editor,
    ...Object.fromEntries(Object.entries(project).filter(([name]) => named.includes(name))),
    rules: { ...editor.rules, ...project.rules },
  };
}

function flag(section: unknown, name: string, otherwise: boolean): boolean {
  const value = field(section, name);
  return typeof value === 'boolean' ? value : otherwise;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
