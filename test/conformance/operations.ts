/** One operation of a published API that Skein serves. */
export interface Operation {
  api: 'Conversations v2' | 'Memory v1' | 'Intelligence v3'
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** As `/openapi.json` has it. */
  path: string
  /** What the official client calls it, after `client.conversations.v2`, `client.memory.v1` or `client.intelligence.v3`. */
  call: string
  /** The status of success. */
  status: number
  /** What a caller of the vendor's service would notice. */
  difference?: string
}

const configurations = '/v2/ControlPlane/Configurations'
const conversations = '/v2/Conversations'
const participants = '/v2/Conversations/{conversationId}/Participants'
const communications = '/v2/Conversations/{conversationId}/Communications'
const actions = '/v2/Conversations/{conversationId}/Actions'
const stores = '/v1/ControlPlane/Stores'
const settings = '/v1/ControlPlane/Stores/{storeId}/IdentityResolutionSettings'
const traitGroups = '/v1/ControlPlane/Stores/{storeId}/TraitGroups'
const dataMappings = '/v1/ControlPlane/Stores/{storeId}/DataMappings'
const profiles = '/v1/Stores/{storeId}/Profiles'
const observations = '/v1/Stores/{storeId}/Profiles/{profileId}/Observations'
const summaries = '/v1/Stores/{storeId}/Profiles/{profileId}/ConversationSummaries'
const recall = '/v1/Stores/{storeId}/Profiles/{profileId}/Recall'
const identifiers = '/v1/Stores/{storeId}/Profiles/{profileId}/Identifiers'

type Row = readonly [method: Operation['method'], path: string, call: string, status: number, difference?: string]

const conversationRows: readonly Row[] = [
  [
    'POST',
    configurations,
    'configurations.create',
    202,
    'in force as soon as the operation is COMPLETED: there is nothing more to wait for',
  ],
  ['GET', configurations, 'configurations.list', 200],
  ['GET', `${configurations}/{id}`, 'configurations(id).fetch', 200],
  ['PUT', `${configurations}/{id}`, 'configurations(id).update', 202],
  ['PATCH', `${configurations}/{id}`, 'configurations(id).patch', 202],
  [
    'DELETE',
    `${configurations}/{id}`,
    'configurations(id).remove',
    202,
    'allowed while conversations are open; they live on with what they pinned',
  ],
  [
    'POST',
    conversations,
    'conversations.create',
    201,
    '`configuration` takes `statusCallbacks` too; `workflows` are stored and start nothing',
  ],
  ['GET', conversations, 'conversations.list', 200, 'statuses may also be joined by commas'],
  ['GET', `${conversations}/{id}`, 'conversations(id).fetch', 200],
  ['PUT', `${conversations}/{id}`, 'conversations(id).update', 200, 'a key that is left out keeps its value'],
  ['PATCH', `${conversations}/{id}`, 'conversations(id).patch', 200],
  ['DELETE', `${conversations}/{id}`, 'conversations(id).remove', 202],
  [
    'POST',
    participants,
    'participants(conversationId).create',
    201,
    '`profileId` is in the answer already: profiles are resolved at once',
  ],
  ['GET', participants, 'participants(conversationId).list', 200],
  ['GET', `${participants}/{id}`, 'participants(conversationId, id).fetch', 200],
  ['PUT', `${participants}/{id}`, 'participants(conversationId, id).update', 200, 'can be a 409, as creation can'],
  ['POST', communications, 'communications(conversationId).create', 201, '`transcription.words` are taken too'],
  ['GET', communications, 'communications(conversationId).list', 200],
  ['GET', `${communications}/{id}`, 'communications(conversationId, id).fetch', 200],
  ['POST', actions, 'actions(conversationId).create', 202, '`related` is empty until the carrier took the message'],
  ['GET', `${actions}/{actionId}`, 'actions(conversationId, actionId).fetch', 200],
  [
    'GET',
    '/v2/ControlPlane/Operations/{id}',
    'operations(id).fetch',
    200,
    '`result` names the resource beside `related`',
  ],
]

