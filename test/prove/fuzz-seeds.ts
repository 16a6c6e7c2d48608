import type { Resource } from './fuzz-account.ts'
import { actionBody, carrierBody, roleBody } from './fuzz-rooms.ts'
import type { FuzzWorld } from './fuzz-world.ts'
import type { Json } from './http-client.ts'
import { captureRulesOf, configurationBody } from './setting-up.ts'

/** `target` is what the path names last. */
type Seed = (world: FuzzWorld, target: Resource | undefined) => Json

const traffic: Seed = (world) => {
  const item = () => ({
    channel: 'SMS',
    from: world.phone(),
    to: world.random.chance(0.5) ? world.business : [world.business, world.phone()],
    content: { type: 'TEXT', text: world.text() },
    resourceId: world.name(),
    channelId: world.name(),
    direction: 'INBOUND',
    occurredAt: '2026-01-05T09:00:00.000Z',
    configurationId: world.configurationId,
  })
  return world.random.chance(0.5) ? item() : [item(), item()]
}

const traits: Seed = (world) => ({ traits: { Contact: { phone: world.phone(), firstName: world.text() } } })
const traitDefinitions: Seed = (world) => ({
  [world.name()]: {
    dataType: 'STRING',
    description: world.text(),
    validationRule: { ruleType: 'STRING', pattern: '^[a-z]+$', minLength: 1, maxLength: 20 },
    idTypePromotion: 'chat',
  },
})
const identifier: Seed = (world) => ({ idType: 'phone', value: world.phone() })

const observation: Seed = (world) => ({
  content: world.text(),
  source: 'fuzz',
  occurredAt: '2026-01-05T09:00:00Z',
  conversationIds: [conversationOf(world)],
})
const summary: Seed = (world) => ({
  content: world.text(),
  conversationId: conversationOf(world),
  occurredAt: '2026-01-05T09:00:00Z',
})

function conversationOf(world: FuzzWorld): string {
  return world.pick('Conversations', undefined, false).id
}

const participant: Seed = (world) => ({
  name: world.text(),
  type: 'HUMAN_AGENT',
  addresses: [{ channel: 'SMS', address: world.phone(), channelId: world.name() }],
})

const configuration: Seed = (world) => ({
  ...configurationBody({
    business: world.phone(),
    groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
    memoryStoreId: world.storeId,
    name: world.name(),
  }),
  statusCallbacks: [{ url: world.callbackUrl, method: 'POST' }],
  memoryExtractionEnabled: false,
})

const operator: Seed = (world) => ({
  displayName: world.name(),
  description: world.text(),
  prompt: `${world.text()} {{parameters.scale}}`,
  outputFormat: 'JSON',
  outputSchema: { type: 'object', properties: { risk: { type: 'integer' }, why: { type: ['string', 'null'] } } },
  trainingExamples: [{ input: world.text(), output: '{"risk": 1, "why": null}' }],
  context: { memory: { enabled: true }, knowledge: { enabled: false } },
  parameters: { scale: { type: 'INTEGER', default: 5, required: true, description: world.text() } },
})

const intelligence: Seed = (world) => ({
  displayName: world.name(),
  description: world.text(),
  rules: [
    {
      operators: [{ id: world.operatorId, version: 1, parameters: {} }],
      triggers: [{ on: 'COMMUNICATION', parameters: { count: 3 } }],
      actions: [{ type: 'WEBHOOK', method: 'POST', url: world.callbackUrl }],
      context: { memory: { enabled: true } },
    },
  ],
})

const trial: Seed = (world, target) => ({
  ...(world.random.chance(0.5)
    ? { operator: operator(world, target), parameters: { scale: 3 } }
    : { operatorId: world.operatorId, version: 1, parameters: {} }),
  ...(world.random.chance(0.5)
    ? { conversationId: conversationOf(world) }
    : { transcript: [{ from: 'CUSTOMER', text: world.text() }] }),
})

const ruleExecution: Seed = (world) => {
  const configuration = world.pick('v3/Configurations', undefined, false)
  return {
    intelligenceConfigurationId: configuration.id,
    ruleId: configuration.value,
    conversationId: conversationOf(world),
    rule: { operators: [{ id: world.operatorId, parameters: {} }] },
  }
}

const classicConversation: Seed = (world) => ({
  FriendlyName: world.text(),
  UniqueName: world.name(),
  Attributes: JSON.stringify({ mark: world.text() }),
})

const classicMessage: Seed = (world) => ({
  Author: world.name(),
  Body: world.text(),
  Attributes: JSON.stringify({ mark: world.text() }),
})

const clock: Seed = () => ({ advanceSeconds: 1 })

