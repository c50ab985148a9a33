/**
 * Behaviours of the machine, one a row, and what takes each away: a piece of source and what stands there instead.
 * Switching one off must break at least one scenario, else nothing teaches it.
 * @typedef {{ readonly file: string, readonly from: string, readonly to: string }} Change
 * @typedef {{ readonly behaviour: string, readonly changes: readonly Change[] }} Switch
 */

const REQUEST = 'simulator/netlink/bind-request.ts';
const CHECKS = 'simulator/netlink/bind-checks.ts';
const EXCLUSIONS = 'simulator/netlink/exclusions.ts';
const RINGS = 'simulator/netlink/ring-settings.ts';
const LEASE = 'simulator/netlink/lease.ts';
const LENGTH = 'simulator/netlink/buffer-length.ts';
const BIND_TX = 'simulator/netlink/bind-tx.ts';
const VIEWS = 'simulator/run/views.ts';
const ADMIN = 'simulator/machine/administration.ts';
const QUEUES = 'simulator/machine/queue-management.ts';
const OPERATIONS = 'simulator/machine/rx-operations.ts';
const INTERPRETER = 'simulator/machine/rx-interpreter.ts';
const BASE = 'simulator/machine/rx-base.ts';
const MACHINE = 'simulator/machine/machine.ts';
const POOL_MEMORY = 'simulator/machine/pool-memory.ts';
const DEVICE = 'simulator/nic/device.ts';
const RX_QUEUE = 'simulator/nic/rx-queue.ts';
const STEERING = 'simulator/nic/steering.ts';
const TRAFFIC = 'simulator/nic/traffic.ts';
const STACK = 'simulator/stack/stack.ts';
const USER = 'simulator/stack/user.ts';
const HELPERS = 'simulator/contract/unreadable-helpers.ts';
const TX = 'simulator/tx/tx-path.ts';
const ZCRX = 'simulator/providers/zcrx-provider.ts';
const DMABUF = 'simulator/providers/dmabuf-provider.ts';
const JUDGE = 'simulator/run/judge.ts';
const CONTROL = 'simulator/netlink/zcrx-control.ts';
const EVENTS = 'simulator/memory/zcrx-events.ts';

