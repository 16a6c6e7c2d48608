import { bumpEpoch } from '../../accounts/epochs.ts'
import { reportDiagnostic } from '../../events/report.ts'
import { syncTargets } from '../../events/targets.ts'
import { assert } from '../../kernel/assert.ts'
import { parseWireId, wireId } from '../../kernel/ids.ts'
import type { Limits } from '../../kernel/limits.ts'
import { holdStore } from '../../memory/steps.ts'
import type { Operation, OperationHandler } from '../../operations/operation.ts'
import type { Tx } from '../../store/store.ts'
import {
  type ConfigurationInput,
  configurationKinds,
  refuse,
  refuseTakenBridge,
  refuseTooMany,
} from '../configuration-checks.ts'
import { configurationTable, configurationVersionTable, lockConfiguration } from '../configuration-rows.ts'
import { findConfiguration } from '../configurations.ts'
import { memoryStoreProblem, parseMemoryStoreId, rulesProblem } from '../domain/configuration.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import type { ConfigurationBody } from '../domain/model.ts'

/** Carries out the accepted changes of configurations. What they write is in force, on every node, once they say COMPLETED. */
export function configurationHandlers(limits: Limits): Record<string, OperationHandler> {
  return {
    [configurationKinds.create]: (tx, account, operation, now) => create(tx, account, operation, now, limits),
    [configurationKinds.update]: update,
    // Deleting took effect when it was accepted; completing it ends only that it can still be fetched.
    [configurationKinds.delete]: async (tx, account, operation) => {
      // Whoever is accepting a change of it meanwhile is refused because of this operation, or finds it gone.
      await tx.get(lockConfiguration, { account, id: configurationIdOf(operation) })
      return { resultId: operation.subject }
    },
  }
}

async function create(tx: Tx, account: number, operation: Operation, now: number, limits: Limits) {
  // First, since it holds the account: of two nodes that create at the same time the second counts what the first made.
  await bumpEpoch(tx, account)
  await refuseTooMany(tx, account, limits, 0)
  const id = configurationIdOf(operation)
  const body = await checkedBody(tx, account, id, operation.input as ConfigurationInput)
  await tx.insert(configurationTable, [
    { account, id, version: 1, ...columnsOf(body), created_at: now, updated_at: now, deleted_at: null },
  ])
  await insertVersion(tx, account, id, 1, body, now)
  if (hasVoiceRules(body)) await warnOfVoiceRules(tx, account, operation, now)
  return { resultId: operation.subject }
}

const update: OperationHandler = async (tx, account, operation, now) => {
  await bumpEpoch(tx, account)
  const id = configurationIdOf(operation)
  const present = await findConfiguration(tx, account, id)
  assert(present, `configuration ${wireId('configuration', id)} stays while a change of it is pending`)
  const body = await checkedBody(tx, account, id, operation.input as ConfigurationInput)
  const version = present.version + 1
  await tx.update(
    configurationTable,
    ['account', 'id'],
    ['version', 'memory_store_id', 'bridge_service_id', 'updated_at'],
    [{ account, id, version, ...columnsOf(body), updated_at: now }],
  )
  await insertVersion(tx, account, id, version, body, now)
  if (hasVoiceRules(body) && !hasVoiceRules(present.body)) await warnOfVoiceRules(tx, account, operation, now)
  return { resultId: operation.subject }
}

function hasVoiceRules({ channelSettings }: ConfigurationBody): boolean {
  return (channelSettings.VOICE?.captureRules ?? []).length > 0
}

/** Nobody can tell yet whether TwiML will name this configuration too; when it does, that call's rules give way (530950). */
async function warnOfVoiceRules(tx: Tx, account: number, { subject }: Operation, at: number): Promise<void> {
  const { code, message } = diagnostics.voiceRules
  await reportDiagnostic(tx, account, { level: 'info', code, message, resource: subject, channel: 'VOICE', at })
}

/** The body as it is stored. Throws what only the world around it could tell: stores, rules and bridges. */
async function checkedBody(
  tx: Tx,
  account: number,
  id: string,
  { draft, namesStore }: ConfigurationInput,
): Promise<ConfigurationBody> {
  const storeId = parseMemoryStoreId(draft.memoryStoreId)
  if (namesStore) {
    // Held, so that it is not deleted while this configuration begins to refer to it.
    const status = storeId === undefined ? undefined : await holdStore(tx, account, storeId)
    refuse(memoryStoreProblem(draft.memoryStoreId, status))
  }
  assert(storeId !== undefined, 'the memory store of a configuration is known by its id')
  refuse(rulesProblem(draft))
  await refuseTakenBridge(tx, account, id, draft)
  return { ...draft, memoryStoreId: storeId }
}

function columnsOf(body: ConfigurationBody) {
  return { memory_store_id: body.memoryStoreId, bridge_service_id: body.conversationsV1Bridge?.serviceId ?? null }
}

/** With the version, who hears of the configuration's conversations changes too, those that are open included. */
async function insertVersion(
  tx: Tx,
  account: number,
  id: string,
  version: number,
  body: ConfigurationBody,
  now: number,
): Promise<void> {
  await syncTargets(tx, account, { kind: 'configuration', id }, body.statusCallbacks, now)
  await tx.insert(configurationVersionTable, [
    { account, configuration_id: id, version, body: JSON.stringify(body), created_at: now },
  ])
}

function configurationIdOf(operation: Operation): string {
  const id = parseWireId('configuration', operation.subject)
  assert(id !== undefined, `operations of kind ${operation.kind} work on a configuration`)
  return id
}
