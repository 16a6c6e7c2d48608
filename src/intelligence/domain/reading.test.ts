import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newestThatFits, type Spoken, sideOf, wordsWith } from './reading.ts'

const said = (text: string, participantId = 'kiran', side: Spoken['side'] = 'CUSTOMER'): Spoken => ({
  id: text,
  participantId,
  channel: 'SMS',
  side,
  text,
})
const newestFirst = [said('ccc'), said('bb'), said('a')]

describe('what an execution reads', () => {
  const cases: [number, string[], boolean][] = [
    [100, ['a', 'bb', 'ccc'], false],
    [6, ['a', 'bb', 'ccc'], false],
    [5, ['bb', 'ccc'], true],
    [4, ['ccc'], true],
    [2, ['cc'], true],
  ]
  for (const [room, texts, truncated] of cases) {
    it(`is the newest that fits into ${room} characters`, () => {
      const reading = newestThatFits(newestFirst, room)
      assert.deepEqual(
        reading.transcript.map(({ text }) => text),
        texts,
      )
      assert.equal(reading.truncated, truncated)
    })
  }

  it('is nothing where nothing was said', () =>
    assert.deepEqual(newestThatFits([], 10), { transcript: [], truncated: false }))

  it('is of one customer and of the business, without other customers', () => {
    const all = [said('hello'), said('hi', 'agent', 'BUSINESS'), said('me too', 'lena'), said('?', 'x', 'UNKNOWN')]
    assert.deepEqual(
      wordsWith(all, new Set(['kiran'])).map(({ text }) => text),
      ['hello', 'hi'],
    )
  })

  it('has a side by the type of who speaks', () =>
    assert.deepEqual(['CUSTOMER', 'HUMAN_AGENT', 'AI_AGENT', 'AGENT', 'UNKNOWN', undefined].map(sideOf), [
      'CUSTOMER',
      'BUSINESS',
      'BUSINESS',
      'BUSINESS',
      'UNKNOWN',
      'UNKNOWN',
    ]))
})
