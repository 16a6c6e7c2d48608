import type { TwimlElement } from '../../carriers/domain/twiml-element.ts'

/** What is known of the call whose document passes through, and where the proxy is reached. */
export interface ProxiedCall {
  /** The proxy's own prefix for whose call it is: `https://…/skein/v1/Voice/AC…`. */
  prefix: string
  /** The URL that the document came from. */
  base: string
  from: string
  to: string
  direction: 'inbound' | 'outbound'
  callSid: string
  /** Names this answer, and nothing else: a relay session that it leads to is let in once. */
  once: string
}

interface Edit {
  start: number
  end: number
  text: string
}

/**
 * Puts the proxy between the network and the application: relay sessions and transcriptions that are orchestrated lead
 * through it, and so does whatever asks for the next document. All other bytes stay as they are, but for relative URLs.
 */
export function rewriteTwiml(text: string, response: TwimlElement, call: ProxiedCall): string {
  const edits: Edit[] = []
  const dialled = dialledIn(response)
  for (const [at, element] of [...everything(response)].entries()) {
    const attributes = changesOf(element, { ...call, once: `${call.once}-${at}` }, dialled)
    if (attributes) edits.push(rewriteTag(text, element, attributes))
    const target = urlText(element, call)
    if (target !== undefined) edits.push(rewriteText(text, element, target))
  }
  const isWithin = (edit: Edit) => edits.some((other) => edit.start > other.start && edit.end <= other.end)
  // What stands inside a text that is replaced goes with it.
  const outer = edits.filter((edit) => !isWithin(edit)).sort((a, b) => b.start - a.start)
  return outer.reduce((out, { start, end, text: put }) => out.slice(0, start) + put + out.slice(end), text)
}

/** Null takes an attribute away; undefined: nothing changes. */
type Changes = Record<string, string | null>

function changesOf(element: TwimlElement, call: ProxiedCall, dialled: string | undefined): Changes | undefined {
  const { name, attributes } = element
  const changes: Changes = {}
  for (const [attribute, value] of Object.entries(attributes)) {
    if (attribute === 'action') changes.action = webhook(call, value)
    else if (/(url|callback)$/i.test(attribute) && isRelative(value)) changes[attribute] = absolute(call, value)
  }
  const { conversationConfiguration, conversationId } = attributes
  if (conversationConfiguration || conversationId) {
    const route = { ...given('configurationId', conversationConfiguration), ...given('conversationId', conversationId) }
    const taken = { conversationConfiguration: null, conversationId: null }
    if (name === 'ConversationRelay') {
      const query = {
        url: attributes.url ?? '',
        ...route,
        ...given('greeting', attributes.welcomeGreeting),
        ...given('call', call.callSid),
        once: call.once,
      }
      const prefix = call.prefix.replace(/^http/, 'ws')
      Object.assign(changes, taken, { url: `${prefix}/Relay?${encode(query)}` })
    }
    if (name === 'Transcription') {
      const forward = attributes.statusCallbackUrl
      const query = {
        from: call.from,
        to: call.to,
        direction: call.direction,
        ...route,
        ...given('agent', dialled),
        ...given('inboundLabel', attributes.inboundTrackLabel),
        ...given('outboundLabel', attributes.outboundTrackLabel),
        ...given('forward', forward === undefined ? undefined : absolute(call, forward)),
      }
      const statusCallbackUrl = `${call.prefix}/Transcriptions?${encode(query)}`
      Object.assign(changes, taken, { statusCallbackUrl, statusCallbackMethod: 'POST' })
    }
  }
  return Object.keys(changes).length === 0 ? undefined : changes
}

/** The URL that an element has as its text, where it has to change. */
function urlText({ name, text }: TwimlElement, call: ProxiedCall): string | undefined {
  if (text === '') return undefined
  if (name === 'Redirect') return webhook(call, text)
  return name === 'Play' && isRelative(text) ? absolute(call, text) : undefined
}

function rewriteTag(text: string, element: TwimlElement, changes: Changes): Edit {
  const { start } = element.span
  const end = tagEnd(text, start)
  const isEmpty = text[end - 2] === '/'
  const kept = Object.entries({ ...element.attributes, ...changes }).filter(
    (one): one is [string, string] => one[1] !== null,
  )
  const attributes = kept.map(([name, value]) => ` ${name}="${escapeXml(value)}"`).join('')
  return { start, end, text: `<${element.name}${attributes}${isEmpty ? '/' : ''}>` }
}

function rewriteText(text: string, element: TwimlElement, target: string): Edit {
  const start = tagEnd(text, element.span.start)
  return { start, end: text.lastIndexOf('</', element.span.end - 1), text: escapeXml(target) }
}

/** Behind the `>` of an opening tag, which may hold one in a value. */
function tagEnd(text: string, start: number): number {
  let quote = ''
  let at = start
  while (at < text.length && (quote !== '' || text[at] !== '>')) {
    const character = text[at] as string
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    at += 1
  }
  return at + 1
}

function* everything(element: TwimlElement): Generator<TwimlElement> {
  yield element
  for (const child of element.children) yield* everything(child)
}

/** Whom the document dials, where that is one person: who speaks for the account then. */
function dialledIn(response: TwimlElement): string | undefined {
  const dials = response.children.filter(({ name }) => name === 'Dial')
  const targets = dials.flatMap(({ text, children }) => [
    ...(text === '' ? [] : [text]),
    ...children.map((child) => (child.name === 'Client' ? `client:${child.text}` : child.text)),
  ])
  return targets.length === 1 ? targets[0] : undefined
}

function webhook(call: ProxiedCall, url: string): string {
  return `${call.prefix}/Webhook?${encode({ url: absolute(call, url) })}`
}

function absolute({ base }: ProxiedCall, url: string): string {
  return URL.parse(url, base)?.href ?? url
}

function isRelative(url: string): boolean {
  return url !== '' && !URL.canParse(url)
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value }
}

function encode(query: Record<string, string>): string {
  return new URLSearchParams(query).toString()
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
