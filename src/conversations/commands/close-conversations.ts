import { type IdempotentRequest, once } from '../../accounts/idempotency.ts'
import { accepted } from '../../http/accepted.ts'
import type { StoredAnswer } from '../../http/stored-answer.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { OperationHandler } from '../../operations/operation.ts'
import { latestOperation, startOperation } from '../../operations/steps.ts'
import type { Store } from '../../store/store.ts'
import { type Closing, closingSubject, countOpenOf, openOf } from '../closings.ts'
import { lockConfiguration } from '../configuration-rows.ts'
import { findConfiguration } from '../configurations.ts'
import { setStatus } from '../domain/lifecycle.ts'
import { UnitOfWork } from '../unit-of-work.ts'
import type { CommandContext } from './working.ts'

export const closeConversationsKind = 'conversations.close'

/** Conversations that one transaction closes at most. */
const perTurn = 100

/** Ids without prefix. */
export interface CloseConversations {
  account: number
  configurationId: string
  operationId: string
  statusUrl: string
  requestId: string
  idempotent: IdempotentRequest | undefined
  now: number
}

/**
 * Accepts to close every conversation of the configuration that is open now; what begins later stays open. Throws `not_found`, and a
 * conflict while this is under way.
 */
export function acceptClosing(store: Store, input: CloseConversations): Promise<StoredAnswer> {
  const { account, configurationId, operationId, statusUrl, requestId, idempotent, now } = input
  const related = { configurationId: wireId('configuration', configurationId) }
  const subject = closingSubject(configurationId)
  return store.transact((tx) =>
    once(tx, account, idempotent, now, async () => {
      await tx.get(lockConfiguration, { account, id: configurationId })
      if (!(await findConfiguration(tx, account, configurationId)))
        throw notFound(`There is no configuration ${related.configurationId}.`)
      const latest = await latestOperation(tx, account, subject)
      if (latest?.status === 'PENDING') {
        const conflictingResourceId = wireId('conversationsOperation', latest.id)
        throw new Failure('conflict', `Its conversations are being closed already, by ${conflictingResourceId}.`, {
          conflictingResourceId,
        })
      }
      const { count: total } = await countOpenOf(tx, account, configurationId)
      const closing: Closing = { configurationId, after: '', before: operationId, closed: 0, total }
      const operation = { id: operationId, api: 'conversations', kind: closeConversationsKind } as const
      await startOperation(tx, account, { ...operation, subject, input: closing, related, requestId }, now)
      return accepted(statusUrl, wireId('conversationsOperation', operationId), { related })
    }),
  )
}

/** Closes some of what was open as a request would, and saves with them how far it came. */
export function closingHandler({ cache, onBridged, onFollowed, onHappened }: CommandContext): OperationHandler {
  return async (tx, account, { input, requestId }, now) => {
    const closing = input as Closing
    const { configurationId, after, before, closed } = closing
    const found = await tx.all(openOf, { account, configurationId, after, before, limit: perTurn })
    const last = found.at(-1)
    if (last === undefined) return { resultId: wireId('configuration', configurationId) }
    const knowledge = await cache.know(tx, account)
    const reacting = onBridged === undefined ? {} : { onBridged }
    const work = new UnitOfWork(tx, { account, cache, knowledge, now, requestId, ...reacting })
    await work.load(
      found.map(({ id }) => id),
      true,
    )
    work.settleAll()
    for (const unit of work.units) {
      const moved = setStatus(unit.conversation.lifecycle, unit.snapshot.rules, 'CLOSED', now)
      if (!('refused' in moved)) work.become(unit, moved)
    }
    await work.save(tx)
    const { happened, followed } = work
    return {
      next: { ...closing, after: last.id, closed: closed + happened.closed } satisfies Closing,
      afterCommit: async () => {
        onHappened?.(account, now, happened)
        if (followed) onFollowed()
      },
    }
  }
}
