/**
 * SARIF 2.1.0, for code scanning in CI. Accepted findings stay in the log as suppressed results: a result that
 * vanishes would be shown as fixed and come back later.
 */
import type { Log, PhysicalLocation, Region, Result } from 'sarif';
import type { Severity } from '../finding.ts';
import { fixKind, type Place, type ResolvedFinding, type ResolvedFix } from '../findings/resolved.ts';
import { writePlainJson } from './visible.ts';
import type { Report } from './writer.ts';

const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const INFORMATION = 'https://docs.kernel.org/networking/netmem.html';

export function writeSarif(report: Report): string {
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'netmem',
            semanticVersion: report.version,
            informationUri: INFORMATION,
            rules: report.rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: rule.title },
              defaultConfiguration: { level: LEVELS[rule.severity] },
              helpUri: rule.helpUri,
              ...(rule.page === null ? {} : { help: { text: rule.page, markdown: rule.page } }),
              properties: { tags: [rule.requirement] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => result(finding, report)),
      },
    ],
  };
  return writePlainJson(log);
}

function result(finding: ResolvedFinding, report: Report): Result {
  const ruleIndex = report.rules.findIndex((rule) => rule.id === finding.rule);
  return {
    ruleId: finding.rule,
    ...(ruleIndex >= 0 ? { ruleIndex } : {}),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [
      {
        physicalLocation: physical(finding.place),
        ...(finding.function === null
          ? {}
          : { logicalLocations: [{ name: finding.function, kind: 'function' }] }),
      },
    ],
    relatedLocations: finding.evidence.map(({ place, message }, index) => ({
      id: index + 1,
      physicalLocation: physical(place),
      message: { text: message },
    })),
    partialFingerprints: { 'netmem/v1': finding.fingerprint },
    fixes: finding.fixes.filter((fix) => fix.edits.length > 0).map(fixOf),
    // An empty array says "looked at, not suppressed"; that is the case here.
    suppressions:
      finding.suppressed === null
        ? []
        : [{ kind: 'external', status: 'accepted', justification: finding.suppressed }],
    properties: {
      requirement: finding.requirement,
      confidence: finding.confidence,
      driver: finding.driver,
      api: finding.api,
      fix: fixKind(finding),
    },
  };
}

function fixOf(fix: ResolvedFix): NonNullable<Result['fixes']>[number] {
  const files = [...new Set(fix.edits.map((edit) => edit.place.file))];
  return {
    description: { text: `${fix.title} (${fix.kind})` },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uriOf(file) },
      replacements: fix.edits
        .filter((edit) => edit.place.file === file)
        .map((edit) => ({ deletedRegion: region(edit.place), insertedContent: { text: edit.newText } })),
    })),
  };
}

function physical(place: Place): PhysicalLocation {
  return { artifactLocation: { uri: uriOf(place.file) }, region: region(place) };
}

function region({ line, column, endLine, endColumn }: Place): Region {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** Relative paths stay relative: the upload knows the root of the repository. */
function uriOf(file: string): string {
  const uri = file.split('/').map(encoded).join('/');
  return uri.startsWith('/') ? `file://${uri}` : uri.replace(/^(\.\/)+/, '');
}

/** Bytes of a name in another encoding than UTF-8 are single surrogates (`files/names.ts`); a URI has them as they are. */
function encoded(name: string): string {
  const parts = name.split(/([\ud800-\udfff])/u);
  return parts.map((part, at) => (at % 2 === 0 ? encodeURIComponent(part) : byteOf(part))).join('');
}

function byteOf(surrogate: string): string {
  const byte = surrogate.charCodeAt(0) - 0xdc00;
  return byte >= 0x80 && byte <= 0xff ? `%${byte.toString(16).toUpperCase()}` : encodeURIComponent('\ufffd');
}
