import { randomUUID } from 'node:crypto'
import type { AccountSecrets } from '../../accounts/secrets.ts'
import { wireId } from '../../kernel/ids.ts'
import type { Reader } from '../../store/store.ts'
import { type AttemptOutcome, outcomeOf } from '../delivering.ts'
import type { SendCallback } from '../sending.ts'
import { targetById } from '../target-rows.ts'
import { requireTarget } from './change-target.ts'

/** The type of an event that nothing but a test sends. */
const testEventType = 'SKEIN_TEST'

export interface TargetTest {
  targetId: string
  requestId: string
  now: number
}

/**
 * Sends a signed event to a target and answers how that went. Neither the target's health nor its deliveries know of it, so
 * that a disabled target can be tried before it is enabled.
 */
export async function testTarget(
  { read, secrets, send }: { read: Reader; secrets: AccountSecrets; send: SendCallback },
  account: number,
  { targetId, requestId, now }: TargetTest,
): Promise<AttemptOutcome> {
  const target = requireTarget(await read.get(targetById, { account, id: targetId }), targetId)
  const signing = await secrets.of(account)
  const { attempt } = await send({
    target,
    delivery: { token: randomUUID(), request_id: requestId },
    event: {
      type: testEventType,
      at: now,
      data: JSON.stringify({ id: wireId('target', targetId), accountId: signing.accountSid }),
    },
    secrets: signing,
  })
  return outcomeOf(attempt)
}
