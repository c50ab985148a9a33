/** Public face of the simulator. It imports nothing outside itself. */
export * from './contract/driver-model.ts';
export * from './contract/path-program.ts';
