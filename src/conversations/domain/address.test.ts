import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addressKey,
  addressReference,
  callTypeOf,
  capturedForm,
  isE164,
  isOwnableAddress,
  looksLikeNumber,
  searchedReference,
  validateParticipantAddress,
} from './address.ts'
import { type Channel, channels, type ParticipantType } from './model.ts'

const keys: [Channel, string, string][] = [
  ['SMS', '+15551234567', 'tel:+15551234567'],
  ['VOICE', '+15551234567', 'tel:+15551234567'],
  ['VIDEO', '+15551234567', 'tel:+15551234567'],
  ['WHATSAPP', '+15551234567', 'tel:+15551234567'],
  ['WHATSAPP', 'whatsapp:+15551234567', 'tel:+15551234567'],
  ['WHATSAPP', 'whatsapp:US.13491208655302741918', 'wa:US.13491208655302741918'],
  ['RCS', 'rcs:+15551234567', 'tel:+15551234567'],
  ['RCS', 'rcs:kiosk_agent', 'rcs:kiosk_agent'],
  ['RCS', 'kiosk_agent', 'rcs:kiosk_agent'],
  ['SMS', '12345', 'sender:12345'],
  ['SMS', 'Kiosk', 'sender:Kiosk'],
  ['SMS', '15551234567', 'sender:15551234567'],
  ['VOICE', 'agent-1', 'client:agent-1'],
  ['VOICE', 'client:agent-1', 'client:agent-1'],
  ['VOICE', 'client:+15551234567', 'client:+15551234567'],
  ['VOICE', 'SIP:Alice@Example.COM:5060;transport=tcp?subject=x', 'sip:sip:Alice@example.com:5060'],
  ['VOICE', 'sips:a;phone-context=Y@Host', 'sip:sips:a;phone-context=Y@host'],
  ['VOICE', 'sip:Example.com;lr', 'sip:sip:example.com'],
  ['CHAT', '+15551234567', 'chat:+15551234567'],
  ['VIDEO', 'kiran', 'video:kiran'],
]

for (const [channel, address, key] of keys) {
  test(`compares ${address} on ${channel} as ${key}`, () => {
    assert.equal(addressKey(channel, address), key)
  })
}

for (const [typed, channel, address] of [
  ['+15551234567', 'SMS', '+15551234567'],
  ['+15551234567', 'WHATSAPP', 'whatsapp:+15551234567'],
  ['whatsapp:+15551234567', 'VOICE', '+15551234567'],
  ['rcs:+15551234567', 'RCS', 'rcs:+15551234567'],
  ['client:alice', 'VOICE', 'client:alice'],
  ['alice', 'CHAT', 'alice'],
] as const) {
  test(`finds ${address} on ${channel} by ${typed}`, () => {
    assert.equal(searchedReference(typed), addressReference(channel, address))
  })
}

test('tells a chat identity from the phone number it spells', () => {
  assert.notEqual(addressKey('CHAT', '+15551234567'), addressKey('SMS', '+15551234567'))
})

test('keeps the case of identities', () => {
  assert.notEqual(addressKey('VOICE', 'Agent-1'), addressKey('VOICE', 'agent-1'))
})

test('stores captured addresses without the prefix of their channel', () => {
  assert.equal(capturedForm('WHATSAPP', 'whatsapp:+15551234567'), '+15551234567')
  assert.equal(capturedForm('VOICE', 'client:agent-1'), 'agent-1')
  assert.equal(capturedForm('VOICE', 'sip:a@B.example;x=1'), 'sip:a@b.example')
})

test('keeps the prefix of an identity that spells a number', () => {
  assert.equal(capturedForm('VOICE', 'client:+15551234567'), 'client:+15551234567')
})

const prefix = fc.constantFrom('', 'client:', 'sip:', 'SIPS:', 'whatsapp:', 'rcs:')
const anyAddress = fc
  .tuple(prefix, prefix, fc.oneof(fc.string(), fc.constant('+15551234567')))
  .map((parts) => parts.join(''))

test('canonicalises any text, and a stored form stands for the same party', () => {
  fc.assert(
    fc.property(fc.constantFrom(...channels), anyAddress, (channel, address) => {
      assert.equal(addressKey(channel, capturedForm(channel, address)), addressKey(channel, address))
    }),
  )
})

for (const [address, expected] of [
  ['+12345678', true],
  ['+123456789012345', true],
  ['+1234567', false],
  ['+1234567890123456', false],
  ['+05551234567', false],
  ['15551234567', false],
  ['+1 555 123 4567', false],
  ['+1555123456a', false],
  ['', false],
] as const) {
  test(`takes ${address || 'nothing'} ${expected ? 'for' : 'not for'} an E.164 number`, () => {
    assert.equal(isE164(address), expected)
  })
}

