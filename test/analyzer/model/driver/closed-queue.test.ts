/** What ndo_queue_mem_alloc returns while the device is closed, as it is read out of its guards. */
import { expect, test } from 'vitest';
import { analyse } from '../../analyse.ts';

const driver = (body: string): string => `
struct priv { struct ring *rings; unsigned long state; struct mutex lock; };
static int make(struct priv *priv, void *mem) { return 0; }
static int mem_alloc(struct net_device *dev, struct netdev_queue_config *cfg, void *mem, int i)
{
	struct priv *priv = netdev_priv(dev);
	struct priv *clone = mem;
	int err;

	${body}
	return make(priv, mem);
}
static const struct netdev_queue_mgmt_ops qops = { .ndo_queue_mem_alloc = mem_alloc };
static void setup(struct net_device *dev) { dev->queue_mgmt_ops = &qops; }
`;

async function errnoOf(body: string): Promise<string | null | undefined> {
  const { model } = await analyse({ 'd.c': driver(body) });
  return model.capabilities.closedQueue?.value;
}

test.each([
  ['netif_running()', 'if (!netif_running(dev)) return -ENETDOWN;', 'ENETDOWN'],
  ['rings that are not there', 'if (!priv->rings) return -EAGAIN;', 'EAGAIN'],
  ['rings compared with NULL', 'if (priv->rings == NULL || i > 4) { return -EAGAIN; }', 'EAGAIN'],
  [
    'a bit under a lock',
    'mutex_lock(&priv->lock); if (!test_bit(FOO_STATE_OPENED, &priv->state)) { err = -ENODEV; goto unlock; }',
    'ENODEV',
  ],
  ['another guard before it', 'if (i > 4) return -ERANGE; if (!priv->rings) return -EIO;', 'EIO'],
])('%s: the errno of the guard', async (_what, body, errno) => {
  expect(await errnoOf(body)).toBe(errno);
});

test.each([
  ['no guard', ''],
  ['less work for a closed device', 'if (!netif_running(dev)) return make(priv, mem);'],
  ['a member of the memory to be filled', 'if (!clone->rings) return -EINVAL;'],
  ['a bit about something else', 'if (!test_bit(FOO_STATE_TUNED, &priv->state)) return -EIO;'],
  ['a test of what the driver just made', 'err = make(priv, mem); if (!priv->rings) return -ENOMEM;'],
])('%s: nothing', async (_what, body) => {
  expect(await errnoOf(body)).toBeNull();
});
