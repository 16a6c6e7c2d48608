import { wireDate, wireDateOrNull } from '../../http/schemas.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Operation } from '../../operations/operation.ts'
import type { DataMapping } from '../data-mappings.ts'
import type { TraitDefinition } from '../domain/trait-groups.ts'
import type { ProfileTraits } from '../domain/traits.ts'
import type { MemoryStore } from '../memory-store.ts'
import type { ProfileRow } from '../rows.ts'
import type { StoredTraitGroup } from '../trait-groups.ts'

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

/** `traits`: those to show; undefined leaves them out. */
export function presentTraitGroup(group: StoredTraitGroup, traits: Record<string, TraitDefinition> | undefined) {
  return {
    displayName: group.displayName,
    ...(group.description === null ? {} : { description: group.description }),
    ...(traits === undefined ? {} : { traits }),
    version: group.version,
  }
}

export function presentDataMapping(mapping: DataMapping) {
  return {
    id: wireId('dataMapping', mapping.id),
    displayName: mapping.displayName,
    ...(mapping.description === null ? {} : { description: mapping.description }),
    isEnabled: mapping.isEnabled,
    mappingTo: { type: 'TRAITS' as const, mappings: mapping.mappings },
    mappingFrom: mapping.source,
    createdAt: wireDate(mapping.createdAt),
    updatedAt: wireDate(mapping.updatedAt),
    version: mapping.version,
  }
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
function resultUrl({ kind, input }: Operation, base: string, resultId: string): { resultUrl?: string } {
  if (kind.endsWith('.delete')) return {}
  const { storeId } = input as { storeId: string }
  const url = `${base}/v1/ControlPlane/Stores/${wireId('memoryStore', storeId)}`
  if (kind.startsWith('memory.traitGroup.')) return { resultUrl: `${url}/TraitGroups/${resultId}` }
  if (kind.startsWith('memory.dataMapping.')) return { resultUrl: `${url}/DataMappings/${resultId}` }
  return { resultUrl: kind === 'memory.identity.replace' ? `${url}/IdentityResolutionSettings` : url }
}

export function valuesOf(traits: ProfileTraits[string]) {
  return Object.fromEntries(Object.entries(traits).map(([name, trait]) => [name, trait.value]))
}
