import type { Json } from './http-client.ts'
import type { Random } from './random.ts'

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code))

const sql = [
  "' or '1'='1",
  "'; drop table conversation; --",
  '" union select * from account --',
  '%" or 1=1 /*',
  '$1; select pg_sleep(10)',
  "\\'; delete from event; --",
  '_%_%',
]

const paths = [
  '../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/dev/zero',
  'file:///etc/passwd',
  '.',
  '..',
  '//',
  '~root',
]

const code = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '$' + '{7*7}',
  '{{7*7}}',
  '<script>',
  '%s%n%x',
  '$(id)',
  '`id`',
]

const unicode = [
  '\ud800',
  '\udfff\ud800',
  '\u202e\u2066abc',
  '\u2028\u2029',
  '\ufeff\ufffe\uffff',
  'e\u0301'.repeat(200),
  '👩‍👩‍👧‍👦'.repeat(50),
  '+١٥٥٥١٢٣٤٥٦٧',
  'ｆｕｌｌｗｉｄｔｈ',
  'İstanbul ß ŉ',
]

const addresses = [
  '+0',
  '+',
  '+1555',
  `+1${'5'.repeat(300)}`,
  'whatsapp:',
  'whatsapp:+whatsapp:+15551234567',
  'sip:a@b',
  'client:',
  'tel:+15551234567',
  'a@b@c',
]

const urls = [
  'http://169.254.169.254/latest/meta-data',
  'javascript:alert(1)',
  'http://[::1]:22/',
  'http://a\r\nb/',
  'https://user:pw@x/',
  `https://x/${'y'.repeat(5000)}`,
  'gopher://x',
]

const dates = [
  '0000-00-00T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T25:61:61Z',
  '2026-01-01',
  '2026-01-01T00:00:00+99:99',
  '-000001-01-01T00:00:00Z',
  '2026-06-30T23:59:60Z',
]

const numbers = [-1, 0, 1.5, -0.0001, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, -(2 ** 63), 1e21, 1e308, 5e-324]

/** A text that somebody up to no good might send. */
export function hostileText(random: Random): string {
  switch (random.integer(0, 9)) {
    case 0:
      return random.pick(sql)
    case 1:
      return random.pick(paths)
    case 2:
      return random.pick(code)
    case 3:
      return random.pick(unicode)
    case 4:
      return `a${random.pick(controls)}b`
    case 5:
      return random.pick(addresses)
    case 6:
      return random.pick(urls)
    case 7:
      return random.pick(dates)
    case 8:
      return random.text(10, 'x').repeat(random.pick([3, 26, 52, 103, 1000, 20_000]))
    default:
      return random.pick(['', ' ', '\t', '0', 'null', 'true', '[]', '{}', 'ACTIVE', '*', '-1'])
  }
}

export function hostileNumber(random: Random): number {
  return random.pick(numbers)
}

/** A value of any type. */
export function hostileValue(random: Random): Json {
  switch (random.integer(0, 7)) {
    case 0:
      return null
    case 1:
      return random.chance(0.5)
    case 2:
      return hostileNumber(random)
    case 3:
      return []
    case 4:
      return {}
    case 5:
      return Array.from({ length: random.pick([1, 3, 60, 2000]) }, () => hostileText(random).slice(0, 100))
    case 6:
      return { [hostileText(random).slice(0, 300)]: hostileText(random) }
    default:
      return hostileText(random)
  }
}
