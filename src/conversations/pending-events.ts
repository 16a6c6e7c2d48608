import { appendEvents, type EventType, isPublished, type NewEvent } from '../events/append.ts'
import type { Followed } from '../events/lanes.ts'
import type { Tx } from '../store/store.ts'
import type { AccountKnowledge } from './account-cache.ts'
import type { Conversation } from './domain/conversation.ts'
import { type EventSubject, eventData, followersOf, noteOf } from './event-data.ts'
import { intelligenceFollower, isReadByIntelligence } from './intelligence-lane.ts'
import type { Unit } from './unit.ts'

interface PendingEvent {
  event: NewEvent
  unit: Unit
  about: EventSubject
  /** As it was when the event happened. */
  conversation: Conversation
}

/** What has happened in one transaction, in order and numbered, to be appended at its end. */
export class PendingEvents {
  readonly #knowledge: AccountKnowledge
  readonly #events: PendingEvent[] = []

  constructor(knowledge: AccountKnowledge) {
    this.#knowledge = knowledge
  }

  record(unit: Unit, type: EventType, about: EventSubject, { requestId, at }: { requestId: string; at: number }): void {
    const { conversation } = unit
    const { participant, communication, told } = about
    const event: NewEvent = {
      conversationId: conversation.id,
      n: conversation.eventCount,
      type,
      subject: told?.ownerId ?? (participant ?? communication ?? conversation).id,
      requestId,
      at,
      note: noteOf(type, conversation.lifecycle.status, about),
      data: null,
    }
    // As it is now: a later event of this transaction tells of a later state.
    this.#events.push({ event, unit, about, conversation: { ...conversation } })
  }

  append(tx: Tx, account: number): Promise<void> {
    return appendEvents(
      tx,
      account,
      this.#events.map(({ event }) => event),
    )
  }

  /** What is told to followers is written down as it was when it happened, and only if there are any. */
  writeDown(): Followed[] {
    return [...this.#writeDownForTargets(), ...this.#readByIntelligence()]
  }

  #readByIntelligence(): Followed[] {
    const read = this.#events.filter(({ event, unit }) => isReadByIntelligence(event, unit))
    const ids = new Set(read.map(({ event }) => event.conversationId))
    return [...ids].map((conversationId) => ({ conversationId, followers: [intelligenceFollower], before: 0 }))
  }

  #writeDownForTargets(): Followed[] {
    const followed = new Map<string, Followed>()
    for (const { event, unit, about, conversation } of this.#events) {
      const followers = about.told?.targetIds ?? (isPublished(event.type) ? followersOf(unit, this.#knowledge) : [])
      if (followers.length === 0) continue
      event.data = JSON.stringify(eventData(event.type, { ...unit, conversation }, about, this.#knowledge))
      const key = `${event.conversationId} ${about.told?.ownerId ?? ''}`
      if (followed.has(key)) continue
      followed.set(key, { conversationId: event.conversationId, followers, before: event.n - 1 })
    }
    return [...followed.values()]
  }
}
