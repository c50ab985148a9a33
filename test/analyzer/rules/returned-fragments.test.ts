/** RX3: fragments of an XDP buffer that go back to a pool as pages, where one field keeps pools of both kinds. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../analyse.ts';

/** Headers come from `sub0`, payload from `sub1`; `give` is what a dropped packet goes back by. */
const driver = (
  give: string,
  header = '',
): string => `struct ring { struct page_pool *page_pool; netmem_ref netmem; struct page *page; };
struct triad { struct ring sub0, sub1; };
struct packet { struct xdp_buff buff; };
static int start(struct triad *qt, struct net_device *netdev, int index)
{
	struct page_pool_params pp = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV | PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.netdev = netdev, .queue_idx = index, .max_len = PAGE_SIZE, .dma_dir = DMA_FROM_DEVICE,
	};

	qt->sub1.page_pool = page_pool_create(&pp);
	if (page_pool_is_unreadable(qt->sub1.page_pool)) {
		pp.flags &= ~PP_FLAG_ALLOW_UNREADABLE_NETMEM;
		qt->sub0.page_pool = page_pool_create(&pp);
	} else {
		page_pool_get(qt->sub1.page_pool);
		qt->sub0.page_pool = qt->sub1.page_pool;
	}
	qt->sub1.netmem = page_pool_dev_alloc_netmems(qt->sub1.page_pool);
	qt->sub0.page = page_pool_dev_alloc_pages(qt->sub0.page_pool);
	return 0;
}
static void receive(struct triad *qt, struct packet *pkt, int len)
{
	xdp_prepare_buff(&pkt->buff, page_address(qt->sub0.page), 0, 128, true);
	xdp_buff_add_frag(&pkt->buff, qt->sub1.netmem, 0, len, PAGE_SIZE);
	${header}
}
static void put(struct triad *qt, struct packet *pkt)
{
	struct skb_shared_info *shinfo = xdp_get_shared_info_from_buff(&pkt->buff);
	netmem_ref netmem = skb_frag_netmem(&shinfo->frags[0]);
	struct page *page = virt_to_page(pkt->buff.data_hard_start);

	${give}
	page_pool_put_full_page(qt->sub0.page_pool, page, true);
}
`;

async function givenBack(source: string): Promise<readonly string[]> {
  const { findings } = await analyse({ 'd.c': source });
  return findings
    .filter(({ requirement, api }) => requirement === 'RX3' && api.startsWith('page_pool_put'))
    .map(({ api, location }) => `${api} ${source.slice(0, location.range.start).split('\n').length}`);
}

const FRAGMENT_LINE =
  driver('')
    .split('\n')
    .findIndex((line) => line.startsWith('static void put')) + 7;

describe('a fragment', () => {
  test('goes back as a page: it is payload', async () => {
    const source = driver('page_pool_put_full_page(qt->sub1.page_pool, netmem_to_page(netmem), true);');
    expect(await givenBack(source)).toEqual([`page_pool_put_full_page ${FRAGMENT_LINE}`]);
  });

  test('goes back as netmem; the page of the head may go back as one', async () => {
    const source = driver('page_pool_put_full_netmem(qt->sub1.page_pool, netmem, true);');
    expect(await givenBack(source)).toEqual([]);
  });
});
