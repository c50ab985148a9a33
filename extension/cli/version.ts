/** The version of the package, from its manifest: one number for VSIX, npm package and reports. */
import manifest from '../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
