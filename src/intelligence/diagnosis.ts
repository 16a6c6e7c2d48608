import type { ReadIntelligence } from '../conversations/diagnosing.ts'
import type { SeenExecution } from '../conversations/domain/diagnosis.ts'
import { parseWireId } from '../kernel/ids.ts'
import { configurationOf } from './configurations.ts'
import { extractionRule } from './domain/triggers.ts'
import { latestExecutions } from './execution-rows.ts'
import { configurationsByIds } from './rows.ts'

const maxExecutions = 50

/** For the diagnosis of a conversation. */
export const readIntelligence: ReadIntelligence = async (read, account, conversationId, links) => {
  const ids = links.map((text) => ({ text, id: parseWireId('intelligenceConfiguration', text) ?? '' }))
  const rows = ids.length === 0 ? [] : await read.all(configurationsByIds, { account, ids: ids.map(({ id }) => id) })
  const known = new Set(rows.map(({ id }) => id))
  const executions = await read.all(latestExecutions, { account, conversationId, limit: maxExecutions })
  return {
    gone: ids.filter(({ id }) => !known.has(id)).map(({ text }) => text),
    triggers: rows.flatMap((row) => configurationOf(row).rules).flatMap(({ trigger }) => trigger?.on ?? []),
    executions: executions.map(({ rule_id, outcome, detail }) => ({
      isExtraction: rule_id === extractionRule,
      outcome: outcome as SeenExecution['outcome'],
      detail,
    })),
  }
}
