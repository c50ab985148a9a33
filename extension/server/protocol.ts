/**
 * What the language server speaks beyond LSP: names and shapes, shared with the client. Everything an ordinary
 * LSP client needs works without these.
 */

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
export interface DriverModelParams extends DriverParams {
  /** The model that the client has, by its `id`. */
  readonly known?: string;
}
export type DriverModelResult =
  | {
      readonly ok: true;
      /** URI of the driver's directory. */
      readonly driver: string;
      readonly name: string;
      /** Names this model: equal models of a driver in a row have the same. */
      readonly id: string;
      /** The driver model as `packData` of the simulator writes it; null if the client has it. */
      readonly packed: string | null;
    }
  | { readonly ok: false; readonly error: string };

/**
 * Client to server, a notification: the editor is about to open this file. Reading a file into an editor takes longer
 * than reading it here, so that the first look can be over when the editor has it.
 */
export const OPENING_NOTIFICATION = 'netmem/opening';

/**
 * Client to server, a notification: the last tab of this file was closed. VS Code may keep the document open for
 * minutes, while the user is done with it.
 */
export const HIDDEN_NOTIFICATION = 'netmem/hidden';

/** Client to server: how far the driver that `uri` belongs to is from netmem support. */
export const READINESS_REQUEST = 'netmem/readiness';
export type ReadinessResult =
  { readonly ok: true; readonly readiness: Readiness } | { readonly ok: false; readonly error: string };

export interface Readiness {
  /** URI of the directory, with the module as fragment where the directory has several. */
  readonly driver: string;
  readonly name: string;
  /** False for C that has nothing to do with page pools; the editor stays silent about it. */
  readonly isDriver: boolean;
  /** Number of places that could not be understood. */
  readonly incomplete: number;
  /** Requirements that are met, as `netmem report` counts them. */
  readonly met: number;
  /** The same in words. */
  readonly summary: string;
  readonly requirements: readonly RequirementReadiness[];
}

export interface RequirementReadiness {
  readonly requirement: string;
  readonly title: string;
  readonly state: 'met' | 'open' | 'not applicable' | 'unknown';
  /** The state in a word, as the terminal prints it. */
  readonly label: string;
  /** Why it is in this state; null for an open one, whose findings say it. */
  readonly why: string | null;
  /** Findings that keep it open first; the others are only worth knowing. */
  readonly findings: readonly ReadinessFinding[];
  /** How many of the findings keep nothing open. */
  readonly notes: number;
}

