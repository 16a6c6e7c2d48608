import { readEpoch } from '../accounts/epochs.ts'
import { accountByNumber } from '../accounts/rows.ts'
import { type ConfigurationTargets, configurationTargets } from '../events/targets.ts'
import { activeStores } from '../memory/steps.ts'
import type { Reader } from '../store/store.ts'
import { configurationsOf, configurationVersion, ownedAddressesOf } from './configuration-rows.ts'
import { compileRules, type RuleIndex } from './domain/capture.ts'
import type { LifecycleRules } from './domain/lifecycle.ts'
import type { ConfigurationBody } from './domain/model.ts'
import type { OrchestratorSettings } from './settings.ts'

export interface Configuration {
  id: string
  version: number
  createdAt: number
  updatedAt: number
  /** Deleted ones capture nothing any more; their open conversations live on. */
  deletedAt: number | null
  body: ConfigurationBody
}

/** The classic service that a configuration bridges now. */
export function bridgedService({ deletedAt, body }: Configuration): string | undefined {
  return deletedAt === null ? body.conversationsV1Bridge?.serviceId : undefined
}

/** What decisions about an account's traffic need to know, as of one epoch. */
export interface AccountKnowledge {
  epoch: number
  sid: string
  /** All that ever were, by id. */
  configurations: ReadonlyMap<string, Configuration>
  /** Of those that exist now. */
  rules: RuleIndex
  /** Keys of the business's own addresses. */
  owned: ReadonlySet<string>
  /** Who hears of the conversations of a configuration, as it is now. */
  targets: ConfigurationTargets
  /** Memory stores that are ACTIVE; an open conversation may have pinned one that no configuration names any more. */
  activeStores: ReadonlySet<string>
}

/** The body that a conversation pinned, with its timeouts as the lifecycle reads them. */
export interface Snapshot {
  body: ConfigurationBody
  rules: LifecycleRules
}

const maxSnapshots = 10_000

/** Keeps what changes rarely. Every reader first looks at the account's epoch, so no node ever works by what has changed. */
export class AccountCache {
  readonly #settings: OrchestratorSettings
  readonly #accounts = new Map<number, AccountKnowledge>()
  /** Versions never change, so these need no epoch. */
  readonly #snapshots = new Map<string, Snapshot>()

  constructor(settings: OrchestratorSettings) {
    this.#settings = settings
  }

  async know(read: Reader, account: number): Promise<AccountKnowledge> {
    const epoch = await readEpoch(read, account)
    const known = this.#accounts.get(account)
    if (known?.epoch === epoch) return known
    const knowledge = await loadKnowledge(read, account, epoch)
    this.#accounts.set(account, knowledge)
    return knowledge
  }

  async snapshot(read: Reader, account: number, configurationId: string, version: number): Promise<Snapshot> {
    const key = `${account}/${configurationId}/${version}`
    const known = this.#snapshots.get(key)
    if (known) return known
    const row = await read.get(configurationVersion, { account, configurationId, version })
    if (!row) throw new Error(`Configuration ${configurationId} has no version ${version}.`)
    const body = JSON.parse(row.body) as ConfigurationBody
    const snapshot = { body, rules: this.#lifecycleRules(body) }
    if (this.#snapshots.size >= maxSnapshots) this.#snapshots.clear()
    this.#snapshots.set(key, snapshot)
    return snapshot
  }

  #lifecycleRules({ channelSettings }: ConfigurationBody): LifecycleRules {
    const { graceMs, silentCallMs } = this.#settings
    return silentCallMs === undefined ? { channelSettings, graceMs } : { channelSettings, graceMs, silentCallMs }
  }
}

async function loadKnowledge(read: Reader, account: number, epoch: number): Promise<AccountKnowledge> {
  const rows = await read.all(configurationsOf, { account })
  const configurations = rows.map(
    (row): Configuration => ({
      id: row.id,
      version: row.version,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deletedAt: row.deleted_at,
      body: JSON.parse(row.body),
    }),
  )
  const live = configurations.filter(({ deletedAt }) => deletedAt === null)
  const owned = await read.all(ownedAddressesOf, { account })
  return {
    epoch,
    sid: (await read.get(accountByNumber, { account }))?.sid ?? '',
    targets: await configurationTargets(
      read,
      account,
      configurations.map(({ id }) => id),
    ),
    configurations: new Map(configurations.map((configuration) => [configuration.id, configuration])),
    rules: compileRules(
      live.map(({ id, createdAt, body }) => ({ id, createdAt, channelSettings: body.channelSettings })),
    ),
    owned: new Set(owned.map((row) => row.address_key)),
    activeStores: await activeStores(read, account),
  }
}
