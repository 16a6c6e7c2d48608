/**
 * A voice agent as one writes it for the vendor's ConversationRelay: nothing in it knows of Skein. It answers calls with
 * TwiML that opens a WebSocket, listens, and hands over to a person when asked to.
 *
 *   CONVERSATION_CONFIGURATION=conv_configuration_… TWILIO_AUTH_TOKEN=… node examples/voice-agent/agent.ts
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import twilio from 'twilio'
import { type WebSocket, WebSocketServer } from 'ws'

const { PORT = '0', TWILIO_AUTH_TOKEN = '', CONVERSATION_CONFIGURATION = '', HUMAN = '+15550009999' } = process.env
const { VoiceResponse } = twilio.twiml

const server = createServer(async (request, response) => {
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()))
  const url = `http://${request.headers.host}${request.url}`
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, String(request.headers['x-twilio-signature']), url, form)) {
    response.writeHead(403).end()
    return
  }
  const twiml = new VoiceResponse()
  if (request.url === '/voice') {
    twiml.connect({ action: '/after' }).conversationRelay({
      url: `ws://${request.headers.host}/relay`,
      welcomeGreeting: 'Hello, this is the kiosk. How can I help?',
      conversationConfiguration: CONVERSATION_CONFIGURATION,
    } as object)
  } else if (form.HandoffData) {
    twiml.say('I connect you.')
    twiml.dial().number(HUMAN)
  }
  response.writeHead(200, { 'content-type': 'text/xml' }).end(twiml.toString())
})

new WebSocketServer({ server, path: '/relay' }).on('connection', (socket, request) => {
  const url = `ws://${request.headers.host}${request.url}`
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, String(request.headers['x-twilio-signature']), url, {})) {
    socket.close(1008)
    return
  }
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data))
    if (frame.type === 'prompt' && frame.last) answer(socket, frame.voicePrompt)
  })
})

/** A model would think here; its words arrive one by one. */
function answer(socket: WebSocket, words: string): void {
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  if (/person|human/i.test(words)) {
    send({ type: 'text', token: 'One moment, please.', last: true })
    send({ type: 'end', handoffData: JSON.stringify({ reason: 'asked for a person' }) })
    return
  }
  const reply = `I understood: ${words}. Let me look that up for you. Anything else?`
  for (const word of reply.split(' ')) send({ type: 'text', token: `${word} `, last: false })
  send({ type: 'text', token: '', last: true })
}

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The agent listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
