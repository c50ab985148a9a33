/** Public face of the simulator. It imports nothing outside itself. */
export * from './driver-model/driver-model.ts';
export * from './driver-model/path-program.ts';
