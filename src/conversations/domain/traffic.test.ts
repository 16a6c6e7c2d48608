import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnostics, reasonOf } from './diagnostics.ts'
import { deliveryStatuses } from './model.ts'
import { type Observed, observe, supersedes, type TrafficItem } from './traffic.ts'

const customer = '+15551234567'
const kiosk = '+15550001111'
const content = { type: 'TEXT', text: 'A decaf, please' } as const
const message: TrafficItem = { channel: 'SMS', from: customer, to: kiosk, content }
const nobody = () => false

function observed(item: TrafficItem, isOwned = nobody as (key: string) => boolean): Observed {
  const reading = observe(item, isOwned)
  assert.ok('observed' in reading, JSON.stringify(reading))
  return reading.observed
}

function refusal(item: TrafficItem) {
  const reading = observe(item, nobody)
  assert.ok('refused' in reading)
  return reading.refused
}

describe('observing traffic', () => {
  it('reads a message with only what is required', () => {
    assert.deepEqual(observed(message), {
      kind: 'COMMUNICATION',
      channel: 'SMS',
      from: { address: customer, key: `tel:${customer}` },
      to: [{ address: kiosk, key: `tel:${kiosk}` }],
      content,
      resourceId: null,
      channelId: null,
      deliveryStatus: null,
      occurredAt: null,
    })
  })

  it('keeps what the sender is called and known by beside the address', () => {
    const chat: TrafficItem = { ...message, channel: 'WHATSAPP' }
    const known = observed({ ...chat, fromName: 'Kiran', fromAliases: ['US.1', `whatsapp:${customer}`, 'US.1'] })
    assert.deepEqual('from' in known && known.from, {
      address: customer,
      key: `tel:${customer}`,
      name: 'Kiran',
      others: [{ address: 'US.1', key: 'wa:US.1' }],
    })
    const same = observed({ ...chat, fromName: null, fromAliases: [customer] })
    assert.deepEqual('from' in same && same.from, { address: customer, key: `tel:${customer}` })
    assert.equal(refusal({ ...message, fromAliases: ['not a number'] }).field, 'fromAliases')
  })

  it('keeps everything else that is given, and each recipient once', () => {
    const item: TrafficItem = {
      ...message,
      to: [kiosk, kiosk, '+15550002222'],
      resourceId: 'SM1',
      channelId: 'SM1',
      direction: 'INBOUND',
      chatService: 'IS1',
      deliveryStatus: 'DELIVERED',
      occurredAt: '2026-01-05T09:00:00Z',
      conversationId: 'conv_conversation_x',
      configurationId: 'conv_configuration_x',
    }
    const result = observed(item)
    assert.equal(result.kind, 'COMMUNICATION')
    assert.deepEqual(
      { ...result, from: undefined, to: undefined, content: undefined },
      {
        kind: 'COMMUNICATION',
        channel: 'SMS',
        from: undefined,
        to: undefined,
        content: undefined,
        resourceId: 'SM1',
        channelId: 'SM1',
        direction: 'INBOUND',
        chatService: 'IS1',
        deliveryStatus: 'DELIVERED',
        occurredAt: Date.parse('2026-01-05T09:00:00Z'),
        conversationId: 'conv_conversation_x',
        configurationId: 'conv_configuration_x',
      },
    )
    assert.equal(result.to.length, 2)
  })

  const calls: [string, Partial<TrafficItem>, string][] = [
    ['a plain number', {}, 'PSTN'],
    ['a client identity', { from: 'client:agent-1' }, 'CLIENT'],
    ['a SIP address', { from: 'sip:anna@example.com' }, 'PUBLIC_SIP'],
    ['a stated call type', { callType: 'CLIENT' }, 'CLIENT'],
    ['the older word for SIP', { callType: 'SIP' }, 'PUBLIC_SIP'],
  ]
  for (const [name, fields, callType] of calls) {
    it(`tells the call type of ${name}`, () => {
      const result = observed({ ...message, channel: 'VOICE', ...fields })
      assert.ok(result.kind === 'COMMUNICATION')
      assert.equal(result.callType, callType)
    })
  }

  it('reads a delivery status for all recipients, or for those that are named', () => {
    const report: TrafficItem = { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'READ' }
    assert.deepEqual(observed(report), { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'READ', recipients: [] })
    const named = observed({ ...report, channel: 'SMS', to: customer })
    assert.ok(named.kind === 'DELIVERY')
    assert.deepEqual(named.recipients, [`tel:${customer}`])
  })

  it('reads the start and the stop of a stream', () => {
    const start = observed({ kind: 'STREAM_STARTED', channelId: 'CA1', from: customer, to: kiosk })
    assert.ok(start.kind === 'STREAM_STARTED')
    assert.equal(start.channel, 'VOICE')
    assert.equal(start.callType, 'PSTN')
    const stop: TrafficItem = { kind: 'STREAM_STOPPED', channelId: 'CA1' }
    assert.deepEqual(observed(stop), { kind: 'STREAM_STOPPED', channelId: 'CA1', callOver: false })
    assert.deepEqual(observed({ ...stop, callEnded: true }), {
      kind: 'STREAM_STOPPED',
      channelId: 'CA1',
      callOver: true,
    })
  })

  it('reads who speaks for the business side of a call, and leaves a message without one', () => {
    const call: TrafficItem = { ...message, channel: 'VOICE', channelId: 'CA1', agentType: 'HUMAN_AGENT' }
    const agentOf = (item: TrafficItem) => (observed(item) as { agent?: unknown }).agent
    assert.deepEqual(agentOf(call), { type: 'HUMAN_AGENT' })
    assert.deepEqual(agentOf({ ...call, agentAddress: '+15550002222' }), {
      type: 'HUMAN_AGENT',
      side: { address: '+15550002222', key: 'tel:+15550002222' },
    })
    assert.equal(agentOf({ ...message, agentType: 'HUMAN_AGENT' }), undefined)
  })

  const { channel: _channel, ...withoutChannel } = message
  const { from: _from, ...withoutFrom } = message
  const { to: _to, ...withoutTo } = message
  const { content: _content, ...withoutContent } = message
  const refusals: [string, TrafficItem, string, number][] = [
    ['a message without channel', withoutChannel, 'channel', 20001],
    ['a message without sender', withoutFrom, 'from', 20001],
    ['a message without recipient', withoutTo, 'to', 20001],
    ['a message without content', withoutContent, 'content', 20001],
    ['a sender that is no number', { ...message, from: '5551234567' }, 'from', 21614],
    ['a recipient that is no number', { ...message, to: [kiosk, '12 34'] }, 'to', 21614],
    ['a date that is none', { ...message, occurredAt: '2026-02-30T99:00:00Z' }, 'occurredAt', 20001],
    ['a delivery without resource', { kind: 'DELIVERY', deliveryStatus: 'READ' }, 'resourceId', 20001],
    ['a delivery without status', { kind: 'DELIVERY', resourceId: 'SM1' }, 'deliveryStatus', 20001],
    [
      'a delivery for a recipient of unknown channel',
      { kind: 'DELIVERY', resourceId: 'SM1', deliveryStatus: 'READ', to: customer },
      'channel',
      20001,
    ],
    ['a stream without call', { kind: 'STREAM_STARTED', from: customer, to: kiosk }, 'channelId', 20001],
    ['a stream of messages', { ...message, kind: 'STREAM_STARTED', channelId: 'CA1' }, 'channel', 20001],
    ['a stream from nobody', { kind: 'STREAM_STARTED', channelId: 'CA1', to: kiosk }, 'from', 20001],
    ['an agent who is no number', { ...message, agentAddress: '12 34' }, 'agentAddress', 21614],
    ['a stop of no stream', { kind: 'STREAM_STOPPED' }, 'channelId', 20001],
  ]
  for (const [name, item, field, code] of refusals) {
    it(`refuses ${name}, naming ${field}`, () => {
      const reason = refusal(item)
      assert.equal(reason.field, field)
      assert.equal(reason.code, code)
      assert.ok(reason.message.startsWith(field))
    })
  }
})

describe('delivery statuses', () => {
  it('only ever move on, and what was delivered is not undone by a late report', () => {
    assert.ok(supersedes('INITIATED', null))
    for (const status of deliveryStatuses) assert.equal(supersedes(status, status), false)
    assert.ok(supersedes('DELIVERED', 'FAILED'))
    assert.equal(supersedes('FAILED', 'DELIVERED'), false)
    assert.equal(supersedes('IN_PROGRESS', 'READ'), false)
  })
})

describe('diagnostics', () => {
  it('have a sentence for every code', () => {
    for (const { code, message } of Object.values(diagnostics)) assert.deepEqual(reasonOf(code), { code, message })
    assert.equal(reasonOf(1).message, 'Unknown.')
  })
})
