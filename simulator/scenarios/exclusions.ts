/** What a bound queue excludes, as scenarios. */
import { scenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';

export const EXCLUSIONS: readonly Scenario[] = [
  scenario({
    id: 'xdp-while-bound',
    title: 'Attaching XDP while bound',
    teaches: 'A bound queue keeps XDP away from the whole device.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'attach-xdp' }] },
    expect: ['refused = EBUSY', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'af-xdp-while-bound',
    title: 'AF_XDP while bound',
    teaches: 'Zero-copy AF_XDP is refused on every queue of the device.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'attach-af-xdp' }] },
    expect: ['refused = EBUSY', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'split-off-while-bound',
    title: 'Switching the split off while bound',
    teaches: 'ethtool must not take away what the bind relied on.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'set-split-disabled' }] },
    expect: ['refused = EINVAL', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'thresh-while-bound',
    title: 'Raising hds-thresh while bound',
    teaches: 'The threshold stays 0 as long as a provider is bound.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'set-hds-thresh-1' }] },
    expect: ['refused = EINVAL', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'shrink-below-bound',
    title: 'Removing the bound queue',
    teaches: 'Channels below a bound queue cannot go; moving RSS first does not change that.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'shrink-channels-below-bound' }] },
    expect: ['refused = EINVAL', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'shrink-to-bound',
    title: 'Shrinking to just the bound queue',
    teaches: 'The kernel wants one channel more than the bound queue needs.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'shrink-channels-to-bound' }] },
    expect: ['refused = EINVAL', 'packets.delivered = 500'],
  }),
  scenario({
    id: 'bind-twice',
    title: 'A second bind',
    teaches: 'One queue has one provider.',
    requirement: null,
    driver: {},
    config: { actions: [{ at: 100000, action: 'bind-again' }] },
    expect: ['refused = EEXIST', 'packets.delivered = 500', 'provider.bound = yes'],
  }),
];
