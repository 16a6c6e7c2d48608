import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressKey } from './address.ts'
import { compileRules, matchRules } from './capture.ts'
import { type EventParty, eventKeys, lookedUpKeys } from './event-keys.ts'
import { decideGrouping, type Holder, type HolderParticipant } from './grouping.ts'
import { type Channel, channels, type GroupingType } from './model.ts'
import { determineParties, type Party } from './parties.ts'
import { identifierTypesFor, resolutionPolicy } from './resolution.ts'

/*
 * The documented example, played through capture, sides, profiles and grouping: Kiran contacts a kiosk four times,
 * and goes on from there. The memory store knows phone identifiers only.
 */

const kiranPhone = '+15551234567'
const kiranOther = '+15559876543'
const lenaPhone = '+15557654321'
const kiosk = '+15550001111'
const kiosk2 = '+15550002222'
const owned = new Set([kiosk, kiosk2].map((own) => addressKey('SMS', own)))

const captureRules = [kiosk, kiosk2].flatMap((own) => [
  { from: '*', to: own },
  { from: own, to: '*' },
])
const channelSettings = Object.fromEntries(channels.map((channel) => [channel, { captureRules }]))
const rules = compileRules([{ id: 'configuration', createdAt: 0, channelSettings }])

type Traffic = [channel: Channel, from: string, to: string]

interface Conversation extends Holder {
  lastCommunicationAt: number
  participants: HolderParticipant[]
}

interface World {
  groupingType: GroupingType
  /** Profile id by phone number. */
  phones: Record<string, string>
  /** Open conversations by the keys they hold. */
  held: Map<string, Conversation>
  conversations: Conversation[]
}

function open(groupingType: GroupingType, phones: Record<string, string> = {}): World {
  return { groupingType, phones, held: new Map(), conversations: [] }
}

/** Plays one event and tells the conversation it went to. */
function play(world: World, [channel, from, to]: Traffic): string {
  const sides = { from: addressKey(channel, from), to: [addressKey(channel, to)] }
  const { winner } = matchRules(rules, { channel, ...sides })
  assert.ok(winner, 'all traffic of the example passes the capture rules')
  const { parties } = determineParties({ ...sides, rule: winner, isOwned: (key) => owned.has(key) })
  const event = { channel, parties: parties.map((party) => resolve(world, channel, party)) }
  const keys = eventKeys(world.groupingType, event)
  const looked = new Set(lookedUpKeys(keys))
  const holders = new Map([...world.held].filter(([key]) => looked.has(key)))
  const decision = decideGrouping({ groupingType: world.groupingType, event, keys, holders })
  const conversation =
    decision.outcome === 'CREATE'
      ? create(world)
      : world.conversations.find(({ conversationId }) => conversationId === decision.conversationId)
  assert.ok(conversation)
  if (decision.outcome === 'JOIN') {
    for (const key of decision.dropKeys) world.held.delete(key)
    for (const { participantId, profileId } of decision.setProfiles) {
      const participant = conversation.participants.find(({ id }) => id === participantId)
      if (participant !== undefined) participant.profileId = profileId
    }
  }
  for (const key of decision.takeKeys) world.held.set(key, conversation)
  for (const party of event.parties) enter(conversation, channel, party)
  conversation.lastCommunicationAt += 1
  return conversation.conversationId
}

function resolve(world: World, channel: Channel, { key, type }: Party): EventParty {
  const number = key.slice('tel:'.length)
  const { lookup } = resolutionPolicy({
    mode: 'PASSIVE',
    type,
    typeExplicit: false,
    profileIdGiven: false,
    passiveProfiles: 'lookup',
    mappable: identifierTypesFor(channel, number).includes('phone'),
  })
  return { key, type, profileId: (lookup && world.phones[number]) || null, aliases: [] }
}

function create(world: World): Conversation {
  const n = world.conversations.length + 1
  const conversation = { conversationId: `C${n}`, createdAt: n, lastCommunicationAt: 0, participants: [] }
  world.conversations.push(conversation)
  return conversation
}

function enter(conversation: Conversation, channel: Channel, { key, type, profileId }: EventParty): void {
  const present = conversation.participants.some(({ addresses }) => addresses.some((address) => address.key === key))
  if (!present) conversation.participants.push({ id: key, type, profileId, addresses: [{ channel, key }] })
}

function close(world: World, id: string): void {
  for (const [key, { conversationId }] of world.held) if (conversationId === id) world.held.delete(key)
}