export interface ReadinessFinding {
  readonly uri: string;
  /** As LSP counts: lines and UTF-16 units from 0. */
  readonly range: ProtocolRange;
  readonly rule: string;
  /** The function, flag or type that it is about. */
  readonly api: string;
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
/** Arguments: URI and position, as LSP counts. */
export const OPEN_PLACE_COMMAND = 'netmem.openPlace';
/** Opens the light bulb's menu; arguments: URI and range. */
export const SHOW_FIXES_COMMAND = 'netmem.showFixes';
/** Arguments: URI of a file of the driver, and the requirement. */
export const SHOW_IN_SIMULATOR_COMMAND = 'netmem.showInSimulator';
/** Argument: `AcceptOffer`, or `AcceptParams` if nothing is to be asked. */
export const ACCEPT_COMMAND = 'netmem.acceptFinding';
/** Argument: id of a rule. */
export const RULE_PAGE_COMMAND = 'netmem.openRulePage';
/** Argument: URI of a source file of the driver. */
export const SIMULATE_COMMAND = 'netmem.openSimulator';

/** Client to server: the baseline with one more accepted finding. Who asks writes it. */
export const ACCEPT_REQUEST = 'netmem/acceptFinding';
export interface AcceptParams extends DriverParams {
  readonly range: ProtocolRange;
  readonly rule: string;
  readonly scope: 'line' | 'function' | 'file';
}
/** A finding that can be accepted, and for how much. */
export interface AcceptOffer extends DriverParams {
  readonly range: ProtocolRange;
  readonly rule: string;
  /** The narrowest first, each in words: `on this line`. */
  readonly scopes: readonly { readonly scope: AcceptParams['scope']; readonly words: string }[];
}
export interface AcceptedFinding {
  readonly ok: true;
  /** Of the baseline file. */
  readonly uri: string;
  /** What is in it now; null if there is none yet. */
  readonly before: string | null;
  readonly text: string;
}

export type AcceptResult = AcceptedFinding | { readonly ok: false; readonly error: string };

/** Client to server: which places of a driver have an action that changes something; the answer is in their order. */
export const FIXES_REQUEST = 'netmem/placesWithFixes';
export interface FixesParams extends DriverParams {
  readonly places: readonly { readonly uri: string; readonly position: ProtocolRange['start'] }[];
}

/** Client to server: what stands above the functions of a file. */
export const LENSES_REQUEST = 'netmem/functionLenses';
export interface FunctionLens {
  /** Where the function's name is, and all of the function. */
  readonly name: ProtocolRange;
  readonly body: ProtocolRange;
  /** `payload pool · 3 findings`. */
  readonly text: string;
}

/** Server to client, after each analysis that changed something. `driver` as in `Readiness`. */
export const DRIVER_CHANGED_NOTIFICATION = 'netmem/driverChanged';
export interface DriverChangedParams {
  readonly driver: string;
  /** What the analysis took the server. */
  readonly milliseconds: number;
}

/** Server to client: text of a file, or null if it cannot be read. */
export const READ_FILE_REQUEST = 'netmem/readFile';
/** Server to client: C files and directories directly in a directory, or null if it cannot be read. */
export const READ_DIRECTORY_REQUEST = 'netmem/readDirectory';
export interface ReadParams {
  readonly uri: string;
}
export type DirectoryEntry =
  | { readonly kind: 'file'; readonly uri: string; readonly size: number }
  | { readonly kind: 'directory'; readonly uri: string };

/** Client to server: analyses every driver below the folders. Answers with what was found so far if cancelled. */
export const SCAN_REQUEST = 'netmem/scan';
export interface ScanParams {
  /** URIs of directories. */
  readonly folders: readonly string[];
}
export interface ScanResult {
  readonly drivers: readonly Readiness[];
  readonly filesRead: number;
  /** Names of the drivers whose findings are on show already. */
  readonly shown: readonly string[];
}
/** Server to client, while a scan runs. */
export const SCAN_PROGRESS_NOTIFICATION = 'netmem/scanProgress';
export interface ScanProgress {
  readonly filesRead: number;
  readonly drivers: number;
  /** Directory at work. */
  readonly directory: string;
}

/** Server to client, in the browser: the parser's wasm files. Structured clone carries the bytes. */
export const PARSER_BINARIES_REQUEST = 'netmem/parserBinaries';
export interface ParserBinariesResult {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** Client to server: the conversions that can be previewed for the driver, or for the buffer at the range. */
export const CONVERSIONS_REQUEST = 'netmem/conversions';
export interface ConversionsParams extends DriverParams {
  /** Only conversions of the buffer at this place; all of the driver if left out. */
  readonly range?: ProtocolRange;
}
export type ConversionsResult =
  | { readonly ok: true; readonly driver: string; readonly conversions: readonly Conversion[] }
  | { readonly ok: false; readonly error: string };

/** A plan that is applied whole or not at all. */
export interface Conversion {
  readonly id: string;
  readonly title: string;
  readonly applicability: 'safe' | 'unsafe' | 'advice';
  readonly files: readonly ConvertedFile[];
  /** What the plan would have had to change and does not, as `file:line:column: reason`. */
  readonly refusals: readonly string[];
}

export interface ConvertedFile {
  readonly uri: string;
  /** The text that the edits were computed from. */
  readonly before: string;
  /** Sorted, never overlapping; offsets in UTF-16 units of `before`. */
  readonly edits: readonly ConversionEdit[];
}

export interface ConversionEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
  readonly reason: string;
}

/** Command of this extension that shows conversions; arguments: URI, and range and id of a conversion if not all. */
export const PREVIEW_COMMAND = 'netmem.previewConversion';
