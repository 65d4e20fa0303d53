// Resumable uploads (https://tus.io/protocols/resumable-upload, 1.0.0): creation, and pieces from
// where the server says it is. Where a file's upload is stays known in this browser, so that the
// same file chosen again goes on there.
import { Problem, request } from './http.js'
import { passing, persist } from './persist.js'
import { memoryOf } from './resume.js'

const piece = 4 * 2 ** 20 // bytes

// again also takes a wrong offset for something that passes: before each new try the server is asked.
const again = (error) => error.status === 409 || passing(error)

export async function resumable(file, { tags }, hooks) {
  const retry = { ...hooks, again }
  const memory = memoryOf(file, tags)
  try {
    const upload = (await resumed(memory, retry)) ?? (await created(file, tags, memory, retry))
    hooks.progress(upload.offset)
    await sendRest(file, upload, memory, retry)
    return { status: 'processing', imageId: upload.imageId }
  } finally {
    memory.close()
  }
}

// resumed finds the upload that was begun before; undefined where there is none any more.
async function resumed(memory, retry) {
  const upload = memory.recall()
  if (!upload) return undefined
  try {
    upload.offset = await persist(() => offsetOf(upload, retry.signal), retry)
    return upload
  } catch (error) {
    if (![403, 404, 410].includes(error.status)) throw error
    memory.forget()
    return undefined
  }
}

async function created(file, tags, memory, retry) {
  const metadata = [`filename ${base64(file.name)}`]
  if (tags) metadata.push(`tags ${base64(tags)}`)
  const headers = { 'Upload-Length': String(file.size), 'Upload-Metadata': metadata.join(',') }
  const answer = await persist(() => tus('POST', '/upload/resumable/', { headers, signal: retry.signal }), retry)
  const at = new URL(answer.header('Location'), location.href)
  // Its path here: behind a proxy the server may not know by which name, and over what, it was reached.
  const upload = { url: at.pathname + at.search, imageId: answer.header('X-Image-Id') }
  memory.remember(upload)
  return { ...upload, offset: 0 }
}

async function sendRest(file, upload, memory, retry) {
  try {
    while (upload.offset < file.size) await sendPiece(file, upload, retry)
    memory.forget()
  } catch (error) {
    await givenUp(upload, memory, error, retry.signal)
    throw error
  }
}

async function sendPiece(file, upload, retry) {
  let certain = true
  await persist(async () => {
    if (!certain) upload.offset = await offsetOf(upload, retry.signal)
    if (upload.offset >= file.size) return
    certain = false
    const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(upload.offset) }
    const body = file.slice(upload.offset, upload.offset + piece)
    const from = upload.offset
    const progress = (sent) => retry.progress(from + sent)
    const answer = await tus('PATCH', upload.url, { headers, body, signal: retry.signal, progress })
    upload.offset = offsetIn(answer)
    certain = true
  }, retry)
}

const offsetOf = async (upload, signal) => offsetIn(await tus('HEAD', upload.url, { signal }))

function offsetIn(answer) {
  const offset = parseInt(answer.header('Upload-Offset'), 10)
  if (offset >= 0) return offset
  throw new Problem(answer.status, 'The answer does not say how much of the upload has come.')
}

// givenUp takes back an upload that nobody wants any more. One that a connection or a token has
// stopped can go on.
async function givenUp(upload, memory, error, signal) {
  if (!signal.aborted && (again(error) || error.status === 401)) return
  memory.forget()
  if (signal.aborted) await tus('DELETE', upload.url).catch(() => {}) // what is left expires
}

const tus = (method, url, options = {}) => request(method, url, { ...options, headers: { 'Tus-Resumable': '1.0.0', ...options.headers } })

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
