import { wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Operation } from '../../operations/operation.ts'
import type { MemoryStore } from '../domain/memory-store.ts'
import type { ProfileTraits } from '../domain/traits.ts'
import type { ProfileRow } from '../rows.ts'

export function presentStore(store: MemoryStore) {
  return {
    id: wireId('memoryStore', store.id),
    displayName: store.displayName,
    ...(store.description === null ? {} : { description: store.description }),
    status: store.status,
    intelligenceServiceId: wireId('intelligenceService', store.intelligenceServiceId),
    version: store.version,
  }
}

export function presentIdentitySettings({ identitySettings, identityVersion }: MemoryStore) {
  return { ...identitySettings, version: identityVersion }
}

/** `base` is the prefix under which the caller reaches the server. */
export function presentOperation(operation: Operation, base: string) {
  const { result, error } = operation
  return {
    operationId: wireId('memoryOperation', operation.id),
    status: operation.status,
    createdAt: wireDate(operation.createdAt),
    // The official client shows a date that is left out as the present time.
    completedAt: wireDateOrNull(operation.completedAt),
    statusUrl: operationUrl(base, operation.id),
    ...(result === null ? {} : { result, ...resultUrl(operation, base, result.id) }),
    ...(error === null
      ? {}
      : {
          error: {
            type: `https://www.twilio.com/docs/errors/${error.code}`,
            title: error.title,
            code: error.code,
            detail: error.detail,
          },
        }),
  }
}

export function operationUrl(base: string, operationId: string): string {
  return `${base}/v1/ControlPlane/Operations/${wireId('memoryOperation', operationId)}`
}

/** `groups`: names of the only trait groups that are wanted. */
export function presentProfile(row: ProfileRow, groups: ReadonlySet<string> | undefined) {
  const traits = Object.entries(JSON.parse(row.traits) as ProfileTraits)
    .filter(([group]) => groups === undefined || groups.has(group))
    .map(([group, ofGroup]) => [group, valuesOf(ofGroup)])
  return {
    id: wireId('profile', row.id),
    createdAt: wireDate(row.created_at),
    traits: Object.fromEntries(traits),
  }
}

/** A deletion leaves nothing to fetch. */
function resultUrl({ kind }: Operation, base: string, storeWireId: string): { resultUrl?: string } {
  const url = `${base}/v1/ControlPlane/Stores/${storeWireId}`
  if (kind === 'memory.store.delete') return {}
  return { resultUrl: kind === 'memory.identity.replace' ? `${url}/IdentityResolutionSettings` : url }
}

function valuesOf(traits: ProfileTraits[string]) {
  return Object.fromEntries(Object.entries(traits).map(([name, trait]) => [name, trait.value]))
}
