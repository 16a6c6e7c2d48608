import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { WebSocket } from 'ws'
import { onStage, relayTwiml, startApplication, until, voiceUrl, withEager } from '../testing/stage.ts'

const after = 'https://app.example/after'

/** A call whose application sends this as soon as it is there; answers what the action and the debugger heard. */
async function called(send: (socket: WebSocket) => void, isEnough: (told: string[], action: number) => boolean) {
  const application = await startApplication(({ type }, socket) => {
    if (type === 'setup') send(socket)
    return undefined
  })
  let outcome: { told: string[]; status: string | undefined; frames: string[] } | undefined
  try {
    await onStage(async ({ documents, call, pass, warnings, asked }) => {
      documents[after] = '<Response/>'
      documents[voiceUrl] = relayTwiml(application.url, '', '/after')
      await call()
      await until(async () => {
        await pass(1)
        return isEnough(await warnings(), asked(after).length)
      })
      const frames = application.frames.map(({ type, description }) => (type === 'error' ? description : type))
      outcome = { told: await warnings(), status: asked(after)[0]?.SessionStatus, frames }
    })
  } finally {
    await application.close()
  }
  assert.ok(outcome)
  return outcome
}

describe('the socket of a relay session', () => {
  it('loses nothing that comes with the application’s acceptance', () =>
    withEager([JSON.stringify({ type: 'text', token: 'Hello there.', last: true })], (url) =>
      onStage(async ({ documents, call, pass, handset }) => {
        documents[voiceUrl] = relayTwiml(url, '')
        const sid = await call()
        await until(async () => {
          await pass(1)
          return (await handset(sid)).heard.some(({ text }: { text: string }) => text === 'Hello there.')
        })
      }),
    ))

  for (const [name, send, told] of [
    ['a binary message', (socket: WebSocket) => socket.send(Buffer.from('{"type":"end"}')), /the message is binary/],
    ['a message that is no JSON', (socket: WebSocket) => socket.send('\u0000\ufffe'), /not a JSON object/],
    [
      'a hundred messages of nonsense',
      (socket: WebSocket) => {
        for (let n = 0; n < 100; n += 1) socket.send(`[${n}]`)
      },
      /not a JSON object/,
    ],
  ] as const) {
    it(`goes on after ${name}, and says what was wrong`, async () => {
      const outcome = await called(send, (all) => all.some((one) => told.test(one)))
      assert.ok(outcome.frames.some((one) => told.test(one)))
      assert.equal(outcome.status, undefined)
    })
  }

  for (const [name, send] of [
    [
      'a message of more than 64 KB',
      (socket: WebSocket) => socket.send(JSON.stringify({ type: 'text', token: 'x'.repeat(70_000), last: true })),
    ],
    ['text that is no UTF-8', (socket: WebSocket) => socket.send(Buffer.from([0xc3, 0x28, 0xff]), { binary: false })],
    [
      'a frame that breaks the protocol',
      (socket: WebSocket) => {
        const { _socket: raw } = socket as unknown as { _socket: { write(bytes: Buffer): void } }
        raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
      },
    ],
  ] as const) {
    it(`ends by ${name}, and the action is asked what to do`, async () => {
      const outcome = await called(send, (_, action) => action === 1)
      assert.equal(outcome.status, 'failed')
      assert.ok(outcome.told.some((one) => /The relay session failed/.test(one)))
    })
  }
})
