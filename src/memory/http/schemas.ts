import Type, { type Static } from 'typebox'
import { DateTime, Meta, NullableDateTime, pageQuery, Shaped, Words } from '../../http/schemas.ts'
import type { Limits } from '../../kernel/limits.ts'
import { normalizations } from '../domain/normalisation.ts'

export const maxControlPlanePage = 100
export const maxDataPlanePage = 1000

export const ListQuery = Type.Object({ ...pageQuery, orderBy: Type.Optional(Words(['ASC', 'DESC'])) })
export type ListQuery = Static<typeof ListQuery>

export const ControlPlaneAccepted = Type.Object({ message: Type.String(), statusUrl: Type.String() })
export const Accepted = Type.Object({ message: Type.String() })

const storeProperties = {
  displayName: Shaped('^[a-zA-Z0-9-]+$', 'may hold only letters, digits and "-"', { minLength: 1, maxLength: 64 }),
  description: Type.String({ minLength: 1, maxLength: 128 }),
}
export const StoreCreation = Type.Object({
  displayName: storeProperties.displayName,
  description: Type.Optional(storeProperties.description),
})
export type StoreCreation = Static<typeof StoreCreation>
export const StorePatch = Type.Partial(Type.Object(storeProperties))
export type StorePatch = Static<typeof StorePatch>
export const StoreAnswer = Type.Object({
  id: Type.String(),
  displayName: Type.String(),
  description: Type.Optional(Type.String()),
  status: Words(['QUEUED', 'PROVISIONING', 'ACTIVE', 'FAILED']),
  intelligenceServiceId: Type.String(),
  version: Type.Integer(),
})
export const StoreList = Type.Object({ stores: Type.Array(Type.String()), meta: Meta })

const idType = Type.String({ minLength: 2, maxLength: 30 })
const optionalIdentifierSettings = (maxValues: number) => ({
  matchingAlgo: Words(['exact', 'fuzzy']),
  matchingThreshold: Type.Integer({ minimum: 50, maximum: 99 }),
  limit: Type.Integer({ minimum: 1, maximum: maxValues }),
  limitPolicy: Words(['fifo', 'lifo']),
  enforceUnique: Type.Boolean(),
  normalization: Words(normalizations),
})
export const identitySettingsBody = ({ identifierTypes, identifierValues }: Limits) =>
  Type.Object({
    identifierConfigs: Type.Array(
      Type.Intersect([
        Type.Object({ idType }),
        Type.Partial(Type.Object(optionalIdentifierSettings(identifierValues))),
      ]),
      { minItems: 1, maxItems: identifierTypes },
    ),
    matchingRules: Type.Array(Type.String({ maxLength: 30 }), {
      minItems: 1,
      maxItems: identifierTypes,
      description: 'Identifier types, the most telling first.',
    }),
  })
export const IdentitySettingsAnswer = Type.Object({
  identifierConfigs: Type.Array(
    Type.Object({ idType: Type.String(), ...optionalIdentifierSettings(Number.MAX_SAFE_INTEGER) }),
  ),
  matchingRules: Type.Array(Type.String()),
  version: Type.Integer(),
})

export const OperationAnswer = Type.Object({
  operationId: Type.String(),
  status: Words(['PENDING', 'COMPLETED', 'FAILED']),
  createdAt: DateTime,
  completedAt: NullableDateTime,
  statusUrl: Type.String(),
  result: Type.Optional(Type.Object({ type: Type.String(), id: Type.String() })),
  resultUrl: Type.Optional(Type.String()),
  error: Type.Optional(
    Type.Object({ type: Type.String(), title: Type.String(), code: Type.Integer(), detail: Type.String() }),
  ),
})

/** Group name → trait name → value. Names and values are judged against the store's trait groups, which say more than a schema could. */
const Traits = Type.Unsafe<Record<string, Record<string, unknown>>>({
  type: 'object',
  additionalProperties: { type: 'object', additionalProperties: true },
})
export const ProfileBody = Type.Object({ traits: Traits })
export const ProfileCreated = Type.Object({ id: Type.String(), message: Type.String() })
export const ProfileQuery = Type.Object({
  traitGroups: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { description: 'Comma-separated names.' }),
  ),
})
export const ProfileAnswer = Type.Object({ id: Type.String(), createdAt: DateTime, traits: Traits })
export const ProfileList = Type.Object({ profiles: Type.Array(Type.String()), meta: Meta })

const value = Type.String({ minLength: 1, maxLength: 255 })
export const IdentifierBody = Type.Object({ idType, value }, { additionalProperties: false })
export type IdentifierBody = Static<typeof IdentifierBody>
export const IdentifierPatch = Type.Object(
  { idType, oldValue: value, newValue: value },
  { additionalProperties: false },
)
export type IdentifierPatch = Static<typeof IdentifierPatch>
export const RemoveQuery = Type.Object({ removeAll: Type.Optional(Type.Boolean({ default: false })) })
export const IdentifierSet = Type.Object({ idType: Type.String(), values: Type.Array(Type.String()) })
export const IdentifierList = Type.Object({ identifiers: Type.Array(IdentifierSet) })
export const LookupAnswer = Type.Object({ normalizedValue: Type.String(), profiles: Type.Array(Type.String()) })

export interface StorePath {
  storeId: string
}
export interface ProfilePath extends StorePath {
  profileId: string
}
export interface IdentifierPath extends ProfilePath {
  idType: string
}
