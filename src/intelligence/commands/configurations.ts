import { bumpEpoch } from '../../accounts/epochs.ts'
import { syncTargets } from '../../events/targets.ts'
import { Failure, invalid } from '../../kernel/failure.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Reader, Store, Tx } from '../../store/store.ts'
import { configurationOf, ruleOf, unknownConfiguration } from '../configurations.ts'
import type { RuleFilter } from '../domain/filter.ts'
import type { Operator } from '../domain/operator.ts'
import { checkRules, type IntelligenceConfiguration, type Rule } from '../domain/rules.ts'
import { findOperator } from '../operators.ts'
import { configurationCount, configurationLocked, configurationTable, deleteConfigurationRow } from '../rows.ts'

interface Described {
  account: number
  /** Of the configuration, without prefix. */
  id: string
  displayName: string
  description: string | null
  /** Those with `isNew` have an id that was just made. */
  rules: (Rule & { isNew?: boolean })[]
  now: number
}

/** Throws when a rule can not work, or the account has too many configurations. */
export async function createConfiguration(
  store: Store,
  { account, id, now, maximum, ...described }: Described & { maximum: number },
): Promise<IntelligenceConfiguration> {
  const rules = described.rules.map(withoutMark)
  return store.transact(async (tx) => {
    await bumpEpoch(tx, account)
    const { n } = (await tx.get(configurationCount, { account })) ?? { n: 0 }
    if (n >= maximum) {
      throw new Failure('limit', `An account may have ${maximum} intelligence configurations.`, {
        params: { limit: maximum },
      })
    }
    await checkOperators(tx, account, rules)
    const body = { displayName: described.displayName, description: described.description, rules }
    const row = { account, id, version: 1, body: JSON.stringify(body), created_at: now, updated_at: now }
    await tx.insert(configurationTable, [row])
    await syncWebhooks(tx, account, rules, now)
    return configurationOf(row)
  })
}

/** The whole of it, as the next version. Rules keep what they are known by; those left out are gone. */
export async function replaceConfiguration(
  store: Store,
  { account, id, now, ...described }: Described,
): Promise<IntelligenceConfiguration> {
  return store.transact(async (tx) => {
    const before = await tx.get(configurationLocked, { account, id })
    if (!before) throw unknownConfiguration(id)
    const known = configurationOf(before).rules
    refuseStrangeRules(described.rules, known)
    const rules = described.rules.map(withoutMark).map((rule) => withFilterOf(known, rule))
    await checkOperators(tx, account, rules)
    const body = { displayName: described.displayName, description: described.description, rules }
    const row = { ...before, version: before.version + 1, body: JSON.stringify(body), updated_at: now }
    await tx.update(configurationTable, ['account', 'id'], ['version', 'body', 'updated_at'], [row])
    const gone = known.filter((rule) => !rules.some(({ id: kept }) => kept === rule.id))
    await syncWebhooks(tx, account, [...rules, ...gone.map(withoutActions)], now)
    await bumpEpoch(tx, account)
    return configurationOf(row)
  })
}

/** The next version, with another filter of one rule. */
export async function replaceFilter(
  store: Store,
  {
    account,
    id,
    ruleId,
    filter,
    now,
  }: { account: number; id: string; ruleId: string; filter: RuleFilter; now: number },
): Promise<IntelligenceConfiguration> {
  return store.transact(async (tx) => {
    const before = await tx.get(configurationLocked, { account, id })
    if (!before) throw unknownConfiguration(id)
    const known = configurationOf(before)
    const filtered = { ...ruleOf(known, ruleId), filter }
    const rules = known.rules.map((rule) => (rule.id === ruleId ? filtered : rule))
    const { displayName, description } = known
    const body = JSON.stringify({ displayName, description, rules })
    const row = { ...before, version: before.version + 1, body, updated_at: now }
    await tx.update(configurationTable, ['account', 'id'], ['version', 'body', 'updated_at'], [row])
    await bumpEpoch(tx, account)
    return configurationOf(row)
  })
}

/** Conversations whose configuration still names it trigger nothing from then on; results stay, undelivered ones are told to nobody. */
export async function deleteConfiguration(store: Store, account: number, id: string, now: number): Promise<void> {
  await store.transact(async (tx) => {
    const before = await tx.get(configurationLocked, { account, id })
    if (!before) throw unknownConfiguration(id)
    await tx.run(deleteConfigurationRow, { account, id })
    await syncWebhooks(tx, account, configurationOf(before).rules.map(withoutActions), now)
    await bumpEpoch(tx, account)
  })
}

/** The delivery engine knows each action of a rule as a target. */
async function syncWebhooks(tx: Tx, account: number, rules: readonly Rule[], now: number): Promise<void> {
  for (const { id, actions } of rules) {
    await syncTargets(tx, account, { kind: 'intelligenceRule', id }, actions, now)
  }
}

function withoutActions(rule: Rule): Rule {
  return { ...rule, actions: [] }
}

function refuseStrangeRules(rules: Described['rules'], known: readonly Rule[]): void {
  const ids = new Set(known.map(({ id }) => id))
  const seen = new Set<string>()
  for (const [at, { id, isNew }] of rules.entries()) {
    const name = wireId('intelligenceRule', id)
    if (!isNew && !ids.has(id)) throw invalid(`rules[${at}].id`, `The configuration has no rule ${name}.`)
    if (seen.has(id)) throw invalid(`rules[${at}].id`, `The rule ${name} is there twice.`)
    seen.add(id)
  }
}

async function checkOperators(read: Reader, account: number, rules: readonly Rule[]): Promise<void> {
  const operators = new Map<string, Operator | undefined>()
  for (const { id, version } of rules.flatMap(({ operators: links }) => links)) {
    operators.set(`${id} null`, await findOperator(read, account, id))
    if (version !== null) operators.set(`${id} ${version}`, await findOperator(read, account, id, version))
  }
  checkRules(
    rules,
    (id, version) => operators.get(`${id} ${version}`),
    (id) => wireId('operator', id),
  )
}

/** Filters have no place in the published body of a configuration: a rule that keeps its id keeps its filter. */
function withFilterOf(known: readonly Rule[], rule: Rule): Rule {
  const filter = known.find(({ id }) => id === rule.id)?.filter
  return filter ? { ...rule, filter } : rule
}

function withoutMark({ isNew: _, ...rule }: Rule & { isNew?: boolean }): Rule {
  return rule
}
