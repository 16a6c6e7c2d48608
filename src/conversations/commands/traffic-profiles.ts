import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { createProfileForAddress } from '../../memory/steps.ts'
import type { Reader, Tx } from '../../store/store.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import { lookedUpKeys } from '../domain/event-keys.ts'
import { identifierTypesFor } from '../domain/resolution.ts'
import { findParticipant, type Unit } from '../unit.ts'
import type { Intake } from './intake.ts'
import { type EventPlan, keysFor, lookUpParties, type PartyQuestion, tellSidesByLookup } from './traffic-plan.ts'
import { boundConversation } from './traffic-streams.ts'

type Known = Pick<Intake, 'work' | 'knowledge' | 'streams'>

/**
 * Under address grouping, and where a conversation is named, a customer is asked for only when it is about to become a
 * participant: an open conversation's messages then cost no look-up. Notes why somebody could not be asked for.
 */
export async function identifyNewcomers(
  read: Reader,
  account: number,
  known: Known,
  plans: readonly EventPlan[],
): Promise<void> {
  const questions = plans.flatMap((plan) => questionsOf(known, plan))
  await lookUpParties(read, account, questions)
  for (const plan of new Set(questions.map(({ plan }) => plan))) tellSidesByLookup(plan)
}

function questionsOf(known: Known, plan: EventPlan): PartyQuestion[] {
  const named = namedConversation(known, plan)
  const body = named?.snapshot.body ?? plan.configuration?.body
  if (!body) return []
  const storeId = body.memoryStoreId
  const isIdentified = named === undefined && body.conversationGroupingType === 'GROUP_BY_PROFILE'
  const isUntold = named !== undefined && plan.evidence === 'NONE'
  return plan.parties
    .filter(({ type, profileId }) => (type === 'CUSTOMER' || isUntold) && profileId === null)
    .filter(({ key }) => !takesPart(known, named, plan, key))
    .flatMap((party): PartyQuestion[] => {
      if (identifierTypesFor(plan.event.channel, party.address).length === 0) {
        if (party.type === 'CUSTOMER') plan.diagnostics.push(diagnostics.resolutionSkipped.code)
        return []
      }
      if (known.knowledge.activeStores.has(storeId)) return isIdentified ? [] : [{ plan, party, storeId }]
      if (party.type === 'CUSTOMER') plan.diagnostics.push(diagnostics.lookupFailed.code)
      return []
    })
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

/** The conversation that the event goes to without being grouped. */
function namedConversation({ work, streams }: Known, plan: EventPlan): Unit | undefined {
  if (plan.conversationId !== undefined) return work.unit(plan.conversationId)
  return boundConversation({ work, streams }, plan.event)
}

/** Whether somebody at this address takes part in the conversation that is named, or in one that the event may join. */
function takesPart({ work }: Known, named: Unit | undefined, plan: EventPlan, key: string): boolean {
  const { channel } = plan.event
  if (named) return findParticipant(named, channel, key) !== undefined
  const { configuration } = plan
  if (!configuration) return false
  return lookedUpKeys(keysFor(plan, configuration)).some((held) => {
    const unit = work.holder(configuration.id, held)
    return unit !== undefined && findParticipant(unit, channel, key) !== undefined
  })
}
