import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel, Visit } from './day.ts'
import { type Desk, desks } from './desks.ts'
import { trafficOf } from './traffic.ts'

const [desk, otherDesk] = desks as [Desk, Desk]
const phone = '+15552000001'
const at = Date.parse('2026-01-05T10:00:00.000Z')

function visitOn(channel: Channel): Visit {
  const customer = { firstName: 'Ada', lastName: 'Lund', phone, secondPhone: undefined, known: true }
  const turns = [
    { speaker: 'customer' as const, text: 'Is it open?' },
    { speaker: 'agent' as const, text: 'Until six.' },
  ]
  return { n: 11, dialogue: { id: 'd', topic: 't', turns }, customer, channel, phone }
}

const turn = (channel: Channel, number: number, repeated = false) =>
  trafficOf({ at, visit: visitOn(channel), kind: 'TURN', turn: number, repeated }, desk)

describe('traffic of an event', () => {
  it('goes from the customer to the desk and back', () => {
    const { from, to, direction, content, occurredAt } = turn('SMS', 0)
    assert.deepEqual([from, to, direction], [phone, desk.number, 'INBOUND'])
    assert.deepEqual(content, { type: 'TEXT', text: 'Is it open?' })
    assert.equal(occurredAt, '2026-01-05T10:00:00.000Z')
    const answer = turn('WHATSAPP', 1)
    assert.deepEqual(
      [answer.from, answer.to, answer.direction],
      [`whatsapp:${desk.number}`, `whatsapp:${phone}`, 'OUTBOUND'],
    )
  })

  it('of a call is bound together by its id, from start to end', () => {
    const visit = visitOn('VOICE')
    const start = trafficOf({ at, visit, kind: 'CALL_STARTED' }, desk)
    const word = turn('VOICE', 1)
    const end = trafficOf({ at, visit, kind: 'CALL_ENDED' }, desk)
    assert.deepEqual([start.kind, word.kind, end.kind], ['STREAM_STARTED', undefined, 'STREAM_STOPPED'])
    assert.equal(new Set([start.channelId, word.channelId, end.channelId]).size, 1)
    assert.match(String(start.channelId), /^CA[0-9a-f]{32}$/)
    assert.equal(end.callEnded, true)
    const { type, transcription } = word.content as { type: string; transcription: { confidence: number } }
    assert.equal(type, 'TRANSCRIPTION')
    assert.ok(transcription.confidence > 0.8 && transcription.confidence < 1)
  })

  it('has the same ids when the carrier repeats it, and others for every turn and desk', () => {
    assert.equal(turn('SMS', 0).resourceId, turn('SMS', 0, true).resourceId)
    assert.match(String(turn('SMS', 0).resourceId), /^SM[0-9a-f]{32}$/)
    const elsewhere = trafficOf({ at, visit: visitOn('SMS'), kind: 'TURN', turn: 0, repeated: false }, otherDesk)
    const ids = [turn('SMS', 0), turn('SMS', 1), turn('VOICE', 0), turn('VOICE', 1), elsewhere]
    assert.equal(new Set(ids.map(({ resourceId }) => resourceId)).size, ids.length)
  })
})
