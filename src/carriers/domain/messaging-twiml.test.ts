import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from '../twiml-parser.ts'
import { readMessagingTwiml } from './messaging-twiml.ts'

const at = 'https://app.example.com/sms/answer'

function read(inner: string) {
  const parsed = parseTwiml(`<Response>${inner}</Response>`)
  assert.ok('response' in parsed)
  return readMessagingTwiml(parsed.response, at)
}

test('reads messages with their parts', () => {
  assert.deepEqual(read('<Message> Hi  there </Message><Sms>Old</Sms>').verbs, [
    { kind: 'MESSAGE', body: 'Hi there', mediaUrls: [] },
    { kind: 'MESSAGE', body: 'Old', mediaUrls: [] },
  ])
  assert.deepEqual(
    read(
      '<Message to="+15557654321" from="+15550001111" action="told"><Body>One\ntwo</Body><Body>three</Body><Media>/a.jpg</Media></Message>',
    ).verbs,
    [
      {
        kind: 'MESSAGE',
        body: 'One\ntwo\nthree',
        mediaUrls: ['https://app.example.com/a.jpg'],
        to: '+15557654321',
        from: '+15550001111',
        statusCallback: 'https://app.example.com/sms/told',
      },
    ],
  )
})

test('ends at a redirect', () => {
  assert.deepEqual(read('<Redirect method="get">../next</Redirect><Message>Never</Message>').verbs, [
    { kind: 'REDIRECT', url: 'https://app.example.com/next', method: 'GET' },
  ])
  assert.deepEqual(read('<Redirect>http://[</Redirect>').verbs, [{ kind: 'REDIRECT', url: 'http://[', method: 'POST' }])
})

test('names what it passes over', () => {
  assert.deepEqual(read('<Say>Hello</Say><Message>Hi<Pause/></Message>').unknown, ['Say', 'Pause'])
})
