import { randomBytes } from 'node:crypto'
import { fromUUIDBytes, getSuffix } from 'typeid-js'
import { V7Generator } from 'uuidv7'

/** Every kind of id on the wire and the prefix it carries there. In the database ids stand without prefix. */
export const prefixes = {
  action: 'conv_action',
  communication: 'conv_communication',
  configuration: 'conv_configuration',
  conversation: 'conv_conversation',
  conversationsOperation: 'proc_job',
  delivery: 'skein_delivery',
  event: 'skein_event',
  intelligenceService: 'intelligence_service',
  memoryOperation: 'mem_operation',
  memoryStore: 'mem_store',
  ownedAddress: 'skein_address',
  participant: 'conv_participant',
  profile: 'mem_profile',
  target: 'skein_target',
} as const
export type IdKind = keyof typeof prefixes

const suffixPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/
const generator = new V7Generator()
let lastMs = 0

/** A new id without prefix: 26 characters of a UUIDv7 in Crockford base 32. Ids of one process only ever grow, even when the wall clock goes back. */
export function newId(): string {
  lastMs = Math.max(lastMs, Date.now())
  return getSuffix(fromUUIDBytes('', generator.generateOrResetWithTs(lastMs).bytes as Uint8Array))
}

/** The id as the wire spells it. */
export function wireId(kind: IdKind, id: string): string {
  return `${prefixes[kind]}_${id}`
}

/** The id without prefix, or undefined when the text is not an id of that kind. */
export function parseWireId(kind: IdKind, text: string): string | undefined {
  const prefix = prefixes[kind]
  if (!text.startsWith(prefix) || text[prefix.length] !== '_') return undefined
  const suffix = text.slice(prefix.length + 1)
  return suffixPattern.test(suffix) ? suffix : undefined
}

/** A vendor-style SID: two capital letters and 32 hexadecimal digits, random. */
export function newSid(prefix: 'AC' | 'SK' | 'RQ' | 'SM' | 'CA'): string {
  return prefix + randomBytes(16).toString('hex')
}
