/** Who may own the memory of a bound queue: the one list for runs, command line and panel. */

interface Described {
  /** As people call it. */
  readonly title: string;
  /** What the memory is. */
  readonly memory: string;
  readonly hint: string;
}

export const MEMORY_PROVIDERS = {
  pages: { title: 'pages', memory: 'system pages', hint: 'System memory, as without any provider' },
  dmabuf: { title: 'dma-buf', memory: 'dma-buf', hint: 'Device memory bound with bind-rx' },
  zcrx: { title: 'io_uring zcrx', memory: 'io_uring area', hint: 'An io_uring zero-copy area' },
} as const satisfies Readonly<Record<string, Described>>;

export type ProviderId = keyof typeof MEMORY_PROVIDERS;

/** True for the id of a provider. */
export function isProvider(value: unknown): value is ProviderId {
  return typeof value === 'string' && Object.hasOwn(MEMORY_PROVIDERS, value);
}

/** In the order of the table. */
export const PROVIDER_IDS: readonly ProviderId[] = Object.keys(MEMORY_PROVIDERS).filter(isProvider);
