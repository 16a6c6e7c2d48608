import Type, { type Static } from 'typebox'
import { Shaped, Words } from '../../http/schemas.ts'
import { invalid } from '../../kernel/failure.ts'
import { states } from '../commands/conversations.ts'

const attributes = Type.Optional(Type.String({ maxLength: 16_384, description: 'JSON text' }))
const date = Type.Optional(Type.String({ format: 'date-time', maxLength: 40 }))

export const ServiceBody = Type.Object({ FriendlyName: Type.String({ minLength: 1, maxLength: 256 }) })

export const RoleBody = Type.Object({
  FriendlyName: Type.String({ minLength: 1, maxLength: 64 }),
  Type: Words(['conversation', 'service']),
  Permission: Type.Unsafe<string | string[]>({
    type: ['string', 'array'],
    maxLength: 64,
    maxItems: 100,
    items: { type: 'string', maxLength: 64 },
  }),
})

export const ConversationBody = Type.Object({
  FriendlyName: Type.Optional(Type.String({ maxLength: 256 })),
  UniqueName: Type.Optional(Type.String({ maxLength: 256 })),
  Attributes: attributes,
  MessagingServiceSid: Type.Optional(
    Shaped('^(MG[0-9a-fA-F]{32})?$', 'must be a messaging service SID: MG and 32 hexadecimal digits'),
  ),
  State: Type.Optional(Words(states)),
  'Timers.Inactive': Type.Optional(Type.Never()),
  'Timers.Closed': Type.Optional(Type.Never()),
})

export const NewParticipantBody = Type.Object({
  Identity: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  'MessagingBinding.Address': Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  'MessagingBinding.ProxyAddress': Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  'MessagingBinding.ProjectedAddress': Type.Optional(Type.Never()),
  RoleSid: Type.Optional(Shaped('^RL[0-9a-f]{32}$', 'must be a role SID: RL and 32 hexadecimal digits')),
  Attributes: attributes,
})

export const ParticipantBody = Type.Object({
  RoleSid: Type.Optional(Shaped('^RL[0-9a-f]{32}$', 'must be a role SID: RL and 32 hexadecimal digits')),
  Attributes: attributes,
  LastReadMessageIndex: Type.Optional(Shaped('^([0-9]{1,12}|null)?$', 'must be a whole number, or null')),
  LastReadTimestamp: date,
})

export const NewMessageBody = Type.Object({
  Author: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  Body: Type.String({ minLength: 1, maxLength: 1_600_000 }),
  Attributes: attributes,
  DateCreated: date,
  MediaSid: Type.Optional(Type.Never()),
  ContentSid: Type.Optional(Type.Never()),
})

export const MessageBody = Type.Object({
  Author: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
  Body: Type.Optional(Type.String({ minLength: 1, maxLength: 1_600_000 })),
  Attributes: attributes,
})

/** Throws unless it is JSON: applications read it as such. */
export function attributesOf({ Attributes: text }: { Attributes?: string }): { attributes?: string } {
  if (text === undefined) return {}
  try {
    JSON.parse(text)
  } catch {
    throw invalid('Attributes', 'Attributes must be JSON text')
  }
  return { attributes: text }
}

export function conversationFields(body: Static<typeof ConversationBody>) {
  const { FriendlyName, UniqueName, MessagingServiceSid, State } = body
  return {
    ...(FriendlyName === undefined ? {} : { friendlyName: FriendlyName }),
    ...(UniqueName === undefined ? {} : { uniqueName: UniqueName }),
    ...(MessagingServiceSid === undefined ? {} : { messagingServiceSid: MessagingServiceSid }),
    ...(State === undefined ? {} : { state: State }),
    ...attributesOf(body),
  }
}