const contacts: Traffic[] = [
  ['SMS', kiranPhone, kiosk],
  ['VOICE', kiranPhone, kiosk],
  ['WHATSAPP', `whatsapp:${kiranPhone}`, `whatsapp:${kiosk}`],
  ['SMS', kiranOther, kiosk],
]

const apart: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE'
const addresses: GroupingType = 'GROUP_BY_PARTICIPANT_ADDRESSES'
const profile: GroupingType = 'GROUP_BY_PROFILE'
const both = { [kiranPhone]: 'kiran', [kiranOther]: 'kiran' }
const first = { [kiranPhone]: 'kiran' }

for (const [name, groupingType, phones, expected] of [
  ['address and channel', apart, {}, ['C1', 'C2', 'C3', 'C4']],
  ['address', addresses, {}, ['C1', 'C1', 'C1', 'C2']],
  ['profile, with both numbers on it', profile, both, ['C1', 'C1', 'C1', 'C1']],
  ['profile, with one number on it', profile, first, ['C1', 'C1', 'C1', 'C2']],
  ['profile, without any profile', profile, {}, ['C1', 'C1', 'C1', 'C2']],
] as const) {
  test(`winds Kiran's four contacts by ${name}`, () => {
    const world = open(groupingType, phones)
    assert.deepEqual(
      contacts.map((contact) => play(world, contact)),
      expected,
    )
  })
}

const reply: Traffic = ['SMS', kiosk, kiranPhone]
const toSecondKiosk: Traffic = ['SMS', kiranPhone, kiosk2]
const fromLena: Traffic = ['SMS', lenaPhone, kiosk]

for (const [name, traffic, phones, byAddressAndChannel, byAddress, byProfile] of [
  ['joins a reply to the first contact', reply, both, 'C1', 'C1', 'C1'],
  ['tells two owned numbers apart, except by profile', toSecondKiosk, both, 'new', 'new', 'C1'],
  ['never mixes customers', fromLena, { ...both, [lenaPhone]: 'lena' }, 'new', 'new', 'new'],
  ['never mixes in a customer without profile', fromLena, both, 'new', 'new', 'new'],
  ['mixes customers who sit on one profile', fromLena, { ...both, [lenaPhone]: 'kiran' }, 'new', 'new', 'C1'],
  ['mixes customers who share a phone', ['SMS', kiranPhone, kiosk], both, 'C1', 'C1', 'C1'],
] as const) {
  for (const [groupingType, expected] of [
    [apart, byAddressAndChannel],
    [addresses, byAddress],
    [profile, byProfile],
  ] as const) {
    test(`${name} (${groupingType})`, () => {
      const world = open(groupingType, phones)
      for (const contact of contacts) play(world, contact)
      const before = world.conversations.length
      assert.equal(play(world, [...traffic]), expected === 'new' ? `C${before + 1}` : expected)
    })
  }
}

for (const groupingType of [apart, addresses, profile]) {
  test(`starts anew after the first conversation was closed (${groupingType})`, () => {
    const world = open(groupingType, both)
    for (const contact of contacts) play(world, contact)
    const before = world.conversations.length
    close(world, 'C1')
    assert.equal(play(world, ['SMS', kiranPhone, kiosk]), `C${before + 1}`)
  })
}

test('moves to the profile once it is known, and finds its other number there', () => {
  const world = open(profile)
  assert.equal(play(world, ['SMS', kiranPhone, kiosk]), 'C1')
  world.phones = both
  assert.equal(play(world, ['VOICE', kiranPhone, kiosk]), 'C1')
  assert.equal(play(world, ['SMS', kiranOther, kiosk2]), 'C1')
  assert.deepEqual([...world.held.keys()], ['p|kiran'])
})

test('lets the holder of the profile have its traffic, and the other its turn when that one closes', () => {
  const world = open(profile, { [kiranOther]: 'kiran' })
  assert.equal(play(world, ['SMS', kiranPhone, kiosk]), 'C1')
  assert.equal(play(world, ['SMS', kiranOther, kiosk]), 'C2')
  world.phones = both
  assert.equal(play(world, ['SMS', kiranPhone, kiosk]), 'C2')
  close(world, 'C2')
  assert.equal(play(world, ['SMS', kiranPhone, kiosk]), 'C1')
  assert.deepEqual([...world.held.keys()], ['p|kiran'])
})
