// Uploads a file in parts, and is interrupted twice in the middle of one; it goes on at the same
// uploader, and then at another:
//   node tus.mjs http://HOST/upload/resumable/ http://OTHER FILE
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import * as tus from 'tus-js-client'
import { say } from './say.mjs'

const [endpoint, other, file] = process.argv.slice(2)
const size = statSync(file).size

// go uploads from where the server is until so many bytes have been sent, or to the end.
function go(uploadUrl, until) {
  return new Promise((resolve, reject) => {
    let last
    const upload = new tus.Upload(createReadStream(file), {
      endpoint,
      uploadUrl,
      chunkSize: 2_000_000,
      retryDelays: [0, 200, 500, 1000],
      metadata: { filename: basename(file), filetype: 'image/png', tags: 'tus,parts' },
      onAfterResponse: (_, response) => (last = response),
      onProgress: (sent) => {
        if (sent < until) return
        until = Infinity
        upload.abort().then(() => resolve({ url: upload.url, sent }), reject)
      },
      onSuccess: () => resolve({ url: upload.url, imageId: last.getHeader('X-Image-Id'), done: true }),
      onError: reject,
    })
    upload.start()
  })
}

const first = await go(undefined, size * 0.3)
say(first)
const second = await go(first.url, size * 0.6)
say(second)
say(await go(other + new URL(second.url).pathname, Infinity))
