/** The changelog of a release. */

const HEADING = '## [Unreleased]\n';

/**
 * What is unreleased becomes the section of a version; an empty one for what comes next stands above it.
 * @param {string} text whole changelog
 * @param {string} version
 * @param {string} date YYYY-MM-DD
 * @returns {{ ok: true, text: string } | { ok: false, problem: string }}
 */
export function released(text, version, date) {
  const at = text.indexOf(HEADING);
  if (at < 0) return { ok: false, problem: `no heading "${HEADING.trim()}"` };
  if (text.includes(`## [${version}]`)) return { ok: false, problem: `${version} is there already` };
  const rest = text.slice(at + HEADING.length);
  if (rest.split('\n## [')[0]?.trim() === '') return { ok: false, problem: 'nothing is unreleased' };
  return { ok: true, text: `${text.slice(0, at)}${HEADING}\n## [${version}] - ${date}\n${rest}` };
}
