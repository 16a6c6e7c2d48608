import assert from 'node:assert/strict'
import { type Answer, type Json, kiosk, type World } from '../../testing/app.ts'

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' }

/** Sends a form to a path of the account, such as `Messages.json`. */
export function postForm(world: World, path: string, fields: Record<string, string | string[]> = {}): Promise<Answer> {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) form.append(name, one)
  return world.post(accountPath(world, path), form.toString(), formHeaders)
}

export function accountPath(world: World, path: string): string {
  return `/2010-04-01/Accounts/${world.accountSid}/${path}`
}

/** Takes the kiosk's number, or another; answers it as the API shows it. */
export async function takeNumber(world: World, fields: Record<string, string> = {}): Promise<Json> {
  const { status, body, text } = await postForm(world, 'IncomingPhoneNumbers.json', { PhoneNumber: kiosk, ...fields })
  assert.equal(status, 201, text)
  return body
}

/** A customer's phone sends a message to the kiosk. */
export async function handsetSends(world: World, from: string, message: object): Promise<Json> {
  const { status, body, text } = await world.post(handsetPath(from), { to: kiosk, ...message })
  assert.equal(status, 201, text)
  return body
}

/** What a customer's phone shows, the newest first, as `direction body`. */
export async function handsetShows(world: World, address: string): Promise<string[]> {
  const { body } = await world.get(handsetPath(address))
  return body.messages.map(({ direction, body: text }: Json) => `${direction} ${text}`)
}

export function handsetPath(address: string): string {
  return `/skein/v1/Handsets/${encodeURIComponent(address)}/Messages`
}

/** Sends from the kiosk through the API; answers the message. */
export async function kioskSends(
  world: World,
  to: string,
  Body: string,
  more: Record<string, string | string[]> = {},
): Promise<Json> {
  const { status, body, text } = await postForm(world, 'Messages.json', { From: kiosk, To: to, Body, ...more })
  assert.equal(status, 201, text)
  return body
}

/** The communications of the conversation that a message became part of. */
export async function communicationsWith(world: World, messageSid: string): Promise<Json[]> {
  const { body } = await world.get(`/v2/Conversations?channelId=${messageSid}`)
  const [conversation] = body.conversations
  if (!conversation) return []
  return (await world.get(`/v2/Conversations/${conversation.id}/Communications`)).body.communications
}
