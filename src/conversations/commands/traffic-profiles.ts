import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { createProfileForAddress } from '../../memory/steps.ts'
import type { Reader, Tx } from '../../store/store.ts'
import type { AccountKnowledge } from '../account-cache.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import { lookedUpKeys } from '../domain/event-keys.ts'
import { identifierTypesFor } from '../domain/resolution.ts'
import type { UnitOfWork } from '../unit-of-work.ts'
import { findParticipant } from '../unit-of-work.ts'
import { type EventPlan, keysFor, lookUpParties, type PartyQuestion, pinnedConfigurations } from './traffic-plan.ts'

/**
 * Under address grouping a customer is asked for only when it is about to become a participant: an open conversation's
 * messages then cost no look-up. Notes why somebody could not be asked for.
 */
export async function identifyNewcomers(
  read: Reader,
  account: number,
  work: UnitOfWork,
  knowledge: AccountKnowledge,
  plans: readonly EventPlan[],
): Promise<void> {
  const questions: PartyQuestion[] = []
  for (const plan of plans) {
    for (const party of plan.parties) {
      if (party.type !== 'CUSTOMER' || party.profileId !== null || takesPart(work, knowledge, plan, party.key)) continue
      const storeId = storeFor(work, plan)
      if (storeId === undefined) continue
      if (identifierTypesFor(plan.event.channel, party.address).length === 0) {
        plan.diagnostics.push(diagnostics.resolutionSkipped.code)
      } else if (!knowledge.activeStores.has(storeId)) plan.diagnostics.push(diagnostics.lookupFailed.code)
      else if (plan.configuration?.body.conversationGroupingType !== 'GROUP_BY_PROFILE') {
        questions.push({ plan, party, storeId })
      }
    }
  }
  await lookUpParties(read, account, questions)
}

/**
 * Gives captured customers whom memory does not know a profile, where the server is set so. It comes before any
 * conversation is locked. A dry run creates nothing and so explains them as unknown.
 */
export async function createMissingProfiles(
  tx: Tx | undefined,
  account: number,
  plans: readonly EventPlan[],
  now: number,
): Promise<void> {
  if (!tx) return
  const questions = plans.flatMap((plan) =>
    plan.parties
      .filter(({ type, profileId }) => type === 'CUSTOMER' && profileId === null)
      .flatMap((party) => {
        const [idType] = identifierTypesFor(plan.event.channel, party.address)
        const storeId = plan.configuration?.body.memoryStoreId
        return idType === undefined || storeId === undefined ? [] : [{ plan, party, idType, storeId }]
      }),
  )
  await lookUpParties(tx, account, questions)
  for (const { plan, party, idType, storeId } of questions.sort((a, b) => (a.party.key < b.party.key ? -1 : 1))) {
    if (party.profileId !== null) continue
    try {
      const { profileId } = await createProfileForAddress(tx, account, {
        storeId,
        newProfileId: newId(),
        idType,
        value: party.address,
        source: 'traffic',
        requestId: '',
        now,
      })
      party.profileId = profileId
      party.foundBy = idType
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      plan.diagnostics.push(diagnostics.creationFailed.code)
    }
  }
}

function storeFor(work: UnitOfWork, plan: EventPlan): string | undefined {
  const named = plan.conversationId === undefined ? undefined : work.unit(plan.conversationId)
  return (named?.snapshot.body ?? plan.configuration?.body)?.memoryStoreId
}

/** Whether somebody at this address takes part in a conversation that the event may join. */
function takesPart(work: UnitOfWork, knowledge: AccountKnowledge, plan: EventPlan, key: string): boolean {
  const { channel } = plan.event
  if (plan.conversationId !== undefined) {
    const unit = work.unit(plan.conversationId)
    return unit !== undefined && findParticipant(unit, channel, key) !== undefined
  }
  const configurations = plan.configuration ? [plan.configuration] : pinnedConfigurations(knowledge)
  return configurations.some((configuration) =>
    lookedUpKeys(keysFor(plan, configuration)).some((held) => {
      const unit = work.holder(configuration.id, held)
      return unit !== undefined && findParticipant(unit, channel, key) !== undefined
    }),
  )
}