/** Bodies that are accepted, by method and path. A route that is not here gets one made from its schema. */
export const seeds: Readonly<Record<string, Seed>> = {
  'POST /v2/ControlPlane/Configurations': configuration,
  'PUT /v2/ControlPlane/Configurations/{id}': configuration,
  'PATCH /v2/ControlPlane/Configurations/{id}': (world) => ({
    description: world.text(),
    channelSettings: {
      SMS: { statusTimeouts: { inactive: 5, closed: 10 }, captureRules: captureRulesOf(world.phone()) },
      VOICE: null,
    },
  }),
  'POST /v2/Conversations': (world) => ({
    configurationId: world.configurationId,
    name: world.text(),
    metadata: { mark: world.text() },
    configuration: { statusCallbacks: [{ url: world.callbackUrl }] },
    participants: [
      { name: world.text(), type: 'UNKNOWN', addresses: [{ channel: 'CHAT', address: world.name() }] },
      { name: world.text(), type: 'AI_AGENT', addresses: [{ channel: 'CHAT', address: world.name() }] },
    ],
  }),
  'PUT /v2/Conversations/{id}': (world) => ({
    status: world.random.pick(['ACTIVE', 'INACTIVE']),
    name: world.text(),
    metadata: { mark: world.text() },
  }),
  'PATCH /v2/Conversations/{id}': (world) => ({
    name: world.text(),
    metadata: { mark: null, other: world.text() },
    configuration: { statusCallbacks: [{ url: world.callbackUrl, method: 'GET' }] },
  }),
  'POST /v2/Conversations/{conversationId}/Participants': (world) => ({
    name: world.text(),
    type: 'HUMAN_AGENT',
    addresses: [],
  }),
  'PUT /v2/Conversations/{conversationId}/Participants/{id}': participant,
  'POST /v2/Conversations/{conversationId}/Communications': (world) => ({
    author: { channel: 'SMS', address: world.business },
    recipients: [{ channel: 'SMS', address: `${world.business.slice(0, -1)}1` }],
    content: { type: 'TEXT', text: world.text() },
    channelId: world.name(),
    resourceId: world.name(),
    occurredAt: '2026-01-05T09:00:00Z',
  }),
  'POST /v2/Conversations/{conversationId}/Actions': actionBody,
  'POST /skein/v1/Carriers': (world) => carrierBody(world, world.random.pick(['twilio', 'whatsapp'])),
  'PATCH /skein/v1/Carriers/{id}': (world) => ({ name: world.text(), baseUrl: world.callbackUrl }),
  'POST /v1/Services': (world) => ({ FriendlyName: world.text() }),
  'POST /v1/Services/{service}/Roles': roleBody,
  'POST /v1/Services/{service}/Conversations': classicConversation,
  'POST /v1/Services/{service}/Conversations/{conversation}': classicConversation,
  'POST /v1/Services/{service}/Conversations/{conversation}/Participants': (world) => ({
    ...(world.random.chance(0.5)
      ? { Identity: world.name() }
      : { 'MessagingBinding.Address': world.phone(), 'MessagingBinding.ProxyAddress': world.business }),
    Attributes: JSON.stringify({ mark: world.text() }),
  }),
  'POST /v1/Services/{service}/Conversations/{conversation}/Participants/{participant}': (world) => ({
    Attributes: JSON.stringify({ mark: world.text() }),
    LastReadMessageIndex: '0',
    LastReadTimestamp: '2026-01-05T09:00:00Z',
  }),
  'POST /v1/Services/{service}/Conversations/{conversation}/Messages': classicMessage,
  'POST /v1/Services/{service}/Conversations/{conversation}/Messages/{message}': classicMessage,
  'POST /v3/ControlPlane/Operators': operator,
  'PUT /v3/ControlPlane/Operators/{id}': operator,
  'POST /v3/ControlPlane/Configurations': intelligence,
  'PUT /v3/ControlPlane/Configurations/{id}': intelligence,
  'POST /v3/RuleExecutions': ruleExecution,
  'PUT /skein/v1/IntelligenceConfigurations/{id}/Rules/{ruleId}/Filter': (world) => ({
    participantTypes: ['CUSTOMER', 'UNKNOWN'],
    turns: world.random.chance(0.5),
    turnPauseSeconds: 3,
  }),
  'POST /skein/v1/Operators/Test': trial,
  'POST /skein/v1/Traffic': traffic,
  'POST /skein/v1/Traffic/Explain': traffic,
  'POST /skein/v1/OwnedAddresses': (world) => ({ address: world.phone(), name: world.text(), channel: 'SMS' }),
  'POST /2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers': (world) => ({
    PhoneNumber: world.phone(),
    FriendlyName: world.text(),
    SmsUrl: world.callbackUrl,
  }),
  'POST /2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers/{sid}': (world) => ({ FriendlyName: world.text() }),
  'POST /2010-04-01/Accounts/{accountSid}/Messages': (world) => ({
    From: world.business,
    To: world.phone(),
    Body: world.text(),
  }),
  'POST /2010-04-01/Accounts/{accountSid}/Messages/{sid}': () => ({ Body: '' }),
  'POST /skein/v1/Handsets/{address}/Messages': (world) => ({ to: world.business, body: world.text() }),
  'POST /2010-04-01/Accounts/{accountSid}/Calls': (world) => ({
    From: world.business,
    To: world.phone(),
    Twiml: '<Response><Pause length="3600"/></Response>',
    StatusCallback: world.callbackUrl,
    StatusCallbackEvent: 'initiated completed',
  }),
  'POST /2010-04-01/Accounts/{accountSid}/Calls/{sid}': () => ({ Twiml: '<Response><Say>Hello</Say></Response>' }),
  'POST /2010-04-01/Accounts/{accountSid}/Calls/{callSid}/Transcriptions': (world) => ({
    Name: world.name(),
    StatusCallbackUrl: world.callbackUrl,
  }),
  'POST /2010-04-01/Accounts/{accountSid}/Calls/{callSid}/Transcriptions/{sid}': () => ({ Status: 'stopped' }),
  'POST /skein/v1/Handsets/{address}/Calls': (world) => ({ to: world.business }),
  'POST /skein/v1/Clock': clock,
  'POST /skein/v1/Keys': (world) => ({ name: world.name() }),
  'POST /v1/ControlPlane/Stores': (world) => ({ displayName: world.name(), description: world.text() }),
  'PATCH /v1/ControlPlane/Stores/{storeId}': (world) => ({ description: world.text() }),
  'PUT /v1/ControlPlane/Stores/{storeId}/IdentityResolutionSettings': () => ({
    identifierConfigs: [
      { idType: 'phone', matchingAlgo: 'exact', limit: 10, normalization: 'phone', enforceUnique: true },
      { idType: 'email', matchingAlgo: 'fuzzy', matchingThreshold: 90, limitPolicy: 'fifo' },
      { idType: 'whatsapp' },
      { idType: 'chat' },
    ],
    matchingRules: ['phone', 'email'],
  }),
  'POST /v1/ControlPlane/Stores/{storeId}/TraitGroups': (world, target) => ({
    displayName: world.name(),
    description: world.text(),
    traits: traitDefinitions(world, target),
  }),
  'PATCH /v1/ControlPlane/Stores/{storeId}/TraitGroups/{traitGroupName}': (world, target) => ({
    description: world.text(),
    traits: world.random.chance(0.5) ? {} : traitDefinitions(world, target),
  }),
  'POST /v1/ControlPlane/Stores/{storeId}/DataMappings': (world) => ({
    displayName: world.name(),
    description: world.text(),
    isEnabled: world.random.chance(0.5),
    mappingFrom: { type: 'INGRESS', columns: ['mail'] },
    mappingTo: { type: 'TRAITS', mappings: [{ expression: 'mail', traitGroup: 'Contact', traitName: 'email' }] },
  }),
  'PATCH /v1/ControlPlane/Stores/{storeId}/DataMappings/{dataMappingId}': (world) => ({ description: world.text() }),
  'POST /v1/Stores/{storeId}/Profiles': traits,
  'PUT /v1/Stores/{storeId}/Profiles/Bulk': (world, target) => ({
    profiles: [traits(world, target), traits(world, target)],
  }),
  'POST /v1/Stores/{storeId}/Profiles/Imports': (world) => ({
    filename: world.name(),
    fileSize: 100,
    columnMappings: [
      { columnName: 'tel', traitGroup: 'Contact', traitName: 'phone' },
      { columnName: world.name(), traitGroup: 'Contact', traitName: 'firstName' },
    ],
  }),
  'POST /v1/Stores/{storeId}/Profiles/Lookup': identifier,
  'PATCH /v1/Stores/{storeId}/Profiles/{profileId}': traits,
  'POST /v1/Stores/{storeId}/Profiles/{profileId}/Identifiers': identifier,
  'POST /v1/Stores/{storeId}/Profiles/{profileId}/Observations': (world, target) =>
    world.random.chance(0.5) ? observation(world, target) : { observations: [observation(world, target)] },
  'PATCH /v1/Stores/{storeId}/Profiles/{profileId}/Observations/{observationId}': (world) => ({
    content: world.text(),
  }),
  'POST /v1/Stores/{storeId}/Profiles/{profileId}/ConversationSummaries': (world, target) => ({
    summaries: [summary(world, target)],
  }),
  'PATCH /v1/Stores/{storeId}/Profiles/{profileId}/ConversationSummaries/{summaryId}': summary,
  'POST /v1/Stores/{storeId}/Profiles/{profileId}/Recall': (world) => ({
    query: world.text(),
    conversationId: conversationOf(world),
    communicationsLimit: 3,
    relevanceThreshold: 0.1,
  }),
  'POST /skein/v1/Stores/{storeId}/SharedIdentifiers': (world) => ({
    idType: 'chat',
    value: world.name(),
    note: world.text(),
  }),
  'POST /skein/v1/Stores/{storeId}/Merges/Preview': (world, target) => ({
    profileId: target?.below.Profiles?.[0]?.id,
    idType: 'phone',
    value: world.phone(),
  }),
  'PATCH /v1/Stores/{storeId}/Profiles/{profileId}/Identifiers/{idType}': (_world, target) => ({
    idType: 'phone',
    oldValue: target?.value,
    newValue: target?.value,
  }),
}
