import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKey } from './address.ts'
import type { Channel, ParticipantType } from './model.ts'
import { determineParties, settleByLookup } from './parties.ts'
import {
  afterCreation,
  afterLookup,
  identifierTypesFor,
  type PassiveProfiles,
  type ResolutionDiagnostic,
  resolutionPolicy,
} from './resolution.ts'

const kiran = '+15551234567'
const lena = '+15559876543'
const kiosk = '+15550001111'

for (const [channel, address, expected] of [
  ['SMS', kiran, ['phone', 'whatsapp']],
  ['VOICE', kiran, ['phone', 'whatsapp']],
  ['RCS', `rcs:${kiran}`, ['phone', 'whatsapp']],
  ['WHATSAPP', `whatsapp:${kiran}`, ['whatsapp', 'phone']],
  ['WHATSAPP', 'whatsapp:US.1349', ['whatsapp']],
  ['CHAT', 'kiran', ['chat']],
  ['VOICE', 'client:kiran', []],
  ['VOICE', 'sip:kiran@host', []],
  ['RCS', 'kiosk_agent', []],
  ['SMS', 'Kiosk', []],
] as const) {
  test(`searches ${address} on ${channel} as ${expected.join(', then ') || 'nothing'}`, () => {
    assert.deepEqual(identifierTypesFor(channel, address), expected)
  })
}

type Participant = Parameters<typeof resolutionPolicy>[0]

const customer: Participant = {
  mode: 'API',
  type: 'CUSTOMER',
  typeExplicit: true,
  profileIdGiven: false,
  passiveProfiles: 'lookup',
  mappable: true,
}
const nothing = { lookup: false, createOnMiss: false, keepGiven: false }
const lookupOnly = { lookup: true, createOnMiss: false, keepGiven: false }

const policies: [string, Partial<Participant>, object][] = [
  ['looks up and creates for a customer made through the API', {}, { ...lookupOnly, createOnMiss: true }],
  ['creates nothing for a customer whose type was not stated', { typeExplicit: false }, lookupOnly],
  ['only looks up a customer of passive traffic', { mode: 'PASSIVE', typeExplicit: false }, lookupOnly],
  [
    'creates for passive traffic when the server is set so',
    { mode: 'PASSIVE', passiveProfiles: 'create' },
    { ...lookupOnly, createOnMiss: true },
  ],
  ['leaves an UNKNOWN made through the API alone', { type: 'UNKNOWN' }, nothing],
  ['leaves an UNKNOWN with an unmappable address alone', { type: 'UNKNOWN', mappable: false }, nothing],
  [
    'only looks up an UNKNOWN of passive traffic',
    { mode: 'PASSIVE', type: 'UNKNOWN', passiveProfiles: 'create' },
    lookupOnly,
  ],
  ['skips the business', { type: 'HUMAN_AGENT' }, { ...nothing, diagnostic: 530001 }],
  ['skips the business of passive traffic', { mode: 'PASSIVE', type: 'AGENT' }, { ...nothing, diagnostic: 530001 }],
  ['skips an address that is no identifier', { mappable: false }, { ...nothing, diagnostic: 530001 }],
  ['keeps the profile given for a customer', { profileIdGiven: true }, { ...nothing, keepGiven: true }],
  ['ignores the profile given for somebody else', { profileIdGiven: true, type: 'AI_AGENT' }, nothing],
]

for (const [name, participant, expected] of policies) {
  test(name, () => {
    assert.deepEqual(resolutionPolicy({ ...customer, ...participant }), expected)
  })
}

/** A memory store by phone number, which may be gone or refuse to create. */
interface Store {
  phones: Record<string, string>
  gone?: boolean
  full?: boolean
}

interface Resolved {
  type: ParticipantType
  profileId: string | null
  diagnostics: ResolutionDiagnostic[]
}

function lookUp(store: Store, channel: Channel, address: string) {
  if (store.gone) return { outcome: 'FAILED' as const }
  const profileId = identifierTypesFor(channel, address).includes('phone') ? store.phones[address] : undefined
  return profileId === undefined ? { outcome: 'MISSED' as const } : { outcome: 'FOUND' as const, profileId }
}

function resolve(
  store: Store,
  mode: 'API' | 'PASSIVE',
  type: ParticipantType,
  channel: Channel,
  address: string,
): Resolved {
  const mappable = identifierTypesFor(channel, address).length > 0
  const setting: PassiveProfiles = 'lookup'
  const policy = resolutionPolicy({
    mode,
    type,
    typeExplicit: mode === 'API',
    profileIdGiven: false,
    passiveProfiles: setting,
    mappable,
  })
  const found: (ResolutionDiagnostic | undefined)[] = [policy.diagnostic]
  let profileId: string | null = null
  if (policy.lookup) {
    const step = afterLookup(policy, lookUp(store, channel, address))
    found.push(step.diagnostic)
    profileId = step.profileId
    if (step.create) {
      const created = afterCreation(store.full ? undefined : 'new')
      found.push(created.diagnostic)
      profileId = created.profileId
    }
  }
  return { type, profileId, diagnostics: found.filter((code) => code !== undefined) }
}

