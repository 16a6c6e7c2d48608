import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inWorld, type World } from '../../testing/app.ts'

const path = '/skein/v1/Session'
const authToken = 'the first token of all'
const environment = { SKEIN_AUTH_TOKEN: authToken, SKEIN_SESSION_HOURS: '2' }

interface SignedIn {
  status: number
  setCookie: string
  cookie: string
  body: { accountSid: string; keySid: string | null; expiresAt: string; csrfToken: string; message?: string }
}

async function signIn({ app }: World, sid: string, secret: string): Promise<SignedIn> {
  const answer = await app.inject({ method: 'POST', url: path, payload: { sid, secret } })
  const setCookie = String(answer.headers['set-cookie'] ?? '')
  return { status: answer.statusCode, setCookie, cookie: setCookie.split(';')[0] ?? '', body: answer.json() }
}

async function statusOf({ app }: World, method: 'GET' | 'POST' | 'DELETE', url: string, headers: object) {
  const payload = method === 'POST' ? { payload: {} } : {}
  return (await app.inject({ method, url, headers: { ...headers }, ...payload })).statusCode
}

async function newKey(world: World): Promise<{ sid: string; secret: string }> {
  return (await world.post('/skein/v1/Keys', { name: 'browser' })).body
}

describe('a session', () => {
  it('is opened by the account or by a key, and tells whose it is', () =>
    inWorld(environment, async (world) => {
      const byToken = await signIn(world, world.accountSid, authToken)
      assert.deepEqual([byToken.status, byToken.body.accountSid, byToken.body.keySid], [201, world.accountSid, null])
      const key = await newKey(world)
      const byKey = await signIn(world, key.sid, key.secret)
      assert.equal(byKey.body.keySid, key.sid)
      const { statusCode, body } = await world.app.inject({ url: path, headers: { cookie: byKey.cookie } })
      assert.deepEqual([statusCode, JSON.parse(body)], [200, byKey.body])
    }))

  it('is a cookie that scripts do not see and foreign pages do not send', () =>
    inWorld(environment, async (world) => {
      const { setCookie } = await signIn(world, world.accountSid, authToken)
      assert.match(setCookie, /^skein_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
    }))

  it('reads every API, and changes something only with the token against forged requests', () =>
    inWorld(environment, async (world) => {
      const { cookie, body } = await signIn(world, world.accountSid, authToken)
      for (const url of ['/v2/Conversations', '/v1/ControlPlane/Stores', '/skein/v1/Keys']) {
        assert.equal(await statusOf(world, 'GET', url, { cookie }), 200, url)
      }
      const key = '/skein/v1/Keys'
      assert.equal(await statusOf(world, 'POST', key, { cookie }), 403)
      assert.equal(await statusOf(world, 'POST', key, { cookie, 'x-csrf-token': `${body.csrfToken}x` }), 403)
      assert.equal(await statusOf(world, 'POST', key, { cookie, 'x-csrf-token': body.csrfToken }), 201)
      const other = await signIn(world, world.accountSid, authToken)
      assert.equal(await statusOf(world, 'POST', key, { cookie, 'x-csrf-token': other.body.csrfToken }), 403)
    }))

  it('gives way to credentials that come with the request', () =>
    inWorld(environment, async (world) => {
      const { cookie } = await signIn(world, world.accountSid, authToken)
      const wrong = `Basic ${Buffer.from(`${world.accountSid}:wrong`).toString('base64')}`
      assert.equal(await statusOf(world, 'GET', '/skein/v1/Keys', { cookie, authorization: wrong }), 401)
      const right = { cookie, authorization: world.authorization }
      assert.equal(await statusOf(world, 'POST', '/skein/v1/Keys', right), 201)
    }))

  it('is refused to whoever does not know the secret, in the words of the API', () =>
    inWorld(environment, async (world) => {
      for (const [sid, secret] of [
        [world.accountSid, 'wrong'],
        ['nobody', authToken],
      ] as const) {
        const { status, setCookie, body } = await signIn(world, sid, secret)
        assert.deepEqual([status, setCookie], [401, ''])
        assert.doesNotMatch(String(body.message), /wrong|the first token/)
      }
      const empty = await world.app.inject({ method: 'POST', url: path, payload: { sid: world.accountSid } })
      assert.deepEqual([empty.statusCode, empty.json().params.field], [400, 'secret'])
    }))

  it('ends with signing out, and the cookie with it', () =>
    inWorld(environment, async (world) => {
      const { cookie, body } = await signIn(world, world.accountSid, authToken)
      const answer = await world.app.inject({
        method: 'DELETE',
        url: path,
        headers: { cookie, 'x-csrf-token': body.csrfToken },
      })
      assert.equal(answer.statusCode, 204)
      assert.match(String(answer.headers['set-cookie']), /^skein_session=; .*Expires=Thu, 01 Jan 1970/)
      assert.equal(await statusOf(world, 'GET', path, { cookie }), 401)
    }))

  it('ends when its key is revoked, or its auth token deleted', () =>
    inWorld(environment, async (world) => {
      const key = await newKey(world)
      const byKey = await signIn(world, key.sid, key.secret)
      await world.delete(`/skein/v1/Keys/${key.sid}`)
      assert.equal(await statusOf(world, 'GET', path, { cookie: byKey.cookie }), 401)

      const old = await signIn(world, world.accountSid, authToken)
      await world.post('/skein/v1/AuthTokens')
      await world.post('/skein/v1/AuthTokens/Promote')
      assert.equal(await statusOf(world, 'GET', path, { cookie: old.cookie }), 200)
      await world.delete('/skein/v1/AuthTokens/Secondary')
      assert.equal(await statusOf(world, 'GET', path, { cookie: old.cookie }), 401)
    }))

  it('ends by itself after the hours that operators set, by wall time', (context) =>
    inWorld(environment, async (world) => {
      const { cookie, body } = await signIn(world, world.accountSid, authToken)
      const end = Date.parse(body.expiresAt)
      context.mock.timers.enable({ apis: ['Date'], now: end - 1 })
      assert.equal(await statusOf(world, 'GET', path, { cookie }), 200)
      context.mock.timers.setTime(end)
      assert.equal(await statusOf(world, 'GET', path, { cookie }), 401)
    }))

  it('of a stranger shows the stranger’s account', () =>
    inWorld(environment, async (world) => {
      const stranger = await world.makeStranger()
      const key = (await stranger.post('/skein/v1/Keys', {})).body
      const { body } = await signIn(world, key.sid, key.secret)
      assert.equal(body.accountSid, stranger.accountSid)
    }))

  it('that nobody opened is a 401, whatever the cookie holds', () =>
    inWorld(environment, async (world) => {
      for (const cookie of [
        'skein_session=x',
        'skein_session=',
        'skein_session=%',
        ';;;',
        `skein_session=${'a'.repeat(4000)}`,
      ])
        assert.equal(await statusOf(world, 'GET', path, { cookie }), 401, cookie.slice(0, 40))
    }))

  it('that is missing makes browsers ask nobody for a password, while other clients are told how to authenticate', () =>
    inWorld(environment, async ({ app }) => {
      const byScript = await app.inject({ url: path, headers: { 'sec-fetch-dest': 'empty' } })
      assert.deepEqual([byScript.statusCode, byScript.headers['www-authenticate']], [401, undefined])
      assert.match(String((await app.inject(path)).headers['www-authenticate']), /^Basic /)
    }))

  it('asked for by other credentials, tells whose those are and signs nobody out', () =>
    inWorld(environment, async (world) => {
      const { body } = await world.get(path)
      assert.deepEqual([body.accountSid, body.expiresAt, body.csrfToken], [world.accountSid, null, null])
      assert.equal((await world.delete(path)).status, 204)
    }))
})
