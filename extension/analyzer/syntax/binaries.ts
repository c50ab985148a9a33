/** The two wasm binaries the parser needs, read by the host. */
export interface ParserBinaries {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}
