import type { Reader, Tx } from '../store/store.ts'

/** One of the two persons of a merge: own id, and every id that stands for them. */
export interface Side {
  id: string
  ids: readonly string[]
}

export interface Division {
  storeId: string
  mergeId: string
  /** When the two were made one. */
  mergedAt: number
  sides: readonly [Side, Side]
  requestId: string
  now: number
}

/** What an unmerge did to conversations that were open. Ids without prefix. */
export interface DividedConversations {
  /** Those that were given back to the customer whose they are. */
  rekeyed: string[]
  /** Those that carried both customers since the merge. */
  closed: string[]
  /** Somebody follows what happened, and should hear of it once it is committed. */
  followed?: boolean
}

/** What a merge will mean for an open conversation under profile grouping. */
export interface ForeseenConversation {
  conversationId: string
  configurationId: string
  /** Own id of the side that it belongs to at present. */
  profileId: string
  /**
   * `GAINS`: it will get what the other one writes too. `COLLIDES`: both have one in this configuration; the one with the
   * latest communication gets everything from then on, and the other waits for its clocks.
   */
  effect: 'GAINS' | 'COLLIDES'
  /** Of those that collide, the one that goes on. */
  goesOn: boolean
}

/** What the rooms above do about identity, in the transaction of the change. */
export interface IdentityEffects {
  /** Gives every open conversation to the customer whose it is, and closes those that carried both. */
  divide(tx: Tx, account: number, division: Division): Promise<DividedConversations>
  foreseeMerge(
    read: Reader,
    account: number,
    merge: { storeId: string; sides: readonly [Side, Side] },
  ): Promise<ForeseenConversation[]>
  /** Called after a commit that followers should hear of. */
  onFollowed(): void
}
