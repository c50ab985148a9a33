/**
 * What the user wants to see of one driver: the editor's settings, the project's `.netmemrc.json` over them, and the
 * baseline of accepted findings. The same files and the same functions as in the terminal.
 */
import {
  applySettings,
  BASELINE_FILE,
  EMPTY_BASELINE,
  globMatches,
  identifyFindings,
  isSuppressed,
  parseBaseline,
  parseSettings,
  SETTINGS_FILE,
} from '../analyzer/index.ts';
import type {
  Baseline,
  BaselineSubject,
  Finding,
  Release,
  Settings,
  Severity,
  SourceFile,
} from '../analyzer/index.ts';
import type { FileAccess } from './host.ts';
import { directoryOf, relativeName, resolvePath, upwards, within } from './locations.ts';
import { type EditorSettings, projectOver } from './settings.ts';

export interface DriverPolicy {
  readonly settings: Settings;
  readonly editor: EditorSettings;
  /** URI of the kernel tree that the user names, or null. */
  readonly treeRoot: string | null;
  readonly release: Release | null;
  readonly baseline: Baseline;
  /** Where the baseline is, or would be made. */
  readonly baselineUri: string;
  /** The project's settings name a baseline that is somewhere else: nothing is read or written there. */
  readonly baselineLeadsOut: boolean;
  /** True for files that the user does not want looked at. */
  excludes(uri: string): boolean;
}

export interface PolicySources {
  readonly files: FileAccess;
  readonly editor: EditorSettings;
  /** URI of the workspace folder around the driver, or null. */
  readonly workspaceFolder: string | null;
  /** Told of a file that cannot be used, in one line with its name. */
  readonly onProblem: (problem: string) => void;
}

interface Nearest {
  readonly uri: string;
  readonly text: string;
}

/** Reads the files in and above the driver's directory. A broken one is said, and the rest counts. */
export async function loadPolicy(directory: string, sources: PolicySources): Promise<DriverPolicy> {
  const { files, editor, workspaceFolder, onProblem } = sources;
  const above = await withinWorkTree(files, upwards(directory));
  const [rc, nearestBaseline] = await Promise.all([
    nearest(files, above, SETTINGS_FILE),
    nearest(files, above, BASELINE_FILE),
  ]);
  const project = rc === null ? null : parseSettings(rc.text);
  if (rc !== null && project?.ok === false) onProblem(`${rc.uri}:${project.error}`);
  const named = project?.ok === true ? project.named : [];
  const settings =
    project?.ok === true ? projectOver(editor.findings, project.settings, named) : editor.findings;
  const home = workspaceFolder ?? directory;
  const rcHome = rc === null ? home : directoryOf(rc.uri);
  const baseOf = (name: keyof Settings) => (named.includes(name) ? rcHome : home);

  const baselineName = settings.baseline;
  const baselineUri =
    baselineName !== null && baselineName !== ''
      ? resolvePath(baseOf('baseline'), baselineName)
      : (nearestBaseline?.uri ?? within(home, BASELINE_FILE));
  // Named by settings that came with the project; what the user's own settings name may be anywhere.
  const leadsOut = named.includes('baseline') && !(await files.staysIn(baselineUri, rcHome));
  if (leadsOut) onProblem(`${baselineUri}: "baseline" leads out of ${rcHome} through a symbolic link`);
  const baselineText = leadsOut
    ? null
    : baselineUri === nearestBaseline?.uri
      ? nearestBaseline.text
      : await files.readFile(baselineUri);
  const globs = settings.exclude;
  const globBase = baseOf('exclude');
  return {
    settings,
    editor,
    treeRoot: settings.kernelTree === '' ? null : resolvePath(baseOf('kernelTree'), settings.kernelTree),
    release: settings.release,
    baseline: readBaseline(baselineUri, baselineText, onProblem),
    baselineUri,
    baselineLeadsOut: leadsOut,
    excludes: (uri) =>
      globs.length > 0 && globs.some((glob) => globMatches(glob, relativeName(globBase, uri))),
  };
}

function readBaseline(uri: string, text: string | null, onProblem: (problem: string) => void): Baseline {
  if (text === null || text.trim() === '') return EMPTY_BASELINE;
  const parsed = parseBaseline(text);
  if (parsed.ok) return parsed.value;
  onProblem(`${uri}: ${parsed.error}`);
  return EMPTY_BASELINE;
}

/** The directories up to the root of the git work tree, as in the terminal: what lies above belongs to somebody else. */
async function withinWorkTree(files: FileAccess, directories: readonly string[]): Promise<readonly string[]> {
  // A directory, or in a linked work tree a file.
  const marks = await Promise.all(
    directories.map(async (directory) => {
      const names = await Promise.all(
        ['.git/HEAD', '.git'].map((name) => files.readFile(within(directory, name))),
      );
      return names.some((text) => text !== null);
    }),
  );
  const root = marks.indexOf(true);
  return root < 0 ? directories : directories.slice(0, root + 1);
}

async function nearest(
  files: FileAccess,
  directories: readonly string[],
  name: string,
): Promise<Nearest | null> {
  const candidates = directories.map((directory) => within(directory, name));
  const texts = await Promise.all(candidates.map((uri) => files.readFile(uri)));
  for (const [index, text] of texts.entries()) {
    const uri = candidates[index];
    if (text !== null && uri !== undefined) return { uri, text };
  }
  return null;
}

/** Findings with the severities that the policy gives. */
export interface GradedFindings {
  readonly shown: readonly Finding[];
  /** Those that the baseline accepts. */
  readonly accepted: readonly Finding[];
}

/** What the policy leaves of the findings. */
export function applyPolicy(
  policy: DriverPolicy,
  findings: readonly Finding[],
  files: () => Iterable<SourceFile>,
): GradedFindings {
  // Fingerprints count equal lines, so they are made from all findings, before settings take some away.
  const subjects = policy.baseline.entries.length === 0 ? [] : subjectsOf(policy, findings, files());
  const isAccepted = (index: number): boolean => {
    const subject = subjects[index];
    return subject !== undefined && isSuppressed(policy.baseline, subject) !== null;
  };
  const grades = findings.map(({ rule, requirement, severity, confidence }, index) => ({
    ...{ rule, requirement, severity, confidence },
    index,
  }));
  const shown: Finding[] = [];
  const accepted: Finding[] = [];
  for (const { index, severity } of applySettings(grades, policy.settings)) {
    const finding = findings[index];
    if (finding === undefined) continue;
    (isAccepted(index) ? accepted : shown).push(withSeverity(finding, severity));
  }
  return { shown, accepted };
}

/** Leaves `fixes` alone: plans are made when somebody asks for them, and a copy would ask. */
function withSeverity(finding: Finding, severity: Severity): Finding {
  if (finding.severity === severity) return finding;
  return new Proxy(finding, {
    get: (target, name): unknown => (name === 'severity' ? severity : Reflect.get(target, name)),
  });
}

/** What a baseline entry for each finding is made from, in their order. */
export function subjectsOf(
  policy: DriverPolicy,
  findings: readonly Finding[],
  files: Iterable<SourceFile>,
): readonly BaselineSubject[] {
  const home = directoryOf(policy.baselineUri);
  const identities = identifyFindings(findings, files);
  return findings.map(({ rule, location }, index) => ({
    rule,
    file: relativeName(home, location.file),
    function: identities[index]?.function ?? null,
    fingerprint: identities[index]?.fingerprint ?? '',
  }));
}
