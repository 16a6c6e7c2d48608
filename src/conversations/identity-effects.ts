import type { DividedConversations, Division, ForeseenConversation, IdentityEffects, Side } from '../memory/effects.ts'
import { lookupIdentifiers } from '../memory/steps.ts'
import { statements } from '../store/statement.ts'
import type { Reader, Tx } from '../store/store.ts'
import type { CommandContext } from './commands/working.ts'
import { canonicalAddress } from './domain/address.ts'
import { diagnostics } from './domain/diagnostics.ts'
import { type DivisionDecision, divideConversation } from './domain/division.ts'
import { profileKey } from './domain/grouping-keys.ts'
import { setStatus } from './domain/lifecycle.ts'
import type { Channel, Participant } from './domain/model.ts'
import { identifierTypesFor } from './domain/resolution.ts'
import { type ConversationTables, keysOf } from './rows.ts'
import type { Unit } from './unit.ts'
import { UnitOfWork } from './unit-of-work.ts'

const statement = statements<ConversationTables>()

/** Open conversations in which one of these profiles takes part. */
const openOfProfiles = statement<{ account: number; profileIds: string[]; closed: number }>()((db, p, d) =>
  db
    .selectFrom('participant')
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.account', '=', 'participant.account')
        .onRef('conversation.id', '=', 'participant.conversation_id'),
    )
    .select('participant.conversation_id as id')
    .distinct()
    .where('participant.account', '=', p.account)
    .where('participant.profile_id', 'is not', null)
    .where(d.among('participant.profile_id', p.profileIds))
    .where('conversation.status', '<', p.closed)
    .where('conversation.deleting', '=', 0)
    .orderBy('participant.conversation_id'),
)
const closed = 2

/** What merges and their undoing mean for conversations. */
export function identityEffects(context: CommandContext): IdentityEffects {
  return {
    divide: (tx, account, division) => divide(context, tx, account, division),
    foreseeMerge: (read, account, { sides }) => foreseeMerge(context, read, account, sides),
    onFollowed: context.onFollowed,
  }
}

async function divide(
  { cache }: CommandContext,
  tx: Tx,
  account: number,
  division: Division,
): Promise<DividedConversations> {
  const profileIds = division.sides.flatMap(({ ids }) => ids)
  const ids = (await tx.all(openOfProfiles, { account, profileIds, closed })).map((row) => row.id)
  if (ids.length === 0) return { rekeyed: [], closed: [] }
  const knowledge = await cache.know(tx, account)
  const work = new UnitOfWork(tx, { account, cache, knowledge, now: division.now, requestId: division.requestId })
  await work.load(ids, true)
  work.settleAll()
  const units = [...work.units].filter(({ conversation }) => conversation.lifecycle.status !== 'CLOSED')
  const held = await tx.all(keysOf, { account, conversationIds: units.map(({ conversation }) => conversation.id) })
  const keys = Map.groupBy(held, (row) => row.conversation_id)
  const sideOf = await sidesOfAddresses(tx, account, division, units)
  const decisions = units.map((unit) => ({
    unit,
    decision: divideConversation(division, {
      groupingType: unit.snapshot.body.conversationGroupingType,
      participants: unit.participants,
      held: (keys.get(unit.conversation.id) ?? []).map(({ key }) => key),
      sideOf,
    }),
  }))
  const divided: DividedConversations = { rekeyed: [], closed: [] }
  // First all that is let go, then what is taken: one conversation may take what another lets go.
  for (const { unit, decision } of decisions) release(work, unit, decision, divided)
  await work.lookUpHolders(
    decisions.map(({ unit, decision }) => ({
      configurationId: unit.conversation.configurationId,
      keys: decision.outcome === 'KEEP' ? decision.takeKeys : [],
    })),
  )
  for (const { unit, decision } of decisions) {
    if (decision.outcome === 'KEEP') for (const key of decision.dropKeys) work.dropKey(unit, key)
  }
  for (const { unit, decision } of decisions) take(work, unit, decision)
  await work.save(tx)
  if (work.followed) divided.followed = true
  return divided
}

