import { bridgedService, type Configuration } from '../conversations/account-cache.ts'
import { claimedKeys, loadToClaim, refuseTooManyKeys } from '../conversations/commands/claiming.ts'
import { takeNewKeys } from '../conversations/commands/create-communication.ts'
import { recordCodes } from '../conversations/commands/create-conversation.ts'
import type { Working } from '../conversations/commands/working.ts'
import { conversationKeys } from '../conversations/domain/conversation-keys.ts'
import { referenceTable } from '../conversations/rows.ts'
import { groupingParticipant, type Unit } from '../conversations/unit.ts'
import { newId } from '../kernel/ids.ts'
import { LostRace, type Tx } from '../store/store.ts'
import { type ClassicConversationRow, classicConversationTable, lockConversation } from './conversation-rows.ts'
import { type ClassicParticipantRow, classicParticipantTable } from './participant-rows.ts'
import { describeParty, type Party, partiesOf, presentParty } from './parties.ts'

/** The configuration that bridges a classic service now. */
function bridgeOf({ knowledge }: Working, serviceSid: string): Configuration | undefined {
  return [...knowledge.configurations.values()].find((one) => bridgedService(one) === serviceSid)
}

/** A classic conversation that is held until the transaction ends, with the open conversation that it is bridged to, if any. */
export interface Held {
  row: ClassicConversationRow
  unit: Unit | undefined
  parties: Party[]
}

/**
 * Holds a classic conversation. `begin` bridges it when it is not: it joins the open conversation of the configuration that
 * its parties belong to by the grouping rules, or begins one. Bridged conversations are locked before classic ones.
 */
export async function hold(
  working: Working,
  seen: ClassicConversationRow,
  begin: (parties: readonly Party[]) => boolean,
): Promise<Held> {
  const { tx, account } = working
  const configuration = bridgeOf(working, seen.service_sid)
  const parties = await partiesOf(tx, account, seen)
  const current = configuration && (await openUnitOf(working, seen))
  const unit =
    current ?? (configuration && begin(parties) ? await findOrCreate(working, configuration, seen, parties) : undefined)
  const row = await lockUnchanged(tx, account, seen)
  const present = await partiesOf(tx, account, row)
  if (present.length !== parties.length) throw new LostRace()
  if (unit === undefined) return { row, unit, parties: present }
  const bridged = await bridgeTo(tx, account, row, unit.conversation.id)
  const linked = unit === current ? present : await link(tx, unit, present)
  return { row: bridged, unit, parties: linked }
}

async function lockUnchanged(tx: Tx, account: number, seen: ClassicConversationRow): Promise<ClassicConversationRow> {
  const row = await tx.get(lockConversation, { account, sid: seen.sid })
  // Deleted, or bridged by somebody else meanwhile.
  if (!row || row.conversation_id !== seen.conversation_id) throw new LostRace()
  return row
}

async function openUnitOf(
  { glance, work }: Working,
  { conversation_id: id }: ClassicConversationRow,
): Promise<Unit | undefined> {
  if (id === null) return undefined
  const before = glance()
  await before.load([id], false)
  before.settleAll()
  if (!isOpen(before.unit(id))) return undefined
  await work.load([id], true)
  work.settleAll()
  const unit = work.unit(id)
  if (!isOpen(unit)) throw new LostRace()
  return unit
}

function isOpen(unit: Unit | undefined): boolean {
  return unit !== undefined && unit.conversation.lifecycle.status !== 'CLOSED'
}

async function findOrCreate(
  working: Working,
  configuration: Configuration,
  { friendly_name }: ClassicConversationRow,
  parties: readonly Party[],
): Promise<Unit> {
  const { tx, account, work } = working
  const { memoryStoreId, conversationGroupingType } = configuration.body
  const described = []
  for (const party of parties) described.push(await describeParty(working, memoryStoreId, party))
  const grouped = described.map(({ participant }) => groupingParticipant(participant))
  refuseTooManyKeys(conversationGroupingType, grouped)
  const keys = [...conversationKeys(conversationGroupingType, grouped)]
  const claimed = await claimedKeys(working, memoryStoreId, keys, grouped)
  await loadToClaim(work, configuration.id, claimed)
  const holder = latest(claimed.flatMap((key) => work.holder(configuration.id, key) ?? []))
  const unit =
    holder ??
    work.create({
      id: newId(),
      configurationId: configuration.id,
      configurationVersion: configuration.version,
      snapshot: await work.options.cache.snapshot(tx, account, configuration.id, configuration.version),
      name: friendly_name,
    })
  const before = [...unit.participants]
  for (const [at, party] of parties.entries()) {
    const one = described[at]
    if (!one || presentParty(unit, party)) continue
    work.addParticipant(unit, one.participant)
    recordCodes(working, unit, one.participant, one.codes)
  }
  if (holder) await takeNewKeys(working, unit, before)
  else for (const key of keys) work.takeKey(unit, key, true)
  return unit
}

/** Of several, the one with the latest communication, then the newest. */
function latest(units: readonly Unit[]): Unit | undefined {
  const [best] = units.toSorted(
    ({ conversation: a }, { conversation: b }) =>
      (b.lastCommunicationAt ?? 0) - (a.lastCommunicationAt ?? 0) || b.lifecycle.createdAt - a.lifecycle.createdAt,
  )
  return best
}

/** From now on the classic conversation speaks for this one, which is found by its SID. */
export async function bridgeTo(
  tx: Tx,
  account: number,
  row: ClassicConversationRow,
  conversationId: string,
): Promise<ClassicConversationRow> {
  if (row.conversation_id === conversationId) return row
  const bridged = { ...row, conversation_id: conversationId }
  await tx.update(classicConversationTable, ['account', 'sid'], ['conversation_id'], [bridged])
  await tx.insert(referenceTable, [{ account, value: row.sid, conversation_id: conversationId }], 'nothing')
  return bridged
}

/** Notes who each classic participant is in the bridged conversation. */
async function link(tx: Tx, unit: Unit, parties: readonly Party[]): Promise<Party[]> {
  const changed: ClassicParticipantRow[] = []
  const linked = parties.map((party): Party => {
    const id = presentParty(unit, party)?.id ?? null
    if (party.row === null || party.row.participant_id === id) return party
    const row = { ...party.row, participant_id: id }
    changed.push(row)
    return { ...party, row }
  })
  await tx.update(classicParticipantTable, ['account', 'sid'], ['participant_id'], changed)
  return linked
}

/** Somebody more takes part in the bridged conversation, as far as nobody else holds the keys that come with it. */
export async function admitParty(working: Working, unit: Unit, party: Party): Promise<string> {
  const present = presentParty(unit, party)
  if (present) return present.id
  const before = [...unit.participants]
  const { participant, codes } = await describeParty(working, unit.snapshot.body.memoryStoreId, party)
  working.work.addParticipant(unit, participant)
  recordCodes(working, unit, participant, codes)
  await takeNewKeys(working, unit, before)
  return participant.id
}
