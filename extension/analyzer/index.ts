/** The analyser as a library: the only way in for the server, the terminal and the panel. What they get is plain data. */
export type { Analyzer, Driver, DriverAnalysis, Reading, SourceFile } from './analyzer.ts';
export { createAnalyzer } from './engine/create-analyzer.ts';
export { REQUIREMENTS } from './finding.ts';
export type { Confidence, Finding, Requirement, Severity } from './finding.ts';
export { enclosingFunction } from './findings/enclosing-function.ts';
export { fixKind, identifyFindings, resolveAnalysis } from './findings/resolved.ts';
export type { ResolvedDriver, ResolvedFinding, ResolvedIncomplete } from './findings/resolved.ts';
export type { FixPlan, PlannedEdit } from './fix.ts';
export { commitMessage } from './fixes/commit-message.ts';
export { convertDriver } from './fixes/convert-driver.ts';
export type { ConvertedSource, DriverConversion } from './fixes/convert-driver.ts';
export type { DriverPlan } from './fixes/driver-plan.ts';
export { planResolves } from './fixes/planner.ts';
export { callText, formArity, formFor, NETMEM_APIS, netmemApi, PAGE_APIS, pageApi } from './kernel/api.ts';
export type { NetmemApi, PageApi } from './kernel/api.ts';
export { BUILD_FILES, parseDefine, treeBuild, withDefines, withFlags } from './kernel/build.ts';
export { includeDirectories, makefileFlags } from './kernel/makefile-flags.ts';
export type { IncludeDirectory } from './kernel/makefile-flags.ts';
export { assumedTree, PROBED_HEADERS, probeTree, TREE_MARKERS } from './kernel/probe.ts';
export { mayHoldBuffers } from './kernel/subject.ts';
export { NEWEST, RELEASES } from './kernel/tree.ts';
export type { KernelTree, Release } from './kernel/tree.ts';
export type { BufferFact } from './model/alias/alias-class.ts';
export type { FactKind } from './model/flow/facts.ts';
export type { DriverSymbols, PlacedFunction } from './model/names/symbols.ts';
export { declaresBuffers, inclusionsOf, Links, modulesOf } from './model/reading/modules.ts';
export type { Inclusion } from './model/reading/modules.ts';
export { writeReport } from './report/formats.ts';
export { codeSpan, escape } from './report/markdown.ts';
export { modesOfDriver } from './report/modes.ts';
export type { DriverModes, ModeAnswer } from './report/modes.ts';
export { isNothing, writeReadinessMarkdown, writeReadinessText } from './report/readiness-text.ts';
export { count, readiness, standings, stateLabel, summary } from './report/readiness.ts';
export type { Readiness, RequirementState, Standing } from './report/readiness.ts';
export { expandTabs } from './report/text.ts';
export { shellWord, visible, visibleLines, writePlainJson } from './report/visible.ts';
export { wrap } from './report/wrap.ts';
export { FORMATS, PLAIN } from './report/writer.ts';
export type { Format, Report, RuleEntry, Style } from './report/writer.ts';
export { RULES } from './rules/all.ts';
export { REQUIREMENT_TEXTS } from './rules/requirements.ts';
export type { Rule } from './rules/rule.ts';
export {
  addEntry,
  BASELINE_FILE,
  EMPTY_BASELINE,
  isSuppressed,
  parseBaseline,
  SCOPES,
  suppressBy,
  unusedEntries,
  writeBaseline,
} from './settings/baseline.ts';
export type { Baseline, BaselineSubject, Scope } from './settings/baseline.ts';
export { EDITOR_ONLY_DEFAULTS } from './settings/editor-settings.ts';
export { globMatches } from './settings/glob.ts';
export { SETTINGS_FILE, SETTINGS_SCHEMA } from './settings/settings-schema.ts';
export { DEFAULT_SETTINGS, parseSettings } from './settings/settings.ts';
export type { Settings } from './settings/settings.ts';
export { applySettings, CONFIDENCES } from './settings/severity.ts';
export { keepLineEndings } from './text/line-endings.ts';
export { LineIndex } from './text/line-index.ts';
export { LineTable } from './text/line-table.ts';
export { filePath } from './text/range.ts';
export type { Location, OffsetRange } from './text/range.ts';
export { unifiedDiff } from './text/unified-diff.ts';
