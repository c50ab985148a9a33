/** Whether output is coloured: as `--color` says, else the environment, else on a terminal. */

export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;

/**
 * @param argv the arguments of the command; commander has its say about wrong ones
 * @param env NO_COLOR and FORCE_COLOR (no-color.org, force-color.org): empty ones do not count
 * @param isScreen true if standard output is a terminal
 */
export function isColoured(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isScreen: boolean,
): boolean {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const at = options.findLastIndex((word) => word === '--color' || word.startsWith('--color='));
  const choice = at < 0 ? 'auto' : (options[at]?.split('=')[1] ?? options[at + 1]);
  if (choice === 'always') return true;
  if (choice === 'never') return false;
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0';
  return isScreen && env['TERM'] !== 'dumb';
}
