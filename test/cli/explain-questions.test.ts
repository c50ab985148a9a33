/**
 * Questions that people ask about memory providers, in the words that programs and the kernel give them, and what the
 * answer has to name. Each was compared with the sources of 7.3: net/core/{netdev-genl,devmem,netdev_rx_queue,page_pool}.c,
 * net/ethtool/rings.c, io_uring/zcrx.c.
 */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXAMPLE, netmem, ROOT, scratch } from './netmem.ts';

/** What was asked, and expressions that the answer matches. */
const QUESTIONS: readonly (readonly [asked: string, ...answers: readonly RegExp[]])[] = [
  ['EOPNOTSUPP bind-rx', /no queue management operations/, /PP_FLAG_DMA_SYNC_DEV/, /leases the queue/],
  ['ncdevmem: YNL failed: Operation not supported', /EOPNOTSUPP/, /queue_mgmt_ops/],
  ['bind-rx returned -95', /EOPNOTSUPP/, /no device that does DMA/],
  ['EINVAL bind-rx', /tcp-data-split is disabled/, /hds-thresh is 1/, /names no queue/],
  [
    'EINVAL tcp-data-split',
    /must be enabled/,
    /XDP program without frags/,
    /ethtool -G DEV tcp-data-split on/,
  ],
  ['kernel reports: tcp-data-split is disabled', /bind-split-disabled/, /ethtool -g DEV/],
  ['kernel reports: hds-thresh is not zero', /hds-thresh is 1, it must be 0/, /hds-thresh 0/],
  ['ENODATA', /PP_FLAG_ALLOW_UNREADABLE_NETMEM/, /queue_idx/, /no page pool/],
  ['bind_rx: No data available', /ENODATA/, /the driver:/],
  ['ENETDOWN bind-rx', /device is down/, /ndo_queue_mem_alloc/],
  ['EAGAIN bind-rx', /device is down/],
  ['EEXIST bind-rx', /XDP program is attached/, /has a memory provider already/],
  ['io_uring_register_ifq() returns -17', /EEXIST/, /has a memory provider already/, /queue-get/],
  ['zcrx EEXIST', /XDP program is attached/, /memory provider already/],
  [
    'io_uring_register_ifq: Operation not supported',
    /io_uring takes only DMA_FROM_DEVICE/,
    /queue management/,
  ],
  ['zcrx EINVAL', /IORING_SETUP_DEFER_TASKRUN/, /refill ring/, /start and end at pages/],
  ['zcrx EFAULT', /area has no memory/],
  ['zcrx EPERM', /CAP_NET_ADMIN/, /first user namespace/],
  ['EPERM bind-rx', /CAP_NET_ADMIN/],
  ['EBUSY AF_XDP', /AF_XDP pool uses the queue/],
  ['designated queue already in use by AF_XDP', /bind-with-af-xdp/],
  ['designated queue already memory provider bound', /bind-twice/],
  ['unable to install XDP to device using memory provider', /EBUSY|XDP cannot be attached/],
  [
    "netlink error: can't disable tcp-data-split while device has memory provider enabled",
    /split-off-while-bound/,
  ],
  ['rx queue index out of range', /queue 9 does not exist/, /ethtool -l DEV/],
  ['netdev: Driver does not support netmem TX', /netmem_tx/, /TX2/, /tx-undeclared/],
  ['EOPNOTSUPP bind-tx', /does not declare netdev->netmem_tx/],
  ['sendmsg failed: Invalid argument bind-tx', /sendmsg/, /id that is no TX binding/],
  ['EFAULT recvmsg MSG_SOCK_DEVMEM', /without MSG_SOCK_DEVMEM/, /plain-reader/],
  ['recvmsg: Bad address', /MSG_SOCK_DEVMEM/],
  ['E2BIG', /order 1 pages do not fit/],
  ['rx-page-size', /power of 2/, /QCFG_RX_PAGE_SIZE/, /page at least/],
  ['rx_buf_len ERANGE', /in one piece/, /ndo_validate_qcfg/],
  ['device does not support: rx_page_size', /QCFG_RX_PAGE_SIZE in supported_params/],
  ['dmabuf sg entry (addr=0x1000, len=4096) not aligned to niov size 16384', /not aligned to 16384/],
  [
    'page_pool_release_retry() stalled pool shutdown: id 51, 4032 inflight 26825 sec',
    /SO_DEVMEM_DONTNEED/,
    /RX7/,
  ],
  ['WARNING: Negative(-1) inflight packet-pages', /given back .* than it gave out/],
  ['page_pool_init() mem-provider init failed -22', /RX4/, /EINVAL/],
  ['WARNING: CPU: 1 PID: 9 at include/net/netmem.h:165', /RX3, RX5/],
  ['BUG: kernel NULL pointer dereference, address: 0000000000000000', /payload by the CPU/],
  ['recycle-ring-full', /ring full/, /page-pool-stats-get/],
  ['alloc-slow', /memory provider/],
  ['inflight', /given out/, /detach-time/],
  ['rx-alloc-fail', /run empty/],
  ['ntuple', /flow rule/, /ethtool -N DEV/],
  ['MSG_CTRUNC', /control buffer/],
  ['SCM_DEVMEM_LINEAR', /did not split/],
  ['queue-create EBUSY', /leased already/, /AF_XDP/],
  ['ENONET', /network namespace/],
  ['setting TCP data split is not supported', /does not offer tcp-data-split/],
  ['rx queue leased to a virtual netdev', /EBUSY/],
  ['No DMA-capable device found for netmem TX', /bind-tx/, /NETMEM_TX_DMA/],
  ['Failed to map dmabuf attachment', /exporter/],
  ['netmem_tx', /TX2/, /bind-tx/, /does not declare/],
  ['ndo_queue_mem_alloc', /restarting it/, /all four operations|queue management operations/],
];

