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
export interface DriverParams {
  readonly uri: string;
}
export type DriverModelResult =
  | { readonly ok: true; readonly driver: string; readonly model: DriverModel }
  | { readonly ok: false; readonly error: string };

/** Client to server: how far the driver that `uri` belongs to is from netmem support. */
export const READINESS_REQUEST = 'netmem/readiness';
export type ReadinessResult =
  { readonly ok: true; readonly readiness: Readiness } | { readonly ok: false; readonly error: string };

export interface Readiness {
  /** URI of the directory. */
  readonly driver: string;
  readonly name: string;
  /** False for C that has nothing to do with page pools; the editor stays silent about it. */
  readonly isDriver: boolean;
  /** Number of places that could not be understood. */
  readonly incomplete: number;
  readonly requirements: readonly {
    readonly requirement: string;
    readonly title: string;
    readonly findings: readonly ReadinessFinding[];
  }[];
}

export interface ReadinessFinding {
  readonly uri: string;
  /** As LSP counts: lines and UTF-16 units from 0. */
  readonly range: ProtocolRange;
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly message: string;
}

export interface ProtocolRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** Client to server: the findings at a place, in words. */
export const EXPLAIN_REQUEST = 'netmem/explain';
export interface ExplainParams extends DriverParams {
  readonly range: ProtocolRange;
}
export interface ExplainedFinding {
  readonly rule: string;
  readonly markdown: string;
  /** As a compiler would print it, for a mail or a terminal. */
  readonly text: string;
}

/** Commands of this extension that the light bulb offers; arguments: URI and range of the finding. */
export const EXPLAIN_COMMAND = 'netmem.explainFinding';
export const COPY_COMMAND = 'netmem.copyFinding';

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
