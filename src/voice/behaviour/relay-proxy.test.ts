import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { WebSocket } from 'ws'
import { signTwilio } from '../../events/signature.ts'
import { unavailable } from '../../store/store.ts'
import { kiosk } from '../../testing/app.ts'
import {
  type Application,
  authToken,
  bodyOf,
  kiran,
  onStage,
  type Stage,
  until,
  withEager,
  withEcho,
} from '../testing/stage.ts'

const setup = { type: 'setup', sessionId: 'VX1', callSid: 'CA1', from: kiran, to: kiosk, direction: 'inbound' }

interface Carrier {
  socket: WebSocket
  /** What came from the application, byte for byte. */
  received: string[]
  closed: Promise<number>
}

/** Skein listens, and the real network dials it for an application. */
function proxied(
  story: (
    stage: Stage,
    dial: (query?: Record<string, string>, token?: string, autoPong?: boolean) => Promise<Carrier>,
    id: string,
  ) => Promise<void>,
): Promise<void> {
  return onStage(async (stage) => {
    const { world } = stage
    const id = await world.makeConfiguration({ channelSettings: { VOICE: { statusTimeouts: null } } })
    const origin = (await world.app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
    await story(
      stage,
      async (query = {}, token = authToken, autoPong = true) => {
        const asked = new URLSearchParams({ configurationId: id, ...query })
        const url = `${origin}/skein/v1/Voice/${world.accountSid}/Relay?${asked}`
        const headers = { 'x-twilio-signature': signTwilio({ url, authToken: token }) }
        const socket = new WebSocket(url, { headers, autoPong })
        const received: string[] = []
        socket.on('message', (data) => received.push(String(data)))
        const closed = new Promise<number>((resolve) => socket.once('close', resolve))
        await once(socket, 'open')
        return { socket, received, closed }
      },
      id,
    )
  })
}

function withApplication(
  story: (stage: Stage, application: Application, carrier: Carrier, id: string) => Promise<void>,
) {
  return withEcho((application) =>
    proxied(async (stage, dial, id) => {
      const carrier = await dial({ url: application.url, greeting: 'Hello.' })
      await story(stage, application, carrier, id)
    }),
  )
}

describe('a relay session of the real network', () => {
  it('passes through unchanged while its words are captured', () =>
    withApplication(async ({ said, conversations, pass }, application, { socket, received }) => {
      socket.send(JSON.stringify(setup))
      await application.received((frames) => frames.length === 1)
      const [conversationId = ''] = await conversations('CA1')
      await pass(1)
      const prompt = '{ "type":"prompt", "voicePrompt":"My parcel","lang":"en-US","last":true, "more":1 }'
      socket.send('{"type":"prompt","voicePrompt":"My","lang":"en-US","last":false}')
      socket.send(prompt)
      await until(async () => received.length === 1)
      assert.equal(received[0], '{"type":"text","token":"You said: My parcel. I see.","last":true}')
      assert.deepEqual(application.frames.at(-1), JSON.parse(prompt))
      await pass(1)
      socket.send(
        '{"type":"interrupt","utteranceUntilInterrupt":"You said: My parcel. I","durationUntilInterruptMs":1300}',
      )
      await application.received((frames) => frames.length === 4)
      await pass(5)
      assert.deepEqual(await said(conversationId), [
        'AI_AGENT: Hello.',
        'CUSTOMER: My parcel',
        'AI_AGENT: You said: My parcel.',
        'AI_AGENT: I',
      ])
    }))

  it('begins with its greeting, also when what is said next is heard in the same moment', () =>
    withApplication(async ({ said, conversations, pass }, _, { socket, received }) => {
      socket.send(JSON.stringify(setup))
      socket.send('{"type":"prompt","voicePrompt":"My parcel is late","last":true}')
      await until(async () => received.length === 1)
      await pass(5)
      const [conversationId = ''] = await conversations('CA1')
      assert.deepEqual((await said(conversationId)).slice(0, 2), ['AI_AGENT: Hello.', 'CUSTOMER: My parcel is late'])
    }))

  it('ends on both sides when the network hangs up, and closes the conversation after the grace', () =>
    withApplication(async ({ world, conversations, pass }, application, { socket }) => {
      socket.send(JSON.stringify(setup))
      await application.received((frames) => frames.length === 1)
      const gone = once(application.sockets[0] as WebSocket, 'close')
      socket.close(1000)
      assert.equal((await gone)[0], 1000)
      await pass(20)
      const [conversationId] = await conversations('CA1')
      assert.equal(bodyOf(await world.get(`/v2/Conversations/${conversationId}`), 200).status, 'CLOSED')
    }))

  it('tells the network when the application goes away, or was never there', () =>
    withApplication(async (_, application, { socket, closed }) => {
      socket.send(JSON.stringify(setup))
      await application.received((frames) => frames.length === 1)
      application.sockets[0]?.close(4001)
      assert.equal(await closed, 4001)
    }).then(() =>
      proxied(async (_, dial) => {
        assert.equal(await (await dial({ url: 'ws://127.0.0.1:1/' })).closed, 1011)
        assert.equal(await (await dial()).closed, 1008)
      }),
    ))

  it('passes on what comes with the application’s acceptance', () =>
    withEager(['{"type":"text","token":"Hello there.","last":true}'], (url) =>
      proxied(async (_, dial) => {
        const { received } = await dial({ url })
        await until(async () => received.length === 1)
      }),
    ))

  for (const silent of ['application', 'network'] as const) {
    it(`ends when its ${silent} does not answer a ping`, (test) =>
      withEcho((application) =>
        proxied(async ({ conversations, pass }, dial) => {
          test.mock.timers.enable({ apis: ['setInterval'] })
          const { socket } = await dial({ url: application.url }, authToken, silent === 'application')
          socket.send(JSON.stringify(setup))
          await application.received((frames) => frames.length === 1)
          const [dialled] = application.sockets
          assert.ok(dialled)
          const other = silent === 'application' ? socket : dialled
          const gone = once(other, 'close')
          // As a line that is cut: nothing arrives any more, and nobody says so.
          if (silent === 'application') dialled.pause()
          const pinged = once(other, 'ping')
          test.mock.timers.tick(20_000)
          await pinged
          // Skein has its answer when it answers what comes after that.
          other.ping()
          await once(other, 'pong')
          test.mock.timers.tick(20_000)
          assert.equal((await gone)[0], 1011)
          await pass(1)
          assert.equal((await conversations('CA1')).length, 1)
        }),
      ))
  }

  it('goes on where the debugger can not be told what is wrong with it', () =>
    withEcho((application) =>
      proxied(async ({ world }, dial) => {
        const { socket, received } = await dial({
          url: application.url,
          configurationId: 'conv_configuration_00000000000000000000000000',
        })
        world.store.transact = () => Promise.reject(unavailable('The database is away.'))
        socket.send(JSON.stringify(setup))
        await application.received((frames) => frames.length === 1)
        socket.send(JSON.stringify({ type: 'prompt', voicePrompt: 'Hello', last: true }))
        await until(async () => received.length === 1)
      }),
    ))

  it('survives whatever either side sends', () =>
    withApplication(async ({ pass }, application, { socket, received }) => {
      await until(async () => application.sockets.length === 1)
      for (const text of ['[]', '{"type":7}', '{"type":"setup"}', '{"type":"prompt"}', '{"type":"interrupt"}']) {
        socket.send(text)
      }
      application.sockets[0]?.send('not JSON')
      await until(async () => received.includes('not JSON'))
      await pass(1)
    }))

  it('is refused where it is not signed with the account’s token', () =>
    proxied(async (_, dial) => {
      await assert.rejects(dial({ url: 'ws://127.0.0.1:1/' }, 'another-token-of-16'), /403/)
    }))
})
