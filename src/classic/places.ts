/** What statements of classic resources are asked by. */

export interface One {
  account: number
  sid: string
}

export interface OfService {
  account: number
  serviceSid: string
}

export interface OfConversation {
  account: number
  conversationSid: string
}

/** Where a page of a list begins, and how long it is. */
export interface Place {
  /** Beyond this one, in the direction of the list. */
  after: string
  limit: number
}
