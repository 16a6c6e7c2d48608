import { randomFillSync } from 'node:crypto'
import { V7Generator } from 'uuidv7'

/** Every kind of id on the wire and the prefix it carries there. In the database ids stand without prefix. */
export const prefixes = {
  action: 'conv_action',
  carrierConnection: 'skein_carrier',
  communication: 'conv_communication',
  configuration: 'conv_configuration',
  conversation: 'conv_conversation',
  conversationsOperation: 'proc_job',
  delivery: 'skein_delivery',
  erasure: 'skein_erasure',
  event: 'skein_event',
  intelligenceConfiguration: 'intelligence_configuration',
  intelligenceRule: 'intelligence_configurationrule',
  intelligenceService: 'intelligence_service',
  dataMapping: 'mem_datamapping',
  memoryImport: 'mem_import',
  memoryOperation: 'mem_operation',
  memoryStore: 'mem_store',
  merge: 'skein_merge',
  observation: 'mem_observation',
  operator: 'intelligence_operator',
  operatorResult: 'intelligence_operatorresult',
  ownedAddress: 'skein_address',
  participant: 'conv_participant',
  profile: 'mem_profile',
  sharedIdentifier: 'skein_shared',
  summary: 'mem_summary',
  target: 'skein_target',
} as const
export type IdKind = keyof typeof prefixes

const suffixPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/
/** Random numbers are fetched from the operating system by the page: a call for each id would cost more than the id. */
const pool = new Uint32Array(1024)
let drawn = pool.length

function nextUint32(): number {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  const value = pool[drawn] as number
  // What has been handed out is forgotten.
  pool[drawn] = 0
  drawn += 1
  return value
}

const generator = new V7Generator({ nextUint32 })
let lastMs = 0

/** A new id without prefix: 26 characters of a UUIDv7 in Crockford base 32. Ids of one process only ever grow, even when the wall clock goes back. */
export function newId(): string {
  lastMs = Math.max(lastMs, Date.now())
  return suffixOf(generator.generateOrResetWithTs(lastMs).bytes)
}

/** The id as the wire spells it. */
export function wireId(kind: IdKind, id: string): string {
  return `${prefixes[kind]}_${id}`
}

/** Whether the text is an id without prefix. */
export function isId(text: string): boolean {
  return suffixPattern.test(text)
}

/** The id without prefix, or undefined when the text is not an id of that kind. */
export function parseWireId(kind: IdKind, text: string): string | undefined {
  const prefix = prefixes[kind]
  if (!text.startsWith(prefix) || text[prefix.length] !== '_') return undefined
  const suffix = text.slice(prefix.length + 1)
  return suffixPattern.test(suffix) ? suffix : undefined
}

/** The id without prefix, of whatever kind it is; undefined when the text is no id. */
export function parseAnyId(text: string): string | undefined {
  const suffix = text.slice(text.lastIndexOf('_') + 1)
  return suffix.length < text.length && suffixPattern.test(suffix) ? suffix : undefined
}

const digits = '0123456789abcdefghjkmnpqrstvwxyz'

const digitCodes = Buffer.from(digits, 'latin1')
const spelled = Buffer.alloc(26)

/** 128 bits as a TypeID spells them: 26 digits of five bits each, of which the first has three. */
function suffixOf(bytes: Readonly<Uint8Array>): string {
  let bits = 0
  let count = 2
  let place = 0
  for (let at = 0; at < 16; at += 1) {
    bits = (bits << 8) | (bytes[at] as number)
    for (count += 8; count >= 5; place += 1) {
      count -= 5
      spelled[place] = digitCodes[(bits >>> count) & 31] as number
    }
    bits &= 31
  }
  return spelled.toString('latin1')
}

/** The first characters of an id are the wall time of its making, in milliseconds. */
const timeDigits = 10

/** When the id, without prefix, was made: wall time in epoch milliseconds. */
export function timeOfId(id: string): number {
  let ms = 0
  for (const digit of id.slice(0, timeDigits)) ms = ms * 32 + digits.indexOf(digit)
  return ms
}

/** No id that was made at this time or later, and every id that was made before, sorts before this text. */
export function firstIdAt(ms: number): string {
  let text = ''
  for (let rest = Math.max(0, Math.floor(ms)); text.length < timeDigits; rest = Math.floor(rest / 32)) {
    text = `${digits[rest % 32]}${text}`
  }
  return text.padEnd(26, '0')
}

/** A vendor-style SID: two capital letters and 32 hexadecimal digits, random. */
export function newSid(prefix: 'AC' | 'SK' | 'RQ' | 'SM' | 'CA'): string {
  let sid: string = prefix
  for (let word = 0; word < 4; word += 1) sid += nextUint32().toString(16).padStart(8, '0')
  return sid
}

/** A vendor-style SID that sorts after every one this process made before: a list in order of its SIDs is in order of time. */
export function newOrderedSid(prefix: 'CH' | 'IM' | 'IS' | 'MB' | 'RL'): string {
  lastMs = Math.max(lastMs, Date.now())
  return prefix + Buffer.from(generator.generateOrResetWithTs(lastMs).bytes).toString('hex')
}
