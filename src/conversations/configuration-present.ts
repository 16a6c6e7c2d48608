import { wireDate } from '../http/schemas.ts'
import { wireId } from '../kernel/ids.ts'
import type { Configuration } from './domain/configuration.ts'
import type { Overrides } from './domain/conversation.ts'
import type { ConfigurationBody } from './domain/model.ts'

/** A configuration as the published API spells it. */
export function presentConfiguration({ id, version, createdAt, updatedAt, body }: Configuration) {
  return {
    id: wireId('configuration', id),
    ...presentBody(body),
    createdAt: wireDate(createdAt),
    updatedAt: wireDate(updatedAt),
    version,
  }
}

/**
 * A configuration as a conversation shows it. `body` is the pinned version; `overrides` take the place of its fields, so
 * the caller puts the callbacks of the current version there when the conversation has none of its own. Workflows are
 * accepted and never shown, as published.
 */
export function presentSnapshot(body: ConfigurationBody, overrides: Overrides) {
  const { workflows: _, targetIds: __, ...shown } = overrides
  return { ...presentBody(body), ...shown }
}

export function presentBody(body: ConfigurationBody) {
  return {
    displayName: body.displayName,
    description: body.description,
    conversationGroupingType: body.conversationGroupingType,
    memoryStoreId: wireId('memoryStore', body.memoryStoreId),
    channelSettings: body.channelSettings,
    statusCallbacks: body.statusCallbacks,
    intelligenceConfigurationIds: body.intelligenceConfigurationIds,
    memoryExtractionEnabled: body.memoryExtractionEnabled,
    conversationsV1Bridge: body.conversationsV1Bridge,
  }
}
