/** A draft of a commit message in the kernel's form: subject with prefix, what was done, what was not and why. */
import type { DriverConversion } from './convert-driver.ts';

const WIDTH = 72;

function filled(text: string, first = '', rest = first): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].join('\n');
}

/** @param subsystem prefix of the subject as the driver's history has it: `net/ethernet/engleder` */
export function commitMessage(subsystem: string, conversion: DriverConversion): string {
  const prefix = subsystem.split('/').at(-1) ?? subsystem;
  const { applied, obstacles } = conversion;
  const parts = [
    `net: ${prefix}: track receive buffers as netmem_ref`,
    filled(
      'Memory of a page_pool need not have a struct page: with a memory provider it is a net_iov. Track receive buffers by the type that stands for both, and use the netmem functions on them. No change for page-backed memory.',
    ),
    applied.map((t) => filled(t, '- ', '  ')).join('\n'),
  ];
  const causes = [...new Set(obstacles.map((o) => o.cause))];
  if (causes.length > 0) parts.push(`Not converted:\n${causes.map((c) => filled(c, '- ', '  ')).join('\n')}`);
  parts.push('The pools do not allow unreadable memory yet.');
  return parts.join('\n\n');
}
