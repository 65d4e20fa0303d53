// Follows an upload by server-sent events:  node events.mjs http://HOST/status/JOB
// It comes again by itself when the connection breaks off, as browsers do, and ends when it is
// told that there is nothing more.
import { EventSource } from 'eventsource'
import { say } from './say.mjs'

const source = new EventSource(process.argv[2], {
  fetch: async (url, init) => {
    const response = await fetch(url, init)
    say({ answered: response.status, from: init.headers['Last-Event-ID'] })
    return response
  },
})
for (const name of ['progress', 'completed', 'failed', 'cancelled', 'message']) {
  source.addEventListener(name, (event) => say({ event: name, id: event.lastEventId, status: JSON.parse(event.data) }))
}
source.addEventListener('error', () => {
  if (source.readyState === EventSource.CLOSED) say({ closed: true })
})
