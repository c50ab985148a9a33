/** What the language server needs from the world around it. The node and browser entries each bring their own. */
import type { Analyzer } from '../analyzer/analyzer.ts';
import type { DirectoryEntry } from './protocol.ts';

/** Read access by URI. Unreadable is an expected answer, hence null. */
export interface FileAccess {
  readFile(uri: string): Promise<string | null>;
  /** C sources, headers and directories directly in the directory. */
  readDirectory(uri: string): Promise<readonly DirectoryEntry[] | null>;
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
