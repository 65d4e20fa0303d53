// Shows a picture in a page, and says what became of it:
//   node picture.mjs CHROMIUM FOLDER PAGE SRCSET
import { withPage } from './browser.mjs'
import { say } from './say.mjs'

const [chromium, folder, address, srcset] = process.argv.slice(2)

// show puts the picture into the page, and tries to read its pixels.
async function show({ srcset, crossOrigin }) {
  const picture = document.querySelector('img')
  picture.crossOrigin = crossOrigin
  picture.sizes = '300px'
  picture.srcset = srcset
  const loaded = await picture.decode().then(() => true, () => false)
  let readable = false
  try {
    const canvas = document.createElement('canvas')
    canvas.getContext('2d').drawImage(picture, 0, 0)
    canvas.toDataURL()
    readable = true
  } catch {} // the picture is broken, or the other site's own business
  return { loaded, readable, width: picture.naturalWidth, source: picture.currentSrc }
}

await withPage(chromium, folder, async (page) => {
  await page.goto(address)
  for (const crossOrigin of [null, 'anonymous']) {
    say({ crossOrigin, ...(await page.evaluate(show, { srcset, crossOrigin })) })
  }
})
