import type { FuzzAccount, Resource } from './fuzz-account.ts'
import type { Json } from './http-client.ts'

/** How the rooms of a world are furnished: posts that have to succeed. */
export interface Furnisher {
  world: FuzzAccount
  post(path: string, body: object): Promise<Json>
}

/** A connection at a carrier that is this server's own receiver, so nothing leaves the machine. */
export async function makeCarrier({ world, post }: Furnisher, carrier: 'twilio' | 'whatsapp'): Promise<Resource> {
  return { id: (await post('/skein/v1/Carriers', carrierBody(world, carrier))).id, below: {} }
}

export function carrierBody(world: FuzzAccount, carrier: 'twilio' | 'whatsapp'): object {
  const common = { carrier, name: world.text(), baseUrl: world.callbackUrl, numbers: [world.phone()] }
  if (carrier === 'twilio') {
    const application = { url: world.callbackUrl, method: 'POST' }
    return { ...common, accountSid: world.sid('AC'), authToken: world.name(), application, backfillMinutes: 0 }
  }
  const phoneNumberId = String(world.random.integer(1, 999_999_999))
  return { ...common, phoneNumberId, accessToken: `${world.name()}-token`, appSecret: `${world.name()}-secret` }
}

/** A classic service with a conversation in it. */
export async function makeService(furnisher: Furnisher): Promise<Resource> {
  const { world, post } = furnisher
  const service = { id: (await post('/v1/Services', { FriendlyName: world.text() })).sid }
  const path = `/v1/Services/${service.id}`
  const role = await post(`${path}/Roles`, roleBody(world))
  const conversations = [
    await makeClassicConversation(furnisher, service.id),
    await makeClassicConversation(furnisher, service.id),
  ]
  return {
    id: service.id,
    below: { 'classic/Conversations': conversations, 'classic/Roles': [{ id: role.sid, below: {} }] },
  }
}

/** Its value is the path that leads to it. */
export async function makeClassicConversation(furnisher: Furnisher, serviceSid: string): Promise<Resource> {
  const { world, post } = furnisher
  const path = `/v1/Services/${serviceSid}/Conversations`
  const { sid } = await post(path, { FriendlyName: world.text(), Attributes: JSON.stringify({ mark: world.text() }) })
  const value = `${path}/${sid}`
  return {
    id: sid,
    value,
    below: {
      'classic/Participants': [await makeClassicParticipant(furnisher, value)],
      'classic/Messages': [await makeClassicMessage(furnisher, value)],
    },
  }
}

export async function makeClassicParticipant({ world, post }: Furnisher, path: string): Promise<Resource> {
  return { id: (await post(`${path}/Participants`, { Identity: world.name() })).sid, below: {} }
}

export async function makeClassicMessage({ world, post }: Furnisher, path: string): Promise<Resource> {
  return { id: (await post(`${path}/Messages`, { Author: world.name(), Body: world.text() })).sid, below: {} }
}

/** What a customer's phone sends with a picture. */
export async function makeMessage({ world, post }: Furnisher, accountSid: string): Promise<Resource> {
  const media = [{ url: `${world.callbackUrl}/cup.jpg`, contentType: 'image/jpeg' }]
  const sent = { to: world.business, body: world.text(), media }
  const { sid } = await post(`/skein/v1/Handsets/${world.phone()}/Messages`, sent)
  const listed = await world.client.get(`/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media.json`)
  return { id: sid, below: { Media: listed.body.media_list.map((one: Json) => ({ id: one.sid, below: {} })) } }
}

export async function makeAction({ world, post }: Furnisher, conversationId: string): Promise<Resource> {
  const { id } = await post(`/v2/Conversations/${conversationId}/Actions`, actionBody(world))
  return { id, below: {} }
}

export function actionBody(world: FuzzAccount): object {
  return {
    type: 'SEND_MESSAGE',
    payload: {
      from: { address: world.business, channel: 'SMS' },
      to: [{ address: world.phone(), channel: 'SMS' }],
      content: { text: world.text(), variables: { 1: world.text() }, mediaUrls: [`${world.callbackUrl}/cup.jpg`] },
      channelSettings: { statusCallback: world.callbackUrl, attributes: { mark: world.text() } },
    },
  }
}

export function roleBody(world: FuzzAccount): object {
  return { FriendlyName: world.name(), Type: 'conversation', Permission: ['sendMessage', 'leaveConversation'] }
}