/** The answer as one line: its lines are broken wherever they are full. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('a question has an answer that names what the kernel checks', () => {
  test.each(QUESTIONS.map(([asked, ...answers]) => ({ asked, answers })))('$asked', ({ asked, answers }) => {
    const { out, err, code } = netmem(['explain', asked], { cwd: scratch() });
    expect({ err, code }).toEqual({ err: '', code: 0 });
    for (const answer of answers) expect(flat(out)).toMatch(answer);
    expect(out.split('\n').filter((line) => line.length > 80 && !line.startsWith('    '))).toEqual([]);
  });
});

test('an errno that nothing around providers gives is said to be none of them', () => {
  const { out, code } = netmem(['explain', 'ENOENT'], { cwd: scratch() });
  expect(code).toBe(0);
  expect(flat(out)).toContain(
    'None of the checks around memory providers that the simulator makes gives it on 7.3.',
  );
});

test('the answer is about the release that is asked for', () => {
  const asked = ['explain', 'bind-rx', 'ERANGE', '--release'];
  expect(flat(netmem([...asked, '7.3'], { cwd: scratch() }).out)).toContain('rx-page-size');
  expect(flat(netmem([...asked, '6.18'], { cwd: scratch() }).out)).not.toContain('policy of the attribute');
});

test('a line of dmesg is read from standard input', () => {
  const input = '[   71.12] page_pool_release_retry() stalled pool shutdown: id 4, 12 inflight 60 sec\n';
  expect(flat(netmem(['explain', '-'], { cwd: scratch(), input }).out)).toContain('destroyed a page pool');
});

test.each([
  ['nothing', '\n', 'netmem: standard input: neither'],
  ['a long text', `${'x'.repeat(5000)}\n`, 'netmem: xxxx'],
])('%s on standard input is an error of one short line', (_what, input, said) => {
  const { out, err, code } = netmem(['explain', '-'], { cwd: scratch(), input });
  expect({ out, code }).toEqual({ out: '', code: 2 });
  expect(err).toContain(said);
  expect(err.length).toBeLessThan(250);
  expect(err.trimEnd()).not.toContain('\n');
});

describe('a driver', () => {
  test('is told which of the checks it fails, with its line', () => {
    const { out } = netmem(['explain', 'EOPNOTSUPP', '--driver', EXAMPLE], { cwd: ROOT });
    expect(flat(out)).toContain('gives:');
    expect(flat(out)).toMatch(
      /tcp-data-split enabled: EOPNOTSUPP, .* extension\/example\/tern_ethtool\.c:\d+/,
    );
  });

  test('that fails none of them is said to', () => {
    const { out } = netmem(['explain', 'E2BIG', '--driver', join(ROOT, 'test/support/compliant')]);
    expect(flat(out)).toContain('gives no E2BIG of its own');
  });

  test('that is none is an error', () => {
    const { err, code } = netmem(['explain', 'E2BIG', '--driver', scratch({ 'a.c': 'int main(void) {}\n' })]);
    expect(code).toBe(2);
    expect(err).toContain('name a driver');
  });
});
