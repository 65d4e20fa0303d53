// Plays animations, and writes what they show:
//   node frames.mjs CHROMIUM FOLDER OUT FILE...
// OUT/0 has the pixels of all frames of the first file, as red, green, blue and alpha of 8 bits
// each, and so on. It says a line for each file: its size in pixels, for how many milliseconds
// each frame is shown, and how often all are, 0 for without end.
import { appendFileSync } from 'node:fs'
import { extname } from 'node:path'
import { withFiles } from './files.mjs'
import { say } from './say.mjs'

const [chromium, folder, out, ...files] = process.argv.slice(2)
const types = { '.gif': 'image/gif', '.png': 'image/png', '.webp': 'image/webp' }

// open has the page decode a file from here on.
async function open({ url, type }) {
  globalThis.decoder = new ImageDecoder({ data: (await fetch(url)).body, type })
  await decoder.completed
  const { frameCount, repetitionCount } = decoder.tracks.selectedTrack
  return { frames: frameCount, loop: repetitionCount === Infinity ? 0 : repetitionCount + 1 }
}

// look decodes a frame; a page hands over text alone.
async function look(frameIndex) {
  const { image } = await decoder.decode({ frameIndex })
  const { displayWidth: width, displayHeight: height, duration } = image
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')
  context.drawImage(image, 0, 0)
  image.close()
  const { data } = context.getImageData(0, 0, width, height)
  const text = []
  for (let i = 0; i < data.length; i += 1 << 15) text.push(String.fromCharCode(...data.subarray(i, i + (1 << 15))))
  return { width, height, delay: Math.round(duration / 1000), pixels: btoa(text.join('')) }
}

await withFiles(chromium, folder, files, async (page, urlOf) => {
  for (const [n, file] of files.entries()) {
    const { frames, loop } = await page.evaluate(open, { url: urlOf(n), type: types[extname(file)] })
    const film = { loop, delays: [] }
    for (let frame = 0; frame < frames; frame++) {
      const { pixels, delay, ...size } = await page.evaluate(look, frame)
      appendFileSync(`${out}/${n}`, Buffer.from(pixels, 'base64'))
      film.delays.push(delay)
      Object.assign(film, size)
    }
    say(film)
  }
})
