import type { Reader } from '../store/store.ts'
import type { AccountCache } from './account-cache.ts'
import { findCommunication } from './communications.ts'
import { findConversation } from './conversation-views.ts'
import { type CompactTrace, explainTrace, type TrafficTrace } from './domain/trace.ts'

/**
 * Why a communication is in its conversation, told again from the few bytes that were kept with it. Undefined when the
 * account has no such communication.
 */
export async function explainCommunication(
  source: { read: Reader; cache: AccountCache; account: number },
  id: string,
): Promise<{ conversationId: string; trace: TrafficTrace } | undefined> {
  const { read, cache, account } = source
  const communication = await findCommunication(read, account, id)
  if (!communication?.trace) return undefined
  const { conversationId, author, recipients, createdAt } = communication
  const view = await findConversation(source, conversationId)
  if (!view) return undefined
  const { configurationId } = view.conversation
  const { body, rules } = view.snapshot
  const compact = JSON.parse(communication.trace) as CompactTrace
  const matched = compact.v === undefined ? undefined : await cache.snapshot(read, account, configurationId, compact.v)
  const trace = explainTrace(compact, {
    channel: author.channel,
    author,
    recipients,
    at: createdAt,
    configurationId,
    groupingType: body.conversationGroupingType,
    rules,
    ruleBody: matched?.body,
  })
  return { conversationId, trace }
}
