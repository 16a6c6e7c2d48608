import { metaOf } from './common-tables.ts'
import {
  always,
  alwaysNull,
  alwaysOrNull,
  beyondClient,
  type Check,
  date,
  filledText,
  flag,
  idOf,
  listOf,
  mapOf,
  numberBetween,
  objectOf,
  oneOf,
  sometimes,
  type Table,
  textOf,
  url,
  wholeNumber,
} from './fields.ts'

// What the Memory v1 API answers, field by field, as its published description and its official client have it.

const idType = textOf('2 to 30 characters', /^[A-Za-z0-9_-]{2,30}$/)
const message = textOf('a message', /^.{1,255}$/s)
const identifierValue = textOf('1 to 255 characters', /^.{1,255}$/s)

export const memoryStore: Table = {
  name: 'Memory store',
  fields: {
    id: always(idOf('mem_store')),
    displayName: always(textOf('1 to 64 letters, digits and hyphens', /^[a-zA-Z0-9-]{1,64}$/)),
    description: sometimes(textOf('1 to 128 characters', /^.{1,128}$/s)),
    status: always(oneOf('QUEUED', 'PROVISIONING', 'ACTIVE', 'FAILED')),
    intelligenceServiceId: always(idOf('intelligence_service')),
    version: always(wholeNumber(1)),
  },
}

export const controlPlaneAcceptance: Table = {
  name: 'Acceptance of a change of a memory store',
  fields: { message: always(message), statusUrl: always(url) },
}

const identifierConfig: Table = {
  name: 'Identifier config',
  fields: {
    idType: always(idType),
    matchingAlgo: always(oneOf('exact', 'fuzzy')),
    matchingThreshold: always(wholeNumber(50, 99)),
    limit: always(wholeNumber(1, 100)),
    limitPolicy: always(oneOf('fifo', 'lifo')),
    enforceUnique: always(flag),
    normalization: always(oneOf('phone', 'email', 'trim', 'none')),
  },
}

export const identitySettings: Table = {
  name: 'Identity resolution settings',
  fields: {
    identifierConfigs: always(listOf(objectOf(identifierConfig))),
    matchingRules: always(listOf(idType)),
    version: always(wholeNumber(1)),
  },
}

const operationResult: Table = {
  name: 'Result of a memory operation',
  fields: { type: always(oneOf('RESOURCE_ID')), id: always(textOf('an id or a name', /^.{1,128}$/)) },
}

const operationError: Table = {
  name: 'Error of a memory operation',
  fields: {
    type: always(url),
    title: always(filledText),
    code: always(wholeNumber(20000, 599999)),
    detail: always(filledText),
  },
}

export const memoryOperation: Table = {
  name: 'Memory operation',
  fields: {
    operationId: always(idOf('mem_operation')),
    status: always(oneOf('PENDING', 'COMPLETED', 'FAILED')),
    createdAt: always(date),
    completedAt: alwaysOrNull(date),
    statusUrl: always(url),
    result: sometimes(objectOf(operationResult)),
    resultUrl: sometimes(url),
    error: sometimes(objectOf(operationError)),
  },
}

const validationRule: Table = {
  name: 'Validation rule of a trait',
  fields: {
    ruleType: always(oneOf('STRING', 'NUMBER', 'BOOLEAN', 'ARRAY')),
    pattern: sometimes(textOf('at most 1000 characters', /^.{1,1000}$/s)),
    minLength: sometimes(wholeNumber(0)),
    maxLength: sometimes(wholeNumber(1)),
    min: sometimes(wholeNumber(0)),
    max: sometimes(wholeNumber(0)),
    minItems: sometimes(wholeNumber(0)),
    maxItems: sometimes(wholeNumber(0)),
  },
}

const traitDefinition: Table = {
  name: 'Definition of a trait',
  fields: {
    dataType: always(oneOf('STRING', 'NUMBER', 'BOOLEAN', 'ARRAY')),
    description: sometimes(textOf('at most 1024 characters', /^.{0,1024}$/s)),
    validationRule: sometimes(objectOf(validationRule)),
    idTypePromotion: sometimes(idType),
  },
}

export const traitGroup: Table = {
  name: 'Trait group',
  fields: {
    displayName: always(textOf('1 to 64 letters, digits, hyphens, underscores and dots', /^[a-zA-Z0-9_.-]{1,64}$/)),
    description: sometimes(textOf('at most 1024 characters', /^.{0,1024}$/s)),
    traits: sometimes(mapOf(objectOf(traitDefinition))),
    version: always(wholeNumber(1)),
  },
}