/** @type {readonly Switch[]} */
export const SWITCHES = [
  // Requests of a bind.
  off(
    'bind-rx asks for the capability',
    REQUEST,
    "if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');\n  if (config.userNamespace &&",
    'if (config.userNamespace &&',
  ),
  off(
    'zcrx asks for the capability first',
    REQUEST,
    "if (!config.netAdmin) yield user('EPERM', 'the process lacks CAP_NET_ADMIN');\n  if (config.userNamespace) {",
    'if (config.userNamespace) {',
  ),
  off('the ifindex is mandatory', REQUEST, "if (mistake === 'no-ifindex')", 'if (false)'),
  off('the fd is mandatory', REQUEST, "if (mistake === 'no-memory') yield", 'if (false) yield'),
  off(
    'the queue list is mandatory',
    REQUEST,
    "if (!config.bindNamesQueue) yield user('EINVAL', 'the bind request names no queue');",
    '',
  ),
  off('a transmit queue is refused', REQUEST, "if (mistake === 'tx-queue')", 'if (false)'),
  off(
    'the device must exist',
    REQUEST,
    "if (!device.present || config.bindMistake === 'no-device')",
    'if (false)',
  ),
  off('the queue must exist', REQUEST, 'if (config.boundQueue >= device.queues)', 'if (false)'),
  off(
    'the errno of a missing queue depends on who asks',
    REQUEST,
    "yield* queueExists(input, 'ERANGE');",
    "yield* queueExists(input, 'EINVAL');",
  ),
  off(
    'one DMA device for all queues',
    REQUEST,
    "if (mistake === 'different-dma-devices' && has(kernel, 'operations-lock'))",
    'if (false)',
  ),
  off('a device that does DMA', REQUEST, "if (config.bindMistake === 'no-dma-device')", 'if (false)'),
  off(
    'the exporter is asked',
    REQUEST,
    "if (mistake === 'exporter-refuses') yield user('EBADF', 'the fd is not open (dma_buf_get)');",
    '',
  ),
  off(
    'a dma-buf must have a page',
    REQUEST,
    "if (config.chunks < 1) yield user('EINVAL', 'the dma-buf has no page');",
    '',
  ),
  off('an area must have memory', REQUEST, "if (config.chunks < 1 || mistake === 'no-memory')", 'if (false)'),
  off(
    'aligned entries since 7.1',
    REQUEST,
    "if (mistake === 'unaligned' && has(kernel, 'aligned-memory'))",
    'if (false)',
  ),
  off(
    'unaligned entries before 7.1',
    REQUEST,
    "mistake === 'unaligned' && has(kernel, 'aligned-memory')",
    "mistake === 'unaligned'",
  ),
  off('an aligned area', REQUEST, "if (mistake === 'unaligned') yield", 'if (false) yield'),
  off('flags of the ring', REQUEST, "if (mistake === 'ring-flags')", 'if (false)'),
  off(
    'entries of the refill ring',
    REQUEST,
    "if (!config.bindNamesQueue || mistake === 'no-refill-entries')",
    'if (false)',
  ),
  off('at most 32768 refill entries', REQUEST, "if (mistake === 'too-many-refill-entries')", 'if (false)'),
  off(
    'queue management operations are needed',
    REQUEST,
    "if (has(kernel, 'operations-lock') && ops.value.length === 0)",
    'if (false)',
    CHECKS,
    'if (missing !== undefined)',
    'if (false)',
  ),
  // Opening the provider.
  off('the split must be enabled', CHECKS, "if (settings.split !== 'enabled')", 'if (false)'),
  off(
    'unknown is not enabled',
    CHECKS,
    "if (settings.split !== 'enabled')",
    "if (settings.split === 'disabled')",
  ),
  off(
    '6.12 does not look at the split',
    CHECKS,
    "if (has(kernel, 'split-checks')) {\n    if (settings.split",
    'if (true) {\n    if (settings.split',
  ),
  off('hds-thresh must be 0', CHECKS, 'if (settings.hdsThresh !== 0)', 'if (false)'),
  off('XDP keeps providers out', CHECKS, 'if (device.xdp) yield', 'if (false) yield'),
  off(
    'one provider a queue',
    CHECKS,
    'if (device.bound) yield',
    'if (false) yield',
    EXCLUSIONS,
    "case 'bind-again':\n      return refuse(",
    "case 'bind-again':\n      return null; return refuse(",
  ),
  off('AF_XDP keeps providers out', CHECKS, 'if (device.afXdp) yield', 'if (false) yield'),
  off(
    'the driver says whether a closed device has queue memory',
    CHECKS,
    'if (!device.up && closed !== undefined && closed.value !== null)',
    'if (false)',
  ),
  off(
    'a pool that could not be made is refused',
    CHECKS,
    'if (attempt.errno !== null) yield poolRefusal(attempt, bufferLength(config));',
    '',
  ),
  off(
    'some pool must have taken the provider',
    CHECKS,
    'if (!attempts.some((attempt) => attempt.hasProvider)) yield',
    'if (false) yield',
  ),
  off(
    'a driver without the split is to blame for it',
    CHECKS,
    "blame: blockedByDriver === undefined ? 'configuration' : 'driver'",
    "blame: 'configuration'",
  ),
  off('no memory for the new queue', CHECKS, "if (config.queueFailure === 'mem-alloc')", 'if (false)'),
  off('a queue that does not stop', CHECKS, "if (config.queueFailure === 'stop')", 'if (false)'),
  off(
    'a queue that does not start',
    CHECKS,
    "if (config.queueFailure === 'start' ||",
    'if (false ||',
    CHECKS,
    "|| config.queueFailure === 'start-twice')",
    ')',
  ),
  off(
    'the old queue is started again',
    ADMIN,
    "if (failure === 'start') this.queues.restartOld(queue);\n    else",
    '',
  ),
  off(
    'the old queue keeps its memory for that',
    ADMIN,
    "if (failure === 'start') this.queues.pause(queue);\n    else",
    '',
    ADMIN,
    'this.queues.restartOld(queue)',
    'this.queues.startQueue(queue)',
  ),
  off('filled buffers are posted once more', QUEUES, 'payload.repost();', ''),
  off(
    'the old memory is freed last',
    QUEUES,
    'this.logRestart(queue, START);',
    'const first = rxQueue.exchange(old); machine.interpreter.runAll(context, machine.programs.release); rxQueue.exchange(first); this.destroyPools(before.splice(0));',
  ),
  off(
    'a restart gives the old buffers back',
    QUEUES,
    'machine.interpreter.runAll(context, machine.programs.release);',
    '',
  ),
  // Pools with a provider.
  off(
    'queue_idx decides which queue a pool is for',
    POOL_MEMORY,
    "queueIdx: model.queueIdx.value === 'set' ? queue : 0",
    'queueIdx: queue',
  ),
  off(
    'ALLOW_UNREADABLE_NETMEM decides about the provider',
    POOL_MEMORY,
    'for (const flag of model.flags.value) flags |= FLAGS[flag];',
    "for (const flag of model.flags.value) flags |= FLAGS[flag];\n  flags |= model.role === 'payload' ? 8 : 0;",
  ),
  off(
    'a dma-buf gets buffers of its chunks',
    DMABUF,
    '2 ** pool.params.order === this.chunkBytes',
    '2 ** pool.params.order > 0',
  ),
  off('io_uring gets buffers of its chunks', ZCRX, '!== this.chunkBytes', '< 0'),
  off(
    'io_uring memory is only received into',
    ZCRX,
    'if (pool.params.dmaDir !== DMA_FROM_DEVICE) return EOPNOTSUPP;',
    '',
  ),
  off(
    'a flag under a condition counts only with it',
    POOL_MEMORY,
    "if (splitEnabled || flag !== 'PP_FLAG_ALLOW_UNREADABLE_NETMEM') flags |= FLAGS[flag];",
    'flags |= FLAGS[flag];',
  ),
  off(
    'a flag under a condition is named with it',
    CHECKS,
    "if (!allows && sometimes !== undefined && split !== 'enabled')",
    'if (false && sometimes !== undefined)',
  ),
  off('a pool without netdev is an oops', CHECKS, "if (pool.netdev.value === 'unset')", 'if (false)'),
  // Large buffers.
  off(
    'an area is cut into chunks of rx_buf_len',
    LENGTH,
    'return rxBufLen !== 0 && isBufferLength(rxBufLen) ? rxBufLen : PAGE_SIZE;',
    'return PAGE_SIZE + 0 * rxBufLen;',
  ),
  off('rx_buf_len is a power of two', LENGTH, 'Number.isInteger(Math.log2(bytes))', 'true'),
  off('rx_buf_len is a page at least', LENGTH, 'bytes >= PAGE_SIZE && ', ''),
  off(
    'a large chunk is one piece of memory',
    REQUEST,
    "(mistake === 'scattered-area' || config.chunks * PAGE_SIZE < bytes)",
    '(config.chunks * PAGE_SIZE < bytes)',
  ),
  off(
    'entries are aligned to the chunk',
    REQUEST,
    "(mistake === 'scattered-area' || (config.chunks * PAGE_SIZE) % bytes !== 0)",
    '(false)',
  ),
  off(
    'single pages need not be in one piece',
    REQUEST,
    "bytes > PAGE_SIZE && (mistake === 'scattered-area' || config.chunks",
    "(mistake === 'scattered-area' || config.chunks",
  ),
  off(
    'rx_buf_len came with 7.0',
    REQUEST,
    "if (config.rxBufLen !== 0 && !has(kernel, 'queue-config'))",
    'if (false)',
  ),
  off(
    'zcrx came with 6.15',
    REQUEST,
    "if (!has(kernel, 'zcrx')) {\n    yield nobody",
    'if (false) {\n    yield nobody',
  ),
  off(
    'rx-page-size came with 7.3',
    REQUEST,
    "if (config.rxBufLen !== 0 && !has(kernel, 'rx-page-size'))",
    'if (false)',
  ),
  off('a driver says that it takes large buffers', CHECKS, 'if (large && !rxPageSize.value)', 'if (false)'),
  off(
    'the driver validates the configuration',
    CHECKS,
    "if (config.queueFailure === 'validate' &&",
    'if (false &&',
  ),
  off(
    'a computed order follows the configuration',
    POOL_MEMORY,
    'served === this.providerQueue ? Math.log2(this.chunkBytes / PAGE_SIZE) : 0',
    '0',
  ),
  off(
    'the configuration goes with the provider',
    POOL_MEMORY,
    'served === this.providerQueue ? Math.log2(this.chunkBytes / PAGE_SIZE) : 0',
    'Math.log2(this.chunkBytes / PAGE_SIZE)',
  ),
  off(
    'the device fills buffers of the pool’s length',
    QUEUES,
    'payload < 0 ? PAGE_SIZE : machine.memory.bufferBytes(payload)',
    'PAGE_SIZE',
  ),
  off(
    'a copy is of a page at most',
    USER,
    'const now = Math.min(bytes, PAGE_SIZE);',
    'const now = Math.min(bytes, this.memory.chunkBytes);',
  ),
  // Leases.
  off('queue-create came with 7.1', LEASE, "if (!has(kernel, 'queue-create'))", 'if (false)'),
  off('queue-create asks for the capability', LEASE, 'if (!config.netAdmin)', 'if (false)'),
  off('the lease is mandatory', LEASE, "if (mistake === 'no-lease')", 'if (false)'),
  off('transmit queues are not leased', LEASE, "if (mistake === 'tx-queue')", 'if (false)'),
  off('no device leases from itself', LEASE, "if (mistake === 'own-device')", 'if (false)'),
  off('queues are created on virtual devices', LEASE, "if (mistake === 'physical-device')", 'if (false)'),
  off('the lease device exists', LEASE, "if (mistake === 'no-device' || !present)", 'if (false)'),
  off('the lease device is a physical one', LEASE, "if (mistake === 'virtual-lessor')", 'if (false)'),
  off('the lease device has queue operations', LEASE, 'if (ops.value.length === 0)', 'if (false)'),
  off('the leased queue exists', LEASE, 'if (config.boundQueue >= queues)', 'if (false)'),
  off('a queue is leased once', LEASE, 'if (queue.leased)', 'if (false)'),
  off('a queue of AF_XDP is not leased', LEASE, 'if (queue.afXdp)', 'if (false)'),
  off('a queue with a provider is not leased', LEASE, 'if (queue.bound)', 'if (false)'),
  off('one device for all leases', LEASE, "if (mistake === 'two-devices')", 'if (false)'),
  off(
    'a leased queue has no DMA device on the NIC',
    REQUEST,
    'if (device.leased && !device.overNetkit)',
    'if (false)',
  ),
  off('a netkit queue needs a lease', REQUEST, 'if (device.overNetkit && !device.leased)', 'if (false)'),
  off('the provider goes with the netkit', ADMIN, 'if (this.overNetkit) this.unbind();', ''),
  off(
    'the lease goes with the netkit',
    ADMIN,
    'this.leased = false;\n        if (this.overNetkit)',
    'if (this.overNetkit)',
  ),
  off(
    'queue-get names the lease',
    VIEWS,
    '...(administration.leased && id === config.boundQueue ? { lease: NETKIT_QUEUE } : {}),',
    '',
  ),
  off('bind-tx over a netkit needs a lease', BIND_TX, 'overNetkit && (!leased ||', 'overNetkit && (false ||'),
  off('netkit sends since 7.2', BIND_TX, "(!leased || !has(kernel, 'netmem-tx-mode'))", '!leased'),
  // Exclusions.
  off(
    'no XDP while bound',
    EXCLUSIONS,
    "case 'attach-xdp':\n    case 'attach-single-buffer-xdp':\n      return refuse(",
    "case 'attach-xdp':\n    case 'attach-single-buffer-xdp':\n      return null; return refuse(",
  ),
  off(
    'no single-buffer XDP beside a split',
    EXCLUSIONS,
    "if (action === 'attach-single-buffer-xdp' && state.split === 'enabled' && guarded)",
    'if (false)',
  ),
  off(
    'no AF_XDP while bound',
    EXCLUSIONS,
    "case 'attach-af-xdp':\n      return refuse(",
    "case 'attach-af-xdp':\n      return null; return refuse(",
  ),
  off('AF_XDP falls back to copies', ADMIN, 'if (!this.bound) this.afXdp = true;', 'this.afXdp = true;'),
  off(
    'the split stays while bound',
    EXCLUSIONS,
    "case 'set-split-disabled':\n      if (!guarded) return null;",
    "case 'set-split-disabled':\n      return null;",
  ),
  off(
    'the threshold stays while bound',
    EXCLUSIONS,
    "case 'set-hds-thresh-1':\n      if (!guarded) return null;",
    "case 'set-hds-thresh-1':\n      return null;",
  ),
  off(
    'a bound queue is not removed',
    EXCLUSIONS,
    "case 'shrink-channels-below-bound':\n      return refuse(",
    "case 'shrink-channels-below-bound':\n      return null; return refuse(",
  ),
  off(
    'one channel more than needed',
    EXCLUSIONS,
    "so one channel more than the bound queue's index + 1 is needed.\n      return refuse(",
    "so one channel more than the bound queue's index + 1 is needed.\n      return null; return refuse(",
  ),
  off('exclusions end with the binding', EXCLUSIONS, 'if (!state.bound) return null;', ''),
  // ethtool.
  off(
    'a driver without tcp-data-split cannot have it enabled',
    RINGS,
    'if (!capabilities.tcpDataSplit.value)',
    'if (false)',
    RINGS,
    'else if (!capabilities.tcpDataSplitSet.value)',
    'else if (false)',
  ),
  off(
    'a threshold has a maximum',
    RINGS,
    'else if (config.hdsThresh > config.hdsThreshMax)',
    'else if (false)',
  ),
  // The device.
  off('flow rules steer', STEERING, "if (plainTcp && this.rule !== 'none')", 'if (false)'),
  off(
    'a 3-tuple rule catches neighbours',
    STEERING,
    "if (this.rule === '3-tuple' && frame.flow % 2 === 0) return this.target;",
    '',
  ),
  off(
    'the RSS table has its own queues',
    STEERING,
    'this.table[i] = i % config.rssQueues',
    'this.table[i] = i % config.rxQueues',
  ),
  off(
    'the device splits',
    RX_QUEUE,
    'settings.enabled &&\n      (frame.flags',
    'false &&\n      (frame.flags',
  ),
  off(
    'UDP and broken frames are not split',
    RX_QUEUE,
    '(frame.flags & (FRAME_UDP | FRAME_MALFORMED | FRAME_SPLIT_FAILS)) === 0',
    '(frame.flags & FRAME_UDP) === 0',
  ),
  off(
    'frames above the MTU are dropped',
    DEVICE,
    'if (frame.headerBytes + frame.payloadBytes > mtu + FRAME_OVERHEAD)',
    'if (false)',
  ),
  off('a link that is down receives nothing', DEVICE, 'if (!this.linkUp) return this.drop(LINK_DOWN);', ''),
  off('a stopped queue receives nothing', RX_QUEUE, "if (!this.running) return this.drop('stopped');", ''),
  off(
    'without descriptors frames are dropped',
    RX_QUEUE,
    "if (this.completions === this.capacity || !this.payload.fill(count)) return this.drop('no-descriptor');",
    'this.payload.fill(count);',
  ),
  off(
    'large frames take several buffers',
    RX_QUEUE,
    'Math.ceil(bytes / this.bufferBytes)',
    'Math.min(1, Math.ceil(bytes / this.bufferBytes))',
  ),
  off(
    'segments are coalesced',
    RX_QUEUE,
    'if (split && linear === 0 && settings.coalesce > 1 &&',
    'if (false &&',
  ),
  off('a merged packet has 17 frags at most', RX_QUEUE, '|| this.buffers[last] + count > MAX_SKB_FRAGS', ''),
  off(
    'payload may stay with the headers',
    RX_QUEUE,
    'split ? Math.min(settings.linearBytes, frame.payloadBytes) : 0',
    '0',
  ),
  off('payload sizes vary', TRAFFIC, '2 ** ((this.sent - 1) % powers)', 'payloadBytes'),
  off(
    'an interrupt wakes the driver',
    MACHINE,
    'this.beginPoll(context);\n  }\n\n  private beginPoll',
    '}\n\n  private beginPoll',
  ),
  off('a poll ends with its budget', INTERPRETER, 'context.work >= budget ||', ''),
  off(
    'a poll that used its budget polls again',
    MACHINE,
    'if (context.work >= this.config.napiBudget) this.beginPoll(context);\n    else if',
    'if',
  ),
  // The driver's operations on unreadable memory.
  off(
    'allocations fail now and then',
    OPERATIONS,
    'this.allocFailEvery > 0 && this.allocations % this.allocFailEvery === 0',
    'false',
  ),
  off(
    'memory past the pool is noticed',
    OPERATIONS,
    'this.note(context, place, netmem, faults.PAST_POOL_ALLOC);',
    '',
  ),
  off(
    'the page interface gets no net_iov',
    OPERATIONS,
    'this.fault(context, place, netmem, faults.PAGE_ALLOC);\n        if (!this.explore) {',
    'if (false) {',
  ),
  off(
    'a net_iov frag has no page',
    OPERATIONS,
    'if (niov && api === code.INTERFACE_PAGE) {\n      return this.fault(context, place, netmem, faults.PAGE_FRAG);',
    'if (false) {\n      return true;',
  ),
  off(
    'payload has no CPU address',
    OPERATIONS,
    'return this.fault(context, place, netmem, faults.CPU_ACCESS_FAULT);',
    'return true;',
  ),
  off(
    'the DMA API did not map provider memory',
    OPERATIONS,
    'return this.fault(context, place, netmem, faults.DMA_API_SYNC);',
    'return true;',
  ),
  off(
    'a net_iov has no page to put',
    OPERATIONS,
    'return this.fault(context, place, netmem, faults.PUT_PAGE_NETIOV);',
    'return true;',
  ),
  off(
    'a net_iov has no reference count',
    OPERATIONS,
    'return this.fault(context, place, netmem, faults.REFCOUNT_NETIOV);',
    'return true;',
  ),
  off(
    'private recycling is noticed on pages',
    OPERATIONS,
    'this.note(context, place, netmem, faults.REFCOUNT_PAGE);',
    '',
  ),
  off(
    'skb_mark_for_recycle() is needed',
    OPERATIONS,
    'this.note(context, place, -1, faults.NO_RECYCLE_MARK);',
    '',
  ),
  off(
    'an unmarked skb loses its chunks',
    STACK,
    'if (recycle && memory.poolOf(netmem) >= 0) memory.put',
    'if (memory.poolOf(netmem) >= 0) memory.put',
  ),
  off(
    'a forgotten buffer is lost',
    BASE,
    'if (cleared >= 0) this.note(context, cleared, netmem, faults.LOST_BUFFER);\n    else if',
    'if',
  ),
  off(
    'netmem_address() of a net_iov is NULL',
    INTERPRETER,
    'return netmem === 0 || this.memory.isNetIov(netmem);',
    'return netmem === 0;',
  ),
  off(
    'an oops stops the machine',
    BASE,
    "if (!this.goesOn && context.program.origin === 'driver' && !this.isDoubted(place, netmem))",
    'if (place < -1)',
  ),
  off(
    'copy-break strikes at its limit',
    INTERPRETER,
    'return this.frameBytes(context) <= (bytes < 0 ? 256 : bytes);',
    'return true;',
  ),
  off(
    'exploring goes past a refused bind',
    ADMIN,
    'if (config.explore && queue < machine.queues.length) this.exploreBind(input, outcome, queue);',
    '',
  ),
  // The stack.
  off('GRO merges', STACK, 'skbs.flow[held] === skbs.flow[skb] &&', 'false &&'),
  off(
    'broken headers are dropped',
    STACK,
    'if (skbs.has(skb, SKB_MALFORMED) || skbs.linear[skb] === 0)',
    'if (false)',
  ),
  off('nobody sums what nobody can read', STACK, 'if (!skbs.has(skb, SKB_CHECKED))', 'if (false)'),
  off(
    'the receive buffer is limited',
    STACK,
    'if (queued + skbs.truesize[skb] > this.receiveBuffer)',
    'if (false)',
  ),
  off(
    'a zcrx request is multishot',
    USER,
    "if (zcrx && config.zcrxRequest !== 'right')",
    "if (zcrx && config.zcrxRequest === 'udp-socket')",
  ),
  off(
    'a zcrx request is for TCP',
    USER,
    "if (zcrx && config.zcrxRequest !== 'right')",
    "if (zcrx && config.zcrxRequest === 'one-shot')",
  ),
  off('GRO leaves segments without payload alone', STACK, 'if (skbs.bytes[skb] === 0)', 'if (false)'),
  off('a closed socket takes nothing', STACK, 'if (!socket.open)', 'if (false)'),
  off(
    'helpers fail on unreadable packets',
    STACK,
    'if (!skbs.has(skb, SKB_UNREADABLE)) {\n      this.helperBytes',
    'if (!false) {\n      this.helperBytes',
  ),
  off(
    'helpers work on readable packets',
    STACK,
    'if (!skbs.has(skb, SKB_UNREADABLE)) {\n      this.helperBytes',
    'if (false) {\n      this.helperBytes',
  ),
  off(
    'skb_linearize() ends the packet',
    HELPERS,
    "skb_linearize: helper('-ENOMEM', 'drop')",
    "skb_linearize: helper('-ENOMEM', 'copy-fails')",
  ),
  off(
    'skb_copy() does not',
    HELPERS,
    "skb_copy: helper('NULL', 'copy-fails')",
    "skb_copy: helper('NULL', 'drop')",
  ),
  // The user.
  off(
    'ordinary readers get EFAULT',
    USER,
    '} else if (skbs.has(skb, SKB_UNREADABLE)) {',
    '} else if (false) {',
  ),
  off(
    'a failed read keeps what follows on the connection',
    USER,
    'if (stack.isStuck(skb)) {',
    'if (false) {',
  ),
  off(
    'a failed read of an ordinary connection takes nothing',
    USER,
    'if (skbs.has(skb, SKB_UDP)) stack.free(skb, -1);\n        else stack.keepUnread(skb);',
    'stack.free(skb, -1);',
  ),
  off(
    'a failed read takes nothing',
    USER,
    'this.blocked = errno;\n        this.fails(skb, errno);',
    'this.fails(skb, errno);\n        this.finish(skb);',
  ),
  off(
    'a plain reader gets EFAULT',
    USER,
    "if (reader === 'devmem' && provider !== 'zcrx') return this.lend(skb, false);",
    "if (provider !== 'zcrx') return this.lend(skb, false);",
  ),
  off('MSG_TRUNC needs no address', USER, "if (reader === 'trunc' && unreadable) {", 'if (false) {'),
  off(
    'another kind of provider is ENODEV',
    USER,
    "reader === 'foreign' && provider === 'zcrx' ? ENODEV : EFAULT",
    'EFAULT',
  ),
  off('tokens hold the memory', USER, 'this.memory.lendToken(netmem);\n', ''),
  off(
    'returned tokens free the memory',
    USER,
    'for (let i = 0; i < count; i++) this.memory.returnToken(this.tokens.shift());',
    'for (let i = 0; i < count; i++) this.tokens.shift();',
  ),
  off('128 entries a DONTNEED', USER, 'entries > MAX_DONTNEED_TOKENS ||', ''),
  off(
    '1024 tokens a DONTNEED',
    USER,
    'this.returned(Math.min(now, MAX_DONTNEED_FRAGS));',
    'this.returned(now);',
  ),
  off('DONTNEED wants whole entries', USER, "|| this.config.dontneed === 'odd-length'", ''),
  off('DONTNEED is for TCP', USER, "if (this.config.dontneed === 'udp-socket') return DONTNEED_NOT_TCP;", ''),
  off('unknown tokens are ignored', USER, "if (this.config.dontneed === 'unknown-tokens') continue;", ''),
  off(
    'closing the socket returns all tokens',
    USER,
    'this.stack.close(this.stack.measured);\n    this.offset = 0;\n    this.blocked = 0;\n    while (this.tokens.length > 0) this.memory.returnToken(this.tokens.shift());',
    'this.stack.close(this.stack.measured);\n    this.offset = 0;\n    this.blocked = 0;',
  ),
  off(
    'the control buffer ends a read',
    USER,
    'while (this.offset < end) {\n        if (this.room === 0) return ENOSPC;',
    'while (this.offset < end) {',
  ),
  off('linear data has its own control message', USER, 'this.linearMessages++;', ''),
  off(
    'zcrx copies the linear part',
    USER,
    'if (zcrx) return this.lendCopy(skb, Math.min(bytes, this.wanted));',
    '',
  ),
  off(
    'zcrx copies what is in pages',
    USER,
    'if (zcrx) return this.lend(skb, true);',
    'if (zcrx && unreadable) return this.lend(skb, true);',
  ),
  off(
    'recvmsg does not copy pages among device memory',
    USER,
    'if (!zcrx) {\n          this.pageFrags++;',
    'if (false) {\n          this.pageFrags++;',
  ),
  off(
    'a receive ends at its length',
    USER,
    'zcrx && config.zcrxLength > 0 ? config.zcrxLength : Infinity',
    'Infinity',
  ),
  off(
    'one skb more than the limit a call',
    'simulator/core/limits.ts',
    'export const ZCRX_SKBS_PER_CALL = 21;',
    'export const ZCRX_SKBS_PER_CALL = 20;',
  ),
  off(
    'a copy needs a chunk',
    ZCRX,
    'if (this.free === 0) return 0 as NetmemRef;',
    'if (this.free === 0) this.free++;',
  ),
  off(
    'closing the interface takes all back',
    ZCRX,
    'for (let chunk = 0; chunk < this.total; chunk++) {\n      const references',
    'for (let chunk = 0; chunk < 0; chunk++) {\n      const references',
  ),
  off('the refill ring brings chunks back', ZCRX, 'this.refillRing.push(ref);', ''),
  off(
    'each binding has memory of its own',
    POOL_MEMORY,
    'this.ended = false;\n      this.provider = providerOf(this.config, this.env, this.events);',
    'this.ended = false;',
  ),
  off(
    'data of another area is not lent',
    POOL_MEMORY,
    '!this.isNetIov(netmem) || this.chunkOf(netmem) >= 0;',
    'netmem > 0;',
  ),
  off(
    'late returns of a closed registration go nowhere',
    USER,
    'if (this.returnsVoid === 0) this.giveBack(count);\n    else',
    'this.giveBack(count);\n    if (this.returnsVoid > 0)',
  ),
  off('an empty provider gives nothing', DMABUF, 'this.free === 0', 'this.free < 0'),
  // Queues and pools through the time.
  off(
    'stopping a queue gives its buffers back',
    QUEUES,
    'machine.interpreter.runAll(machine.contexts[id], machine.programs.release);',
    '',
  ),
  off(
    'a dying pool looks again',
    MACHINE,
    'if (this.memory.tick() && this.agenda.size > 0) this.scheduleMemoryWork();',
    '',
  ),
  off(
    'unbinding takes the provider away',
    ADMIN,
    'this.bound = false;\n    machine.user.closeInterface();',
    'machine.user.closeInterface();',
  ),
  off(
    'the link comes up again',
    ADMIN,
    "this.startQueues();\n        break;\n      case 'destroy-pool':",
    "break;\n      case 'destroy-pool':",
  ),
  off(
    'closing the netlink socket unbinds',
    ADMIN,
    "case 'close-netlink-socket':\n        this.unbind();",
    "case 'close-netlink-socket':\n        break;",
  ),
  // Sending.
  off('netmem_tx must be declared', BIND_TX, "if (netmemTx.value === 'none')", 'if (false)'),
  off('bind-tx came with 6.16', BIND_TX, "if (!has(kernel, 'bind-tx'))", 'if (false)'),
  off('NO_DMA is for virtual devices', BIND_TX, "if (netmemTx.value === 'no-dma')", 'if (false)'),
  off('bind-tx needs a DMA device', BIND_TX, "if (config.bindMistake === 'no-dma-device')", 'if (false)'),
  off('MSG_ZEROCOPY is mandatory', TX, "if (!this.config.txZeroCopy) return 'EINVAL';", ''),
  off('an unknown binding', TX, "case 'unknown-id':\n", "case 'unknown-id':\n        return '';\n"),
  off('a binding for receiving', TX, "case 'rx-binding':\n", "case 'rx-binding':\n        return '';\n"),
  off(
    'a control message of the wrong length',
    TX,
    "case 'bad-control-message':\n        return 'EINVAL';",
    "case 'bad-control-message':\n        return '';",
  ),
  off('no route', TX, "return 'EHOSTUNREACH';", "return '';"),
  off('a route over another device', TX, "return bound ? 'ENODEV' : 'EINVAL';", "return '';"),
  off('an offset beyond the end', TX, "return bound ? 'EFAULT' : 'EINVAL';", "return '';"),
  off('no copies of device memory', TX, 'const copied = !this.config.txOffloads;', 'const copied = false;'),
  off(
    'no device memory over loopback',
    TX,
    "case 'other-device':\n      case 'loopback':\n        return bound ? 'ENODEV' : 'EINVAL';",
    "case 'loopback':\n        return '';\n      case 'other-device':\n        return bound ? 'ENODEV' : 'EINVAL';",
  ),
  off(
    'bind-tx looks at its attributes and device',
    BIND_TX,
    'if (mistaken !== null) return { ...base, accepted: false, ...mistaken };',
    '',
  ),
  off(
    'bind-tx looks at the dma-buf',
    BIND_TX,
    'if (memory !== null) return { ...base, accepted: false, ...memory };',
    '',
  ),
  off(
    'an fd of another kind is EINVAL',
    REQUEST,
    "if (mistake === 'not-a-dma-buf') yield user('EINVAL', 'the fd is no dma-buf (dma_buf_get)');",
    '',
  ),
  off(
    'the area comes before the operations',
    REQUEST,
    'if (device) yield* dmaDevice(input);',
    'if (device) yield* operations(input); if (device) yield* dmaDevice(input);',
  ),
  off(
    'a leased queue cannot be removed',
    EXCLUSIONS,
    "if (state.leased) return refuse('EINVAL', 'a leased queue cannot be removed');",
    '',
  ),
  off(
    'a queue of AF_XDP cannot be removed',
    EXCLUSIONS,
    "if (state.afXdp) return refuse('EINVAL', 'a queue that AF_XDP uses cannot be removed');",
    '',
  ),
  off('no AF_XDP on a leased queue', EXCLUSIONS, 'if (attaches && state.leased)', 'if (false)'),
  off('one AF_XDP pool a queue', EXCLUSIONS, 'if (attaches && state.afXdp)', 'if (false)'),
  off(
    'no split beside single-buffer XDP',
    RINGS,
    "config.tcpDataSplit === 'enabled' && singleBuffer && has(kernel, 'split-checks')",
    'false',
  ),
  off(
    '6.12 compares no ring settings',
    EXCLUSIONS,
    "const guarded = has(state.kernel, 'split-checks');",
    'const guarded = true;',
  ),
  off('17 frags a packet', TX, 'Math.min(MAX_SKB_FRAGS, pages)', 'pages'),
  off('one notification a message', TX, 'if (this.last[slot] === 1) {', 'if (!false) {'),
  off(
    'a net_iov is not unmapped',
    TX,
    'helper === code.HELPER_NETMEM ? faults.STORED_PLAIN : faults.UNMAP_PLAIN',
    'faults.STORED_PLAIN',
    TX,
    'if (helper === code.HELPER_NETMEM && stored === 3)',
    'if (stored === 3 || stored === 2)',
  ),
  off(
    'the setter makes the unmap skip',
    TX,
    'if (helper === code.HELPER_NETMEM && stored === 3)',
    'if (helper === code.HELPER_NETMEM)',
  ),
  off(
    'a net_iov frag cannot be mapped by page',
    TX,
    'this.fault(program, place, helper === code.HELPER_ADDRESS ? faults.MAP_ADDRESS : faults.MAP_PAGE);',
    '',
  ),
  off('payload cannot be copied inline', TX, 'this.fault(program, place, faults.READ_PAYLOAD);', ''),
  // What netlink shows, and who is to blame.
  off(
    'queue-get names the dma-buf',
    VIEWS,
    "...(bound && config.provider === 'dmabuf' ? { dmabuf: BINDING } : {}),",
    '',
  ),
  off(
    'queue-get names io_uring',
    VIEWS,
    "...(bound && config.provider === 'zcrx' ? { 'io-uring': ioUring(machine) } : {}),",
    '',
  ),
  off(
    'queue-get names AF_XDP',
    VIEWS,
    '...(administration.afXdp && id === config.boundQueue ? { xsk: {} } : {}),',
    '',
  ),
  off(
    'a closed device has no queues to show',
    VIEWS,
    "if (!administration.up) return refuse('ENOENT', 'the device is down: its queues have no state');",
    '',
  ),
  off(
    'a user who keeps tokens is to blame',
    JUDGE,
    'if (user.tokens.length > 0 && keeps',
    'if (false && keeps',
  ),
  off('a user who returns late is to blame', JUDGE, "config.tokenReturn === 'delayed' && starved", 'false'),
  off('data of a closed io_uring is the user’s matter', JUDGE, 'if (user.strayFrames > 0)', 'if (false)'),
  off(
    'steering is the administrator’s',
    JUDGE,
    "blame: steering ? 'configuration' : 'user'",
    "blame: 'driver'",
  ),
  // What came with 7.1 to 7.3.
  off(
    'rx-page-size is a page at least',
    REQUEST,
    'if (config.rxBufLen !== 0 && config.rxBufLen < PAGE_SIZE)',
    'if (false)',
  ),
  off(
    'rx-page-size is a power of two',
    REQUEST,
    "if (!isBufferLength(config.rxBufLen)) {\n    yield user('EINVAL', `rx-page-size",
    "if (false) {\n    yield user('EINVAL', `rx-page-size",
  ),
  off(
    'a page named to bind-rx asks for no ability',
    CHECKS,
    "config.provider === 'zcrx' ? config.rxBufLen !== 0 : bufferLength(config) > PAGE_SIZE",
    'config.rxBufLen !== 0',
  ),
  off(
    'a page named to io_uring asks for the ability',
    CHECKS,
    "config.provider === 'zcrx' ? config.rxBufLen !== 0 : bufferLength(config) > PAGE_SIZE",
    'bufferLength(config) > PAGE_SIZE',
  ),
  off(
    'namespace administrators bind since 7.2',
    REQUEST,
    "if (config.userNamespace && !has(kernel, 'namespace-admin'))",
    'if (false)',
  ),
  off('zcrx is for the first user namespace', REQUEST, 'if (config.userNamespace) {', 'if (false) {'),
  off(
    'the area of a dma-buf is not written to',
    POOL_MEMORY,
    "provider instanceof ZcrxProvider && config.zcrxArea === 'memory' ? provider.free : 0",
    'provider instanceof ZcrxProvider ? provider.free : 0',
  ),
  off('the dma-buf of an area is as long as the area', REQUEST, "if (mistake === 'area-size')", 'if (false)'),
  off(
    'the dma-buf of an area is open',
    REQUEST,
    "if (mistake === 'exporter-refuses') yield user('EBADF', 'the fd of the area",
    "if (false) yield user('EBADF', 'the fd of the area",
  ),
  off(
    'a registration without a device binds nothing',
    CHECKS,
    'if (isWithoutDevice(input.config)) return undefined;',
    '',
    ADMIN,
    'if (outcome.accepted && isWithoutDevice(config))',
    'if (false)',
  ),
  off('without a device buffers are pages', REQUEST, 'if (!device && bytes > PAGE_SIZE)', 'if (false)'),
  off(
    'a dma-buf wants a device',
    REQUEST,
    "if (!device) yield user('EINVAL'",
    "if (false) yield user('EINVAL'",
  ),
  off('ZCRX_REG_NODEV came with 7.1', REQUEST, "if (!device && !has(kernel, 'zcrx-control'))", 'if (false)'),
  off(
    'the refill ring can be flushed',
    USER,
    'if (this.config.zcrxFlush) this.memory.flushRefillRing();',
    '',
  ),
  off(
    'areas can be added',
    ZCRX,
    'this.areas.push(new Area(this.total, chunks));\n    this.total += chunks;\n    this.free += chunks;',
    '',
  ),
  off('areas are of one kind', CONTROL, "if (action === 'add-area') return null;", 'return null;'),
  off('ADD_AREA came with 7.3', CONTROL, "if (!has(kernel, 'zcrx-areas'))", 'if (false)'),
  off('control operations came with 7.1', CONTROL, "if (!has(kernel, 'zcrx-control'))", 'if (false)'),
  off('control operations name a registration', CONTROL, 'if (!state.registered)', 'if (false)'),
  off('an area wants the device of the registration', CONTROL, 'if (!state.present)', 'if (false)'),
  off(
    'an event comes once',
    EVENTS,
    'if (!this.wanted || this.fired[event]) return;',
    'if (!this.wanted) return;',
  ),
  off(
    'events are asked for',
    EVENTS,
    'if (!this.wanted || this.fired[event]) return;',
    'if (this.fired[event]) return;',
  ),
  off('an event can be armed again', EVENTS, 'this.fired[event] = false;\n    return true;', 'return true;'),
  off('what did not come cannot be armed', EVENTS, 'if (!this.fired[event]) return false;', ''),
  off('a dry area is told of', ZCRX, 'if (pool.cacheCount === 0) this.events?.send(ALLOC_FAIL);', ''),
  off('copied frags are told of', USER, 'this.memory.events.send(COPY);', ''),
  off('event types are known ones', REQUEST, "if (mistake === 'unknown-event')", 'if (false)'),
  off(
    'event descriptors came with 7.2',
    REQUEST,
    "if (config.zcrxEvents !== 'none' && !has(kernel, 'zcrx-events'))",
    'if (false)',
  ),
  off('netlink tells the buffer length since 7.2', VIEWS, "has(input.kernel, 'provider-info')", 'true'),
  off(
    'queues count failed allocations',
    'simulator/machine/rx-operations.ts',
    'context.queue.allocFailures++;',
    '',
  ),
  off('a virtual device creates queues', LEASE, "if (mistake === 'no-queue-create')", 'if (false)'),
  off('the namespace of a lease exists', LEASE, "if (mistake === 'no-netns')", 'if (false)'),
  off('the peer of a pair gets queues', LEASE, "if (mistake === 'primary')", 'if (false)'),
  off('a netkit has so many queues', LEASE, "if (mistake === 'no-free-queue')", 'if (false)'),
  off(
    'a lease ends with its NIC',
    ADMIN,
    '// The netkit that leases from it goes as well.\n        this.leased = false;',
    '',
    LEASE,
    '|| !present',
    '',
  ),
  off('removed queues are not shown', VIEWS, 'id >= administration.channels', 'id >= machine.queues.length'),
  off(
    'queues can be added',
    ADMIN,
    'this.channels = machine.config.rxQueues;\n        this.startQueues();',
    '',
  ),
];

/**
 * @param {string} behaviour
 * @param {readonly string[]} parts file, what stands there, what shall stand there; any number of times
 * @returns {Switch}
 */
function off(behaviour, ...parts) {
  /** @type {Change[]} */
  const changes = [];
  for (let i = 0; i + 2 < parts.length; i += 3)
    changes.push({ file: parts[i] ?? '', from: parts[i + 1] ?? '', to: parts[i + 2] ?? '' });
  return { behaviour, changes };
}
