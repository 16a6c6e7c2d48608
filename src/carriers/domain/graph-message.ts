import { mediaAt } from './media.ts'
import type { MessageContent } from './message.ts'
import { isUserId } from './whatsapp-webhook.ts'

/** Characters that go with an attachment; longer texts are messages of their own. */
const maxCaption = 1_024

/** A message of WhatsApp has one attachment at most: the first goes with the text or template, the others after it. */
export function graphParts(content: MessageContent): MessageContent[] {
  const { text, mediaUrls, contentId } = content
  const isApart = mediaUrls.length > 0 && contentId === undefined && text.length > maxCaption
  const withText = isApart ? 0 : 1
  const first = { ...content, mediaUrls: mediaUrls.slice(0, withText) }
  return [first, ...mediaUrls.slice(withText).map((url) => ({ text: '', mediaUrls: [url] }))]
}

type Settings = Readonly<Record<string, unknown>>

/** What means something to others who send (the published messaging API, classic services), what a template takes, and whom it goes to. */
const notBeside = [
  'messagingServiceSid',
  'statusCallback',
  'channelId',
  'chatService',
  'language',
  'components',
  'to',
  'recipient',
]

/**
 * A message of one part as the Graph API takes it: a template where one is named, a picture, video or document where there is
 * one, else text. Settings are passed on: those under the name of the message's type into that, `language` and `components`
 * into a template, others beside it. They change neither to whom it goes nor what it says.
 */
export function graphMessage(to: string, content: MessageContent, settings: Settings): Record<string, unknown> {
  const { type, value } = partOf(content, settings)
  const others = Object.entries(settings).filter(([name]) => !notBeside.includes(name))
  const given = settings[type]
  return {
    ...Object.fromEntries(others),
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...recipientOf(to),
    type,
    [type]: { ...(isObject(given) ? given : {}), ...value },
  }
}

/** A user who hides the number is written to by the id that is this business's alone. */
function recipientOf(to: string): { recipient: string } | { to: string } {
  const plain = to.replace(/^whatsapp:/, '')
  return isUserId(plain) ? { recipient: plain } : { to: plain.replace(/^\+/, '') }
}

function partOf(content: MessageContent, settings: Settings): { type: string; value: object } {
  const { text, mediaUrls, contentId } = content
  if (contentId !== undefined) return { type: 'template', value: templateOf(contentId, content, settings) }
  const [url] = mediaUrls
  if (url === undefined) return { type: 'text', value: { body: text } }
  return { type: mediaTypeOf(url, text !== ''), value: { link: url, ...(text === '' ? {} : { caption: text }) } }
}

function templateOf(name: string, { mediaUrls, variables = {} }: MessageContent, settings: Settings) {
  const { language = 'en_US', components } = settings
  const parameters = Object.entries(variables).map(([name, text]) =>
    /^\d+$/.test(name) ? { type: 'text', text } : { type: 'text', parameter_name: name, text },
  )
  return {
    name,
    language: isObject(language) ? language : { code: String(language) },
    components: [
      ...mediaUrls.map((url) => ({ type: 'header', parameters: [headerOf(url)] })),
      ...(parameters.length === 0 ? [] : [{ type: 'body', parameters }]),
      ...(Array.isArray(components) ? components : []),
    ],
  }
}

function headerOf(url: string) {
  const type = mediaTypeOf(url, true)
  return { type, [type]: { link: url } }
}

/** What it is not known to show, it sends as a document; what is heard has no words beside it. */
function mediaTypeOf(url: string, hasText: boolean): string {
  const type = mediaAt(url).contentType ?? ''
  if (['image/jpeg', 'image/png'].includes(type)) return 'image'
  if (['video/mp4', 'video/3gpp'].includes(type)) return 'video'
  return type.startsWith('audio/') && !hasText ? 'audio' : 'document'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
