// Draws the pictures that hashes stand for, each as rows of RGBA in base64:
//   node hashes.mjs BLURHASH THUMBHASH WIDTH HEIGHT
import { decode } from 'blurhash'
import { thumbHashToApproximateAspectRatio, thumbHashToRGBA } from 'thumbhash'
import { say } from './say.mjs'

const [blurHash, thumbHash, width, height] = process.argv.slice(2)
const drawn = (name, width, height, pixels, aspect) =>
  say({ name, width, height, pixels: Buffer.from(pixels).toString('base64'), aspect })

drawn('blurhash', Number(width), Number(height), decode(blurHash, Number(width), Number(height)))
const hash = Uint8Array.from(Buffer.from(thumbHash, 'base64'))
const { w, h, rgba } = thumbHashToRGBA(hash)
drawn('thumbhash', w, h, rgba, thumbHashToApproximateAspectRatio(hash))
