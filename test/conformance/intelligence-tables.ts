import {
  accountSid,
  always,
  alwaysNull,
  alwaysOrNull,
  type Check,
  date,
  filledText,
  flag,
  idOf,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  sometimes,
  type Table,
  text,
  wholeNumber,
} from './fields.ts'

// What the Intelligence v3 API answers, field by field, as its published description and its official client have it.

const anything: Check = () => {}
const displayName = filledText
const format = oneOf('TEXT', 'JSON', 'CLASSIFICATION')
const enabled: Table = { name: 'Switch', fields: { enabled: always(flag) } }
const operatorContext: Table = {
  name: 'Context of an operator',
  fields: { memory: always(objectOf(enabled)), knowledge: always(objectOf(enabled)) },
}
const example: Table = { name: 'Training example', fields: { input: always(text), output: always(text) } }

const operatorFields = {
  id: always(idOf('intelligence_operator')),
  displayName: always(displayName),
  description: alwaysOrNull(text),
  version: always(wholeNumber(1)),
  author: always(oneOf('SELF', 'TWILIO')),
  prompt: sometimes(filledText),
  outputFormat: always(format),
  outputSchema: sometimes(anything),
  trainingExamples: sometimes(listOf(objectOf(example))),
  context: always(objectOf(operatorContext)),
  parameters: always(mapOf(anything)),
}
export const operator: Table = { name: 'Operator', fields: operatorFields }
export const operatorVersion: Table = {
  name: 'Version of an operator',
  fields: {
    ...operatorFields,
    description: always(text),
    prompt: always(filledText),
    outputSchema: always(anything),
    trainingExamples: always(listOf(objectOf(example))),
    author: always(oneOf('SELF')),
    outputFormat: always(oneOf('JSON')),
    status: always(oneOf('ACTIVE')),
    dateCreated: always(date),
  },
}
export const versionItem: Table = {
  name: 'Version in a list',
  fields: {
    version: always(wholeNumber(1)),
    status: always(oneOf('ACTIVE')),
    dateCreated: always(date),
    dateDeprecated: alwaysNull(),
    retirementDate: alwaysNull(),
    dateRetired: alwaysNull(),
  },
}

const ruleOperator: Table = {
  name: 'Operator of a rule',
  fields: {
    id: always(idOf('intelligence_operator')),
    version: alwaysOrNull(wholeNumber(1)),
    parameters: alwaysOrNull(mapOf(anything)),
  },
}
const trigger: Table = {
  name: 'Trigger',
  fields: {
    on: always(oneOf('COMMUNICATION', 'CONVERSATION_END', 'CONVERSATION_INACTIVE')),
    parameters: sometimes(mapOf(anything)),
  },
}
const action: Table = {
  name: 'Action',
  fields: { type: always(oneOf('WEBHOOK')), method: always(oneOf('POST')), url: always(filledText) },
}
const rule: Table = {
  name: 'Rule',
  fields: {
    id: always(idOf('intelligence_configurationrule')),
    operators: always(listOf(objectOf(ruleOperator))),
    triggers: always(listOf(objectOf(trigger))),
    actions: always(listOf(objectOf(action))),
    context: sometimes(mapOf(anything)),
  },
}
export const configuration: Table = {
  name: 'Intelligence configuration',
  fields: {
    accountId: always(accountSid),
    id: always(idOf('intelligence_configuration')),
    displayName: always(displayName),
    description: alwaysOrNull(text),
    version: always(wholeNumber(1)),
    rules: always(listOf(objectOf(rule))),
    dateCreated: always(date),
    dateUpdated: always(date),
  },
}

/** Ours, beside what is published. */
const usage: Table = {
  name: 'Use of a model',
  fields: {
    requests: always(wholeNumber(0)),
    inputTokens: always(wholeNumber(0)),
    outputTokens: always(wholeNumber(0)),
  },
}

