import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { channelBits, channelsOf } from './channel-bits.ts'
import {
  type ConversationSearch,
  type Driver,
  driverOf,
  isSearched,
  isSettledBy,
  occursIn,
} from './conversation-filter.ts'

describe('a search for conversations', () => {
  const drivers: [Partial<ConversationSearch>, Driver][] = [
    [{}, 'all'],
    [{ channel: 'SMS', text: 'flat white' }, 'all'],
    [{ statuses: ['CLOSED'] }, 'status'],
    [{ statuses: ['ACTIVE', 'CLOSED'] }, 'status'],
    [{ configurationId: '01' }, 'configuration'],
    [{ configurationId: '01', statuses: ['CLOSED'] }, 'configuration'],
    [{ configurationId: '01', statuses: ['ACTIVE'] }, 'openStatus'],
    [{ address: '+15551234567', statuses: ['ACTIVE'] }, 'reference'],
    [{ channelId: 'CA1', configurationId: '01' }, 'reference'],
  ]
  for (const [search, driver] of drivers) {
    it(`for ${JSON.stringify(search)} goes by ${driver}`, () => {
      assert.equal(driverOf({ statuses: [], ...search }), driver)
    })
  }

  const settled: [Partial<ConversationSearch>, boolean][] = [
    [{}, true],
    [{ statuses: ['ACTIVE'] }, true],
    [{ statuses: ['ACTIVE'], configurationId: '01' }, false],
    [{ configurationId: '01' }, true],
    [{ configurationId: '01', statuses: ['CLOSED'] }, false],
    [{ configurationId: '01', channel: 'SMS' }, false],
    [{ text: 'flat white' }, false],
    [{ address: '+15551234567' }, true],
    [{ address: '+15551234567', channelId: 'CA1' }, false],
    [{ channelId: 'CA1', statuses: ['ACTIVE'] }, false],
  ]
  for (const [search, expected] of settled) {
    it(`${expected ? 'reads no more than it shows' : 'looks at each candidate'} for ${JSON.stringify(search)}`, () => {
      const whole = { statuses: [], ...search }
      assert.equal(isSettledBy(driverOf(whole), whole), expected)
    })
  }

  const channels = channelBits([
    { addresses: [{ channel: 'VOICE', address: '+15551234567' }] },
    {
      addresses: [
        { channel: 'CHAT', address: 'kiran' },
        { channel: 'VOICE', address: '+15550001111' },
      ],
    },
  ])
  const candidate = { status: 'ACTIVE', channels, configurationId: '01' } as const
  const matches: [Partial<ConversationSearch>, boolean][] = [
    [{}, true],
    [{ statuses: ['ACTIVE', 'CLOSED'] }, true],
    [{ statuses: ['INACTIVE'] }, false],
    [{ channel: 'CHAT' }, true],
    [{ channel: 'SMS' }, false],
    [{ configurationId: '01' }, true],
    [{ configurationId: '02' }, false],
    [{ configurationId: '01', channel: 'VOICE', statuses: ['ACTIVE'] }, true],
  ]
  for (const [search, expected] of matches) {
    it(`${expected ? 'takes' : 'leaves out'} an active one of voice and chat for ${JSON.stringify(search)}`, () => {
      assert.equal(isSearched({ statuses: [], ...search }, candidate), expected)
    })
  }

  it('knows the channels again', () => assert.deepEqual(channelsOf(channels), ['VOICE', 'CHAT']))

  it('finds text whatever its case and composition', () => {
    assert.equal(occursIn('CAFÉ', ['nothing', 'A cafe\u0301 by the harbour']), true)
    assert.equal(occursIn('tea', ['coffee']), false)
  })
})
