import assert from 'node:assert/strict'
import { parseWireId } from '../../kernel/ids.ts'
import type { Answer, Json, World } from '../../testing/app.ts'
import type { Channel, ParticipantType } from '../domain/model.ts'
import { keysOf } from '../rows.ts'

/** The body of an answer that has this status. */
export async function bodyOf(answer: Promise<Answer>, expected: number): Promise<Json> {
  const { status, body, text } = await answer
  assert.equal(status, expected, text)
  return body
}

/** A participant as a client describes it, with one address on each of the channels. */
export function participant(type: ParticipantType, address: string, ...channels: Channel[]): object {
  const on = channels.length === 0 ? ['SMS'] : channels
  return { type, addresses: on.map((channel) => ({ channel, address })) }
}

/** A new conversation under the configuration, as the API presents it. */
export function converse(
  world: World,
  configurationId: string,
  participants: object[] = [],
  more: object = {},
): Promise<Json> {
  return bodyOf(world.post('/v2/Conversations', { configurationId, participants, ...more }), 201)
}

/** The conversation as it is fetched now. */
export function fetched(world: World, conversationId: string): Promise<Json> {
  return bodyOf(world.get(`/v2/Conversations/${conversationId}`), 200)
}

export async function statusOf(world: World, conversationId: string): Promise<string> {
  return (await fetched(world, conversationId)).status
}

/** The grouping keys that the conversation holds, sorted. */
export async function keysHeldBy(world: World, conversationId: string): Promise<string[]> {
  const id = parseWireId('conversation', conversationId) as string
  const rows = await world.store.read.all(keysOf, { account: world.account, conversationIds: [id] })
  return rows.map(({ key }) => key).sort()
}

/** The types of what has happened in the conversation, from its event number `from` on. */
export async function story(world: World, conversationId: string, from = 1): Promise<string[]> {
  return (await world.events(conversationId)).filter(({ n }) => n >= from).map(({ type }) => type)
}

/** The codes of the conversation's diagnostics, in order. */
export async function diagnosticsOf(world: World, conversationId: string): Promise<number[]> {
  const { events } = await bodyOf(world.get(`/skein/v1/Conversations/${conversationId}/Timeline?pageSize=1000`), 200)
  return events.flatMap(({ diagnostic }: Json) => diagnostic?.code ?? [])
}

/** Moves time to so many minutes after `since`. */
export async function until(world: World, since: number, minute: number): Promise<void> {
  await world.advance({ seconds: (since - (await world.now())) / 1000 + minute * 60 })
}

/** At how many minutes after `since` the conversation changed its status or name. */
export async function changesSince(world: World, conversationId: string, since: number): Promise<number[]> {
  const events = await world.events(conversationId)
  return events.filter(({ type }) => type === 'CONVERSATION_UPDATED').map(({ at }) => (at - since) / 60_000)
}

/** A profile of the store that has all of the phone numbers. */
export async function profileWith(world: World, storeId: string, phone: string, ...others: string[]): Promise<string> {
  const { id } = await bodyOf(world.post(`/v1/Stores/${storeId}/Profiles`, { traits: { Contact: { phone } } }), 202)
  for (const value of others) {
    const path = `/v1/Stores/${storeId}/Profiles/${id}/Identifiers`
    await bodyOf(world.post(path, { idType: 'phone', value }), 202)
  }
  return id
}

/** The kiosk's number becomes one that the account is known to own. */
export async function own(world: World, ...addresses: string[]): Promise<void> {
  for (const address of addresses) {
    await bodyOf(world.post('/skein/v1/OwnedAddresses', { address }), 201)
  }
}
