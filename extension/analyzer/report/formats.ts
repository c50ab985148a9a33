/** The writers by name. */
import { writeGithub } from './github.ts';
import { writeJson, writeJsonl } from './jsonl.ts';
import { writeMarkdown } from './markdown.ts';
import { writeSarif } from './sarif.ts';
import { writeText, type TextOptions } from './text.ts';
import type { Format, Report } from './writer.ts';

/** @param text how the text format looks; the others have no choice */
export function writeReport(format: Format, report: Report, text: TextOptions): string {
  switch (format) {
    case 'text':
      return writeText(report, text);
    case 'jsonl':
      return writeJsonl(report);
    case 'json':
      return writeJson(report);
    case 'sarif':
      return writeSarif(report);
    case 'github':
      return writeGithub(report);
    case 'markdown':
      return writeMarkdown(report);
  }
}
