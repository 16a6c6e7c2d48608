import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channel } from './model.ts'
import { guessChannel, ownedKey } from './owned-address.ts'

const read: [address: string, channel: Channel, expected: string | number][] = [
  ['+15550001111', 'SMS', 'tel:+15550001111'],
  ['whatsapp:+15550001111', 'WHATSAPP', 'tel:+15550001111'],
  ['rcs:+15550001111', 'RCS', 'tel:+15550001111'],
  ['rcs:kiosk_agent', 'RCS', 'rcs:kiosk_agent'],
  ['client:agent-1', 'VOICE', 'client:agent-1'],
  ['sip:desk@Pbx.Example.test', 'VOICE', 'sip:sip:desk@pbx.example.test'],
  ['12345', 'SMS', 'sender:12345'],
  ['KIOSK', 'SMS', 'sender:KIOSK'],
  ['15550001111', 'SMS', 21614],
  ['+0123', 'SMS', 21614],
  ['whatsapp:DE.abc123', 'WHATSAPP', 20001],
]
for (const [address, channel, expected] of read) {
  test(`reads ${address} as an address of ${channel}`, () => {
    assert.equal(guessChannel(address), channel)
    const owned = ownedKey(channel, address)
    assert.equal('key' in owned ? owned.key : owned.problem.code, expected)
    if ('problem' in owned) assert.match(owned.problem.message, /^address /)
  })
}

test('reads an identity by the channel that it is said to be of', () => {
  assert.deepEqual(ownedKey('CHAT', 'desk'), { key: 'chat:desk' })
  assert.deepEqual(ownedKey('VOICE', 'desk'), { key: 'client:desk' })
})
