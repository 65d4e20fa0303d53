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

function deliver(file, { method, url, headers, fields }, hooks) {
  if (method === 'POST') return request('POST', url, { body: formOf(file, fields), ...hooks })
  return request('PUT', url, { headers: allowed(headers), body: file, ...hooks })
}

// formOf is the form of a policy: whatever comes after the file does not count.
function formOf(file, fields) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (!Object.keys(fields).some((name) => name.toLowerCase() === 'content-type')) form.append('Content-Type', typeOf(file))
  form.append('file', file)
  return form
}

// allowed leaves out what a browser sets by itself.
const allowed = (headers = {}) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !['content-length', 'host'].includes(name.toLowerCase())))
