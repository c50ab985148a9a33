/**
 * What the language server speaks beyond LSP: names and shapes, shared with the client. Everything an ordinary
 * LSP client needs works without these.
 */
import type { DriverModel } from '../../simulator/driver-model/driver-model.ts';

/** Sent by the client in `initialize`. Every field is optional: other editors send nothing. */
export interface InitializationOptions {
  /** The client is this extension and knows the notifications below. */
  readonly workbench?: boolean;
  /** The client answers `netmem/readFile` and `netmem/readDirectory`, for schemes the server cannot read itself. */
  readonly clientReadsFiles?: boolean;
}

/** Client to server: the driver model of the driver that `uri` belongs to. */
export const DRIVER_MODEL_REQUEST = 'netmem/driverModel';
export interface DriverModelParams {
  readonly uri: string;
}
export type DriverModelResult =
  | { readonly ok: true; readonly driver: string; readonly model: DriverModel }
  | { readonly ok: false; readonly error: string };

/** Server to client, after each analysis that changed something. `driver` is the directory's URI. */
export const DRIVER_CHANGED_NOTIFICATION = 'netmem/driverChanged';
export interface DriverChangedParams {
  readonly driver: string;
}

/** Server to client: text of a file, or null if it cannot be read. */
export const READ_FILE_REQUEST = 'netmem/readFile';
/** Server to client: files directly in a directory, or null if it cannot be read. */
export const READ_DIRECTORY_REQUEST = 'netmem/readDirectory';
export interface ReadParams {
  readonly uri: string;
}
export interface DirectoryFile {
  readonly uri: string;
  readonly size: number;
}
