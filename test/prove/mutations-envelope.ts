import { type Draft, setHeader } from './draft.ts'
import { hostileNumber, hostileText } from './hostile-values.ts'
import type { Mutation, MutationContext } from './mutation.ts'
import type { Random } from './random.ts'

const encodedOddly = [
  '%00',
  '%ff',
  '%',
  '%2',
  '%zz',
  '%2e%2e%2f',
  '%252e',
  '%c0%af',
  '%0d%0aX-Evil:1',
  '%25',
  '%20',
  '%2F',
  ';a=b',
  '%ed%a0%80',
]

const contentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/xml',
  '',
  'application/json, text/html',
  '\x80\xff',
  'application/json;'.repeat(100),
]

/** One thing changed in the path, the query, the method or the headers. */
export const envelopeMutations: Readonly<Record<string, Mutation>> = {
  'a foreign id in the path': (draft, { random, foreignIds }) => param(draft, random, () => random.pick(foreignIds)),
  // Not to delete: everything else in the world is still needed.
  'another id of ours in the path': (draft, { random, world }) =>
    draft.method !== 'DELETE' && param(draft, random, () => random.pick(world.ids())),
  'a hostile text in the path': (draft, { random }) => param(draft, random, () => encode(hostileText(random))),
  'an oddly encoded path': (draft, { random }) =>
    param(draft, random, (id) => {
      const at = random.integer(0, id.length)
      return id.slice(0, at) + random.pick(encodedOddly) + id.slice(at)
    }),
  'a changed id': (draft, { random }) =>
    param(draft, random, (id) =>
      random.pick([id.toUpperCase(), id.slice(0, -1), `${id}0`, id.replace('_', '-'), id.slice(-26), `${id}/..`, '']),
    ),
  'a long path': (draft, { random }) => param(draft, random, () => 'a'.repeat(random.pick([601, 5000, 15_000]))),
  'a hostile query value': (draft, { random }) =>
    query(draft, random, () => encode(random.chance(0.5) ? hostileText(random) : String(hostileNumber(random)))),
  'an oddly encoded query': (draft, { random }) => query(draft, random, () => random.pick(encodedOddly)),
  'a foreign id in the query': (draft, { random, foreignIds }) => query(draft, random, () => random.pick(foreignIds)),
  'a repeated query': (draft, { random }) => {
    const name = queryName(random)
    const times = random.pick([2, 50, 999, 1500])
    draft.query.push(...Array.from({ length: times }, (): [string, string] => [name, '1']))
    return true
  },
  'a structured query': (draft, { random }) => {
    draft.query.push([`${queryName(random)}${random.pick(['[]', '[a]', '[__proto__][x]', '.a', '%5B%5D'])}`, '1'])
    return true
  },
  'a page token made up': (draft, context) => {
    draft.query.push(['pageToken', pageToken(context)])
    return true
  },
  'another content type': (draft, { random }) => header(draft, 'content-type', random.pick(contentTypes)),
  'no content type': (draft) => {
    if (!draft.headers.some(([name]) => name === 'content-type')) return false
    setHeader(draft, 'content-type', undefined)
    return true
  },
  'a hostile header': (draft, { random }) => {
    const name = random.pick([
      'idempotency-key',
      'if-match',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-forwarded-host',
    ])
    return header(draft, name, headerText(random))
  },
  'another host': (draft, { random }) =>
    header(
      draft,
      'host',
      random.pick(['evil.example', '', 'a b', 'localhost:99999', '[::1', '"><script>', '@', '../..']),
    ),
  'an unusual header': (draft, { random }) => {
    const [name, value] = random.pick([
      ['content-encoding', 'gzip'],
      ['accept', 'application/xml'],
      ['accept-encoding', 'x'.repeat(4000)],
      ['x-http-method-override', 'DELETE'],
      ['range', 'bytes=0-'],
      ['expect', '100-continue'],
      ['upgrade', 'websocket'],
      ['cookie', 'a=b; '.repeat(500)],
      ['twilio-request-id', 'RQ\x80'],
      ['accept-version', '*'],
      ['origin', 'null'],
    ] as const)
    return header(draft, name, value)
  },
  'the other account’s name': (draft, { random }) => {
    const authorization = draft.headers.find(([name]) => name === 'authorization')?.[1] ?? ''
    const text = Buffer.from(authorization.slice(6), 'base64').toString()
    const other = random.pick([
      text.toLowerCase(),
      `${text} `,
      `${text}\0`,
      `\n${text}`,
      text.replace(':', '::'),
      ':',
      'AC:',
    ])
    return header(draft, 'authorization', `Basic ${Buffer.from(other).toString('base64')}`)
  },
  'another method': (draft, { random }) => {
    draft.method = random.pick(['GET', 'POST', 'PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'LINK'])
    return true
  },
}

function param(draft: Draft, random: Random, next: (id: string) => string): boolean {
  const names = Object.keys(draft.params)
  if (names.length === 0) return false
  const name = random.pick(names)
  draft.params[name] = next(draft.params[name] as string)
  return true
}

function query(draft: Draft, random: Random, next: () => string): boolean {
  draft.query.push([queryName(random), next()])
  return true
}

function queryName(random: Random): string {
  return random.pick([
    'pageSize',
    'pageToken',
    'status',
    'channelId',
    'memoryStoreId',
    'orderBy',
    'traitGroups',
    'removeAll',
    'PageSize',
    encode(hostileText(random).slice(0, 200)),
  ])
}

function header(draft: Draft, name: string, value: string): boolean {
  setHeader(draft, name, value)
  return true
}

/** Bytes that may stand in a header, as odd as can be. */
function headerText(random: Random): string {
  return hostileText(random)
    .slice(0, 6000)
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '\xff')
}

/** A token in the form of ours with contents that are not, or one of the other account's. */
function pageToken({ random, foreignTokens }: MutationContext): string {
  const lists = [
    'configurations',
    'conversations',
    'participants',
    'communications',
    'ownedAddresses',
    'stores',
    'profiles',
    'stuck',
    'timeline',
  ]
  const part = () =>
    random.pick([0, 1, -1, 2 ** 53, '', 'abc', "'", null, [], 1.5, '0'.repeat(26), '9'.repeat(40), 1_767_603_600_000])
  if (foreignTokens.length > 0 && random.chance(0.3)) {
    const token = random.pick(foreignTokens)
    const known: unknown[] = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (random.chance(0.3)) return token
    known[random.integer(0, known.length)] = part()
    return encodedToken(known)
  }
  const parts = Array.from({ length: random.integer(0, 4) }, part)
  return random.chance(0.8)
    ? encodedToken([random.pick(lists), random.integer(0, 2), ...parts])
    : encode(hostileText(random))
}

function encodedToken(parts: unknown): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Percent-encodes whatever the text is; lone surrogates too. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27')
}
