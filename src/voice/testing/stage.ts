import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Answer, inWorld, type Json, kiosk, type World } from '../../testing/app.ts'

export const kiran = '+15551234567'
export const desk = '+15550009999'
/** What the account signs with. */
export const authToken = '0123456789abcdef0123456789abcdef'
export const voiceUrl = 'https://app.example/voice'

/** A number that asks the application at `voiceUrl` what to do, and handsets around it. */
export interface Stage {
  world: World
  /** What the application answers, by the URL without its query; a function may look at the form. */
  documents: Record<string, string | ((form: Record<string, string>) => string)>
  /** The forms that the application was sent, by URL. */
  asked(url?: string): Record<string, string>[]
  call(handset?: string, to?: string): Promise<string>
  /** Takes a handset's part in a call: Answer, Speech, Digits, Hangup. */
  act(callSid: string, action: string, body?: object, handset?: string): Promise<Json>
  say(callSid: string, text: string, handset?: string): Promise<Json>
  pass(seconds?: number): Promise<void>
  /** The call as its handset knows it. */
  handset(callSid: string, address?: string): Promise<Json>
  /** The wire ids of the conversations that the call's SID finds. */
  conversations(callSid: string): Promise<string[]>
  /** What was said in a conversation: the author's type and the words. */
  said(conversationId: string): Promise<string[]>
  warnings(): Promise<string[]>
}

export function onStage(
  story: (stage: Stage) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  return inWorld(
    { SKEIN_AUTH_TOKEN: authToken, SKEIN_SPEECH_MS_PER_CHARACTER: '50', ...environment },
    async (world) => {
      const documents: Stage['documents'] = {}
      world.receiver.answer = ({ url, body }) => {
        const document = documents[url.split('?')[0] ?? '']
        if (document === undefined) return { status: 404 }
        return { status: 200, body: typeof document === 'string' ? document : document(body ?? {}) }
      }
      await ownNumber(world, kiosk)
      const base = (address: string) => `/skein/v1/Handsets/${encodeURIComponent(address)}/Calls`
      const stage: Stage = {
        world,
        documents,
        asked: (url) =>
          world.receiver.received.filter((one) => url === undefined || one.url === url).map(({ body }) => body),
        call: async (handset = kiran, to = kiosk) => {
          const { callSid } = bodyOf(await world.post(base(handset), { to }), 201)
          return callSid
        },
        act: async (callSid, action, body = {}, handset = kiran) =>
          bodyOf(await world.post(`${base(handset)}/${callSid}/${action}`, body), 200),
        say: (callSid, text, handset) => stage.act(callSid, 'Speech', { text }, handset),
        pass: async (seconds = 0) => {
          await world.advance({ seconds })
        },
        handset: async (callSid, address = kiran) => bodyOf(await world.get(`${base(address)}/${callSid}`), 200),
        conversations: async (callSid) => {
          const { conversations } = bodyOf(await world.get(`/v2/Conversations?channelId=${callSid}`), 200)
          return conversations.map(({ id }: Json) => id)
        },
        said: async (id) => {
          const { participants } = bodyOf(await world.get(`/v2/Conversations/${id}/Participants`), 200)
          const { communications } = bodyOf(await world.get(`/v2/Conversations/${id}/Communications`), 200)
          const types = new Map(participants.map((one: Json) => [one.id, one.type]))
          return communications.map(
            ({ author, content }: Json) => `${types.get(author.participantId)}: ${content.text}`,
          )
        },
        warnings: async () => {
          const { events } = bodyOf(await world.get('/skein/v1/Events?type=diagnostic&pageSize=100'), 200)
          return events.map(({ message }: Json) => message)
        },
      }
      await story(stage)
    },
  )
}

export async function ownNumber(world: World, address: string, fields: Record<string, string> = {}): Promise<void> {
  const path = `/2010-04-01/Accounts/${world.accountSid}/IncomingPhoneNumbers.json`
  bodyOf(await postForm(world, path, { PhoneNumber: address, VoiceUrl: voiceUrl, ...fields }), 201)
}

export function postForm(world: World, path: string, fields: Record<string, string>): Promise<Answer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return world.post(path, new URLSearchParams(fields).toString(), headers)
}

export function bodyOf({ status, body, text }: Answer, expected: number): Json {
  assert.equal(status, expected, text)
  return body
}

/** A relay application on a WebSocket server of its own. */
export interface Application {
  url: string
  /** Everything that it was sent, parsed. */
  frames: Json[]
  upgrades: IncomingMessage[]
  sockets: WebSocket[]
  /** Resolves when what it was sent is so. */
  received(isSo: (frames: Json[]) => boolean): Promise<void>
  close(): Promise<void>
}

/** Answers each frame with what `reply` makes of it: nothing, a frame, or several. */
export async function startApplication(
  reply: (frame: Json, socket: WebSocket) => object[] | undefined,
): Promise<Application> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const application: Application = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/relay`,
    frames: [],
    upgrades: [],
    sockets: [],
    received: (isSo) => until(async () => isSo(application.frames)),
    close: async () => {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  server.on('connection', (socket, request) => {
    application.upgrades.push(request)
    application.sockets.push(socket)
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      application.frames.push(frame)
      for (const answer of reply(frame, socket) ?? []) socket.send(JSON.stringify(answer))
    })
  })
  return application
}

/** An application whose first messages come with its acceptance, in one piece. Each has fewer than 126 bytes. */
export async function withEager(messages: readonly string[], story: (url: string) => Promise<void>): Promise<void> {
  const server = createServer()
  const sockets = new Set<Duplex>()
  server.on('upgrade', ({ headers }, socket) => {
    sockets.add(socket)
    const accept = hash('sha1', `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'base64')
    const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
    const frames = messages.map((text) => Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]))
    socket.write(Buffer.concat([Buffer.from(head), ...frames]))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await story(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/relay`)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** An application that repeats what it hears, for the length of a story. */
export async function withEcho(story: (application: Application) => Promise<void>): Promise<void> {
  const application = await startApplication(({ type, voicePrompt, last }) =>
    type === 'prompt' && last ? [{ type: 'text', token: `You said: ${voicePrompt}. I see.`, last: true }] : undefined,
  )
  try {
    await story(application)
  } finally {
    await application.close()
  }
}

export function relayTwiml(url: string, attributes: string, action = ''): string {
  const connect = action === '' ? '<Connect>' : `<Connect action="${action}">`
  return `<Response>${connect}<ConversationRelay url="${url}" ${attributes}/></Connect></Response>`
}

/** What comes over a socket of the operating system arrives when it does: looks again and again. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 1000; looks += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  assert.fail('what a test waits for did not come')
}
