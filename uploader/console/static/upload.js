// One upload, in one of three ways, to its end.
import { Problem, request } from './http.js'
import { pause, persist } from './persist.js'
import { plain } from './plain.js'
import { presigned } from './presigned.js'
import { resumable } from './tus.js'

const ways = { plain, presigned, resumable }
const plainUpTo = 8 * 2 ** 20 // bytes; what is lost with a connection that is lost

// upload sends a file, and resolves to what the server says of the image. hooks are told how it
// goes: progress (bytes), waiting (seconds until the next try, and
// why), processing (the image's id).
export async function upload(file, { how, tags }, hooks) {
  if (file.size === 0) throw new Problem(400, 'The file is empty.')
  const way = how === 'automatic' ? (file.size > plainUpTo ? 'resumable' : 'plain') : how
  let answer = await ways[way](file, { tags }, hooks)
  if (answer.status === 'processing') {
    hooks.processing(answer.imageId)
    answer = await ended(answer.imageId)
  }
  return answer
}

// ended asks how an image stands until that is decided. It is promised by then, so that leaving
// off would change nothing: cancel asks the server.
async function ended(id) {
  for (let wait = 250; ; wait = Math.min(1.5 * wait, 4000)) {
    const status = (await persist(() => request('GET', `/status/${id}`), {})).json()
    if (status.status === 'completed') return status
    if (status.status === 'cancelled') throw new DOMException('', 'AbortError')
    if (status.status !== 'processing') throw new Problem(status.error?.status ?? 500, status.error?.detail ?? 'The server could not process this.')
    await pause(wait)
  }
}

// cancelProcessing takes an image back that is waiting for its turn. One whose turn has come goes on.
export const cancelProcessing = (id) => request('DELETE', `/status/${id}`).catch(() => {})
