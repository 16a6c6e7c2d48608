import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../kernel/failure.ts'
import { type Form, readCarefully, readForm } from './forms.ts'

const forms: [string, Form][] = [
  ['', {}],
  ['Body=hi', { Body: 'hi' }],
  ['Body=a+b%20c%2B&To=%2B15551234567', { Body: 'a b c+', To: '+15551234567' }],
  ['Body=%C3%A9%F0%9F%98%80', { Body: 'é😀' }],
  ['Body=é', { Body: 'é' }],
  ['MediaUrl=a&MediaUrl=b&MediaUrl=', { MediaUrl: ['a', 'b', ''] }],
  ['MessagingBinding.Address=x&E', { 'MessagingBinding.Address': 'x', E: '' }],
  ['a=%&b=%zz', { a: '%', b: '%zz' }],
  ['a=1=2', { a: '1=2' }],
]

for (const [text, form] of forms) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(readForm(Buffer.from(text)), form)
  })
}

const refused: [string, string | Buffer, string][] = [
  ['bytes that are not UTF-8, encoded', 'Body=%ff', 'body'],
  ['bytes that are not UTF-8, as they are', Buffer.from([0x61, 0x3d, 0xff]), 'body'],
  ['NUL in a value', 'To=1&Body=a%00b', 'Body'],
  ['NUL in a name', 'a%00=1', 'body'],
  ['a name that poisons prototypes', '__proto__=1', 'body'],
  ['more fields than any form has', Array.from({ length: 1001 }, (_, n) => `a${n}=1`).join('&'), 'body'],
]

for (const [what, text, field] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => readForm(Buffer.from(text)),
      (error) => error instanceof Failure && error.kind === 'invalid' && error.details.field === field,
    )
  })
}

test('reads every form as it would if it looked at each byte', () => {
  const part = fc.constantFrom(
    'a',
    'B',
    '&',
    '=',
    '+',
    '%',
    '%20',
    '%C3%A9',
    '%c3',
    '%A9',
    '%ff',
    '%00',
    'é',
    '__proto__',
    '\0',
    '😀',
  )
  const outcome = (read: () => Form) => {
    try {
      return read()
    } catch (error) {
      return error instanceof Failure && error.details.field
    }
  }
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.boolean(), (parts, isCut) => {
      const whole = Buffer.from(parts.join(''))
      const bytes = isCut ? whole.subarray(0, -1) : whole
      assert.deepEqual(
        outcome(() => readForm(bytes)),
        outcome(() => readCarefully(bytes)),
      )
    }),
    { numRuns: 500 },
  )
})
