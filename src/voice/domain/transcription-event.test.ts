import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTranscriptionEvent } from './transcription-event.ts'

const usual = { CallSid: 'CA1', TranscriptionSid: 'GT1', SequenceId: '3', Timestamp: '2026-01-05T09:00:01.123456Z' }
const content = {
  ...usual,
  TranscriptionEvent: 'transcription-content',
  Track: 'inbound_track',
  Final: 'true',
  TranscriptionData: '{"transcript":"Two flat whites","confidence":0.9}',
}

test('reads final words', () => {
  assert.deepEqual(readTranscriptionEvent(content), {
    event: 'content',
    callSid: 'CA1',
    sid: 'GT1',
    words: {
      track: 'inbound_track',
      text: 'Two flat whites',
      confidence: 0.9,
      resourceId: 'GT1-3',
      occurredAt: '2026-01-05T09:00:01.123456Z',
    },
  })
  const odd = { ...content, Timestamp: 'soon', TranscriptionData: '{"transcript":"Hi","confidence":7}' }
  const read = readTranscriptionEvent(odd)
  assert.ok('words' in read && read.words.occurredAt === null && read.words.confidence === null)
})

test('passes over what is not final, has no words or is not known', () => {
  for (const change of [
    { Final: 'false' },
    { TranscriptionData: '{"transcript":" "}' },
    { TranscriptionEvent: 'transcription-paused' },
  ]) {
    assert.deepEqual(readTranscriptionEvent({ ...content, ...change }), { event: 'ignored' })
  }
})

test('reads starts, stops and errors', () => {
  const read = (event: string, more = {}) => readTranscriptionEvent({ ...usual, TranscriptionEvent: event, ...more })
  assert.deepEqual(read('transcription-started'), { event: 'started', callSid: 'CA1', sid: 'GT1' })
  assert.deepEqual(read('transcription-stopped'), { event: 'stopped', callSid: 'CA1', sid: 'GT1' })
  const error = { event: 'error', callSid: 'CA1', sid: 'GT1' }
  assert.deepEqual(read('transcription-error'), { ...error, code: '', message: '' })
  const told = { TranscriptionErrorCode: '32650', TranscriptionError: 'engine' }
  assert.deepEqual(read('transcription-error', told), { ...error, code: '32650', message: 'engine' })
})

for (const [field, change] of [
  ['CallSid', { CallSid: '' }],
  ['TranscriptionSid', { TranscriptionSid: '' }],
  ['TranscriptionEvent', { TranscriptionEvent: undefined }],
  ['Track', { Track: 'both' }],
  ['SequenceId', { SequenceId: 'x' }],
  ['TranscriptionData', { TranscriptionData: '[' }],
  ['TranscriptionData', { TranscriptionData: 'null' }],
  ['TranscriptionData', { TranscriptionData: undefined }],
] as const) {
  test(`names ${field} where it is ${JSON.stringify(change)}`, () => {
    const read = readTranscriptionEvent({ ...content, ...change } as Record<string, string>)
    assert.equal('field' in read && read.field, field)
  })
}
