import type { Draft } from './draft.ts'
import { hostileNumber, hostileText, hostileValue } from './hostile-values.ts'
import type { Json } from './http-client.ts'
import type { Mutation } from './mutation.ts'
import type { Random } from './random.ts'

/** Where a value stands in a body. */
interface Place {
  holder: Json
  key: string | number
}

/** One thing changed inside the body. */
export const bodyMutations: Readonly<Record<string, Mutation>> = {
  'another type': (draft, { random }) => replace(draft, random, () => hostileValue(random)),
  'a hostile text': (draft, { random }) =>
    replace(
      draft,
      random,
      () => hostileText(random),
      (value) => typeof value === 'string',
    ),
  'a hostile number': (draft, { random }) => replace(draft, random, () => hostileNumber(random)),
  'a control character': (draft, { random }) =>
    replace(
      draft,
      random,
      (value) => `${value.slice(0, 3)}${String.fromCharCode(random.integer(0, 31))}${value.slice(3)}`,
      (value) => typeof value === 'string',
    ),
  'a foreign id': (draft, { random, foreignIds }) => replace(draft, random, () => random.pick(foreignIds)),
  'a missing key': (draft, { random }) => {
    const place = pickPlace(
      draft,
      random,
      () => true,
      (key) => typeof key === 'string',
    )
    if (!place) return false
    delete place.holder[place.key]
    return true
  },
  'a surplus key': (draft, { random }) => {
    const objects = placesOf(draft.body).map(({ holder, key }) => holder[key])
    const object = random.pick([draft.body, ...objects].filter(isObject).concat([undefined]))
    if (!object) return false
    object[hostileText(random).slice(0, 300) || 'surplus'] = hostileValue(random)
    return true
  },
  'a key that poisons': (draft, { random }) =>
    raw(draft, (text) => text.replace('{', `{"${random.pick(['__proto__', 'constructor'])}":{"prototype":{"a":1}},`)),
  'a repeated key': (draft) => raw(draft, (text) => text.replace(/\{("\w+":)/, '{$1null,$1')),
  'many items': (draft, { random }) => {
    const place = pickPlace(draft, random, (value) => Array.isArray(value) && value.length > 0)
    if (!place) return false
    const items: Json[] = place.holder[place.key]
    place.holder[place.key] = Array.from({ length: random.pick([51, 101, 1001, 5000]) }, () => items[0])
    return true
  },
  'deep nesting': (draft, { random }) => nest(draft, random, random.pick([100, 5000, 100_000]), '"x"'),
  'deep nesting around NUL': (draft, { random }) => nest(draft, random, random.pick([1000, 20_000]), '"\\u0000"'),
  'a number too great to hold': (draft, { random }) =>
    raw(draft, (text) =>
      text.replace(/:("[^"]*"|\d+)/, `:${random.pick(['1e999', '-1e999', '9'.repeat(400), '1E-999'])}`),
    ),
  'broken UTF-8': (draft, { random }) => {
    const bytes = bytesOf(draft)
    if (!bytes) return false
    const bad = random.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]])
    const at = random.integer(1, bytes.length)
    draft.bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(at)])
    return true
  },
  'broken JSON': (draft, { random }) =>
    raw(draft, (text) => {
      const at = random.integer(0, text.length - 1)
      const other = random.pick(['', '{', '}', '"', ',', '\\', ':', '\\ud800', '\t', '\u0000', 'NaN', '/**/'])
      return text.slice(0, at) + other + text.slice(at + 1)
    }),
  'another body': (draft, { random }) =>
    raw(draft, () =>
      random.pick(['', ' ', 'null', '1', '"text"', '[]', '{}', '[[]]', '[null]', '\ufeff{}', 'undefined']),
    ),
  'a long text': (draft, { random }) =>
    replace(
      draft,
      random,
      () => 'long '.repeat(random.pick([100, 2000, 60_000])),
      (value) => typeof value === 'string',
    ),
}

function replace(
  draft: Draft,
  random: Random,
  next: (value: Json) => Json,
  fits: (value: Json) => boolean = () => true,
): boolean {
  const place = pickPlace(draft, random, fits)
  if (!place) return false
  place.holder[place.key] = next(place.holder[place.key])
  return true
}

function pickPlace(
  { body }: Draft,
  random: Random,
  fits: (value: Json) => boolean,
  keyFits: (key: string | number) => boolean = () => true,
): Place | undefined {
  const places = placesOf(body).filter(({ holder, key }) => keyFits(key) && fits(holder[key]))
  return places.length === 0 ? undefined : random.pick(places)
}

function placesOf(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return keys.flatMap((key) => [{ holder: value, key }, ...placesOf(value[key])])
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nest(draft: Draft, random: Random, depth: number, core: string): boolean {
  const [open, close] = random.chance(0.5) ? ['[', ']'] : ['{"a":', '}']
  const nested = `${open.repeat(depth)}${core}${close.repeat(depth)}`
  return raw(draft, (text) =>
    random.chance(0.5) ? text.replace('{', `{"surplus":${nested},`) : text.replace(/:("[^"]*"|\d+|null)/, `:${nested}`),
  )
}

/** Answers false when the body stays as it is. */
function raw(draft: Draft, change: (text: string) => string): boolean {
  const before = bytesOf(draft)?.toString()
  if (before === undefined) return false
  const after = change(before)
  draft.bytes = Buffer.from(after)
  return after !== before
}

function bytesOf({ body }: Draft): Buffer | undefined {
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body))
}
