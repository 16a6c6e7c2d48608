import { setTimeout } from 'node:timers/promises'
import type { FuzzAccount, Resource } from './fuzz-account.ts'
import {
  type Furnisher,
  makeAction,
  makeCarrier,
  makeClassicConversation,
  makeClassicMessage,
  makeClassicParticipant,
  makeMessage,
  makeService,
} from './fuzz-rooms.ts'
import type { HttpClient, Json } from './http-client.ts'
import type { Random } from './random.ts'
import { completed, configurationBody, makeConfiguration, makeMemoryStore } from './setting-up.ts'

const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

/** The first of these carry what other resources rely on; only the later ones are changed. */
const relied = new Set(['Configurations', 'Stores', 'v3/Operators', 'v3/Configurations'])

/** Extensions have resources of published APIs under names of their own. */
const otherNames: Readonly<Record<string, string>> = {
  MemoryStores: 'Stores',
  IntelligenceConfigurations: 'v3/Configurations',
}

/** One account with something of everything in it. Every text in it contains the account's mark. */
export class FuzzWorld implements FuzzAccount {
  readonly client: HttpClient
  readonly mark: string
  readonly random: Random
  /** Where it wants to be called back. */
  readonly callbackUrl: string
  /** By the path segment under which they live. */
  readonly resources: Record<string, Resource[]> = {}
  /** For requests that delete: what has survived one is used for the next. */
  readonly #spare = new Map<string, Resource[]>()
  readonly #prefix: string
  #next = 0

  /** `prefix` begins all of its phone numbers: +1 and six digits more. */
  constructor(client: HttpClient, options: { mark: string; prefix: string; callbackUrl: string; random: Random }) {
    this.client = client
    this.mark = options.mark
    this.random = options.random
    this.callbackUrl = options.callbackUrl
    this.#prefix = options.prefix
  }

  get storeId(): string {
    return this.#first('Stores')
  }

  get configurationId(): string {
    return this.#first('Configurations')
  }

  get operatorId(): string {
    return this.#first('v3/Operators')
  }

  get business(): string {
    return `${this.#prefix}0000`
  }

  async build(): Promise<void> {
    for (let n = 0; n < 3; n += 1) this.#keep('Stores', await this.#makeStore())
    for (let n = 0; n < 2; n += 1) this.#keep('v3/Operators', await this.#makeOperator())
    for (let n = 0; n < 2; n += 1) this.#keep('v3/Configurations', await this.#makeIntelligence())
    for (let n = 0; n < 4; n += 1) this.#keep('Configurations', await this.#makeConfiguration())
    for (let n = 0; n < 3; n += 1) this.#store.below.Profiles?.push(await this.#makeProfile())
    for (let n = 0; n < 2; n += 1) this.#store.below.TraitGroups?.push(await this.#makeTraitGroup(this.storeId))
    for (let n = 0; n < 2; n += 1) this.#store.below.DataMappings?.push(await this.#makeDataMapping(this.storeId))
    for (let n = 0; n < 2; n += 1) this.#store.below.Merges?.push(await this.#makeMerge())
    for (let n = 0; n < 2; n += 1) this.#store.below.SharedIdentifiers?.push(await this.#makeShared(this.storeId))
    this.#keep('Erasures', await this.#makeErasure())
    for (let n = 0; n < 2; n += 1) this.#keep('OwnedAddresses', await this.#makeOwnedAddress())
    for (let n = 0; n < 2; n += 1) this.#keep('Keys', await this.#makeKey())
    await this.#makeOperations()
    await this.#makeNetwork()
    await this.renew()
    await this.#findResults()
    await this.#makeServices()
    for (const carrier of ['twilio', 'whatsapp'] as const) {
      this.#keep('Carriers', await makeCarrier(this.#furnisher, carrier))
    }
    await this.#beCalledBack()
  }

