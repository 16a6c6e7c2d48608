import { newId, wireId } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { EventType } from './append.ts'
import { type DiagnosticRow, diagnosticTable, forgetReports } from './diagnostic-rows.ts'

export type DiagnosticLevel = 'info' | 'warning' | 'error'

/** Something an operator should know that belongs to no conversation's history. Holds no text; addresses only as hashes. */
export interface Diagnostic {
  level: DiagnosticLevel
  code: number
  message: string
  /** Wire id of what it is about. */
  resource?: string
  /** Id without prefix of the conversation that it concerns. */
  conversationId?: string
  channel?: string
  details?: Record<string, unknown>
  requestId?: string
  /** How often it happened, where it stands for several. */
  count?: number
  /** Business time. */
  at: number
}

export async function reportDiagnostic(tx: Tx, account: number, diagnostic: Diagnostic): Promise<void> {
  await reportDiagnostics(tx, account, [diagnostic])
}

export async function reportDiagnostics(tx: Tx, account: number, diagnostics: readonly Diagnostic[]): Promise<void> {
  await tx.insert(
    diagnosticTable,
    diagnostics.map((diagnostic) => diagnosticRow(account, 'DIAGNOSTIC', diagnostic)),
  )
}

/** Tells of a deletion where it outlives the conversation's own history: which one, and nothing that was in it. */
export async function reportDeletion(
  tx: Tx,
  account: number,
  { conversationId, requestId, at }: { conversationId: string; requestId: string; at: number },
): Promise<void> {
  const resource = wireId('conversation', conversationId)
  const message = 'The conversation was deleted with everything in it.'
  const told: Diagnostic = { level: 'info', code: 0, message, resource, conversationId, requestId, at }
  await tx.insert(diagnosticTable, [diagnosticRow(account, 'CONVERSATION_DELETED', told)])
}

/** What happens in memory and belongs to no conversation. */
export type MemoryEventType =
  | 'IDENTIFIER_LINKED'
  | 'IDENTIFIER_UNLINKED'
  | 'PROFILE_MERGED'
  | 'PROFILE_UNMERGED'
  | 'MERGE_REFUSED'
  | 'PROFILE_ERASED'
  | 'STORE_ERASED'
  | 'SHARED_IDENTIFIER_ADDED'
  | 'SHARED_IDENTIFIER_REMOVED'
  | 'IMPORT_CREATED'
  | 'IMPORT_SUBMITTED'
  | 'IMPORT_ENDED'

/** Tells the debugger of changes in memory. Neither words nor details hold a value of anybody. */
export async function reportMemoryEvents(
  tx: Tx,
  account: number,
  events: readonly (Omit<Diagnostic, 'code'> & { type: MemoryEventType; code?: number })[],
): Promise<void> {
  await tx.insert(
    diagnosticTable,
    events.map(({ type, code = 0, ...event }) => diagnosticRow(account, type, { ...event, code })),
  )
}

/** Forgets what was reported about some resources, named by their wire ids, and answers how much that was. */
export async function forgetReportsAbout(tx: Tx, account: number, resources: readonly string[]): Promise<number> {
  return tx.run(forgetReports, { account, resources: [...resources] })
}

function diagnosticRow(account: number, type: EventType | MemoryEventType, diagnostic: Diagnostic): DiagnosticRow {
  return {
    account,
    id: newId(),
    type,
    level: diagnostic.level,
    code: diagnostic.code,
    message: diagnostic.message,
    resource: diagnostic.resource ?? null,
    conversation_id: diagnostic.conversationId ?? null,
    channel: diagnostic.channel ?? null,
    details: diagnostic.details ? JSON.stringify(diagnostic.details) : null,
    request_id: diagnostic.requestId ?? '',
    count: diagnostic.count ?? 1,
    at: diagnostic.at,
  }
}
