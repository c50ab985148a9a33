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
  /** URI of the page about a rule, for editors that open one; null where there is none. */
  rulePage(rule: string): string | null;
}
