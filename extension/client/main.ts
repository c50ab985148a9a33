/** VS Code glue. */
export {};
