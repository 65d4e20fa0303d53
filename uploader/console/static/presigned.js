// The server signs a request, the bytes go where that leads, perhaps straight to a bucket, and
// the server is told that they are there.
import { request } from './http.js'
import { persist } from './persist.js'
import { typeOf } from './plain.js'

export async function presigned(file, { tags }, { signal, progress, waiting }) {
  const retry = { signal, waiting }
  const ask = { contentType: typeOf(file), bytes: file.size, name: file.name }
  if (tags) ask.tags = tags.split(',').map((tag) => tag.trim()).filter(Boolean)
  const sign = () => request('POST', '/upload/presign', { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(ask), signal })
  const signed = (await persist(sign, retry)).json()
  await persist(() => deliver(file, signed, { signal, progress }), retry)
  const complete = new URL(signed.completeUrl, location.href)
  return (await persist(() => request('POST', complete.pathname + complete.search, { signal }), retry)).json()
}

// deliver sends the bytes. The signature stands for the token, and the bucket would not know that.
const deliver = (file, { method, url, headers }, hooks) =>
  request(method, url, { headers: allowed(headers), body: file, anonymous: true, ...hooks })

// allowed leaves out what a browser sets by itself.
const allowed = (headers = {}) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !['content-length', 'host'].includes(name.toLowerCase())))