/** A fetched group is wrapped, with `meta` for the page of its traits. */
export const traitGroupPage: Table = {
  name: 'Page of the traits of a group',
  fields: { traitGroup: always(objectOf(traitGroup)), meta: always(objectOf(metaOf('traits'))) },
}

const mappingTo: Table = {
  name: 'Target of a data mapping',
  fields: {
    type: always(oneOf('TRAITS')),
    mappings: always(
      listOf(
        objectOf({
          name: 'Mapping of a trait',
          fields: {
            expression: always(textOf('1 to 256 characters', /^.{1,256}$/s)),
            traitGroup: always(textOf('1 to 64 characters', /^.{1,64}$/)),
            traitName: always(textOf('1 to 128 characters', /^[a-z][a-zA-Z0-9_.-]{0,127}$/)),
          },
        }),
      ),
    ),
  },
}

const mappingFrom: Table = {
  name: 'Source of a data mapping',
  fields: {
    type: always(oneOf('INGRESS', 'DATASET_CLOUDAPP', 'DATASET_WAREHOUSE')),
    columns: sometimes(listOf(filledText)),
    datasetId: sometimes(idOf('tdi_dataset')),
  },
}

export const dataMapping: Table = {
  name: 'Data mapping',
  fields: {
    id: always(idOf('mem_datamapping')),
    displayName: always(textOf('1 to 128 characters', /^[a-zA-Z][a-zA-Z0-9_.-]{0,127}$/)),
    description: sometimes(textOf('1 to 512 characters', /^.{1,512}$/s)),
    isEnabled: always(flag),
    mappingTo: always(objectOf(mappingTo)),
    mappingFrom: always(objectOf(mappingFrom)),
    createdAt: always(date),
    updatedAt: always(date),
    version: always(wholeNumber(1)),
  },
}

export const profileCreated: Table = {
  name: 'Creation of a profile',
  fields: { id: always(idOf('mem_profile')), message: always(message) },
}

/** A trait is a string, a number, a truth or a list of these; what is in which group the cases say. */
const traitValue: Check = (value, at, inspection) => {
  const scalars = ['string', 'number', 'boolean']
  const fits = [value].flat().every((part) => scalars.includes(typeof part))
  if (!fits) inspection.problems.push(`${at} should be a trait's value, not ${JSON.stringify(value)}`)
}
const traitValues = mapOf(traitValue)

export const profile: Table = {
  name: 'Profile',
  fields: { id: always(idOf('mem_profile')), createdAt: always(date), traits: always(mapOf(traitValues)) },
}

export const profileImportCreated: Table = {
  name: 'Creation of an import',
  fields: { importId: always(idOf('mem_import')), url: always(url) },
}

const importSummary: Table = {
  name: 'Summary of an import',
  fields: { errors: always(wholeNumber(0)), warnings: always(wholeNumber(0)) },
}

export const profileImport: Table = {
  name: 'Import',
  fields: {
    status: always(oneOf('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED')),
    filename: always(textOf('1 to 255 characters', /^.{1,255}$/s)),
    createdAt: always(date),
    updatedAt: always(date),
    fileSize: always(wholeNumber(1, 104_857_600)),
    columnMappings: always(
      listOf(
        objectOf({
          name: 'Column of an import',
          fields: { columnName: always(filledText), traitGroup: always(filledText), traitName: always(filledText) },
        }),
      ),
    ),
    summary: always(objectOf(importSummary)),
  },
}

export const trait: Table = {
  name: 'Trait of a profile',
  fields: {
    name: always(textOf('1 to 64 characters', /^.{1,64}$/)),
    value: always(traitValue),
    traitGroup: always(textOf('1 to 64 characters', /^.{1,64}$/)),
    timestamp: always(date),
  },
}

export const dataPlaneAcceptance: Table = {
  name: 'Acceptance of a change of a profile',
  fields: { message: always(message) },
}

export const lookup: Table = {
  name: 'Lookup',
  fields: { normalizedValue: always(identifierValue), profiles: always(listOf(idOf('mem_profile'))) },
}

export const identifierSet: Table = {
  name: 'Identifiers of one type',
  fields: { idType: always(idType), values: always(listOf(identifierValue)) },
}

