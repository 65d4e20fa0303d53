// Shows pictures in a page, and writes which colours it sees:
//   node colors.mjs CHROMIUM FOLDER OUT FILE...
// OUT/0.srgb and OUT/0.display-p3 are the first file's pixels, as red, green, blue and alpha of 8
// bits each in that space, and so on. It says a line for each file, with its size in pixels, or why
// the browser does not show it.
import { writeFileSync } from 'node:fs'
import { withFiles } from './files.mjs'
import { say } from './say.mjs'

const [chromium, folder, out, ...files] = process.argv.slice(2)

// look draws a picture in a colour space and reads it back; a page hands over text alone.
async function look({ url, colorSpace }) {
  const picture = new Image()
  picture.src = url
  try {
    await picture.decode()
  } catch (error) {
    return { refused: String(error) }
  }
  const { naturalWidth: width, naturalHeight: height } = picture
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { colorSpace })
  context.drawImage(picture, 0, 0)
  const { data } = context.getImageData(0, 0, width, height, { colorSpace })
  const text = []
  for (let i = 0; i < data.length; i += 1 << 15) text.push(String.fromCharCode(...data.subarray(i, i + (1 << 15))))
  return { width, height, pixels: btoa(text.join('')) }
}

await withFiles(chromium, folder, files, async (page, urlOf) => {
  for (const n of files.keys()) {
    let seen
    for (const colorSpace of ['srgb', 'display-p3']) {
      const { pixels, ...rest } = await page.evaluate(look, { url: urlOf(n), colorSpace })
      seen = rest
      if (pixels) writeFileSync(`${out}/${n}.${colorSpace}`, Buffer.from(pixels, 'base64'))
    }
    say(seen)
  }
})
