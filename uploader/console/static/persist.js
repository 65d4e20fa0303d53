// Trying again, where that may help.

const tries = 6
const longest = 60 // seconds that a server may ask to wait for

// passing tells what may be gone in a moment: a connection that failed, a server that is busy.
export const passing = (error) => [0, 408, 423, 429, 500, 502, 503, 504].includes(error.status)

// persist tries something until it succeeds, fails for good, or has failed often.
// waiting is told how many seconds it will be to the next time, and why.
export async function persist(attempt, { signal, waiting, again = passing }) {
  for (let failed = 1; ; failed++) {
    try {
      return await attempt()
    } catch (error) {
      const wait = error.retryAfter || 2 ** (failed - 1)
      if (failed === tries || !again(error) || wait > longest) throw error
      waiting?.(wait, error)
      await pause(wait * 1000 * (1 + Math.random() / 4), signal) // those who failed together come back apart
    }
  }
}

// pause waits so many milliseconds, or rejects with the signal's reason.
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