const memoryRows: readonly Row[] = [
  ['POST', stores, 'stores.create', 202],
  ['GET', stores, 'stores.list', 200],
  ['GET', `${stores}/{storeId}`, 'stores(storeId).fetch', 200, 'also at `/v1/Stores/{storeId}`'],
  ['PATCH', `${stores}/{storeId}`, 'stores(storeId).patch', 202],
  ['DELETE', `${stores}/{storeId}`, 'stores(storeId).remove', 202, 'a 409 while a configuration uses the store'],
  ['GET', settings, 'identityResolutionSettings(storeId).fetch', 200],
  ['PUT', settings, 'identityResolutionSettings(storeId).update', 202],
  ['POST', traitGroups, 'traitGroups(storeId).create', 202],
  ['GET', traitGroups, 'traitGroups(storeId).list', 200],
  ['GET', `${traitGroups}/{traitGroupName}`, 'traitGroups(storeId, traitGroupName).fetch', 200],
  ['PATCH', `${traitGroups}/{traitGroupName}`, 'traitGroups(storeId, traitGroupName).patch', 202],
  [
    'DELETE',
    `${traitGroups}/{traitGroupName}`,
    'traitGroups(storeId, traitGroupName).remove',
    202,
    'identifiers that came from its traits stay',
  ],
  ['POST', dataMappings, 'dataMappings(storeId).create', 202, 'kept and shown: nothing is read by it'],
  ['GET', dataMappings, 'dataMappings(storeId).list', 200],
  ['GET', `${dataMappings}/{dataMappingId}`, 'dataMappings(storeId, dataMappingId).fetch', 200],
  ['PATCH', `${dataMappings}/{dataMappingId}`, 'dataMappings(storeId, dataMappingId).patch', 202],
  ['DELETE', `${dataMappings}/{dataMappingId}`, 'dataMappings(storeId, dataMappingId).remove', 202],
  [
    'GET',
    '/v1/ControlPlane/Operations/{operationId}',
    'operations(operationId).fetch',
    200,
    '`completedAt` is null, not left out, while it waits; never RUNNING or CANCELLED',
  ],
  ['POST', profiles, 'profiles(storeId).create', 202, 'all traits can be read at once'],
  ['GET', profiles, 'profiles(storeId).list', 200],
  [
    'GET',
    `${profiles}/{profileId}`,
    'profiles(storeId, profileId).fetch',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  [
    'PATCH',
    `${profiles}/{profileId}`,
    'profiles(storeId, profileId).patch',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'DELETE',
    `${profiles}/{profileId}`,
    'profiles(storeId, profileId).remove',
    202,
    'for a merged id it deletes the profile that took its place, no 308',
  ],
  [
    'PUT',
    `${profiles}/Bulk`,
    'bulk(storeId).update',
    202,
    'written when it answers; the message counts what was passed over',
  ],
  [
    'POST',
    `${profiles}/Lookup`,
    'lookup(storeId).create',
    200,
    '`profiles` is an empty list when there is none, never null',
  ],
  ['POST', `${profiles}/Imports`, 'imports(storeId).create', 201, '`url` leads to this server and is good for an hour'],
  ['GET', `${profiles}/Imports`, 'imports(storeId).list', 200],
  [
    'GET',
    `${profiles}/Imports/{importId}`,
    'imports(storeId, importId).fetch',
    200,
    'progress and a report of each bad row under `/skein/v1/MemoryStores/{storeId}/Imports/{importId}`',
  ],
  [
    'GET',
    `${profiles}/{profileId}/Traits`,
    'traits(storeId, profileId).list',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  [
    'POST',
    identifiers,
    'identifiers(storeId, profileId).create',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'GET',
    identifiers,
    'identifiers(storeId, profileId).list',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  [
    'GET',
    `${identifiers}/{idType}`,
    'identifiers(storeId, profileId, idType).fetch',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  [
    'PATCH',
    `${identifiers}/{idType}`,
    'identifiers(storeId, profileId, idType).patch',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'DELETE',
    `${identifiers}/{idType}`,
    'identifiers(storeId, profileId, idType).remove',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'POST',
    observations,
    'observations(storeId, profileId).create',
    202,
    'also takes one observation by itself, as the agent SDK sends it; for a merged id no 308',
  ],
  [
    'GET',
    observations,
    'observations(storeId, profileId).list',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  ['GET', `${observations}/{observationId}`, 'observations(storeId, profileId, observationId).fetch', 200],
  [
    'PATCH',
    `${observations}/{observationId}`,
    'observations(storeId, profileId, observationId).patch',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'DELETE',
    `${observations}/{observationId}`,
    'observations(storeId, profileId, observationId).remove',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  ['GET', `${observations}/{observationId}/Revisions`, 'revisions(storeId, profileId, observationId).list', 200],
  [
    'POST',
    summaries,
    'conversationSummaries(storeId, profileId).create',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'GET',
    summaries,
    'conversationSummaries(storeId, profileId).list',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 301',
  ],
  ['GET', `${summaries}/{summaryId}`, 'conversationSummaries(storeId, profileId, summaryId).fetch', 200],
  [
    'PATCH',
    `${summaries}/{summaryId}`,
    'conversationSummaries(storeId, profileId, summaryId).patch',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'DELETE',
    `${summaries}/{summaryId}`,
    'conversationSummaries(storeId, profileId, summaryId).remove',
    202,
    'for a merged id it changes the profile that took its place, no 308',
  ],
  [
    'POST',
    recall,
    'recall(storeId, profileId).create',
    200,
    'for a merged id a 200 with `Canonical-Profile-Id`, no 308',
  ],
]

/** Everything that is published and that Skein answers so far, in the order of the published pages. */
const intelligence = '/v3/ControlPlane/Configurations'
const operators = '/v3/ControlPlane/Operators'
const shownByClient = 'the official client shows only `entities` of `result`, as it does with the vendor'

const intelligenceRows: readonly Row[] = [
  ['POST', intelligence, 'configurations.create', 201],
  ['GET', intelligence, 'configurations.list', 200],
  ['GET', `${intelligence}/{id}`, 'configurations(id).fetch', 200],
  ['PUT', `${intelligence}/{id}`, 'configurations(id).update', 200, 'counts at once, also for open conversations'],
  ['DELETE', `${intelligence}/{id}`, 'configurations(id).remove', 204],
  ['POST', operators, 'operators.create', 201],
  ['GET', operators, 'operators.list', 200],
  ['GET', `${operators}/{id}`, 'operators(id).fetch', 200],
  ['PUT', `${operators}/{id}`, 'operators(id).update', 200],
  ['DELETE', `${operators}/{id}`, 'operators(id).remove', 204],
  ['GET', `${operators}/{id}/Versions`, 'versions(id).list', 200],
  ['GET', `${operators}/{id}/Versions/{version}`, 'versions(id, version).fetch', 200],
  ['GET', '/v3/OperatorResults', 'operatorResults.list', 200, shownByClient],
  ['GET', '/v3/OperatorResults/{id}', 'operatorResults(id).fetch', 200, shownByClient],
  ['DELETE', '/v3/OperatorResults/{id}', 'operatorResults(id).remove', 204],
  ['GET', '/v3/Conversations', 'conversations.list', 200, '`conversationConfigurationId` is the real one'],
  ['GET', '/v3/Conversations/{id}', 'conversations(id).fetch', 200],
  ['POST', '/v3/RuleExecutions', 'ruleExecutions.create', 202, 'the trigger of its results is `ON_DEMAND`'],
]

export const operations: readonly Operation[] = [
  ...conversationRows.map((row) => operation('Conversations v2', row)),
  ...memoryRows.map((row) => operation('Memory v1', row)),
  ...intelligenceRows.map((row) => operation('Intelligence v3', row)),
]

function operation(api: Operation['api'], [method, path, call, status, difference]: Row): Operation {
  return { api, method, path, call, status, ...(difference === undefined ? {} : { difference }) }
}

/** How cases and reports name an operation. */
export function nameOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path}`
}
