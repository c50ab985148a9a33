/** The real analyser behind the fixture mini-language: a test names a requirement and marks where it is violated. */
import type { Requirement } from '../../../extension/analyzer/finding.ts';
import type { KernelTree } from '../../../extension/analyzer/kernel/tree.ts';
import { checkFindings, type Subject } from '../../support/check.ts';
import { expectMessageStyle } from '../../support/message-style.ts';
import { analyserForTests, NEWEST } from '../analyse.ts';

async function subject(tree: KernelTree): Promise<Subject> {
  const analyzer = await analyserForTests();
  const opened = (files: Parameters<Subject['analyse']>[0]) => {
    const driver = analyzer.openDriver(files, tree);
    const analysis = driver.analysis();
    driver.dispose();
    return analysis;
  };
  return { analyse: opened, syntaxErrors: (file) => opened([file]).incomplete.length };
}

/** Compares the findings of one requirement with the marks of the fixture, both ways, and how messages read. */
export async function expectMarks(
  requirement: Requirement,
  source: string,
  tree: KernelTree = NEWEST,
): Promise<void> {
  const { findings } = checkFindings(
    await subject(tree),
    source,
    (finding) => finding.requirement === requirement,
  );
  for (const finding of findings) expectMessageStyle(finding);
}

/** A ring whose payload comes from a pool, with a header pool beside it, as the start of a fixture. */
export const RING = `struct drv_buf {
	struct page *page;
	dma_addr_t dma;
};
struct drv_hdr {
	void *va;
};
struct drv_ring {
	struct page_pool *pool;
	struct page_pool *hdr_pool;
	struct device *dev;
	struct drv_buf *bufs;
	struct drv_hdr *hdrs;
};
`;
