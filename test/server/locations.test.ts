/** Places as URIs, also on file systems that have an authority. */
import { expect, test } from 'vitest';
import { upwards, within } from '../../extension/server/locations.ts';

const ROOTS = ['file://', 'vscode-remote://127.0.0.1:8080', 'memfs:'];

for (const root of ROOTS) {
  test(`${root}: a name can be asked for in every directory up to the root`, () => {
    const above = upwards(`${root}/tree/drivers/net`);
    expect(above).toEqual([`${root}/tree/drivers/net`, `${root}/tree/drivers`, `${root}/tree`, root]);
    expect(above.map((directory) => within(directory, 'include/net/netmem.h'))).toEqual([
      `${root}/tree/drivers/net/include/net/netmem.h`,
      `${root}/tree/drivers/include/net/netmem.h`,
      `${root}/tree/include/net/netmem.h`,
      `${root}/include/net/netmem.h`,
    ]);
  });
}
