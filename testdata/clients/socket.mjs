// Follows an upload over a WebSocket:  node socket.mjs ws://HOST/status/JOB
import WebSocket from 'ws'
import { say } from './say.mjs'

const socket = new WebSocket(process.argv[2])
socket.on('message', (data, binary) => say({ binary, status: JSON.parse(data) }))
socket.on('close', (code) => say({ code }))
// An error without a listener ends the script with its stack and a status that is not 0.
