import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyText } from '../../testing/any-text.ts'
import { type Normalization, normalizations, normalizeIdentifier } from './normalisation.ts'

interface Case {
  idType?: string
  as: Normalization
  value: string
  is: string | undefined
}

const cases: Case[] = [
  { as: 'phone', value: '+13125550142', is: '+13125550142' },
  { as: 'phone', value: '(312) 555-0142', is: '+13125550142' },
  { as: 'phone', value: '1 312 555 0142', is: '+13125550142' },
  { as: 'phone', value: ' +44 20 7946 0018 ', is: '+442079460018' },
  { as: 'phone', value: '442079460018', is: '+442079460018' },
  { as: 'phone', value: '3 161 234 567 8', is: '+31612345678' },
  { as: 'phone', value: '+1234567', is: undefined },
  { as: 'phone', value: '+12345678', is: '+12345678' },
  { as: 'phone', value: '5550142', is: undefined },
  { as: 'phone', value: '123456789', is: undefined },
  { as: 'phone', value: '+123456789012345', is: '+123456789012345' },
  { as: 'phone', value: '+1234567890123456', is: undefined },
  { as: 'phone', value: '+0312555014', is: undefined },
  { as: 'phone', value: '00442079460018', is: undefined },
  { as: 'phone', value: 'agent', is: undefined },
  { as: 'phone', value: '+44 (0)20 7946 0018', is: '+442079460018' },
  { as: 'phone', value: '+4402079460018', is: '+442079460018' },
  { as: 'phone', value: '(312) 555-0142 x5', is: '+13125550142' },
  { as: 'phone', value: '+390236618300', is: '+390236618300' },
  { as: 'phone', value: '+15551234567', is: '+15551234567' },
  { as: 'phone', value: '+99912345678', is: '+99912345678' },
  { as: 'phone', value: '+4400744572582', is: '+44744572582' },
  { as: 'email', value: ' Ines.Maier @Example.COM', is: 'ines.maier@example.com' },
  { as: 'email', value: ' \t', is: undefined },
  { as: 'trim', value: '  A-17 ', is: 'A-17' },
  { as: 'trim', value: '   ', is: undefined },
  { as: 'none', value: ' A ', is: ' A ' },
  { as: 'none', value: '', is: undefined },
  { as: 'trim', value: 'x'.repeat(255), is: 'x'.repeat(255) },
  { as: 'trim', value: 'x'.repeat(256), is: undefined },
  { idType: 'whatsapp', as: 'trim', value: 'whatsapp:+13125550142', is: '+13125550142' },
  { idType: 'whatsapp', as: 'trim', value: ' WhatsApp: +1 (312) 555-0142', is: '+13125550142' },
  { idType: 'whatsapp', as: 'trim', value: 'whatsapp:US.13491208655302741918', is: 'US.13491208655302741918' },
  { idType: 'whatsapp', as: 'trim', value: ' us.ENT.13491208655302741918 ', is: 'US.ENT.13491208655302741918' },
  { idType: 'whatsapp', as: 'trim', value: '@Ines.Maier', is: '@ines.maier' },
  { idType: 'whatsapp', as: 'trim', value: '12345', is: '12345' },
  { idType: 'whatsapp', as: 'phone', value: 'whatsapp:+13125550142', is: '+13125550142' },
  { idType: 'whatsapp', as: 'none', value: 'whatsapp:+13125550142', is: 'whatsapp:+13125550142' },
  { idType: 'user_id', as: 'trim', value: 'whatsapp:+13125550142', is: 'whatsapp:+13125550142' },
]

for (const { idType = 'other', as, value, is } of cases) {
  test(`normalises ${idType} "${value.slice(0, 30)}" as ${as} to ${is?.slice(0, 30)}`, () => {
    assert.equal(normalizeIdentifier({ idType, normalization: as }, value), is)
  })
}

test('normalising twice changes nothing', () => {
  const value = fc.oneof(fc.string(), anyText, fc.stringMatching(/^(whatsapp:| |WhatsApp: )*\+?[\d ().-]{5,20}$/))
  fc.assert(
    fc.property(
      fc.constantFrom('phone', 'email', 'whatsapp', 'chat'),
      fc.constantFrom(...normalizations),
      value,
      (idType, normalization, text) => {
        const once = normalizeIdentifier({ idType, normalization }, text)
        if (once !== undefined) assert.equal(normalizeIdentifier({ idType, normalization }, once), once)
      },
    ),
    { numRuns: 2_000 },
  )
})

test('answers stay the same however many were asked before', () => {
  const normalise = (value: string) => normalizeIdentifier({ idType: 'phone', normalization: 'phone' }, value)
  const first = normalise('+44 (0)20 7946 0018')
  for (let at = 0; at < 11_000; at += 1) normalise(`+9991234${String(at).padStart(5, '0')}`)
  assert.equal(normalise('+44 (0)20 7946 0018'), first)
})

test('a normalised telephone number is E.164', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+?[\d ().-]{5,25}$/), (text) => {
      const phone = normalizeIdentifier({ idType: 'phone', normalization: 'phone' }, text)
      if (phone !== undefined) assert.match(phone, /^\+[1-9]\d{7,14}$/)
    }),
  )
})
