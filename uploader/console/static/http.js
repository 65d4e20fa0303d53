// Requests by XMLHttpRequest: fetch does not tell how much of a body has been sent.
import { storage } from './storage.js'

// The token is this tab's. Another tab, and this one after it was closed, has none.
const tab = storage('sessionStorage')
const tokenPlace = 'lightwell.token'

export const token = () => tab.getItem(tokenPlace) ?? ''

export function keepToken(secret) {
  if (secret) tab.setItem(tokenPlace, secret)
  else tab.removeItem(tokenPlace)
}

// Problem is why a request came to nothing. A status of 0 is a connection that failed.
export class Problem extends Error {
  constructor(status, detail, retryAfter = 0) {
    super(detail)
    this.status = status
    this.retryAfter = retryAfter // seconds
  }
}

// silence is how long a body may not move; then the connection counts as gone.
const silence = 60_000 // ms

// request resolves to an answer of 2xx, and rejects with a Problem, or with the signal's reason.
// The token goes to this server alone, and not with what is anonymous.
export function request(method, url, { headers = {}, body = null, anonymous = false, signal, progress } = {}) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const at = new URL(url, location.href)
    const xhr = new XMLHttpRequest()
    const stop = () => xhr.abort()
    let timer
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(stop, silence)
    }
    xhr.open(method, at)
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    if (!anonymous && at.origin === location.origin && token()) xhr.setRequestHeader('Authorization', `Bearer ${token()}`)
    if (body !== null) {
      watch()
      xhr.upload.onprogress = (event) => {
        watch()
        progress?.(event.loaded)
      }
      xhr.upload.onload = () => clearTimeout(timer) // what the server does now takes as long as it takes
    }
    xhr.onloadend = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      if (signal?.aborted) reject(signal.reason)
      else if (xhr.status >= 200 && xhr.status < 300) resolve(answerOf(xhr))
      else reject(problemOf(xhr, at))
    }
    signal?.addEventListener('abort', stop)
    xhr.send(body)
  })
}

function answerOf(xhr) {
  return {
    status: xhr.status,
    header: (name) => xhr.getResponseHeader(name),
    json: () => parse(xhr.responseText) ?? {},
  }
}

// problemOf reads a problem document, or the XML of a bucket.
function problemOf(xhr, at) {
  if (xhr.status === 0) {
    const hint = at.origin === location.origin ? '' : ` Perhaps ${at.host} does not allow uploads from this page (CORS).`
    return new Problem(0, `The connection failed.${hint}`)
  }
  const detail = parse(xhr.responseText)?.detail ?? /<Message>([^<]+)<\/Message>/.exec(xhr.responseText)?.[1]
  const retryAfter = at.origin === location.origin ? Number(xhr.getResponseHeader('Retry-After')) || 0 : 0
  return new Problem(xhr.status, detail ?? `The server answered ${xhr.status}, and did not say why.`, retryAfter)
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
