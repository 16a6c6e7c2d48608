import { type CommandContext, type Request, type Working, work } from '../../conversations/commands/working.ts'
import { addressProblem } from '../../conversations/domain/address.ts'
import { participantKeyChange } from '../../conversations/domain/conversation-keys.ts'
import { keysOf } from '../../conversations/rows.ts'
import { groupingParticipant, type Unit } from '../../conversations/unit.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { newOrderedSid } from '../../kernel/ids.ts'
import { isUniqueViolation, LostRace } from '../../store/store.ts'
import { admitParty, hold } from '../bridging.ts'
import { bindingChannel } from '../domain/party.ts'
import { type ConversationPath, checkRole, requireConversation, requireParticipant } from '../finding.ts'
import {
  type ClassicParticipantRow,
  classicParticipantTable,
  lockParticipant,
  removeParticipants,
} from '../participant-rows.ts'

export interface NewParticipant {
  identity?: string
  /** Both or neither. */
  address?: string
  proxyAddress?: string
  roleSid?: string
  attributes?: string
}

export interface ParticipantFields {
  roleSid?: string
  attributes?: string
  lastReadIndex?: number | null
  lastReadTimestamp?: string
}

/** Adds a person or a bound phone. As soon as there are two, the conversation is bridged. */
export async function addClassicParticipant(
  context: CommandContext,
  request: Request,
  path: ConversationPath,
  input: NewParticipant,
): Promise<ClassicParticipantRow> {
  refuseWrongParty(input)
  const sid = newOrderedSid('MB')
  try {
    return await work(context, request, async (working) => {
      const { tx, account, now } = working
      const seen = await requireConversation(tx, account, path)
      await checkRole(tx, account, seen.service_sid, input.roleSid)
      const row = rowOf({ account, sid, conversationSid: seen.sid, now }, input)
      const { parties, unit, row: held } = await holdFor(working, seen, row)
      if (held.state === 'closed') throw closed(held.sid)
      const { participants } = working.settings.limits
      if (parties.length > participants) {
        throw new Failure('limit', `A conversation has at most ${participants} participants.`)
      }
      if (!unit) return row
      const own = parties.filter((party) => party.row === null || party.row.sid === sid)
      let participantId: string | null = null
      for (const party of own) {
        const id = await admitParty(working, unit, party)
        if (party.row !== null) participantId = id
      }
      const linked = { ...row, participant_id: participantId }
      await tx.update(classicParticipantTable, ['account', 'sid'], ['participant_id'], [linked])
      return linked
    })
  } catch (error) {
    throw isUniqueViolation(error) ? taken(input) : error
  }
}

/** The newcomer is there when the conversation is held, so that it is bridged with it. */
async function holdFor(
  working: Working,
  seen: Parameters<typeof hold>[1],
  row: ClassicParticipantRow,
): ReturnType<typeof hold> {
  await working.tx.insert(classicParticipantTable, [row])
  return hold(working, seen, (parties) => parties.length > 1)
}

/** Changes what the application keeps with a participant. Its type in the bridged conversation stays. */
export async function updateClassicParticipant(
  { store, clock }: CommandContext,
  { account }: Request,
  path: ConversationPath & { participant: string },
  fields: ParticipantFields,
): Promise<ClassicParticipantRow> {
  const now = await clock.now()
  return store.transact(async (tx) => {
    const conversation = await requireConversation(tx, account, path)
    await checkRole(tx, account, conversation.service_sid, fields.roleSid)
    const { sid } = await requireParticipant(tx, account, conversation, path.participant)
    const known = await tx.get(lockParticipant, { account, sid })
    if (!known) throw new LostRace()
    const row: ClassicParticipantRow = {
      ...known,
      role_sid: fields.roleSid ?? known.role_sid,
      attributes: fields.attributes ?? known.attributes,
      last_read_index: fields.lastReadIndex === undefined ? known.last_read_index : fields.lastReadIndex,
      last_read_timestamp: fields.lastReadTimestamp ?? known.last_read_timestamp,
      updated_at: now,
    }
    await tx.update(
      classicParticipantTable,
      ['account', 'sid'],
      ['role_sid', 'attributes', 'last_read_index', 'last_read_timestamp', 'updated_at'],
      [row],
    )
    return row
  })
}

/** Removes a participant here and in the bridged conversation. What they said stays. */
export function removeClassicParticipant(
  context: CommandContext,
  request: Request,
  path: ConversationPath & { participant: string },
): Promise<void> {
  return work(context, request, async (working) => {
    const { tx, account } = working
    const seen = await requireConversation(tx, account, path)
    const known = await requireParticipant(tx, account, seen, path.participant)
    const { unit } = await hold(working, seen, () => false)
    const { participant_id: id } = await requireParticipant(tx, account, seen, known.sid)
    if (unit && id !== null && unit.participants.some((participant) => participant.id === id)) {
      await leave(working, unit, id)
    }
    await tx.run(removeParticipants, { account, sids: [known.sid] })
  })
}

async function leave({ tx, account, work }: Working, unit: Unit, id: string): Promise<void> {
  const held = await tx.all(keysOf, { account, conversationIds: [unit.conversation.id] })
  const { release } = participantKeyChange({
    groupingType: unit.snapshot.body.conversationGroupingType,
    held: held.map(({ key }) => key),
    before: unit.participants.map(groupingParticipant),
    after: unit.participants.filter((participant) => participant.id !== id).map(groupingParticipant),
  })
  work.removeParticipant(unit, id)
  for (const key of release) work.dropKey(unit, key)
}

function refuseWrongParty({ identity, address, proxyAddress }: NewParticipant): void {
  if ((identity === undefined) === (address === undefined)) {
    throw invalid('Identity', 'A participant has either Identity or MessagingBinding.Address')
  }
  if (address === undefined) return
  if (proxyAddress === undefined) {
    throw invalid(
      'MessagingBinding.ProxyAddress',
      'MessagingBinding.ProxyAddress is required with MessagingBinding.Address',
    )
  }
  for (const [field, text] of [
    ['MessagingBinding.Address', address],
    ['MessagingBinding.ProxyAddress', proxyAddress],
  ] as const) {
    const problem = addressProblem(bindingChannel(text), text)
    if (problem) throw invalid(field, `${field} ${problem.message}`, problem.code)
  }
  if (bindingChannel(address) !== bindingChannel(proxyAddress)) {
    throw invalid(
      'MessagingBinding.ProxyAddress',
      'MessagingBinding.ProxyAddress is of another channel than the address',
    )
  }
}

function rowOf(
  { account, sid, conversationSid, now }: { account: number; sid: string; conversationSid: string; now: number },
  { identity, address, proxyAddress, roleSid, attributes }: NewParticipant,
): ClassicParticipantRow {
  return {
    account,
    sid,
    conversation_sid: conversationSid,
    identity: identity ?? null,
    channel: address === undefined ? null : bindingChannel(address),
    address: address ?? null,
    proxy_address: proxyAddress ?? null,
    role_sid: roleSid ?? null,
    attributes: attributes ?? '{}',
    participant_id: null,
    last_read_index: null,
    last_read_timestamp: null,
    created_at: now,
    updated_at: now,
  }
}

function taken({ identity }: NewParticipant): Failure {
  return identity === undefined
    ? new Failure('conflict', 'A binding of this address and proxy address is in a conversation already.', {
        code: 50416,
        field: 'MessagingBinding.Address',
      })
    : new Failure('conflict', `Participant ${identity} takes part already.`, { code: 50433, field: 'Identity' })
}

export function closed(sid: string): Failure {
  return new Failure('invalid', `Conversation ${sid} is closed, which is final.`)
}
