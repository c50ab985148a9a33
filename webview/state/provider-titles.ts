/** Memory providers as people call them. */
import type { RunConfig } from '../../simulator/run/config.ts';

export const PROVIDER_TITLES: Readonly<Record<RunConfig['provider'], string>> = {
  pages: 'pages',
  dmabuf: 'dma-buf',
  zcrx: 'io_uring zcrx',
};
