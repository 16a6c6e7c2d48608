import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel, DayEvent } from './day.ts'
import { type Desk, desks } from './desks.ts'
import { count, emptyTally, mostTelling, type Outcome, type Tally } from './tally.ts'

const [desk] = desks as [Desk]

function event(channel: Channel, { phone = '+15552000001', topic = 't' } = {}): DayEvent {
  const customer = { firstName: 'Ada', lastName: 'Lund', phone, secondPhone: undefined, known: true }
  const visit = { n: 0, dialogue: { id: 'd', topic, turns: [] }, customer, channel, phone }
  return { at: 0, visit, kind: 'TURN', turn: 0, repeated: false }
}

function note(tally: Tally, of: DayEvent, conversationId: string | null, outcome: Outcome = 'CAPTURED'): void {
  const reason = outcome === 'REFUSED' ? { code: 21614, message: 'from is no number' } : null
  count(tally, of, desk, { outcome, conversationId, reason })
}

describe('the tally of a day', () => {
  it('counts messages by channel and outcome, and why some were refused', () => {
    const tally = emptyTally()
    note(tally, event('SMS'), 'c1')
    note(tally, event('SMS'), 'c1', 'DUPLICATE')
    note(tally, event('WHATSAPP'), null, 'REFUSED')
    note(tally, { ...event('VOICE'), kind: 'CALL_STARTED' }, 'c2')
    assert.deepEqual(tally.messages.SMS, { CAPTURED: 1, DUPLICATE: 1, NOT_CAPTURED: 0, REFUSED: 0 })
    assert.equal(tally.messages.WHATSAPP.REFUSED, 1)
    assert.equal(tally.messages.VOICE.CAPTURED, 0)
    assert.deepEqual([...tally.reasons], [['21614 from is no number', 1]])
    assert.deepEqual(
      [...tally.conversations].map(([id, { messages }]) => [id, messages]),
      [
        ['c1', 1],
        ['c2', 0],
      ],
    )
  })

  it('knows the conversation with most to tell: channels first, then numbers, topics and messages', () => {
    const tally = emptyTally()
    assert.equal(mostTelling(tally), undefined)
    for (let n = 0; n < 40; n += 1) note(tally, event('SMS'), 'very long')
    assert.equal(mostTelling(tally), 'very long')
    note(tally, event('SMS'), 'short')
    assert.equal(mostTelling(tally), 'short')
    for (const topic of ['a', 'b']) note(tally, event('SMS', { topic }), 'two topics')
    assert.equal(mostTelling(tally), 'two topics')
    for (const phone of ['+15552000001', '+15552000002']) note(tally, event('SMS', { phone }), 'two numbers')
    assert.equal(mostTelling(tally), 'two numbers')
    for (const channel of ['SMS', 'VOICE'] as const) note(tally, event(channel), 'two channels')
    assert.equal(mostTelling(tally), 'two channels')
  })
})
