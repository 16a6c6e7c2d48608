import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { callbackRequest } from '../src/events/callback-request.ts'
import { createOutgoing, type Outgoing } from '../src/http/outgoing/client.ts'
import type { OutgoingOutcome, OutgoingRequest } from '../src/http/outgoing/exchange.ts'

const root = join(import.meta.dirname, '..')
const authToken = '0123456789abcdef0123456789abcdef'
const secret = `whsec_${Buffer.from('a secret of the Quill bookshop').toString('base64')}`

it('the receiver of the page about webhooks accepts what is signed and nothing else', async () => {
  const example = /```js\n(.*?)```/s.exec(readFileSync(join(root, 'docs/webhooks.md'), 'utf8'))?.[1]
  assert.ok(example, 'the page has an example for Node')
  const folder = mkdtempSync(join(root, 'node_modules', '.webhooks-'))
  const outgoing = createOutgoing({ allowPrivate: true })
  const port = await freePort()
  writeFileSync(join(folder, 'receiver.mjs'), example)
  const receiver = spawn(process.execPath, [join(folder, 'receiver.mjs')], {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      PUBLIC_URL: 'https://quill.example.test',
      TWILIO_AUTH_TOKEN: authToken,
      WEBHOOK_SECRET: secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = once(receiver.stdout, 'data')
  try {
    const signed = callbackRequest({
      target: { url: 'https://quill.example.test/hook?shop=quill', method: 'POST' },
      event: { eventType: 'CONVERSATION_CREATED', timestamp: '2026-03-02T11:01:00.000Z', data: '{"id":"c1"}' },
      token: 'token-1',
      secrets: { authToken, webhookSecrets: [secret] },
      now: Date.now(),
    })
    // What the receiver's proxy would pass on.
    const request = {
      ...signed,
      url: signed.url.replace('https://quill.example.test', `http://127.0.0.1:${port}`),
      timeouts: { connectMs: 10_000, readMs: 10_000, totalMs: 10_000 },
      maxResponseBytes: 100,
    }
    assert.equal(statusOf(await sendOnceUp(outgoing, request, receiver)), 204)
    assert.equal(String((await printed)[0]), 'CONVERSATION_CREATED c1\n')
    assert.equal(statusOf(await outgoing.send({ ...request, body: `${signed.body} ` })), 403)
    const { 'webhook-signature': _, ...unsigned } = signed.headers
    assert.equal(statusOf(await outgoing.send({ ...request, headers: unsigned })), 403)
    assert.equal(statusOf(await outgoing.send({ ...request, url: request.url.replace('shop', 'shed') })), 403)
  } finally {
    receiver.kill()
    await outgoing.close()
    rmSync(folder, { recursive: true })
  }
})

async function sendOnceUp(
  outgoing: Outgoing,
  request: OutgoingRequest,
  receiver: ChildProcess,
): Promise<OutgoingOutcome> {
  for (;;) {
    const outcome = await outgoing.send(request)
    if (!('error' in outcome) || outcome.error !== 'connect') return outcome
    assert.equal(receiver.exitCode, null, 'the receiver has stopped')
    await sleep(50)
  }
}

function statusOf(outcome: OutgoingOutcome): number {
  assert.ok('status' in outcome, JSON.stringify(outcome))
  return outcome.status
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
