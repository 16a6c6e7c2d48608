import { Failure } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Limits } from '../kernel/limits.ts'
import type { Tx } from '../store/store.ts'
import { configurationByBridge, configurationCount } from './configuration-rows.ts'
import type { ConfigurationDraft, FieldProblem } from './domain/configuration.ts'

/** The kinds of operations that change configurations. */
export const configurationKinds = {
  create: 'configuration.create',
  update: 'configuration.update',
  delete: 'configuration.delete',
} as const

/** What the operation that creates or updates works from. */
export interface ConfigurationInput {
  draft: ConfigurationDraft
  /** Whether the caller named the memory store, which must then be there. */
  namesStore: boolean
}

/** Throws a conflict that names the holder when the classic service belongs to another configuration. */
export async function refuseTakenBridge(
  tx: Tx,
  account: number,
  configurationId: string,
  { conversationsV1Bridge: bridge }: ConfigurationDraft,
): Promise<void> {
  if (!bridge) return
  const holder = await tx.get(configurationByBridge, { account, serviceId: bridge.serviceId })
  if (!holder || holder.id === configurationId) return
  const conflictingResourceId = wireId('configuration', holder.id)
  throw new Failure('conflict', `Service ${bridge.serviceId} is already bound to ${conflictingResourceId}.`, {
    field: 'conversationsV1Bridge.serviceId',
    conflictingResourceId,
  })
}

/** Throws `limit` when the account has as many configurations as it may have. `coming`: creations accepted and not yet applied. */
export async function refuseTooMany(tx: Tx, account: number, limits: Limits, coming: number): Promise<void> {
  const there = (await tx.get(configurationCount, { account }))?.n ?? 0
  if (there + coming < limits.configurations) return
  throw new Failure('limit', `An account may have ${limits.configurations} configurations.`, {
    params: { limit: limits.configurations },
  })
}

/** Throws what is wrong, if anything is. */
export function refuse(problem: FieldProblem | undefined): void {
  if (problem) throw new Failure('invalid', problem.message, { code: problem.code, field: problem.path })
}
