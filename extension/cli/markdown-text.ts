/** Markdown as a terminal shows it: 80 columns, headings bold, code as it is. Knows what the rule pages use. */
import { expandTabs, wrap } from '../analyzer/index.ts';
import type { Style } from '../analyzer/index.ts';

const WIDTH = 80;
const CODE_INDENT = '    ';

export function markdownToText(markdown: string, style: Style): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let fenced = false;
  const flush = (): void => {
    if (paragraph.length > 0) out.push(...block(paragraph.join(' '), style));
    paragraph = [];
  };
  for (const line of markdown.trimEnd().split('\n')) {
    if (line.startsWith('```')) {
      flush();
      fenced = !fenced;
    } else if (fenced) {
      out.push(line === '' ? '' : CODE_INDENT + expandTabs(line));
    } else if (line === '') {
      flush();
      out.push('');
    } else if (/^#+ /.test(line)) {
      flush();
      out.push(style.bold(inline(line.replace(/^#+ /, ''))));
    } else if (line.startsWith('|')) {
      out.push(line);
    } else {
      if (/^(- |\d+\. )/.test(line)) flush();
      paragraph.push(line.trim());
    }
  }
  flush();
  return `${out.join('\n')}\n`;
}

/** A paragraph, or an item of a list with its lines under each other. */
function block(text: string, style: Style): string[] {
  const marker = /^(- |\d+\. )/.exec(text)?.[0] ?? '';
  const indent = ' '.repeat(marker.length);
  return wrap(inline(text.slice(marker.length)), WIDTH - marker.length).map(
    (line, index) => (index === 0 ? style.dim(marker) : indent) + line,
  );
}

/** Links as their text with the address behind, unless it leads to a file; code and emphasis without their marks. */
function inline(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '$1 <$2>')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/(?<![\w*])_([^_]+)_(?!\w)/g, '$1');
}
