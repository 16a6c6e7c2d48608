import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { verifyStandard, verifyTwilio } from '../../events/signature.ts'
import { inWorld, type Received, type World } from '../../testing/app.ts'
import { accountByNumber } from '../rows.ts'

const secretsPath = '/skein/v1/WebhookSecrets'
const tokensPath = '/skein/v1/AuthTokens'
const url = 'https://hooks.example.test/hook'
const environment = { SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' }

/** What a callback to a receiver looks like at this moment. */
async function callback(world: World): Promise<Received> {
  const [target] = (await world.get('/skein/v1/Targets')).body.targets
  await world.post(`/skein/v1/Targets/${target.id}/Test`)
  const received = world.receiver.received.at(-1)
  assert.ok(received)
  return received
}

function signedBy(received: Received, secret: string): boolean {
  const { headers, text: body } = received
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  )
  return verifyStandard({ id, timestamp, signature, body, secrets: [secret], nowMs: Date.now() }).valid
}

function signedWithToken({ url, headers, text }: Received, authToken: string): boolean {
  return verifyTwilio({ url, signature: headers['X-Twilio-Signature'], authToken, body: text }).valid
}

async function logIn({ app, accountSid }: World, token: string): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`
  return (await app.inject({ url: '/skein/v1/Keys', headers: { authorization } })).statusCode
}

describe('webhook secrets', () => {
  it('are listed without being shown', () =>
    inWorld({}, async (world) => {
      const { status, body, text } = await world.get(secretsPath)
      assert.equal(status, 200)
      assert.deepEqual(
        body.webhookSecrets.map(({ role }: { role: string }) => role),
        ['PRIMARY'],
      )
      assert.doesNotMatch(text, /whsec_/)
    }))

  it('sign both while one replaces the other, and then only the new one does', () =>
    inWorld(environment, async (world) => {
      await world.makeConfiguration({ statusCallbacks: [{ url }] })
      const first = (await world.post(secretsPath)).body.secret
      await world.delete(`${secretsPath}/Secondary`)
      const created = await world.post(secretsPath)
      const second = created.body.secret
      assert.equal(created.status, 201)
      assert.match(second, /^whsec_[A-Za-z0-9+/]{32}$/)

      const during = await callback(world)
      assert.deepEqual([signedBy(during, first), signedBy(during, second)], [true, true])
      const { webhookSecrets } = (await world.get(secretsPath)).body
      const fingerprint = (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 12)
      assert.deepEqual(
        webhookSecrets.map((secret: Record<string, string>) => [secret.role, secret.fingerprint]),
        [
          ['PRIMARY', fingerprint(second)],
          ['SECONDARY', fingerprint(first)],
        ],
      )

      assert.equal((await world.delete(`${secretsPath}/Secondary`)).status, 204)
      const after = await callback(world)
      assert.deepEqual([signedBy(after, first), signedBy(after, second)], [false, true])
    }))

  it('are two at most', () =>
    inWorld({}, async (world) => {
      assert.equal((await world.delete(`${secretsPath}/Secondary`)).status, 404)
      assert.equal((await world.post(secretsPath)).status, 201)
      assert.equal((await world.post(secretsPath)).status, 409)
    }))

  it('belong to one account', () =>
    inWorld({}, async (world) => {
      const before = (await world.get(secretsPath)).text
      const stranger = await world.makeStranger()
      assert.equal((await stranger.post(secretsPath)).status, 201)
      assert.equal((await world.get(secretsPath)).text, before)
    }))

  it('and auth tokens are sealed in the database', () =>
    inWorld({}, async (world) => {
      const { secret } = (await world.post(secretsPath)).body
      const { authToken } = (await world.post(tokensPath)).body
      const row = JSON.stringify(await world.store.read.get(accountByNumber, { account: world.account }))
      for (const text of [secret, secret.slice('whsec_'.length), authToken]) assert.equal(row.includes(text), false)
    }))
})

describe('a secondary auth token', () => {
  it('logs in at once, signs after its promotion, and leaves the other accepted until that is deleted', () =>
    inWorld({ ...environment, SKEIN_AUTH_TOKEN: 'the first token of all' }, async (world) => {
      const first = 'the first token of all'
      await world.makeConfiguration({ statusCallbacks: [{ url }] })
      const created = await world.post(tokensPath)
      const second = created.body.authToken
      assert.deepEqual([created.status, created.body.role], [201, 'SECONDARY'])
      assert.match(second, /^[0-9a-f]{32}$/)
      assert.deepEqual([await logIn(world, first), await logIn(world, second)], [200, 200])
      assert.equal(signedWithToken(await callback(world), first), true)

      assert.equal((await world.post(`${tokensPath}/Promote`)).status, 204)
      assert.deepEqual([await logIn(world, first), await logIn(world, second)], [200, 200])
      const promoted = await callback(world)
      assert.deepEqual([signedWithToken(promoted, first), signedWithToken(promoted, second)], [false, true])

      assert.equal((await world.delete(`${tokensPath}/Secondary`)).status, 204)
      assert.deepEqual([await logIn(world, first), await logIn(world, second)], [401, 200])
    }))

  it('can be taken back before its promotion', () =>
    inWorld({}, async (world) => {
      const { authToken } = (await world.post(tokensPath)).body
      assert.equal(await logIn(world, authToken), 200)
      assert.equal((await world.delete(`${tokensPath}/Secondary`)).status, 204)
      assert.equal(await logIn(world, authToken), 401)
    }))

  it('is refused when there is one, and missed when there is none', () =>
    inWorld({}, async (world) => {
      assert.equal((await world.post(`${tokensPath}/Promote`)).status, 409)
      assert.equal((await world.delete(`${tokensPath}/Secondary`)).status, 404)
      assert.equal((await world.post(tokensPath)).status, 201)
      assert.equal((await world.post(tokensPath)).status, 409)
    }))
})