function release(work: UnitOfWork, unit: Unit, decision: DivisionDecision, divided: DividedConversations): void {
  const { id, lifecycle } = unit.conversation
  if (decision.outcome === 'CLOSE') {
    work.record(unit, 'DIAGNOSTIC', { note: { code: diagnostics.carriedBoth.code } })
    const outcome = setStatus(lifecycle, unit.snapshot.rules, 'CLOSED', work.now)
    if (!('refused' in outcome)) work.become(unit, outcome)
    divided.closed.push(id)
    return
  }
  const { setProfiles, dropKeys } = decision
  if (setProfiles.length + dropKeys.length > 0) divided.rekeyed.push(id)
  for (const { participantId, profileId } of setProfiles) {
    const participant = unit.participants.find((one) => one.id === participantId) as Participant
    work.changeParticipant(unit, { ...participant, profileId, updatedAt: work.now })
  }
  for (const key of dropKeys) work.dropKey(unit, key)
}

/** A key that another conversation holds stays there, and this one waits for its clocks. */
function take(work: UnitOfWork, unit: Unit, decision: DivisionDecision): void {
  if (decision.outcome === 'CLOSE') return
  const { configurationId } = unit.conversation
  for (const key of decision.takeKeys) {
    const holder = work.holder(configurationId, key)
    if (work.isHeld(configurationId, key) && holder?.conversation.lifecycle.status !== 'CLOSED') {
      work.record(unit, 'DIAGNOSTIC', { note: { code: diagnostics.profileElsewhere.code } })
    } else work.takeKey(unit, key, true)
  }
}

/** Asks memory whose the customers' addresses are now. */
async function sidesOfAddresses(read: Reader, account: number, { storeId, sides }: Division, units: readonly Unit[]) {
  const addresses = units.flatMap(({ participants }) => participants.flatMap((participant) => participant.addresses))
  const wanted = addresses.flatMap(({ channel, address }) =>
    identifierTypesFor(channel, address).map((idType) => ({
      storeId,
      idType,
      value: canonicalAddress(channel, address).value,
      name: `${channel} ${address}`,
    })),
  )
  const found = await lookupIdentifiers(read, account, wanted)
  const owners = new Map<string, Side>()
  for (const [at, { name }] of wanted.entries()) {
    const side = sides.find(({ id }) => found[at]?.profileIds.includes(id))
    if (side && !owners.has(name)) owners.set(name, side)
  }
  return (channel: Channel | string, address: string) => owners.get(`${channel} ${address}`)
}

async function foreseeMerge(
  { cache }: CommandContext,
  read: Reader,
  account: number,
  sides: readonly [Side, Side],
): Promise<ForeseenConversation[]> {
  const profileIds = sides.flatMap(({ ids }) => ids)
  const ids = (await read.all(openOfProfiles, { account, profileIds, closed })).map((row) => row.id)
  if (ids.length === 0) return []
  const knowledge = await cache.know(read, account)
  const work = new UnitOfWork(read, { account, cache, knowledge, now: 0, requestId: '' })
  await work.load(ids, false)
  const rows = await read.all(keysOf, { account, conversationIds: ids })
  const heldBy = new Map(
    sides.flatMap((side) => {
      const own = new Set(side.ids.map((id) => profileKey([id])))
      return rows.filter(({ key }) => own.has(key)).map((row) => [row.conversation_id, side] as const)
    }),
  )
  const involved = [...work.units].filter(({ conversation }) => heldBy.has(conversation.id))
  const byConfiguration = Map.groupBy(involved, ({ conversation }) => conversation.configurationId)
  return involved.map(({ conversation }) => {
    const rivals = byConfiguration.get(conversation.configurationId) ?? []
    const collides = new Set(rivals.map((rival) => heldBy.get(rival.conversation.id))).size > 1
    const [latest] = rivals.toSorted(byLatest)
    return {
      conversationId: conversation.id,
      configurationId: conversation.configurationId,
      profileId: (heldBy.get(conversation.id) as Side).id,
      effect: collides ? 'COLLIDES' : 'GAINS',
      goesOn: latest?.conversation === conversation,
    }
  })
}

function byLatest(a: Unit, b: Unit): number {
  const [one, other] = [a.conversation, b.conversation]
  const last = (other.lastCommunicationAt ?? -1) - (one.lastCommunicationAt ?? -1)
  return last || other.lifecycle.createdAt - one.lifecycle.createdAt || (one.id < other.id ? 1 : -1)
}