for (const [channel, address, expected] of [
  ['SMS', '+15550001111', true],
  ['SMS', '123', true],
  ['SMS', '12345678', true],
  ['SMS', '12', false],
  ['SMS', '123456789', false],
  ['SMS', 'Kiosk', true],
  ['SMS', 'Kiosk Four', true],
  ['SMS', 'TwelveLetter', false],
  ['SMS', '+Kiosk', false],
  ['WHATSAPP', 'whatsapp:+15550001111', true],
  ['WHATSAPP', 'US.1349', false],
  ['RCS', 'rcs:kiosk_agent', true],
  ['VOICE', '+15550001111', true],
  ['CHAT', 'desk', true],
] as const) {
  test(`lets an account ${expected ? 'own' : 'not own'} ${address} on ${channel}`, () => {
    assert.equal(isOwnableAddress(channel, address), expected)
  })
}

const refusals: [Channel, string, ParticipantType | undefined, number | undefined][] = [
  ['SMS', '+15551234567', 'CUSTOMER', undefined],
  ['SMS', '15551234567', 'CUSTOMER', 21614],
  ['SMS', 'Kiosk', 'CUSTOMER', 21614],
  ['SMS', 'Kiosk', 'AGENT', undefined],
  ['SMS', '12345', undefined, undefined],
  ['SMS', '', 'CUSTOMER', 20001],
  ['SMS', '555-1234', 'AGENT', 21614],
  ['WHATSAPP', 'whatsapp:+15551234567', 'CUSTOMER', undefined],
  ['WHATSAPP', 'whatsapp:15551234567', 'CUSTOMER', 21614],
  ['WHATSAPP', 'US.ENT.1181', 'CUSTOMER', undefined],
  ['WHATSAPP', 'nobody', 'CUSTOMER', 21614],
  ['WHATSAPP', 'whatsapp:', 'CUSTOMER', 20001],
  ['RCS', 'rcs:5551234', 'CUSTOMER', 21614],
  ['RCS', 'not a sender', 'AGENT', 21614],
  ['RCS', 'kiosk_agent', 'AGENT', undefined],
  ['VOICE', 'agent-1', 'AGENT', undefined],
  ['VOICE', 'client:1001', 'AGENT', undefined],
  ['VOICE', '(555) 123-4567', 'CUSTOMER', 21614],
  ['VOICE', 'sip:', 'CUSTOMER', 20001],
  ['VOICE', 'sip:a b@host', 'CUSTOMER', 20001],
  ['VOICE', 'sip:a@host', 'CUSTOMER', undefined],
  ['CHAT', 'kiran', 'CUSTOMER', undefined],
  ['CHAT', '', 'CUSTOMER', 20001],
  ['CHAT', 'x'.repeat(255), 'CUSTOMER', 20001],
  ['VIDEO', 'kiran', 'CUSTOMER', undefined],
]

for (const [channel, address, type, code] of refusals) {
  test(`${code === undefined ? 'accepts' : `refuses with ${code}`} ${address.slice(0, 20)} on ${channel} for ${type}`, () => {
    assert.equal(validateParticipantAddress(channel, address, type)?.code, code)
  })
}

test('recognises what was meant as a number', () => {
  assert.equal(looksLikeNumber('+1 (555) 123-45.67'), true)
  assert.equal(looksLikeNumber('()'), false)
  assert.equal(looksLikeNumber('agent-1'), false)
})

for (const [from, to, owned, expected] of [
  ['+15551234567', '+15550001111', [], 'PSTN'],
  ['anonymous', '+15550001111', [], 'PSTN'],
  ['client:kiran', '+15550001111', [], 'CLIENT'],
  ['+15550001111', 'client:kiran', [], 'CLIENT'],
  ['sip:a@host', '+15550001111', [], 'PUBLIC_SIP'],
  ['+15550001111', 'SIPS:a@host', [], 'PUBLIC_SIP'],
  ['sip:a@host', 'sip:b@host', [], 'PUBLIC_SIP'],
  ['client:kiran', 'sip:b@host', [], 'CLIENT'],
  ['client:kiran', 'sip:b@host', ['client:kiran'], 'PUBLIC_SIP'],
  ['sip:b@host', 'client:kiran', ['client:kiran'], 'PUBLIC_SIP'],
  ['sip:b@host', 'client:kiran', ['sip:sip:b@host'], 'CLIENT'],
  ['sip:b@host', 'client:kiran', ['client:kiran', 'sip:sip:b@host'], 'PUBLIC_SIP'],
] as const) {
  test(`calls ${from} to ${to} ${expected} when ${owned.join(' and ') || 'nothing'} is owned`, () => {
    const isOwned = (key: string) => (owned as readonly string[]).includes(key)
    assert.equal(callTypeOf({ from, to, isOwned }), expected)
  })
}
