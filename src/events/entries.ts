import { parseWireId } from '../kernel/ids.ts'
import type { RecordedRow, ReportRow } from './debugger-rows.ts'
import { type Entry, type EntryLevel, type Explanation, entryOf, entryType } from './domain/entry.ts'

export function entryOfRecorded(row: RecordedRow, explain: (code: number) => Explanation): Entry {
  return entryOf(
    {
      id: row.id,
      type: row.type,
      conversationId: row.conversation_id,
      subject: row.subject,
      requestId: row.request_id,
      at: row.at,
      note: row.note === null ? {} : JSON.parse(row.note),
    },
    explain,
  )
}

/** A diagnostic, or a deletion: what was reported with its own words. */
export function entryOfReport(row: ReportRow): Entry {
  return {
    id: row.id,
    type: entryType(row.type),
    level: row.level as EntryLevel,
    at: row.at,
    requestId: row.request_id,
    conversationId: row.conversation_id ?? parseWireId('conversation', row.resource ?? '') ?? null,
    resource: row.resource,
    status: null,
    participantType: null,
    author: null,
    errorCode: row.code === 0 ? null : row.code,
    errorReason: null,
    channel: row.channel,
    count: row.count,
    details: row.details === null ? {} : JSON.parse(row.details),
    message: row.message,
  }
}
