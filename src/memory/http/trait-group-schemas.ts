import Type, { type Static } from 'typebox'
import { Meta, Nullable, Shaped, Words } from '../../http/schemas.ts'
import { dataTypes } from '../domain/trait-groups.ts'
import { ListQuery, type StorePath } from './schemas.ts'

export const groupName = Shaped('^[a-zA-Z0-9_.-]+$', 'may hold only letters, digits, "_", "." and "-"', {
  minLength: 1,
  maxLength: 64,
})
const description = Type.String({ maxLength: 1024 })
const length = Type.Integer({ minimum: 0 })

const ValidationRule = Type.Object(
  {
    ruleType: Words(dataTypes),
    pattern: Type.Optional(Type.String({ maxLength: 1000 })),
    minLength: Type.Optional(length),
    maxLength: Type.Optional(Type.Integer({ minimum: 1 })),
    min: Type.Optional(Type.Number()),
    max: Type.Optional(Type.Number()),
    minItems: Type.Optional(length),
    maxItems: Type.Optional(length),
  },
  { description: 'What values must fulfil beside their type, which `ruleType` repeats.' },
)

const idTypePromotion = Type.String({
  maxLength: 30,
  description: 'The identifier type that values are promoted to.',
})
const TraitInput = Type.Object({
  dataType: Words([...dataTypes, ''], { description: 'In a change, the empty text removes the trait.' }),
  description: Type.Optional(Nullable(description)),
  validationRule: Type.Optional(Nullable(ValidationRule)),
  idTypePromotion: Type.Optional(Nullable(idTypePromotion)),
})
const Traits = Type.Record(
  Type.String(),
  Type.Object({
    dataType: Words(dataTypes),
    description: Type.Optional(description),
    validationRule: Type.Optional(ValidationRule),
    idTypePromotion: Type.Optional(idTypePromotion),
  }),
)

export const TraitGroupCreation = Type.Object({
  displayName: groupName,
  description: Type.Optional(description),
  traits: Type.Optional(Type.Record(Type.String(), TraitInput)),
})
export type TraitGroupCreation = Static<typeof TraitGroupCreation>
export const TraitGroupPatch = Type.Object({
  description: Type.Optional(description),
  traits: Type.Optional(Type.Record(Type.String(), TraitInput)),
})
export type TraitGroupPatch = Static<typeof TraitGroupPatch>

const TraitGroup = Type.Object({
  displayName: Type.String(),
  description: Type.Optional(Type.String()),
  traits: Type.Optional(Traits),
  version: Type.Integer(),
})
export const TraitGroupAnswer = Type.Object({ traitGroup: TraitGroup, meta: Meta })
export const TraitGroupList = Type.Object({ traitGroups: Type.Array(TraitGroup), meta: Meta })

export const TraitGroupQuery = Type.Object({
  ...ListQuery.properties,
  includeTraits: Type.Optional(Type.Boolean()),
})
export type TraitGroupQuery = Static<typeof TraitGroupQuery>

export interface TraitGroupPath extends StorePath {
  traitGroupName: string
}
