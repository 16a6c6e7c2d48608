import { invalid } from '../../kernel/failure.ts'
import { newId, parseWireId } from '../../kernel/ids.ts'
import { addressKey, addressProblem } from '../domain/address.ts'
import type { Communication, Content } from '../domain/conversation.ts'
import { groupingLimitProblem, participantKeyChange } from '../domain/conversation-keys.ts'
import type { Channel, DeliveryStatus, Participant } from '../domain/model.ts'
import type { CompactTrace } from '../domain/trace.ts'
import { communicationByResource, communicationOf, keysOf } from '../rows.ts'
import { findParticipant, groupingParticipant, newParticipant, type Unit } from '../unit.ts'
import { openUnit, refuseClosed } from './claiming.ts'
import { widen } from './widening.ts'
import { type CommandContext, type Request, type Working, work } from './working.ts'

export interface PartyInput {
  address: string
  channel: Channel
  /** Wire id. */
  participantId?: string | null
}

export interface CreateCommunication {
  conversationId: string
  author: PartyInput
  recipients: PartyInput[]
  content: Content
  channelId?: string | null
  resourceId?: string | null
  /** Epoch milliseconds; null: now. */
  occurredAt: number | null
}

/**
 * Stores a communication that a client hands over. One with a resource id that the conversation knows is updated instead
 * and touches no clock. Parties who do not take part yet join as UNKNOWN.
 */
export function createCommunication(
  context: CommandContext,
  request: Request,
  input: CreateCommunication,
): Promise<Communication> {
  return work(context, request, async (working) => {
    const { work, now } = working
    await work.load([input.conversationId], true)
    const unit = openUnit(work, input.conversationId)
    work.settleAll()
    refuseClosed(unit, 'The communication cannot be stored')
    const known = await findKnown(working, input)
    const before = [...unit.participants]
    const author = admit(working, unit, input.author, 'author')
    const recipients = input.recipients.map((party, at) => admit(working, unit, party, `recipients[${at}]`))
    await takeNewKeys(working, unit, before)
    const trace: CompactTrace = { m: 'API', t: [author, ...recipients].map(({ type }) => type) }
    const communication: Communication = {
      id: known?.id ?? newId(),
      conversationId: input.conversationId,
      author: { participantId: author.id, channel: input.author.channel, address: input.author.address },
      recipients: recipients.map(({ id }, at) => {
        const { channel, address } = input.recipients[at] as PartyInput
        return {
          participantId: id,
          channel,
          address,
          deliveryStatus: knownStatus(known, channel, address) ?? 'DELIVERED',
        }
      }),
      content: input.content,
      channelId: input.channelId ?? null,
      resourceId: input.resourceId ?? null,
      passive: known?.passive ?? false,
      occurredAt: input.occurredAt ?? known?.occurredAt ?? now,
      createdAt: known?.createdAt ?? now,
      updatedAt: now,
      trace: known?.trace ?? JSON.stringify(trace),
    }
    if (known) work.changeCommunication(unit, communication)
    else work.append(unit, communication)
    return communication
  })
}

async function findKnown(
  { tx, account }: Working,
  { conversationId, resourceId }: CreateCommunication,
): Promise<Communication | undefined> {
  if (resourceId == null) return undefined
  const row = await tx.get(communicationByResource, { account, conversationId, resourceId })
  return row && communicationOf(row)
}

/** How far it had come with this recipient. */
function knownStatus(known: Communication | undefined, channel: Channel, address: string): DeliveryStatus | null {
  const key = addressKey(channel, address)
  const recipient = known?.recipients.find((one) => addressKey(one.channel, one.address) === key)
  return recipient?.deliveryStatus ?? null
}

/** The participant who is meant: by id, else by channel and address, else a new one. */
function admit({ work, now, settings }: Working, unit: Unit, party: PartyInput, field: string): Participant {
  const { channel, address, participantId } = party
  const problem = addressProblem(channel, address)
  if (problem) throw invalid(`${field}.address`, `${field}.address ${problem.message}`, problem.code)
  if (participantId != null) {
    const id = parseWireId('participant', participantId)
    const known = unit.participants.find((participant) => participant.id === id)
    if (known) return known
    throw invalid(`${field}.participantId`, `${field}.participantId names nobody who takes part in the conversation`)
  }
  const key = addressKey(channel, address)
  const present = findParticipant(unit, channel, key)
  if (present) return widen(work, unit, present, party)
  if (unit.participants.length >= settings.limits.participants) {
    throw invalid(field, `${field}: a conversation has at most ${settings.limits.participants} participants`)
  }
  return work.addParticipant(unit, newParticipant(now, { type: 'UNKNOWN', addresses: [{ channel, address }] }))
}

/**
 * Newcomers and new addresses extend what the conversation stands for, as far as nobody else holds it. Where they would
 * combine to too many keys it goes on standing for what it did: that is no reason to lose what was said.
 */
export async function takeNewKeys(
  { tx, account, work }: Working,
  unit: Unit,
  before: readonly Participant[],
): Promise<void> {
  if (unit.participants.every((participant, at) => participant === before[at])) return
  const { id, configurationId } = unit.conversation
  const groupingType = unit.snapshot.body.conversationGroupingType
  const after = unit.participants.map(groupingParticipant)
  if (groupingLimitProblem(groupingType, after)) return
  const held = (await tx.all(keysOf, { account, conversationIds: [id] })).map(({ key }) => key)
  const { take, release } = participantKeyChange({
    groupingType,
    held,
    before: before.map(groupingParticipant),
    after,
  })
  await work.lookUpHolders([{ configurationId, keys: take }])
  for (const key of release) work.dropKey(unit, key)
  for (const key of take) if (!work.isHeld(configurationId, key)) work.takeKey(unit, key, false)
}
