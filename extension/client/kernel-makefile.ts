/** Telling kernel sources from anybody's C by the Makefile. */

/** Lists of objects, flags for them, and the names of the kernel's build system itself. */
const KBUILD = /^\s*(?:obj|ccflags|subdir)-|\bKBUILD_/m;

/** True for a Makefile, or a Kbuild file, that the kernel's build system reads. */
export function isKernelMakefile(text: string): boolean {
  return KBUILD.test(text);
}
