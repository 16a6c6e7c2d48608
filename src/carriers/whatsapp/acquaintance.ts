import type { TrafficResult } from '../../conversations/commands/traffic-result.ts'
import type { CommandContext } from '../../conversations/commands/working.ts'
import { findCommunication } from '../../conversations/communications.ts'
import { findConversation } from '../../conversations/conversation-views.ts'
import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { addIdentifier } from '../../memory/commands/add-identifier.ts'
import { canonicalIds, lookupIdentifiers } from '../../memory/steps.ts'
import type { ObservedMessage } from '../domain/message.ts'

type Context = Pick<CommandContext, 'store' | 'clock' | 'cache'>

interface Cause {
  account: number
  requestId: string
}

/**
 * Memory learns the ids under which a customer writes beside the number, so that it knows the customer when the number is
 * hidden one day. Only of customers who have a profile, as captured traffic makes none of its own.
 */
export async function learnAliases(
  context: Context,
  cause: Cause,
  messages: readonly ObservedMessage[],
  results: readonly TrafficResult[],
): Promise<void> {
  for (const [at, { sender }] of messages.entries()) {
    const communicationId = results[at]?.communicationId
    if (!sender || sender.aliases.length === 0 || communicationId == null) continue
    const profile = await profileOf(context, cause.account, communicationId)
    if (profile) for (const alias of sender.aliases) await learn(context, cause, { ...profile, value: alias })
  }
}

async function profileOf({ store, cache }: Context, account: number, communicationId: string) {
  const communication = await findCommunication(store.read, account, communicationId)
  const view = communication && (await findConversation({ ...store, cache, account }, communication.conversationId))
  const author = view?.participants.find(({ id }) => id === communication?.author.participantId)
  if (!view || author?.type !== 'CUSTOMER' || author.profileId === null) return undefined
  return { storeId: view.snapshot.body.memoryStoreId, profileId: author.profileId }
}

async function learn(
  { store, clock }: Context,
  { account, requestId }: Cause,
  { storeId, profileId, value }: { storeId: string; profileId: string; value: string },
): Promise<void> {
  const identifier = { storeId, idType: 'whatsapp', value }
  const [known] = await lookupIdentifiers(store.read, account, [identifier])
  const canonical = (await canonicalIds(store.read, account, [{ storeId, profileId }])).get(profileId) ?? profileId
  if (known?.profileIds.includes(canonical)) return
  const change = { account, profileId: canonical, changeId: newId(), requestId, now: await clock.now() }
  try {
    await addIdentifier(store, { ...change, ...identifier, source: 'traffic' })
  } catch (error) {
    // Memory has told the debugger why; the message is taken whatever it says.
    if (!(error instanceof Failure)) throw error
  }
}