function resolvePassive(store: Store, channel: Channel, from: string, to: string, owned: string[]) {
  const sides = { from: addressKey(channel, from), to: [addressKey(channel, to)] }
  const isOwned = (key: string) => owned.some((address) => addressKey(channel, address) === key)
  const { parties, evidence } = determineParties({ ...sides, isOwned })
  if (evidence !== 'NONE') {
    return parties.map(({ type }, i) => resolve(store, 'PASSIVE', type, channel, i === 0 ? from : to))
  }
  const profiles = new Map<string, string>()
  for (const address of [from, to]) {
    const { profileId } = resolve(store, 'PASSIVE', 'UNKNOWN', channel, address)
    if (profileId !== null) profiles.set(addressKey(channel, address), profileId)
  }
  const settled = settleByLookup(parties, profiles)
  return settled.parties.map(({ key, type }) => ({
    type,
    profileId: type === 'CUSTOMER' ? profiles.get(key) : null,
    ambiguous: settled.ambiguous,
  }))
}

const agent = { type: 'AGENT', profileId: null, diagnostics: [530001] }
const known = { phones: { [kiran]: 'p1' } }
const none = { phones: {} }

test('gives a new customer a profile and the agent none', () => {
  assert.deepEqual(resolve(none, 'API', 'CUSTOMER', 'SMS', kiran), {
    type: 'CUSTOMER',
    profileId: 'new',
    diagnostics: [],
  })
  assert.deepEqual(resolve(none, 'API', 'HUMAN_AGENT', 'SMS', kiosk), { ...agent, type: 'HUMAN_AGENT' })
})

test('gives a known customer his profile', () => {
  assert.deepEqual(resolve(known, 'API', 'CUSTOMER', 'SMS', kiran), {
    type: 'CUSTOMER',
    profileId: 'p1',
    diagnostics: [],
  })
})

test('finds the profile of a customer in passive traffic', () => {
  const expected = [{ type: 'CUSTOMER', profileId: 'p1', diagnostics: [] }, agent]
  assert.deepEqual(resolvePassive(known, 'SMS', kiran, kiosk, [kiosk]), expected)
})

test('creates no profile for passive traffic', () => {
  const expected = [{ type: 'CUSTOMER', profileId: null, diagnostics: [] }, agent]
  assert.deepEqual(resolvePassive(none, 'SMS', kiran, kiosk, [kiosk]), expected)
})

test('tells unidentified sides by the only profile', () => {
  assert.deepEqual(resolvePassive(known, 'SMS', kiran, lena, []), [
    { type: 'CUSTOMER', profileId: 'p1', ambiguous: false },
    { type: 'UNKNOWN', profileId: null, ambiguous: false },
  ])
})

test('tells nothing about unidentified sides without, or with two profiles', () => {
  const unknown = { type: 'UNKNOWN', profileId: null }
  const both = { phones: { [kiran]: 'p1', [lena]: 'p2' } }
  for (const [store, ambiguous] of [
    [none, false],
    [both, true],
  ] as const) {
    const expected = [
      { ...unknown, ambiguous },
      { ...unknown, ambiguous },
    ]
    assert.deepEqual(resolvePassive(store, 'SMS', kiran, lena, []), expected)
  }
})

test('cannot look up a client identity, though it is the customer', () => {
  const expected = [{ type: 'CUSTOMER', profileId: null, diagnostics: [530001] }, agent]
  assert.deepEqual(resolvePassive(none, 'VOICE', 'client:agent-1', kiosk, [kiosk]), expected)
})

test('keeps a customer without profile when the store is gone', () => {
  const { profileId, diagnostics } = resolve({ phones: {}, gone: true }, 'API', 'CUSTOMER', 'SMS', kiran)
  assert.equal(profileId, null)
  assert.deepEqual(diagnostics, [530003])
})

test('keeps a customer without profile when the creation is refused', () => {
  const { profileId, diagnostics } = resolve({ phones: {}, full: true }, 'API', 'CUSTOMER', 'SMS', kiran)
  assert.equal(profileId, null)
  assert.deepEqual(diagnostics, [530004])
})

test('leaves an UNKNOWN of the API without profile, though the address is known', () => {
  const expected = { type: 'UNKNOWN', profileId: null, diagnostics: [] }
  assert.deepEqual(resolve(known, 'API', 'UNKNOWN', 'SMS', kiran), expected)
})

test('gives nobody a profile by a value that is shared, and makes none for it', () => {
  assert.deepEqual(afterLookup(resolutionPolicy(customer), { outcome: 'SHARED' }), {
    profileId: null,
    create: false,
    diagnostic: 530912,
  })
})
