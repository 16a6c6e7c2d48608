import type { AccountCache } from '../conversations/account-cache.ts'
import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Store } from '../store/store.ts'
import type { Operator } from './domain/operator.ts'
import { checkValues, effectiveValues, type ParameterValues } from './domain/parameters.ts'
import type { Utterance } from './domain/transcript.ts'
import type { Engine, Outcome, Recall } from './engine.ts'
import { type Material, readMaterial, readObservations, readTraits, rememberedCustomer } from './material.ts'
import { SharedReading } from './shared-reading.ts'
import { addUsage, dayOf } from './usage.ts'

export interface Trial {
  account: number
  operator: Operator
  parameters: ParameterValues
  /** What was said, or the conversation, without prefix, that is read as it is now. */
  said: Utterance[] | { conversationId: string }
  now: number
}

export interface TrialContext {
  store: Store
  cache: AccountCache
  engine: Engine
  maxCharacters: number
}

/** Sorts after every id. */
const upToNow = '~'

/** Runs an operator and saves nothing but what it cost. Throws when a parameter does not fit, or there is no such conversation. */
export async function tryOperator(
  context: TrialContext,
  { account, operator, parameters, said, now }: Trial,
): Promise<{ outcome: Outcome; material: Material | undefined }> {
  const { store, engine, maxCharacters } = context
  checkValues(operator.parameters, parameters, { field: 'parameters' })
  const isGiven = Array.isArray(said)
  const wanted = { since: '', until: upToNow, maxCharacters }
  const readingOf = (conversationId: string) =>
    new SharedReading(
      { read: store.read, cache: context.cache, account },
      { configurationIds: [], conversationIds: [conversationId] },
    )
  const material = isGiven ? undefined : await readMaterial(readingOf(said.conversationId), { ...wanted, ...said })
  if (!isGiven && !material) throw notFound(`There is no conversation ${wireId('conversation', said.conversationId)}.`)
  const recall = material && operator.memoryEnabled ? recallOf(store, account, material) : undefined
  const outcome = await engine.run({
    account,
    operator,
    values: effectiveValues(operator.parameters, parameters),
    transcript: isGiven ? said : (material?.transcript ?? []),
    ...(recall ? { recall } : {}),
  })
  const usage = 'failure' in outcome ? outcome.usage : outcome.answer.usage
  if (usage && usage.requests > 0) {
    const tokens = usage.inputTokens + usage.outputTokens
    await store.transact((tx) => tx.run(addUsage, { account, day: dayOf(now), requests: usage.requests, tokens }))
  }
  return { outcome, material }
}

/** What can not be read is nothing, as in an execution. */
function recallOf({ read }: Store, account: number, { view }: Material): Recall | undefined {
  const customer = rememberedCustomer(view)
  if (!customer) return undefined
  const place = { account, storeId: view.snapshot.body.memoryStoreId, ...customer }
  return {
    traits: () => readTraits(read, place).catch(() => []),
    observations: () => readObservations(read, place).catch(() => []),
  }
}
