import type { Migration } from '../migration.ts'

/**
 * Where memories are in the space of the model that `embedded_with` of their row names. vector: 32-bit numbers, little end
 * first, in base64. A row whose memory names another model, or none, is stale and about to be replaced.
 */
export const memoryVectors: Migration = {
  name: '0020-memory-vectors',
  statements: (d) => [
    `create table memory_vector (
      account integer not null,
      memory_id text not null,
      vector text not null,
      primary key (account, memory_id)
    ) ${d.table}`,
  ],
}
