import { addressProblem, isE164 } from '../../conversations/domain/address.ts'
import { callbackUrlProblem } from '../../conversations/domain/configuration.ts'
import { recipientRefusal, senderRefusal } from './magic-numbers.ts'
import { mediaAt } from './media.ts'
import { channelOfAddress, type Media, type MessageChannel } from './message.ts'

/** A message that somebody wants to send, as far as it can be judged without knowing the account. */
export interface MessageDraft {
  channel: MessageChannel
  /** With the channel's prefix; null: any number of the service. */
  from: string | null
  to: string
  body: string
  media: readonly Media[]
  messagingServiceSid: string | null
  statusCallback: string | null
  /** Epoch milliseconds; null: at once. */
  sendAt: number | null
}

export interface MessageRefusal {
  code: number
  field: string
  message: string
}

export type MessageForm = Readonly<Record<string, string | readonly string[] | undefined>>

const longestBody = 1_600
const mostMedia = 10
const longestUrl = 4_096
/** How far ahead a message may be scheduled, in milliseconds. */
const schedule = { least: 5 * 60_000, most: 35 * 24 * 60 * 60_000 }

/** Reads the form of a new message, or says what is wrong with it, by the published code. */
export function readMessageForm(
  form: MessageForm,
  { allowPrivate, now }: { allowPrivate: boolean; now: number },
): { draft: MessageDraft } | { refusal: MessageRefusal } {
  const to = one(form, 'To')
  const from = one(form, 'From')
  const messagingServiceSid = one(form, 'MessagingServiceSid') || null
  const channel = channelOfAddress(to)
  const urls = many(form, 'MediaUrl')
  const body = bodyOf(form)
  const statusCallback = one(form, 'StatusCallback') || null
  const sendAt = one(form, 'SendAt') === '' ? null : Date.parse(one(form, 'SendAt'))
  const refusal =
    recipientProblem(channel, to) ??
    senderProblem(channel, from, messagingServiceSid) ??
    pairProblem(from, to) ??
    contentProblem(body, urls) ??
    callbackProblem(statusCallback, allowPrivate) ??
    scheduleProblem(form, sendAt, now)
  if (refusal) return { refusal }
  return {
    draft: {
      channel,
      from: from || null,
      to,
      body,
      media: urls.map(mediaAt),
      messagingServiceSid,
      statusCallback,
      sendAt,
    },
  }
}

/** The text, or what stands for it where a template is named: the virtual network has no templates to look it up in. */
export function templateText(contentSid: string, variables: string): string {
  return variables === '' ? contentSid : `${contentSid} ${variables}`
}

/** Whether a customer could have this address: on SMS that takes a whole number. */
export function isReachable(channel: MessageChannel, to: string): boolean {
  return channel === 'SMS' ? isE164(to) : addressProblem(channel, to) === undefined
}

/** What is wrong with a message's text and attachments, in either direction. */
export function contentProblem(body: string, urls: readonly string[]): MessageRefusal | undefined {
  if (body === '' && urls.length === 0)
    return refused(21619, 'Body', 'A message needs a Body, a MediaUrl or a ContentSid.')
  if (body.length > longestBody) return refused(21617, 'Body', `Body has more than ${longestBody} characters.`)
  if (urls.length > mostMedia) return refused(21623, 'MediaUrl', `A message has at most ${mostMedia} attachments.`)
  const bad = urls.some((url) => url.length > longestUrl || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  return bad ? refused(21620, 'MediaUrl', 'MediaUrl must be an http or https URL.') : undefined
}

function recipientProblem(channel: MessageChannel, to: string): MessageRefusal | undefined {
  if (to === '') return refused(21604, 'To', 'To is required.')
  const magic = recipientRefusal(to)
  if (magic) return refused(magic.code, 'To', magic.message)
  return !isReachable(channel, to) ? refused(21211, 'To', `To: ${to.slice(0, 100)} is not a valid address.`) : undefined
}

function senderProblem(channel: MessageChannel, from: string, service: string | null): MessageRefusal | undefined {
  if (from === '' && service === null) return refused(21603, 'From', 'From or MessagingServiceSid is required.')
  if (service !== null && !/^MG[0-9a-f]{32}$/.test(service)) {
    return refused(21701, 'MessagingServiceSid', 'MessagingServiceSid is MG and 32 hexadecimal digits.')
  }
  if (from === '') return undefined
  const magic = senderRefusal(from)
  if (magic) return refused(magic.code, 'From', magic.message)
  if (channelOfAddress(from) !== channel) return refused(21910, 'From', 'From and To must be of the same channel.')
  return addressProblem(channel, from) === undefined
    ? undefined
    : refused(21212, 'From', `From: ${from.slice(0, 100)} is not a valid address.`)
}

function pairProblem(from: string, to: string): MessageRefusal | undefined {
  return from === to ? refused(21266, 'To', 'To and From must not be the same.') : undefined
}

function callbackProblem(url: string | null, allowPrivate: boolean): MessageRefusal | undefined {
  const problem = url === null ? undefined : callbackUrlProblem(url, allowPrivate)
  return problem === undefined ? undefined : refused(21609, 'StatusCallback', `StatusCallback ${problem}.`)
}

function scheduleProblem(form: MessageForm, sendAt: number | null, now: number): MessageRefusal | undefined {
  const isFixed = one(form, 'ScheduleType').toLowerCase() === 'fixed'
  if (sendAt === null) return isFixed ? refused(35111, 'SendAt', 'ScheduleType needs SendAt.') : undefined
  if (Number.isNaN(sendAt)) return refused(35114, 'SendAt', 'SendAt is not a date in ISO 8601.')
  if (!isFixed) return refused(35118, 'ScheduleType', 'SendAt needs ScheduleType=fixed.')
  if (one(form, 'MessagingServiceSid') === '') {
    return refused(35118, 'MessagingServiceSid', 'A scheduled message needs a MessagingServiceSid.')
  }
  const isInTime = sendAt >= now + schedule.least && sendAt <= now + schedule.most
  return isInTime ? undefined : refused(35114, 'SendAt', 'SendAt must be from 5 minutes to 35 days ahead.')
}

function bodyOf(form: MessageForm): string {
  const body = one(form, 'Body')
  const contentSid = one(form, 'ContentSid')
  return body !== '' || contentSid === '' ? body : templateText(contentSid, one(form, 'ContentVariables'))
}

function one(form: MessageForm, name: string): string {
  const value = form[name]
  return typeof value === 'string' ? value : (value?.at(-1) ?? '')
}

function many(form: MessageForm, name: string): readonly string[] {
  const value = form[name]
  if (value === undefined) return []
  return (typeof value === 'string' ? [value] : value).filter((url) => url !== '')
}

function refused(code: number, field: string, message: string): MessageRefusal {
  return { code, field, message }
}