  /** Conversations end and fill up; new ones take their place. */
  async renew(): Promise<void> {
    this.resources.Conversations = []
    this.resources.Communications = []
    this.resources['v3/Conversations'] = []
    for (let n = 0; n < 3; n += 1) await this.#talk()
    for (const service of this.resources['classic/Services'] ?? []) {
      service.below['classic/Conversations'] = [
        await makeClassicConversation(this.#furnisher, service.id),
        await makeClassicConversation(this.#furnisher, service.id),
      ]
    }
  }

  /** Whether there is anything of the kind, which may also be below something else. */
  has(at: string): boolean {
    const isIn = (resources: Record<string, Resource[]>): boolean =>
      (resources[at]?.length ?? 0) > 0 || Object.values(resources).some((some) => some.some(({ below }) => isIn(below)))
    return isIn(this.resources)
  }

  /** A resource for a request to act upon; `at` is the path segment before the parameter. */
  pick(at: string, parent: Resource | undefined, changes: boolean): Resource {
    const kind = otherNames[at] ?? at
    const known = parent?.below[at] ?? this.resources[kind] ?? []
    if (known.length === 0) return leaf(this.random.text(20))
    if (!relied.has(kind)) return this.random.pick(known)
    return changes ? this.random.pick(known.slice(1)) : (known[0] as Resource)
  }

  /** A resource that may be deleted; undefined where none can be made. */
  async spare(at: string, parent: Resource | undefined): Promise<Resource | undefined> {
    const kept = this.#spare.get(spareKey(at, parent))?.pop()
    if (kept) return kept
    switch (at) {
      case 'Stores':
        return this.#makeStore()
      case 'Configurations':
        return this.#makeConfiguration()
      case 'Conversations':
        return this.#makeConversation()
      case 'Participants':
        return parent && this.#makeParticipant(parent)
      case 'Profiles':
        return this.#makeProfile()
      case 'TraitGroups':
        return parent && this.#makeTraitGroup(parent.id)
      case 'DataMappings':
        return parent && this.#makeDataMapping(parent.id)
      case 'Observations':
        return parent && leaf(await this.#makeObservation(`/v1/Stores/${this.storeId}/Profiles/${parent.id}`))
      case 'ConversationSummaries':
        return parent && leaf(await this.#makeSummary(`/v1/Stores/${this.storeId}/Profiles/${parent.id}`))
      case 'SharedIdentifiers':
        return parent && this.#makeShared(parent.id)
      case 'OwnedAddresses':
        return this.#makeOwnedAddress()
      case 'Keys':
        return this.#makeKey()
      case 'v3/Operators':
        return this.#makeOperator()
      case 'v3/Configurations':
        return this.#makeIntelligence()
      case 'v3/OperatorResults':
        return this.resources[at]?.splice(1, 1)[0]
      case 'IncomingPhoneNumbers':
        return parent && this.#makeNumber(parent.id, this.phone())
      case 'Messages':
        return parent && makeMessage(this.#furnisher, parent.id)
      case 'Carriers':
        return makeCarrier(this.#furnisher, this.random.pick(['twilio', 'whatsapp']))
      case 'classic/Services':
        return makeService(this.#furnisher)
      case 'classic/Conversations':
        return parent && makeClassicConversation(this.#furnisher, parent.id)
      case 'classic/Participants':
        return parent?.value === undefined ? undefined : makeClassicParticipant(this.#furnisher, parent.value)
      case 'classic/Messages':
        return parent?.value === undefined ? undefined : makeClassicMessage(this.#furnisher, parent.value)
      default:
        return undefined
    }
  }

  giveBack(at: string, parent: Resource | undefined, resource: Resource): void {
    const key = spareKey(at, parent)
    const kept = this.#spare.get(key) ?? []
    this.#spare.set(key, [...kept, resource])
  }

  phone(): string {
    this.#next += 1
    return `${this.#prefix}${String(1 + (this.#next % 9_998)).padStart(4, '0')}`
  }

  /** One that nothing else has. */
  sid(prefix: string): string {
    return `${prefix}${this.random.uuid().replaceAll('-', '')}`
  }

  /** Words that tell whose they are. */
  text(): string {
    this.#next += 1
    return `${this.mark} ${this.#next}`
  }

  name(): string {
    this.#next += 1
    return `${this.mark}-${this.#next}`
  }

  /** All ids that belong to the account. */
  ids(): string[] {
    const idsOf = (resources: Resource[]): string[] =>
      resources.flatMap(({ id, below }) => [id, ...Object.values(below).flatMap(idsOf)])
    return Object.values(this.resources).flatMap(idsOf)
  }

  get #furnisher(): Furnisher {
    return { world: this, post: (path, body) => this.#post(path, body) }
  }

  get #store(): Resource {
    return this.resources.Stores?.[0] as Resource
  }

  #first(at: string): string {
    const [first] = this.resources[at] ?? []
    if (!first) throw new Error(`The world has no ${at}.`)
    return first.id
  }

  #keep(at: string, resource: Resource): void {
    this.resources[at] = [...(this.resources[at] ?? []), resource]
  }

  async #makeStore(): Promise<Resource> {
    return leaf(await makeMemoryStore(this.client, this.name()), {
      Profiles: [],
      TraitGroups: [],
      DataMappings: [],
      Merges: [],
      SharedIdentifiers: [],
    })
  }

  async #makeConfiguration(): Promise<Resource> {
    const body = configurationBody({
      business: this.business,
      groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
      memoryStoreId: this.storeId,
      name: this.name(),
    })
    const intelligenceConfigurationIds = [this.#first('v3/Configurations')]
    const id = await makeConfiguration(this.client, { ...body, intelligenceConfigurationIds })
    return leaf(id, { Versions: [leaf('1')] })
  }

  async #makeProfile(): Promise<Resource> {
    const value = this.phone()
    const traits = { Contact: { phone: value, firstName: this.text() } }
    const { id } = await this.#post(`/v1/Stores/${this.storeId}/Profiles`, { traits })
    const path = `/v1/Stores/${this.storeId}/Profiles/${id}`
    const Observations = [leaf(await this.#makeObservation(path)), leaf(await this.#makeObservation(path))]
    const ConversationSummaries = [leaf(await this.#makeSummary(path))]
    return leaf(id, { Identifiers: [{ ...leaf('phone'), value }], Observations, ConversationSummaries })
  }

  async #makeObservation(profile: string): Promise<string> {
    return (await this.#post(`${profile}/Observations`, { content: this.text(), source: 'fuzz' })).id
  }

  async #makeSummary(profile: string): Promise<string> {
    const [conversation] = this.resources.Conversations ?? []
    const conversationId = conversation?.id ?? 'conv_conversation_01h455vb4pex5vsknk084sn02q'
    const item = { content: this.text(), conversationId, occurredAt: '2026-01-05T09:00:00Z' }
    await this.#post(`${profile}/ConversationSummaries`, { summaries: [item] })
    const [made] = await this.client.list(`${profile}/ConversationSummaries`, 'summaries')
    return made.id
  }

  async #makeTraitGroup(storeId: string): Promise<Resource> {
    const body = { displayName: this.name(), description: this.text(), traits: { tier: { dataType: 'STRING' } } }
    const path = `/v1/ControlPlane/Stores/${storeId}/TraitGroups`
    await completed(this.client, await this.client.post(path, body))
    return leaf(body.displayName)
  }

  async #makeDataMapping(storeId: string): Promise<Resource> {
    const mapping = { expression: 'mail', traitGroup: 'Contact', traitName: 'email' }
    const path = `/v1/ControlPlane/Stores/${storeId}/DataMappings`
    const made = await this.client.post(path, {
      displayName: this.name(),
      mappingFrom: { type: 'INGRESS', columns: ['mail'] },
      mappingTo: { type: 'TRAITS', mappings: [mapping] },
    })
    return leaf((await completed(this.client, made)).result.id)
  }

  async #makeMerge(): Promise<Resource> {
    const [one, other] = [await this.#makeProfile(), await this.#makeProfile()]
    return leaf((await this.#post(`/skein/v1/Stores/${this.storeId}/Merges`, { profileIds: [one.id, other.id] })).id)
  }

  async #makeShared(storeId: string): Promise<Resource> {
    const body = { idType: 'chat', value: this.name(), note: this.text() }
    return leaf((await this.#post(`/skein/v1/Stores/${storeId}/SharedIdentifiers`, body)).id)
  }

  async #makeErasure(): Promise<Resource> {
    const { id } = await this.#makeProfile()
    await this.client.delete(`/v1/Stores/${this.storeId}/Profiles/${id}`)
    const [made] = await this.client.list('/skein/v1/Erasures', 'erasures')
    return leaf(made.id)
  }

  async #makeOwnedAddress(): Promise<Resource> {
    this.#next += 1
    const address = `${this.#prefix}9${String(this.#next).padStart(4, '0')}`
    return leaf((await this.#post('/skein/v1/OwnedAddresses', { address, name: this.text() })).id)
  }

  async #makeKey(): Promise<Resource> {
    return leaf((await this.#post('/skein/v1/Keys', { name: this.name() })).sid)
  }

  async #makeOperator(): Promise<Resource> {
    const { id } = await this.#post('/v3/ControlPlane/Operators', { displayName: this.name(), prompt: this.text() })
    return leaf(id, { 'v3/Versions': [leaf('1')] })
  }

  async #makeIntelligence(): Promise<Resource> {
    const operators = [{ id: this.operatorId }, { id: sentiment }]
    const triggers = [{ on: 'COMMUNICATION', parameters: { count: 3 } }]
    const rules = [
      { operators, triggers, actions: [] },
      { operators: [{ id: sentiment }], triggers: [], actions: [] },
    ]
    const made = await this.#post('/v3/ControlPlane/Configurations', { displayName: this.name(), rules })
    return { ...leaf(made.id, { Rules: [leaf(made.rules[1].id)] }), value: made.rules[0].id }
  }

  /** Of two classic services the first is bridged to the configuration that everything relies on. */
  async #makeServices(): Promise<void> {
    const [bridged, other] = [await makeService(this.#furnisher), await makeService(this.#furnisher)]
    this.#keep('classic/Services', bridged)
    this.#keep('classic/Services', other)
    const path = `/v2/ControlPlane/Configurations/${this.configurationId}`
    const conversationsV1Bridge = { serviceId: bridged.id }
    await completed(this.client, await this.client.patch(path, { conversationsV1Bridge }))
  }

  /** Numbers and messages of the virtual network. */
  async #makeNetwork(): Promise<void> {
    const { body } = await this.client.get(`/v2/Conversations/${(await this.#makeConversation()).id}`)
    const account = leaf(body.accountId, { IncomingPhoneNumbers: [], Messages: [], Calls: [] })
    for (const number of [this.business, this.phone()]) {
      account.below.IncomingPhoneNumbers?.push(await this.#makeNumber(account.id, number))
    }
    for (let n = 0; n < 2; n += 1) account.below.Messages?.push(await makeMessage(this.#furnisher, account.id))
    this.#keep('Accounts', account)
    const phone = this.phone()
    const calls = [await this.#makeCall(account.id, phone), await this.#makeCall(account.id, phone)]
    account.below.Calls?.push(...calls)
    this.#keep('Handsets', leaf(phone, { Calls: calls }))
  }

  async #makeNumber(accountSid: string, PhoneNumber: string): Promise<Resource> {
    const body = { PhoneNumber, FriendlyName: this.text() }
    return leaf((await this.#post(`/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`, body)).sid)
  }

  /** One that rings the phone, and goes on for long when somebody answers. */
  async #makeCall(accountSid: string, To: string): Promise<Resource> {
    const body = { From: this.business, To, Twiml: '<Response><Pause length="3600"/></Response>', Timeout: '600' }
    return leaf((await this.#post(`/2010-04-01/Accounts/${accountSid}/Calls.json`, body)).sid)
  }

  async #makeConversation(): Promise<Resource> {
    const body = { configurationId: this.configurationId, name: this.text(), metadata: { mark: this.text() } }
    return leaf((await this.#post('/v2/Conversations', body)).id, { Participants: [], Communications: [], Actions: [] })
  }

  /** Undefined when the conversation has been closed by now. */
  async #makeParticipant({ id }: Resource): Promise<Resource | undefined> {
    const body = { name: this.text(), type: 'HUMAN_AGENT', addresses: [] }
    const made = await this.client.post(`/v2/Conversations/${id}/Participants`, body)
    return made.status === 201 ? leaf(made.body.id) : undefined
  }

  async #talk(): Promise<void> {
    const conversation = await this.#makeConversation()
    const path = `/v2/Conversations/${conversation.id}`
    for (let n = 0; n < 3; n += 1) {
      const { id } = await this.#post(`${path}/Communications`, {
        author: { channel: 'SMS', address: this.phone() },
        recipients: [{ channel: 'SMS', address: this.phone() }],
        content: { type: 'TEXT', text: this.text() },
        resourceId: this.name(),
        channelId: this.name(),
      })
      conversation.below.Communications?.push(leaf(id))
      this.#keep('Communications', leaf(id))
    }
    for (const { id } of await this.client.list(`${path}/Participants`, 'participants')) {
      conversation.below.Participants?.push(leaf(id))
    }
    conversation.below.Actions?.push(await makeAction(this.#furnisher, conversation.id))
    this.#keep('Conversations', conversation)
    this.#keep('v3/Conversations', leaf(conversation.id))
  }

  /** Waits for what the first rule found in every conversation. */
  async #findResults(): Promise<void> {
    const wanted = this.resources.Conversations?.length ?? 0
    for (let n = 0; n < 600; n += 1) {
      const found = await this.client.list('/v3/OperatorResults', 'items')
      this.resources['v3/OperatorResults'] = found.map(({ id }) => leaf(id))
      if (found.length >= wanted) return
      await setTimeout(50)
    }
    throw new Error('No rule was executed.')
  }

  /** Waits for a first callback, for it to be a delivery to a target. */
  async #beCalledBack(): Promise<void> {
    const configuration = { statusCallbacks: [{ url: this.callbackUrl }] }
    await this.#post('/v2/Conversations', { configurationId: this.configurationId, name: this.text(), configuration })
    for (const [at, key] of [
      ['Targets', 'targets'],
      ['Deliveries', 'deliveries'],
    ] as const) {
      let found: Json[] = []
      for (let n = 0; n < 200 && found.length === 0; n += 1) {
        found = await this.client.list(`/skein/v1/${at}`, key)
        if (found.length === 0) await setTimeout(25)
      }
      for (const { id } of found) this.#keep(at, leaf(id))
    }
  }

  async #makeOperations(): Promise<void> {
    const description = this.text()
    const path = `/v2/ControlPlane/Configurations/${this.configurationId}`
    const changed = await this.client.patch(path, { description })
    await completed(this.client, changed)
    this.#keep('Operations', leaf(operationId(changed.body)))
    const store = await this.client.post('/v1/ControlPlane/Stores', { displayName: this.name() })
    await completed(this.client, store)
    this.#keep('MemoryOperations', leaf(operationId(store.body)))
  }

  async #post(path: string, body: object): Promise<Json> {
    const answer = await this.client.post(path, body)
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }
}

function leaf(id: string, below: Record<string, Resource[]> = {}): Resource {
  return { id, below }
}

function spareKey(at: string, parent: Resource | undefined): string {
  return `${parent?.id ?? ''}/${at}`
}

function operationId({ statusUrl }: { statusUrl: string }): string {
  return statusUrl.slice(statusUrl.lastIndexOf('/') + 1)
}
