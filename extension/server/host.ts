/** What the language server needs from the world around it. The node and browser entries each bring their own. */
import type { Analyzer } from '../analyzer/index.ts';
import type { DirectoryEntry } from './protocol.ts';

/**
 * Who names a file: a driver may name those of its work tree and of its kernel tree. Without, it is the directory that the
 * file is looked for in. See `files/work-tree.ts`.
 */
export interface ReadScope {
  /** URI of the driver's directory. */
  readonly directory: string;
  /** URI of the root of its kernel tree, or null. */
  readonly kernel: string | null;
}

/** Read access by URI. Unreadable is an expected answer, hence null. */
export interface FileAccess {
  readFile(uri: string, scope?: ReadScope): Promise<string | null>;
  /** C sources, headers and directories directly in the directory. */
  readDirectory(uri: string): Promise<readonly DirectoryEntry[] | null>;
  /** True if what the URI names is, or would be, in the directory or below, symbolic links resolved. */
  staysIn(uri: string, directory: string): Promise<boolean>;
}

export interface Host {
  readonly files: FileAccess;
  /** Loads the parser at the first call. */
  analyzer(): Promise<Analyzer>;
  /**
   * Ends this server, for a client that starts another: the parser's memory is broken, and a process has only one. Does
   * nothing where the client would not notice.
   */
  restart(): void;
  /** URI of the page about a rule, for editors that open one; null where there is none. */
  rulePage(rule: string): string | null;
}
