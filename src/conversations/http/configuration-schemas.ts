import Type, { type TSchema } from 'typebox'
import { DateTime, Meta, Nullable, pageQuery, Shaped, StringMap, Words } from '../../http/schemas.ts'
import type { Limits } from '../../kernel/limits.ts'
import type { ConfigurationPatch, ConfigurationRequest } from '../domain/configuration.ts'
import { channels, groupingTypes } from '../domain/model.ts'

/** More minutes than any conversation lives, and few enough to reckon with. */
const maxMinutes = 2_147_483_647
const displayName = Shaped('^[a-zA-Z0-9-_ ]+$', 'may hold only letters, digits, spaces, "-" and "_"', {
  minLength: 1,
  maxLength: 32,
})
const description = { maxLength: 512 }
const maxIdLength = 254

const Minutes = Type.Integer({ minimum: 1, maximum: maxMinutes })

const StatusTimeouts = Type.Object(
  { inactive: Type.Optional(Nullable(Minutes)), closed: Type.Optional(Nullable(Minutes)) },
  { description: 'Minutes since the last communication on the channel.' },
)

/** A callback as callers give it. */
export const GivenStatusCallback = Type.Object({
  url: Type.String({ minLength: 1, maxLength: 4096 }),
  method: Type.Optional(Nullable(Words(['POST', 'GET']))),
})

const StatusCallback = Type.Object({ url: Type.String(), method: Words(['POST', 'GET']) })

const Bridge = Type.Object({
  serviceId: Shaped('^IS[0-9a-f]{32}$', 'must be a service SID: IS and 32 hexadecimal digits'),
})

const CaptureRule = Type.Object({ from: Type.String(), to: Type.String(), metadata: StringMap })

const ChannelSetting = Type.Object({
  statusTimeouts: Type.Optional(Nullable(StatusTimeouts)),
  captureRules: Type.Array(CaptureRule),
})

/** The fields of a configuration itself, as they are answered. */
export const configurationBodySchemas = {
  displayName: Type.String(),
  description: Type.String(),
  conversationGroupingType: Words(groupingTypes),
  memoryStoreId: Type.String(),
  channelSettings: Type.Object(perChannel(Type.Optional(ChannelSetting))),
  statusCallbacks: Type.Array(StatusCallback),
  intelligenceConfigurationIds: Type.Array(Type.String()),
  memoryExtractionEnabled: Type.Boolean(),
  conversationsV1Bridge: Nullable(Bridge),
}

/** The answer to a fetch. */
export const ConfigurationSchema = Type.Object({
  id: Type.String(),
  ...configurationBodySchemas,
  createdAt: DateTime,
  updatedAt: DateTime,
  version: Type.Integer(),
})

/** The `configuration` object inside a conversation. */
export const ConfigurationSnapshotSchema = Type.Object({
  ...configurationBodySchemas,
  traitExtractionStrategyIds: Type.Optional(Type.Array(Type.String())),
  observationExtractionStrategyIds: Type.Optional(Type.Array(Type.String())),
})

export const ConfigurationList = Type.Object({ meta: Meta, configurations: Type.Array(ConfigurationSchema) })

export const ConfigurationQuery = Type.Object({
  ...pageQuery,
  memoryStoreId: Type.Optional(
    Shaped('^mem_(store|service)_[0-7][0-9a-z]{25}$', 'must be the id of a memory store, such as mem_store_01…'),
  ),
})

/** The bodies of creation, replacement and partial change. Keys that are not named here are ignored. */
export function configurationBodies(limits: Limits) {
  const shared = {
    description: Type.String(description),
    conversationGroupingType: Words(groupingTypes),
    memoryStoreId: Type.String({ minLength: 1, maxLength: maxIdLength }),
  }
  const optional = {
    statusCallbacks: Type.Optional(
      NullableArray(GivenStatusCallback, limits.statusCallbacks, 'Replaced as a whole; null clears.'),
    ),
    intelligenceConfigurationIds: Type.Optional(
      NullableArray(
        Type.String({ minLength: 1, maxLength: maxIdLength }),
        limits.intelligenceConfigurations,
        'Replaced as a whole; null clears.',
      ),
    ),
    memoryExtractionEnabled: Type.Optional(Nullable(Type.Boolean())),
    conversationsV1Bridge: Type.Optional(Nullable(Bridge)),
  }
  const settings = givenChannelSettings(limits)
  return {
    creation: Type.Unsafe<ConfigurationRequest>(
      Type.Object({
        displayName,
        ...shared,
        channelSettings: Type.Optional(Nullable(settings)),
        ...optional,
      }),
    ),
    replacement: Type.Unsafe<ConfigurationRequest>(
      Type.Object({
        displayName: Type.Optional(Nullable(displayName)),
        ...shared,
        channelSettings: settings,
        ...optional,
      }),
    ),
    patch: Type.Unsafe<ConfigurationPatch>(
      Type.Partial(Type.Object({ displayName, ...shared, channelSettings: settings, ...optional })),
    ),
  }
}

/** Unlike elsewhere an unknown key is refused here: a channel that is not served would be silently deaf. */
function givenChannelSettings(limits: Limits) {
  const rule = Type.Object({
    from: Type.String(),
    to: Type.String(),
    metadata: Type.Optional(Nullable(StringMap)),
  })
  const setting = Type.Object({
    statusTimeouts: Type.Optional(Nullable(StatusTimeouts)),
    captureRules: Type.Optional(NullableArray(rule, limits.captureRules, 'From and to are addresses, or * for any.')),
  })
  return Type.Object(perChannel(Type.Optional(Nullable(setting))), { additionalProperties: false })
}

function perChannel<T extends TSchema>(schema: T) {
  return Object.fromEntries(channels.map((channel) => [channel, schema]))
}

function NullableArray(items: TSchema, maxItems: number, description: string) {
  return Nullable(Type.Array(items, { maxItems, description }))
}
