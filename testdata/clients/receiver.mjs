// Receives webhooks, and takes none before the third:  node receiver.mjs SECRET
// It says its URL, then each delivery, until its standard input ends.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { say } from './say.mjs'

const secret = process.argv[2]
const otherSecret = 'whsec_' + Buffer.alloc(32, 'other').toString('base64')
const answers = [500, 503]

// refusal is why a delivery does not count as genuine, or nothing.
function refusal(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers)
  } catch (error) {
    return error.message
  }
}

const server = createServer(async (request, response) => {
  const body = await text(request)
  const answered = answers.shift() ?? 200
  say({
    method: request.method,
    type: request.headers['content-type'],
    id: request.headers['webhook-id'],
    answered,
    event: JSON.parse(body),
    refusal: refusal(secret, body, request.headers),
    tampered: refusal(secret, body.replace('completed', 'cancelled'), request.headers),
    stranger: refusal(otherSecret, body, request.headers),
  })
  response.writeHead(answered).end()
})
server.listen(0, '127.0.0.1', () => say({ url: `http://127.0.0.1:${server.address().port}/hook` }))
process.stdin.on('end', () => server.close()).resume()
