/** A zcrx registration that goes from one io_uring to another (ZCRX_CTRL_EXPORT, ZCRX_REG_IMPORT), as scenarios. */
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const ZCRX_SHARING: readonly Scenario[] = [
  scenario({
    id: 'zcrx-exported-and-imported',
    title: 'A registration goes to another io_uring',
    teaches:
      'ZCRX_CTRL_EXPORT gives a descriptor, ZCRX_REG_IMPORT takes it: the queue stays bound when the first ring closes.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: {
      provider: 'zcrx',
      actions: [
        { at: 100000, action: 'export-registration' },
        { at: 150000, action: 'import-registration' },
        { at: 160000, action: 'close-exported-fd' },
        { at: 200000, action: 'unbind' },
      ],
    },
    expect: [
      'state = pass',
      'refused = ',
      'provider.bound = yes',
      'packets.read = 500',
      'socket.copies = 0',
      'chunks.lost = 0',
    ],
  }),
  scenario({
    id: 'zcrx-both-rings-close',
    title: 'The last io_uring of a registration closes',
    teaches: 'The queue is closed with the last user, not with the first.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: {
      provider: 'zcrx',
      actions: [
        { at: 100000, action: 'export-registration' },
        { at: 150000, action: 'import-registration' },
        { at: 160000, action: 'close-exported-fd' },
        { at: 2000000, action: 'unbind' },
        { at: 2100000, action: 'unbind' },
      ],
    },
    expect: ['state = pass', 'provider.bound = no', 'packets.read = 500', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'zcrx-exported-descriptor-keeps-the-queue',
    title: 'Only the descriptor of a registration is left',
    teaches: 'It keeps the queue bound without a ring that could read; closing it ends the binding.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: {
      provider: 'zcrx',
      actions: [
        { at: 2000000, action: 'export-registration' },
        { at: 2100000, action: 'unbind' },
      ],
    },
    expect: ['refused = ', 'provider.bound = yes', 'packets.read = 500'],
  }),
  scenario({
    id: 'zcrx-exported-descriptor-closes',
    title: 'The descriptor of a registration is closed last',
    teaches: 'What the user still had goes back then.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: {
      provider: 'zcrx',
      tokenReturn: 'never',
      actions: [
        { at: 2000000, action: 'export-registration' },
        { at: 2100000, action: 'unbind' },
        { at: 2200000, action: 'close-exported-fd' },
      ],
    },
    expect: ['refused = ', 'provider.bound = no', 'packets.read = 500', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'zcrx-import-of-nothing',
    title: 'An import of another descriptor',
    teaches: 'ZCRX_REG_IMPORT wants a descriptor that an export gave.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: { provider: 'zcrx', actions: [{ at: 100000, action: 'import-registration' }] },
    expect: ['refused = EBADF', 'packets.read = 500'],
  }),
  scenario({
    id: 'zcrx-export-of-nobody',
    title: 'An export of a registration that is gone',
    teaches: 'The id names none.',
    requirement: null,
    since: '7.1',
    driver: {},
    config: {
      provider: 'zcrx',
      actions: [
        { at: 2000000, action: 'unbind' },
        { at: 2100000, action: 'export-registration' },
      ],
    },
    expect: ['refused = ENXIO', 'packets.read = 500', 'chunks.lost = 0'],
  }),
  scenario({
    id: 'zcrx-import-on-6.18',
    title: 'An import, on 6.18',
    teaches: 'The flag was unknown.',
    requirement: null,
    driver: {},
    config: { provider: 'zcrx', actions: [{ at: 100000, action: 'import-registration' }] },
    kernel: '6.18',
    expect: ['refused = EINVAL', 'packets.read = 500'],
  }),
];
