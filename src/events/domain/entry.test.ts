import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  asksForDiagnostics,
  type Entry,
  type EntryFilter,
  type Explanation,
  entryOf,
  entryType,
  matchesFilter,
  type RecordedEvent,
  sourceOf,
} from './entry.ts'

const conversationId = '0'.repeat(26)
const participantId = '1'.repeat(26)
const communicationId = '2'.repeat(26)

const explain = (code: number): Explanation => ({
  level: 'error',
  message: `Code ${code}.`,
  errorReason: { status: 404, message: 'gone' },
})

function recorded(type: string, subject: string, note: RecordedEvent['note'] = {}): RecordedEvent {
  return { id: '3'.repeat(26), type, conversationId, subject, requestId: 'RQ1', at: 1_000, note }
}

const entry = (type: string, subject: string, note: RecordedEvent['note'] = {}): Entry =>
  entryOf(recorded(type, subject, note), explain)

describe('an entry of the debugger', () => {
  const cases: [string, Entry, Partial<Entry>][] = [
    [
      'of a new conversation has the status that it was in',
      entry('CONVERSATION_CREATED', conversationId, { standing: 'ACTIVE' }),
      {
        type: 'conversation.created',
        resource: `conv_conversation_${conversationId}`,
        status: 'ACTIVE',
        message: 'The conversation was created.',
      },
    ],
    [
      'of a change of status has the status that was reached and why',
      entry('CONVERSATION_UPDATED', conversationId, { status: 'CLOSED', cause: 'LIFESPAN' }),
      {
        type: 'conversation.updated',
        status: 'CLOSED',
        details: { cause: 'LIFESPAN' },
        message: 'The conversation became CLOSED (LIFESPAN).',
      },
    ],
    [
      'of a change of status for no known reason says no more',
      entry('CONVERSATION_UPDATED', conversationId, { status: 'CLOSED' }),
      { message: 'The conversation became CLOSED.', details: {} },
    ],
    [
      'of a participant has its type',
      entry('PARTICIPANT_REMOVED', participantId, { participantType: 'AGENT' }),
      { type: 'participant.removed', resource: `conv_participant_${participantId}`, participantType: 'AGENT' },
    ],
    [
      'of a communication has its author',
      entry('COMMUNICATION_CREATED', communicationId, { author: participantId }),
      {
        type: 'communication.created',
        resource: `conv_communication_${communicationId}`,
        author: `conv_participant_${participantId}`,
        level: 'info',
      },
    ],
    [
      'of a diagnostic is explained by its code',
      entry('DIAGNOSTIC', participantId, { code: 530003, others: ['x'] }),
      {
        type: 'diagnostic',
        level: 'error',
        resource: `conv_participant_${participantId}`,
        errorCode: 530003,
        errorReason: { status: 404, message: 'gone' },
        message: 'Code 530003.',
        details: { others: ['x'] },
      },
    ],
    [
      'of a diagnostic without a code still says something',
      entry('DIAGNOSTIC', conversationId),
      {
        resource: `conv_conversation_${conversationId}`,
        errorCode: null,
        message: 'Something worth knowing happened.',
      },
    ],
  ]
  for (const [what, actual, expected] of cases) {
    it(what, () => assert.deepEqual({ ...actual, ...expected }, actual))
  }

  const sources = [
    ['conversation.created', 'conversation-orchestrator'],
    ['diagnostic', 'conversation-orchestrator'],
    ['rule.executed', 'conversation-intelligence'],
    ['profile.merged', 'conversation-memory'],
  ] as const
  for (const [type, source] of sources)
    it(`of the type ${type} comes from ${source}`, () => assert.equal(sourceOf(type), source))

  it('takes a type that it does not know for a diagnostic', () => assert.equal(entryType('X'), 'diagnostic'))
})

describe('a filter', () => {
  const one: Entry = {
    ...entry('DIAGNOSTIC', participantId, { code: 530003 }),
    status: 'ACTIVE',
  }
  const cases: [EntryFilter, boolean][] = [
    [{}, true],
    [{ type: 'diagnostic' }, true],
    [{ type: 'conversation.created' }, false],
    [{ level: 'error' }, true],
    [{ level: 'info' }, false],
    [{ source: 'conversation-orchestrator' }, true],
    [{ source: 'conversation-memory' }, false],
    [{ conversationId }, true],
    [{ conversationId: participantId }, false],
    [{ resourceId: `conv_participant_${participantId}` }, true],
    [{ resourceId: participantId }, false],
    [{ requestId: 'RQ1' }, true],
    [{ requestId: 'RQ2' }, false],
    [{ errorCode: 530003 }, true],
    [{ errorCode: 530004 }, false],
    [{ status: 'ACTIVE' }, true],
    [{ status: 'CLOSED' }, false],
    [{ from: 1_000, to: 1_000 }, true],
    [{ from: 1_001 }, false],
    [{ to: 999 }, false],
    [{ text: 'code 53' }, true],
    [{ text: 'node' }, false],
    [{ type: 'diagnostic', errorCode: 530004 }, false],
  ]
  for (const [filter, expected] of cases) {
    it(`${JSON.stringify(filter)} ${expected ? 'lets it through' : 'keeps it back'}`, () =>
      assert.equal(matchesFilter(one, filter), expected))
  }

  const diagnosticsOnly: [EntryFilter, boolean][] = [
    [{ type: 'diagnostic' }, true],
    [{ level: 'warning' }, true],
    [{ errorCode: 1 }, true],
    [{ source: 'conversation-memory' }, true],
    [{ source: 'conversation-intelligence' }, false],
    [{ level: 'info' }, false],
    [{ type: 'conversation.updated' }, false],
    [{}, false],
  ]
  for (const [filter, expected] of diagnosticsOnly) {
    it(`${JSON.stringify(filter)} can be met ${expected ? 'by diagnostics only' : 'by other events too'}`, () =>
      assert.equal(asksForDiagnostics(filter), expected))
  }
})
