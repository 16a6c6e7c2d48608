import { setTimeout } from 'node:timers/promises'
import type { Answer, HttpClient, Json } from './http-client.ts'

/** Wire id of a new memory store that is ready. */
export async function makeMemoryStore(client: HttpClient, displayName: string): Promise<string> {
  const operation = await completed(client, await client.post('/v1/ControlPlane/Stores', { displayName }))
  return operation.result.id
}

/** Wire id of a new configuration that is in force. */
export async function makeConfiguration(client: HttpClient, body: object): Promise<string> {
  const operation = await completed(client, await client.post('/v2/ControlPlane/Configurations', body))
  return operation.related.configurationId
}

/** The operation behind a 202, followed to its good end. */
export async function completed(client: HttpClient, accepted: Answer): Promise<Json> {
  if (accepted.status !== 202) throw new Error(`Not accepted: ${accepted.status} ${accepted.text}`)
  const operation = await ended(client, accepted)
  if (operation.status !== 'COMPLETED') throw new Error(`Not completed: ${JSON.stringify(operation)}`)
  return operation
}

/** The operation behind a 202 when it is no longer pending. */
async function ended(client: HttpClient, accepted: Answer): Promise<Json> {
  const { pathname } = new URL(accepted.body.statusUrl)
  for (;;) {
    const { status, body, text } = await client.get(pathname)
    if (status !== 200) throw new Error(`GET ${pathname}: ${status} ${text}`)
    if (body.status !== 'PENDING') return body
    await setTimeout(5)
  }
}

export interface Rules {
  /** The number at which the business is reached on every channel. */
  business: string
  groupingType: string
  memoryStoreId: string
  name: string
  /** Minutes. */
  inactive?: number
  closed?: number
}

/** A configuration that captures SMS and WhatsApp between anybody and the business, in both directions. */
export function configurationBody({ business, groupingType, memoryStoreId, name, inactive, closed }: Rules): object {
  const statusTimeouts = { inactive: inactive ?? 15, closed: closed ?? 60 }
  const captureRules = captureRulesOf(business)
  return {
    displayName: name,
    description: 'Made to be proved',
    conversationGroupingType: groupingType,
    memoryStoreId,
    channelSettings: { SMS: { statusTimeouts, captureRules }, WHATSAPP: { statusTimeouts, captureRules } },
  }
}

export function captureRulesOf(business: string): object[] {
  return [
    { from: '*', to: business },
    { from: business, to: '*' },
  ]
}

export const groupingTypes = [
  'GROUP_BY_PARTICIPANT_ADDRESSES',
  'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE',
  'GROUP_BY_PROFILE',
] as const

/** A phone number of the range kept for fiction. */
export function phone(n: number): string {
  return `+1555${String(n).padStart(7, '0')}`
}
