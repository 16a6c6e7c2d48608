import Type, { type Static } from 'typebox'
import { Nullable, Shaped, Words } from '../../http/schemas.ts'
import type { Limits } from '../../kernel/limits.ts'
import { channels, participantTypes, statuses } from '../domain/model.ts'
import { GivenStatusCallback } from './configuration-schemas.ts'
import { ContentBody } from './content.ts'

const Id = Type.String({ minLength: 1, maxLength: 100 })
const Reference = Type.String({ minLength: 1, maxLength: 255 })
const AddressText = Type.String({ minLength: 1, maxLength: 254 })
const Name = Nullable(Type.String({ maxLength: 1024 }))
const Key = Shaped('^[A-Za-z0-9._-]{1,128}$', 'must have keys of 1 to 128 letters, digits, ".", "_" and "-"')
const valueSchema = { type: 'string', maxLength: 512 }

function metadataBody(limits: Limits) {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: valueSchema,
    propertyNames: Key,
    maxProperties: limits.metadataEntries,
  })
}
/** Its entries are counted after the merge. */
const MetadataPatch = Type.Unsafe<Record<string, string | null>>({
  type: 'object',
  additionalProperties: { ...valueSchema, type: ['string', 'null'] },
  propertyNames: Key,
})

const Address = Type.Object({
  channel: Words(channels),
  address: AddressText,
  channelId: Type.Optional(Nullable(Reference)),
})

const participantProperties = {
  name: Type.Optional(Name),
  type: Type.Optional(Nullable(Words(participantTypes))),
  profileId: Type.Optional(Nullable(Id)),
  addresses: Type.Optional(Nullable(Type.Array(Address))),
}

/** A participant of a new conversation, or one that replaces another: everything may be left out. */
export const ParticipantBody = Type.Object(participantProperties)
export const NewParticipantBody = Type.Object({ ...participantProperties, addresses: Type.Array(Address) })
export type ParticipantBody = Static<typeof ParticipantBody>

const Party = Type.Object({
  address: AddressText,
  channel: Words(channels),
  participantId: Type.Optional(Nullable(Id)),
})

export function communicationBody(limits: Limits) {
  return Type.Object({
    author: Party,
    recipients: Type.Array(Party, { minItems: 1, maxItems: limits.recipients }),
    content: ContentBody,
    channelId: Type.Optional(Nullable(Reference)),
    resourceId: Type.Optional(Nullable(Reference)),
    occurredAt: Type.Optional(Nullable(Type.String({ format: 'date-time', maxLength: 40 }))),
  })
}
export type CommunicationBody = Static<ReturnType<typeof communicationBody>>

/** What a new conversation may set instead of its configuration; other keys are refused by name. */
function overridesBody(limits: Limits) {
  const ids = (maxItems: number) => Type.Optional(Nullable(Type.Array(Reference, { maxItems })))
  return Type.Object(
    {
      statusCallbacks: Type.Optional(
        Nullable(Type.Array(GivenStatusCallback, { maxItems: limits.conversationStatusCallbacks })),
      ),
      intelligenceConfigurationIds: ids(limits.intelligenceConfigurations),
      traitExtractionStrategyIds: ids(1),
      observationExtractionStrategyIds: ids(1),
      workflows: Type.Optional(
        Nullable(
          Type.Array(
            Type.Object({ flowId: Shaped('^FW[0-9a-fA-F]{32}$', 'must be a flow SID: FW and 32 hexadecimal digits') }),
            { maxItems: 5 },
          ),
        ),
      ),
    },
    { additionalProperties: false },
  )
}

export function conversationBodies(limits: Limits) {
  const Metadata = metadataBody(limits)
  return {
    creation: Type.Object({
      configurationId: Id,
      name: Type.Optional(Name),
      configuration: Type.Optional(Nullable(overridesBody(limits))),
      participants: Type.Optional(Nullable(Type.Array(ParticipantBody, { maxItems: limits.participants }))),
      metadata: Type.Optional(Nullable(Metadata)),
    }),
    replacement: Type.Object({
      status: Words(statuses),
      name: Type.Optional(Name),
      metadata: Type.Optional(Nullable(Metadata)),
    }),
    patch: Type.Object({
      status: Type.Optional(Words(statuses)),
      name: Type.Optional(Name),
      metadata: Type.Optional(Nullable(MetadataPatch)),
      configuration: Type.Optional(
        Nullable(
          Type.Object(
            {
              statusCallbacks: Type.Optional(
                Nullable(Type.Array(GivenStatusCallback, { maxItems: limits.conversationStatusCallbacks })),
              ),
            },
            { additionalProperties: false },
          ),
        ),
      ),
    }),
  }
}
type Bodies = ReturnType<typeof conversationBodies>
export type CreationBody = Static<Bodies['creation']>
export type ReplacementBody = Static<Bodies['replacement']>
export type PatchBody = Static<Bodies['patch']>
