/** What the parser needs of WebAssembly: neither the DOM's nor Node's types are known here, and both declare it. */
declare namespace WebAssembly {
  class Memory {
    constructor(pages: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
}
