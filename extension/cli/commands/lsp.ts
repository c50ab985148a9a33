/** `netmem lsp`: the language server on standard input and output, until the editor ends it. */
import { serveStdio } from '../../server/lsp.ts';

/** The wasm files of the parser lie beside the command. */
export function lsp(): void {
  serveStdio(import.meta.dirname);
}