const participantOfResult: Table = {
  name: 'Participant of an execution',
  fields: {
    id: always(idOf('conv_participant')),
    profileId: alwaysOrNull(idOf('mem_profile')),
    type: always(oneOf('CUSTOMER', 'AI_AGENT')),
  },
}
const executionDetails: Table = {
  name: 'Execution details',
  fields: {
    trigger: always(
      objectOf({ name: 'Trigger of an execution', fields: { on: always(filledText), timestamp: always(date) } }),
    ),
    communications: always(
      objectOf({
        name: 'Range of an execution',
        fields: { first: always(idOf('conv_communication')), last: always(idOf('conv_communication')) },
      }),
    ),
    channels: always(listOf(oneOf('SMS'))),
    participants: always(listOf(objectOf(participantOfResult))),
    resolvedContext: always(
      objectOf({ name: 'Resolved context', fields: { memory: alwaysOrNull(anything), knowledge: alwaysNull() } }),
    ),
  },
}
const system: Table = {
  name: 'Measurements',
  fields: {
    resolvedModel: always(filledText),
    latencyMs: always(wholeNumber(0)),
    inputCharacters: always(wholeNumber(0)),
    outputCharacters: always(wholeNumber(0)),
    inputTruncated: always(flag),
  },
}
export const operatorResult: Table = {
  name: 'Operator result',
  fields: {
    id: always(idOf('intelligence_operatorresult')),
    accountId: always(accountSid),
    outputFormat: always(format),
    intelligenceConfiguration: always(
      objectOf({
        name: 'Configuration of a result',
        fields: {
          id: always(idOf('intelligence_configuration')),
          ruleId: always(idOf('intelligence_configurationrule')),
          version: always(wholeNumber(1)),
        },
      }),
    ),
    conversationId: always(idOf('conv_conversation')),
    operator: always(
      objectOf({
        name: 'Operator of a result',
        fields: {
          id: always(idOf('intelligence_operator')),
          version: always(wholeNumber(1)),
          parameters: always(mapOf(anything)),
        },
      }),
    ),
    dateCreated: always(date),
    referenceIds: always(listOf(text)),
    executionDetails: always(objectOf(executionDetails)),
    metadata: always(
      objectOf({ name: 'Metadata', fields: { system: always(objectOf(system)), skein: always(objectOf(usage)) } }),
    ),
    result: always(anything),
  },
}

const conversationFields = {
  id: always(idOf('conv_conversation')),
  accountId: always(accountSid),
  name: alwaysOrNull(text),
  status: always(oneOf('ACTIVE', 'INACTIVE', 'CLOSED')),
  createdAt: always(date),
  updatedAt: always(date),
  intelligenceConfigurationIds: always(listOf(idOf('intelligence_configuration'))),
  conversationConfigurationId: always(idOf('conv_configuration')),
  channels: always(listOf(oneOf('SMS'))),
  channelIds: always(listOf(text)),
  participants: always(
    listOf(
      objectOf({
        name: 'Participant that rules read',
        fields: {
          id: always(idOf('conv_participant')),
          name: alwaysOrNull(text),
          type: always(oneOf('CUSTOMER', 'AI_AGENT')),
          addressValues: always(listOf(filledText)),
        },
      }),
    ),
  ),
  operatorResultIds: always(listOf(idOf('intelligence_operatorresult'))),
}
export const readConversation: Table = { name: 'Conversation that rules read, in a list', fields: conversationFields }
export const fullConversation: Table = {
  name: 'Conversation that rules read',
  fields: {
    ...conversationFields,
    name: always(text),
    communications: always(
      listOf(
        objectOf({
          name: 'Communication that rules read',
          fields: {
            id: always(idOf('conv_communication')),
            participantId: always(idOf('conv_participant')),
            content: always(objectOf({ name: 'Content that rules read', fields: { text: always(text) } })),
            createdAt: always(date),
          },
        }),
      ),
    ),
  },
}

export const intelligenceTables: readonly Table[] = [
  operator,
  operatorVersion,
  versionItem,
  configuration,
  operatorResult,
  readConversation,
  fullConversation,
]
