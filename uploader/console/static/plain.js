// One request with the bytes of the file as its body.
import { request } from './http.js'
import { persist } from './persist.js'

export async function plain(file, { tags }, { signal, progress, waiting }) {
  const query = new URLSearchParams({ name: file.name })
  if (tags) query.set('tags', tags)
  // With a key a request that is sent twice, since its answer was lost, is one upload.
  const headers = { 'Content-Type': typeOf(file), 'Idempotency-Key': key() }
  const send = () => request('POST', `/upload?${query}`, { headers, body: file, signal, progress })
  return (await persist(send, { signal, waiting })).json()
}

// typeOf is what the server takes for the type of an image: the bytes decide in the end.
export const typeOf = (file) => (file.type.startsWith('image/') ? file.type : 'application/octet-stream')

// crypto.randomUUID is not there in a page over plain HTTP.
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
