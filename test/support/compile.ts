/** Compiles C against the minikernel, so that fixtures and the example driver are real C and fixed text still is. */
import { spawnSync } from 'node:child_process';

/** Strict, but without what kernel code does on purpose. */
const FLAGS = [
  '-fsyntax-only',
  '-std=gnu11',
  '-nostdinc',
  '-ffreestanding',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wno-unused-parameter',
  '-Wno-sign-compare',
  '-Wno-missing-field-initializers',
];

/** True if the machine has gcc. */
export function hasCompiler(): boolean {
  return spawnSync('gcc', ['--version']).status === 0;
}

/** What the compiler has to say, or an empty string. @param kernel root written by `writeMinikernel` */
export function compile(file: string, kernel: string): string {
  const { stderr } = spawnSync('gcc', [...FLAGS, '-I', `${kernel}/include`, file], { encoding: 'utf8' });
  return stderr;
}
