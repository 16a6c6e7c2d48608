import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import twilio from 'twilio'
import { kiran } from '../conversations/testing/capture.ts'
import { inWorld, type Json, type Received, type World } from '../testing/app.ts'
import { communicationsWith, handsetSends, handsetShows, kioskSends, takeNumber } from './testing/phones.ts'

const sms = 'https://app.example.com/sms'
const authToken = 'the token of these tests'

/** A world in which the application of the kiosk's number answers messages as it is told. */
function withApplication(
  answer: (received: Received) => ReturnType<World['receiver']['answer']>,
  story: (world: World) => Promise<void>,
  number: Record<string, string> = {},
): Promise<void> {
  return inWorld({ SKEIN_AUTH_TOKEN: authToken }, async (world) => {
    await world.makeConfiguration()
    await takeNumber(world, { SmsUrl: sms, ...number })
    world.receiver.answer = answer
    await story(world)
  })
}

const twiml = (inner: string) => ({ status: 200, body: `<?xml version="1.0"?><Response>${inner}</Response>` })

async function diagnosed(world: World): Promise<number[]> {
  const { body } = await world.get('/skein/v1/Events?type=diagnostic')
  return body.events.map((event: Json) => event.data.errorCode)
}

describe('webhooks of messages', () => {
  test('ask the application of the number, signed as the official client checks it', () =>
    withApplication(
      () => twiml(''),
      async (world) => {
        const photo = { url: 'https://media.example.com/cup.jpg', contentType: 'image/jpeg' }
        const { sid } = await handsetSends(world, kiran, { body: 'Two flat whites, è pronto?', media: [photo] })
        await world.advance()
        const [received] = world.receiver.received
        assert.ok(received)
        assert.deepEqual([received.method, received.url], ['POST', sms])
        assert.deepEqual(received.body, {
          MessageSid: sid,
          SmsSid: sid,
          SmsMessageSid: sid,
          AccountSid: world.accountSid,
          ApiVersion: '2010-04-01',
          SmsStatus: 'received',
          Body: 'Two flat whites, è pronto?',
          NumMedia: '1',
          NumSegments: '1',
          From: kiran,
          To: '+15550001111',
          MediaUrl0: photo.url,
          MediaContentType0: photo.contentType,
        })
        const signature = String(received.headers['X-Twilio-Signature'])
        assert.ok(twilio.validateRequest(authToken, signature, sms, received.body))
        assert.equal(twilio.validateRequest(authToken, signature, sms, { ...received.body, Body: 'forged' }), false)
        assert.deepEqual(await handsetShows(world, kiran), ['SENT Two flat whites, è pronto?'])
      },
    ))

  test('obey messages, attachments and redirects of the answer', () =>
    withApplication(
      ({ url }) =>
        url === sms
          ? twiml(
              '<Message>One &amp; <Body>Two\n lines</Body><Media>/cup.jpg</Media></Message><Redirect>next</Redirect>',
            )
          : twiml('<Message statusCallback="/told">Three</Message><Say>No</Say>'),
      async (world) => {
        const { sid } = await handsetSends(world, kiran, { body: 'Hello' })
        await world.advance()
        assert.deepEqual(
          world.receiver.received.map(({ url }) => url),
          [sms, 'https://app.example.com/next'],
        )
        assert.deepEqual(await handsetShows(world, kiran), ['RECEIVED Three', 'RECEIVED Two\n lines', 'SENT Hello'])
        const communications = await communicationsWith(world, sid)
        assert.deepEqual(
          communications.map(({ content }) => content.text),
          ['Hello', 'Two\n lines', 'Three'],
        )
        const { body } = await world.get(`/skein/v1/Communications/${communications[1].id}/Media`)
        assert.equal(body.media[0].url, 'https://app.example.com/cup.jpg')
        await world.advance({ minutes: 1 })
        const told = world.receiver.received.filter(({ url }) => url.endsWith('/told'))
        assert.deepEqual(
          told.map((one) => one.body.MessageStatus),
          ['sent', 'delivered'],
        )
        assert.deepEqual(await diagnosed(world), [12200])
      },
    ))

  test('take plain text as a reply, and nothing for nothing', () =>
    withApplication(
      ({ body }) => ({ status: 200, body: body.Body === 'Hello' ? 'Hi there' : '', type: 'text/plain' }),
      async (world) => {
        await handsetSends(world, kiran, { body: 'Hello' })
        await handsetSends(world, kiran, { body: 'Bye' })
        await world.advance()
        assert.deepEqual(await handsetShows(world, kiran), ['RECEIVED Hi there', 'SENT Bye', 'SENT Hello'])
      },
    ))

  test('go to the fallback, which is told of the error', () =>
    withApplication(
      ({ url }) => (url === sms ? { status: 500 } : twiml('<Message>Sorry</Message>')),
      async (world) => {
        await handsetSends(world, kiran, { body: 'Hello' })
        await world.advance()
        const [, second] = world.receiver.received
        assert.match(String(second?.url), /^https:\/\/b\.example\.com\/sms\?MessageSid=/)
        const asked = new URL(String(second?.url)).searchParams
        assert.deepEqual([asked.get('ErrorCode'), asked.get('ErrorUrl')], ['11200', sms])
        const signature = String(second?.headers['X-Twilio-Signature'])
        assert.ok(twilio.validateRequest(authToken, signature, String(second?.url), {}))
        assert.deepEqual(await handsetShows(world, kiran), ['RECEIVED Sorry', 'SENT Hello'])
        assert.deepEqual(await diagnosed(world), [])
      },
      { SmsFallbackUrl: 'https://b.example.com/sms', SmsFallbackMethod: 'GET' },
    ))

  for (const [name, answer, code, requests] of [
    ['an application that is not there, after a second try', { error: 'connect' }, 11205, 2],
    ['one that is silent', { error: 'read_timeout' }, 11200, 1],
    ['one that speaks no HTTP', { error: 'protocol' }, 11206, 1],
    ['a refusal', { status: 404 }, 11200, 1],
    ['a broken document', { status: 200, body: '<Response><Message>' }, 12100, 1],
    ['a reply without anything in it', twiml('<Message/>'), 14103, 1],
    ['a reply to nobody', twiml('<Message to="nobody">x</Message>'), 14101, 1],
    ['a reply from a stranger', twiml('<Message from="+15550009999">x</Message>'), 14102, 1],
    ['redirects without end', twiml('<Redirect>/sms</Redirect>'), 11215, 11],
  ] as const) {
    test(`tell the debugger of ${name}`, () =>
      withApplication(
        () => answer,
        async (world) => {
          await handsetSends(world, kiran, { body: 'Hello' })
          await world.advance()
          assert.equal(world.receiver.received.length, requests)
          assert.deepEqual(await diagnosed(world), [code])
          assert.deepEqual(await handsetShows(world, kiran), ['SENT Hello'])
        },
      ))
  }

  test('tell of each status after the first, with its error', () =>
    withApplication(
      () => ({ status: 204 }),
      async (world) => {
        const { sid } = await kioskSends(world, '+15005530006', 'Hello', {
          StatusCallback: 'https://app.example.com/told',
        })
        await world.advance({ minutes: 1 })
        const { received } = world.receiver
        assert.deepEqual(
          received.map(({ body }) => [body.MessageSid, body.MessageStatus, body.ErrorCode]),
          [
            [sid, 'sent', undefined],
            [sid, 'undelivered', '30006'],
          ],
        )
        for (const { headers, url, body } of received) {
          assert.ok(twilio.validateRequest(authToken, String(headers['X-Twilio-Signature']), url, body))
        }
      },
    ))

  test('reply to somebody who said stop with a message that fails', () =>
    withApplication(
      () => twiml('<Message>But wait</Message>'),
      async (world) => {
        await handsetSends(world, kiran, { body: 'Stop' })
        await world.advance()
        assert.equal(world.receiver.received[0]?.body.OptOutType, 'STOP')
        const { body } = await world.get(`/skein/v1/Handsets/${kiran}/Messages`)
        assert.deepEqual(
          [body.messages[0].body, body.messages[0].status, body.messages[0].errorCode],
          ['But wait', 'failed', 21610],
        )
      },
    ))
})
