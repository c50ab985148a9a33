/** Pictures as WebP, which text in screenshots takes a third of a PNG in. */

/** Sharp enough for text of 12 pixels. */
const QUALITY = 0.9;

/**
 * @param {import('playwright-core').Browser} browser encodes it
 * @param {Buffer} png
 * @returns {Promise<Buffer>}
 */
export async function webpOf(browser, png) {
  const page = await browser.newPage();
  const encoded = await page.evaluate(
    async ([source, quality]) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [picture.width, picture.height];
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      return canvas.toDataURL('image/webp', Number(quality)).replace(/^data:[^,]*,/, '');
    },
    [png.toString('base64'), String(QUALITY)],
  );
  await page.close();
  return Buffer.from(encoded, 'base64');
}
