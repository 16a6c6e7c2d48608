import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTwiml } from './twiml-parser.ts'

function read(text: string) {
  const parsed = parseTwiml(text)
  assert.ok('response' in parsed, JSON.stringify(parsed))
  return parsed.response
}

function problemOf(text: string): string {
  const parsed = parseTwiml(text)
  assert.ok('problem' in parsed, 'the document was read')
  return parsed.problem
}

test('reads elements with attributes, text and children', () => {
  const response = read(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Gather numDigits="1"><Say>Press\n 1 &amp; wait</Say></Gather><Hangup/></Response>',
  )
  assert.deepEqual(
    response.children.map(({ name }) => name),
    ['Gather', 'Hangup'],
  )
  assert.deepEqual(response.children[0]?.attributes, { numDigits: '1' })
  assert.equal(response.children[0]?.children[0]?.text, 'Press 1 & wait')
})

test('tells where each element stands, also behind characters outside the basic plane', () => {
  const text = '<Response><Say>😀 hi</Say><Hangup/></Response>'
  const [, hangup] = read(text).children
  assert.equal(text.slice(hangup?.span.start, hangup?.span.end), '<Hangup/>')
})

test('reads sections of plain characters, comments and a byte order mark', () => {
  const response = read('\uFEFF<Response><!-- hello --><Say><![CDATA[a < b]]></Say></Response>')
  assert.equal(response.children[0]?.text, 'a < b')
})

for (const [name, text, expected] of [
  ['nothing', '  ', /it is empty/],
  ['another root', '<html/>', /its root is <html>/],
  ['no XML', 'Bad gateway', /line 1, column 1/],
  ['an element that does not end', '<Response><Say>Hi</Response>', /line 1/],
  ['an unknown entity', '<Response><Say>&hello;</Say></Response>', /entity/i],
  ['a document type', '<!DOCTYPE Response><Response/>', /document type/],
  [
    'a bomb of entities',
    '<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><Response><Say>&b;</Say></Response>',
    /document type/,
  ],
  [
    'an outside entity',
    '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><Response>&a;</Response>',
    /document type/,
  ],
  ['ten megabytes', `<Response><Say>${'x'.repeat(10_000_000)}</Say></Response>`, /larger than 65536 bytes/],
  ['elements without end', `<Response>${'<Pause/>'.repeat(3000)}</Response>`, /more than 2000 elements/],
  ['deep elements', `<Response>${'<a>'.repeat(20)}${'</a>'.repeat(20)}</Response>`, /nested more than 8/],
  [
    'elements deeper than a stack',
    `<Response>${'<a>'.repeat(9000)}${'</a>'.repeat(9000)}</Response>`,
    /nested more than 8/,
  ],
] as const) {
  test(`says why it does not read ${name}`, () => assert.match(problemOf(text), expected))
}

test('keeps the line breaks of a text beside the text', () => {
  const read = parseTwiml('<Response><Message>\n  Two lines,\n  one message\n</Message></Response>')
  assert.ok('response' in read)
  const [message] = read.response.children
  assert.equal(message?.text, 'Two lines, one message')
  assert.equal(message?.lines, 'Two lines,\n  one message')
})
