import { channelOfAddress, type Media, type MessageStatus } from './message.ts'
import type { OptOutWord } from './opt-out.ts'
import { segmentsOf } from './segments.ts'

/** A message as webhooks tell of it. */
export interface ToldMessage {
  sid: string
  accountSid: string
  messagingServiceSid: string | null
  from: string
  to: string
  body: string
  media: readonly Media[]
}

/** The form that tells an application of a message that came in. */
export function incomingParameters(message: ToldMessage, optOut: OptOutWord | undefined): Record<string, string> {
  const { sid, from, to, body, media } = message
  return {
    ...common(message),
    SmsMessageSid: sid,
    SmsStatus: 'received',
    Body: body,
    NumMedia: String(media.length),
    NumSegments: String(media.length > 0 ? 1 : segmentsOf(body)),
    From: from,
    To: to,
    ...Object.fromEntries(
      media.flatMap(({ url, contentType }, n) => [
        [`MediaUrl${n}`, url],
        [`MediaContentType${n}`, contentType ?? 'application/octet-stream'],
      ]),
    ),
    ...(from.startsWith('whatsapp:+') ? { WaId: from.slice('whatsapp:+'.length) } : {}),
    ...(optOut === undefined ? {} : { OptOutType: optOut }),
  }
}

/** The form that tells of a new status of a message that was sent. */
export function statusParameters(
  message: ToldMessage,
  { status, errorCode, errorMessage }: { status: MessageStatus; errorCode: number | null; errorMessage: string | null },
): Record<string, string> {
  const channel = channelOfAddress(message.to)
  const event = status === 'read' ? 'READ' : status === 'delivered' ? 'DELIVERED' : undefined
  return {
    ...common(message),
    SmsStatus: status,
    MessageStatus: status,
    From: message.from,
    To: message.to,
    ...(errorCode === null ? {} : { ErrorCode: String(errorCode), ErrorMessage: errorMessage ?? '' }),
    ...(channel === 'SMS'
      ? {}
      : {
          ChannelPrefix: channel.toLowerCase(),
          ChannelToAddress: message.to.slice(message.to.indexOf(':') + 1),
          ...(event === undefined ? {} : { EventType: event }),
        }),
  }
}

function common({ sid, accountSid, messagingServiceSid }: ToldMessage): Record<string, string> {
  return {
    MessageSid: sid,
    SmsSid: sid,
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    ...(messagingServiceSid === null ? {} : { MessagingServiceSid: messagingServiceSid }),
  }
}