/** Not paged: the answer has no `meta`, and the client takes only the array. */
export const identifierList: Table = {
  name: 'Identifiers',
  fields: { identifiers: beyondClient(always(listOf(objectOf(identifierSet)))) },
}

/** The dates of a change that is only accepted are null, as the client would show them as now. */
export const memoryAcceptance: Table = {
  name: 'Acceptance of a change of what is remembered',
  fields: { message: always(message), occurredAt: alwaysNull(), createdAt: alwaysNull(), updatedAt: alwaysNull() },
}

const content = textOf('1 to 4096 characters', /^.{1,4096}$/s)
const source = textOf('1 to 100 characters of a source', /^[a-zA-Z0-9 _./-]{1,100}$/)
const conversation = idOf('conv_conversation')

export const observation: Table = {
  name: 'Observation',
  fields: {
    id: always(idOf('mem_observation')),
    content: always(content),
    source: always(source),
    conversationIds: always(listOf(conversation)),
    occurredAt: always(date),
    createdAt: always(date),
    updatedAt: always(date),
  },
}

export const conversationSummary: Table = {
  name: 'Conversation summary',
  fields: {
    id: always(idOf('mem_summary')),
    content: always(content),
    source: sometimes(source),
    conversationId: always(conversation),
    occurredAt: always(date),
    createdAt: always(date),
    updatedAt: always(date),
  },
}

const score = sometimes(numberBetween(0, 1))
const recalledObservation: Table = { name: 'Recalled observation', fields: { ...observation.fields, score } }
const recalledSummary: Table = { name: 'Recalled summary', fields: { ...conversationSummary.fields, score } }

const partyFields = {
  id: always(idOf('conv_participant')),
  name: always(filledText),
  type: always(oneOf('HUMAN_AGENT', 'CUSTOMER', 'AI_AGENT', 'AGENT', 'UNKNOWN')),
  profileId: sometimes(idOf('mem_profile')),
  address: always(filledText),
  channel: always(oneOf('VOICE', 'SMS', 'RCS', 'EMAIL', 'WHATSAPP', 'CHAT', 'API', 'SYSTEM')),
}
const recalledAuthor: Table = { name: 'Author of a recalled communication', fields: partyFields }
const recalledRecipient: Table = {
  name: 'Recipient of a recalled communication',
  fields: {
    ...partyFields,
    deliveryStatus: always(oneOf('INITIATED', 'IN_PROGRESS', 'DELIVERED', 'COMPLETED', 'FAILED')),
  },
}
const recalledContent: Table = { name: 'Content of a recalled communication', fields: { text: always(filledText) } }
const recalledCommunication: Table = {
  name: 'Recalled communication',
  fields: {
    id: always(idOf('conv_communication')),
    channelId: sometimes(filledText),
    content: always(objectOf(recalledContent)),
    createdAt: always(date),
    updatedAt: always(date),
    author: always(objectOf(recalledAuthor)),
    recipients: always(listOf(objectOf(recalledRecipient))),
  },
}
const recallMeta: Table = { name: 'Meta of a recall', fields: { queryTime: always(wholeNumber(0, 600_000)) } }

export const recall: Table = {
  name: 'Recall',
  fields: {
    observations: always(listOf(objectOf(recalledObservation))),
    summaries: always(listOf(objectOf(recalledSummary))),
    communications: always(listOf(objectOf(recalledCommunication))),
    meta: always(objectOf(recallMeta)),
  },
}

/** Every table, so that a run can tell which fields it never met. */
export const memoryTables: readonly Table[] = [
  memoryStore,
  controlPlaneAcceptance,
  identifierConfig,
  identitySettings,
  validationRule,
  traitDefinition,
  traitGroup,
  traitGroupPage,
  mappingTo,
  mappingFrom,
  dataMapping,
  profileImportCreated,
  importSummary,
  profileImport,
  trait,
  operationResult,
  operationError,
  memoryOperation,
  profileCreated,
  profile,
  dataPlaneAcceptance,
  memoryAcceptance,
  observation,
  conversationSummary,
  recalledObservation,
  recalledSummary,
  recalledAuthor,
  recalledRecipient,
  recalledContent,
  recalledCommunication,
  recallMeta,
  recall,
  lookup,
  identifierSet,
  identifierList,
]
