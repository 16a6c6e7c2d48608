import { bumpEpoch } from '../../accounts/epochs.ts'
import { type IdempotentRequest, once } from '../../accounts/idempotency.ts'
import { accepted } from '../../http/accepted.ts'
import type { StoredAnswer } from '../../http/stored-answer.ts'
import { notFound } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import { countPending, startOperation } from '../../operations/steps.ts'
import type { Store, Tx } from '../../store/store.ts'
import {
  type ConfigurationInput,
  configurationKinds,
  refuse,
  refuseTakenBridge,
  refuseTooMany,
} from '../configuration-checks.ts'
import { configurationTable, lockConfiguration } from '../configuration-rows.ts'
import { findConfiguration } from '../configurations.ts'
import {
  type Configuration,
  type ConfigurationPatch,
  type ConfigurationRequest,
  draftConfiguration,
  draftProblem,
  groupingProblem,
  patchConfiguration,
} from '../domain/configuration.ts'
import type { GroupingType } from '../domain/model.ts'
import type { OrchestratorSettings } from '../settings.ts'

/** One request to change a configuration: who asks, and what its operation will be called. */
export interface ConfigurationChange {
  account: number
  /** Without prefix; a new one for a creation. */
  configurationId: string
  /** Without prefix. */
  operationId: string
  statusUrl: string
  requestId: string
  /** Undefined when the caller sent no key. */
  idempotent: IdempotentRequest | undefined
  now: number
}

type Policy = Pick<OrchestratorSettings, 'limits' | 'allowPrivateCallbacks'>

/** Accepts a creation. Throws when a field is refused, the account has all the configurations it may have, or the bridge is taken. */
export function acceptCreation(
  store: Store,
  policy: Policy,
  change: ConfigurationChange,
  request: ConfigurationRequest,
): Promise<StoredAnswer> {
  const draft = draftConfiguration(request)
  refuse(draftProblem(draft, policy))
  return acceptOnce(store, change, async (tx) => {
    await refuseTooMany(
      tx,
      change.account,
      policy.limits,
      await countPending(tx, change.account, configurationKinds.create),
    )
    await refuseTakenBridge(tx, change.account, change.configurationId, draft)
    await start(tx, change, configurationKinds.create, { draft, namesStore: true })
  })
}

/** Accepts a replacement. Throws `not_found`, a conflict while another change is pending, or the field that is refused. */
export function acceptReplacement(
  store: Store,
  policy: Policy,
  change: ConfigurationChange,
  request: ConfigurationRequest,
): Promise<StoredAnswer> {
  refuse(draftProblem(draftConfiguration(request), policy))
  return acceptOnce(store, change, async (tx) => {
    const { body } = await requireConfiguration(tx, change, request.conversationGroupingType)
    const draft = draftConfiguration(request, body.displayName)
    await startUpdate(tx, change, { draft, namesStore: true })
  })
}

/** Accepts a partial change, merged at once: until it is applied no other can come between. Throws as a replacement does. */
export function acceptPatch(
  store: Store,
  policy: Policy,
  change: ConfigurationChange,
  patch: ConfigurationPatch,
): Promise<StoredAnswer> {
  return acceptOnce(store, change, async (tx) => {
    const { body } = await requireConfiguration(tx, change, patch.conversationGroupingType)
    const draft = patchConfiguration(body, patch)
    refuse(draftProblem(draft, policy))
    await startUpdate(tx, change, { draft, namesStore: patch.memoryStoreId !== undefined })
  })
}

/**
 * Accepts a deletion. From this commit on no traffic and no request makes a conversation of the configuration; fetching
 * it goes on working until the operation has completed.
 */
export function acceptDeletion(store: Store, change: ConfigurationChange): Promise<StoredAnswer> {
  const { account, configurationId: id, now } = change
  return acceptOnce(store, change, async (tx) => {
    await requireConfiguration(tx, change)
    await start(tx, change, configurationKinds.delete, {})
    await tx.update(configurationTable, ['account', 'id'], ['deleted_at'], [{ account, id, deleted_at: now }])
    await bumpEpoch(tx, account)
  })
}

function acceptOnce(store: Store, change: ConfigurationChange, work: (tx: Tx) => Promise<void>): Promise<StoredAnswer> {
  const { account, idempotent, now, statusUrl, operationId } = change
  return store.transact((tx) =>
    once(tx, account, idempotent, now, async () => {
      await work(tx)
      return accepted(statusUrl, wireId('conversationsOperation', operationId), { related: relatedOf(change) })
    }),
  )
}

async function requireConfiguration(
  tx: Tx,
  { account, configurationId: id }: ConfigurationChange,
  asked?: GroupingType,
): Promise<Configuration> {
  await tx.get(lockConfiguration, { account, id })
  const configuration = await findConfiguration(tx, account, id)
  if (!configuration) throw notFound(`There is no configuration ${wireId('configuration', id)}.`)
  refuse(groupingProblem(configuration.body, asked))
  return configuration
}

async function startUpdate(tx: Tx, change: ConfigurationChange, input: ConfigurationInput): Promise<void> {
  await refuseTakenBridge(tx, change.account, change.configurationId, input.draft)
  await start(tx, change, configurationKinds.update, input)
}

async function start(tx: Tx, change: ConfigurationChange, kind: string, input: unknown): Promise<void> {
  await startOperation(
    tx,
    change.account,
    {
      id: change.operationId,
      api: 'conversations',
      kind,
      subject: wireId('configuration', change.configurationId),
      input,
      related: relatedOf(change),
      requestId: change.requestId,
    },
    change.now,
  )
}

function relatedOf({ configurationId }: ConfigurationChange): Record<string, string> {
  return { configurationId: wireId('configuration', configurationId) }
}
