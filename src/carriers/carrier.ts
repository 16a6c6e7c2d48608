import type { FastifyInstance } from 'fastify'
import type { Work } from '../kernel/work.ts'
import type { MessageChannel, MessageContent, MessageStatus, ObservedMessage } from './domain/message.ts'

/**
 * A way into the world of phones and messengers, and all that the rest of Skein knows of one. What a carrier sees it hands
 * to `MessageTraffic`; what Skein sends goes through `send`. `docs/carriers.md` shows how to add one.
 */
export interface Carrier {
  /** Short and lower-case; stored with the numbers that belong to it, so it never changes. */
  readonly name: string
  readonly channels: readonly MessageChannel[]
  /**
   * Hands one message to the network. Trouble is an outcome, not an exception. It is called again with the same key when
   * the process died before the outcome was saved: a carrier that can tell then sends nothing and answers as before.
   */
  send(message: OutboundMessage): Promise<SendOutcome>
  /**
   * What the network cannot carry in one message, as several, which are sent in this order with a key each. The first one's
   * status is the communication's. The same content is always parted in the same way.
   */
  parts?(content: MessageContent): readonly MessageContent[]
  /** What the network knows of a message now: asked when a report speaks of one that has not been seen. */
  fetchMessage?(account: number, messageId: string): Promise<ObservedMessage | undefined>
  /**
   * The account's numbers at this carrier, which become its own addresses when the server starts; for a carrier that knows
   * them by itself. Where an account connects itself, its numbers are claimed then.
   */
  numbers?(account: number): Promise<readonly CarrierNumber[]>
  /** Where it carries calls. */
  readonly calls?: CallControl
  /** Registers what the network calls. These routes know no account: each checks the network's own signature. */
  webhooks?(app: FastifyInstance): void
  /** What it must do without being asked, such as fetching what was missed. */
  readonly works?: readonly Work[]
  /** Begins nothing more and waits for what is under way. */
  stop?(): Promise<void>
}

export interface CarrierNumber {
  channel: MessageChannel | 'VOICE'
  address: string
  name: string | null
}

export interface OutboundMessage extends MessageContent {
  account: number
  /** Names this sending: the id, without prefix, of what asked for it. */
  key: string
  channel: MessageChannel
  /** Bare id of the conversation in which it is said, where it is known. */
  conversationId?: string
  /** Plain or with the channel's prefix; `wireAddress` restores the prefix. */
  from: string
  to: string
  /** As the caller of an Action gave them: `messagingServiceSid`, `statusCallback`, `channelId` and whatever else. */
  channelSettings: Readonly<Record<string, unknown>>
  requestId: string
}

/**
 * Accepted under the network's id, refused for good, or not reached: then it is tried again. `text` is what was sent, where
 * the carrier knows better than the caller, as with a template; `channelId` what the communication is found by beside the message's id.
 */
export type SendOutcome =
  | { messageId: string; status: MessageStatus; text?: string; channelId?: string }
  | { refused: Refusal }
  | { unreachable: string }

export interface Refusal {
  /** The network's code, such as 21610. */
  code: number
  message: string
}

/** Calls that Skein starts and steers. What is said in them comes in by streams and relay sessions, not here. */
export interface CallControl {
  startCall(call: OutboundCall): Promise<CallOutcome>
  /** New instructions for a live call, or its end. */
  changeCall(call: StartedCall, change: CallChange): Promise<CallOutcome>
}

/** What the other end does when it is answered: TwiML, or where to ask for it, and where if that fails. */
export type CallInstructions =
  | { twiml: string }
  | { url: string; method: 'GET' | 'POST'; fallback?: { url: string; method: 'GET' | 'POST' } }

export interface OutboundCall {
  account: number
  /** Names this call, as the key of a message does. */
  key: string
  /** One of the account's numbers. */
  from: string
  /** A number, `client:` and an identity, or a SIP URI. */
  to: string
  instructions: CallInstructions
  /** `events` are of initiated, ringing, answered and completed. */
  statusCallback: { url: string; method: 'GET' | 'POST'; events: readonly string[] } | null
  timeoutSeconds: number
  requestId: string
}

export interface StartedCall {
  account: number
  callSid: string
  /** Of its two ends, the one that is the account's number. */
  own: string
  other: string
}

export type CallChange = { instructions: CallInstructions } | { status: 'completed' | 'canceled' }

/** Begun or changed, refused for good, or not reached. `status` is the call's, such as `queued`. */
export type CallOutcome = { callSid: string; status: string } | { refused: Refusal } | { unreachable: string }
