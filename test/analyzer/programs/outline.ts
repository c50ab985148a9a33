/** Program trees as indented lines, for tests to read. */
import type { PathKind, PathProgram, ProgramNode } from '../../../simulator/contract/driver-ir.ts';
import { analyse } from '../analyse.ts';

/** The driver's program for a path; throws if it has none. */
export async function programOf(files: Record<string, string>, path: PathKind): Promise<PathProgram> {
  const { model } = await analyse(files);
  const found = model.programs?.find((p) => p.path === path);
  if (found === undefined) throw new Error(`no ${path} program`);
  return found;
}

/** `[!]meaning` of each branch, kind of each operation and loop, name of each call, one line each. */
export function outline(program: PathProgram): string {
  const lines: string[] = [];
  write(program.body.steps, '', program, lines);
  return lines.join('\n');
}

function write(nodes: readonly ProgramNode[], indent: string, program: PathProgram, out: string[]): void {
  const inner = (more: readonly ProgramNode[]): void => write(more, `${indent}  `, program, out);
  const variable = (n: number): string => program.variables?.[n] ?? '?';
  for (const node of nodes) {
    switch (node.node) {
      case 'operation': {
        const { operation } = node;
        const buffer =
          'buffer' in operation && operation.buffer !== null
            ? ` ${program.buffers[operation.buffer]?.name ?? '?'}`
            : '';
        out.push(`${indent}${operation.kind}${buffer}`);
        break;
      }
      case 'branch': {
        const { condition } = node;
        const of = condition.buffer === null ? '' : ` ${program.buffers[condition.buffer]?.name ?? '?'}`;
        const test =
          condition.variable === undefined
            ? ''
            : ` [${variable(condition.variable.variable)} ${condition.variable.compare} ${condition.variable.value}]`;
        const means = condition.means === 'unknown' ? `unknown (${condition.text})` : condition.means;
        out.push(`${indent}if ${condition.negated ? 'not ' : ''}${means}${of}${test}`);
        inner(node.then);
        if (node.otherwise.length > 0) {
          out.push(`${indent}else`);
          inner(node.otherwise);
        }
        break;
      }
      case 'loop':
        out.push(`${indent}${node.over}:`);
        inner(node.body);
        break;
      case 'call':
        out.push(`${indent}${node.function}()`);
        inner(node.body);
        break;
      case 'exit':
        out.push(`${indent}${node.exit}`);
        break;
      case 'assign':
        out.push(
          `${indent}${variable(node.variable)} = ${node.value ?? (node.from === null ? '?' : variable(node.from))}`,
        );
        break;
      case 'label':
        out.push(`${indent}label ${node.label}`);
        break;
      case 'goto':
        out.push(`${indent}goto ${node.label}`);
        break;
      case 'sequence':
        write(node.steps, indent, program, out);
        break;
    }
  }
}
