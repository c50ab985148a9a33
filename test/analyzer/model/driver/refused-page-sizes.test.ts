/** Limits of receive buffers, as they are read out of ndo_validate_qcfg. */
import { expect, test } from 'vitest';
import { analyse } from '../../analyse.ts';

const driver = (body: string): string => `
#define FOO_LONGEST BIT(15)
#define FOO_SHIFT 13
#define FOO_SHORTEST (1 << FOO_SHIFT)
#if (FOO_PAGE_SHIFT > 15)
#define FOO_EITHER 32768
#else
#define FOO_EITHER 4096
#endif
struct priv { unsigned int longest; unsigned int old; };
static int validate(struct net_device *dev, struct netdev_queue_config *qcfg, struct netlink_ext_ack *extack)
{
	struct priv *priv = netdev_priv(dev);
	u32 size = qcfg->rx_page_size;
	u32 spare = 4;

	${body}
	return 0;
}
static const struct netdev_queue_mgmt_ops qops = {
	.ndo_queue_mem_alloc = mem_alloc, .ndo_validate_qcfg = validate, .supported_params = QCFG_RX_PAGE_SIZE,
};
static void setup(struct net_device *dev) { dev->queue_mgmt_ops = &qops; }
`;

async function limitsOf(body: string): Promise<readonly string[]> {
  const { model } = await analyse({ 'd.c': driver(body) });
  const limits = model.capabilities.refusedPageSizes ?? [];
  return limits.map(({ side, bytes, errno }) => `${errno} ${side} ${bytes}`);
}

test.each([
  ['a macro', 'if (qcfg->rx_page_size > FOO_LONGEST) return -ERANGE;', ['ERANGE above 32768']],
  [
    'both limits in one test',
    'if (qcfg->rx_page_size < FOO_SHORTEST || qcfg->rx_page_size > FOO_LONGEST) { netdev_err(dev, "no"); return -ERANGE; }',
    ['ERANGE below 8192', 'ERANGE above 32768'],
  ],
  ['constants of the kernel', 'if (qcfg->rx_page_size < PAGE_SIZE) return -EINVAL;', ['EINVAL below 4096']],
  ['a size by its name', 'if (SZ_64K <= qcfg->rx_page_size) return -ERANGE;', ['ERANGE above 65535']],
  [
    'one length only',
    'if (qcfg->rx_page_size != 4096) return -EINVAL;',
    ['EINVAL above 4096', 'EINVAL below 4096'],
  ],
  ['a local of the length', 'if (size >= (u32)16384) return -E2BIG;', ['E2BIG above 16383']],
  [
    'one known limit of two',
    'if (size < 4096 || size > priv->longest) return -ERANGE;',
    ['ERANGE below 4096'],
  ],
])('%s: the limit and its errno', async (_what, body, limits) => {
  expect(await limitsOf(body)).toEqual(limits);
});

test.each([
  ['no test', ''],
  ['a limit of the device', 'if (qcfg->rx_page_size > priv->longest) return -ERANGE;'],
  ['a limit for old devices only', 'if (priv->old && qcfg->rx_page_size != 4096) return -EINVAL;'],
  ['a macro with two values', 'if (qcfg->rx_page_size < FOO_EITHER) return -ERANGE;'],
  ['a test that refuses nothing', 'if (qcfg->rx_page_size > FOO_LONGEST) priv->longest = 1;'],
  ['a test of something else', 'if (spare > 2) return -ERANGE;'],
])('%s: nothing', async (_what, body) => {
  expect(await limitsOf(body)).toEqual([]);
});
