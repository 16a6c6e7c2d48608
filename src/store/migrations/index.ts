import type { Migration } from '../migration.ts'
import { accounts } from './0001-accounts.ts'
import { operations } from './0002-operations.ts'
import { memory } from './0003-memory.ts'
import { conversations } from './0004-conversations.ts'
import { events } from './0005-events.ts'
import { webhooks } from './0006-webhooks.ts'
import { debuggerEvents } from './0007-debugger.ts'
import { observations } from './0008-observations.ts'
import { carriers } from './0009-carriers.ts'
import { memorySchema } from './0010-memory-schema.ts'
import { classic } from './0011-classic.ts'
import { identity } from './0012-identity.ts'
import { intelligence } from './0013-intelligence.ts'
import { carrierConnections } from './0014-carrier-connections.ts'
import { messages } from './0015-messages.ts'
import { calls } from './0016-calls.ts'
import { classicSending } from './0017-classic-sending.ts'
import { imports } from './0018-imports.ts'
import { actions } from './0019-actions.ts'
import { memoryVectors } from './0020-memory-vectors.ts'
import { ruleExecutions } from './0021-rule-executions.ts'
import { sessions } from './0022-sessions.ts'
import { leases } from './0023-leases.ts'
import { carrierReceiptsByDay } from './0024-carrier-receipts-by-day.ts'
import { retriedOperators } from './0025-retried-operators.ts'
import { consoleLists } from './0026-console-lists.ts'
import { tallies } from './0027-tallies.ts'
import { openExecutions } from './0028-open-executions.ts'
import { subjectsOfOperations } from './0029-subjects-of-operations.ts'
import { executionsInOrder } from './0030-executions-in-order.ts'
import { oneOperationOnASubject } from './0031-one-operation-on-a-subject.ts'

/** In the order in which they are applied. Append only. */
export const migrations: readonly Migration[] = [
  accounts,
  operations,
  memory,
  conversations,
  events,
  webhooks,
  debuggerEvents,
  observations,
  carriers,
  memorySchema,
  classic,
  identity,
  intelligence,
  carrierConnections,
  messages,
  calls,
  classicSending,
  imports,
  actions,
  memoryVectors,
  ruleExecutions,
  sessions,
  leases,
  carrierReceiptsByDay,
  retriedOperators,
  consoleLists,
  tallies,
  openExecutions,
  subjectsOfOperations,
  executionsInOrder,
  oneOperationOnASubject,
]
