import type { TwimlElement } from './twiml-element.ts'

/** One thing that an application's answer to a message asks for. */
export type MessagingVerb =
  | {
      kind: 'MESSAGE'
      body: string
      mediaUrls: readonly string[]
      from?: string
      to?: string
      statusCallback?: string
    }
  | { kind: 'REDIRECT'; url: string; method: 'GET' | 'POST' }

export interface MessagingTwiml {
  /** In order; nothing after a REDIRECT. */
  verbs: readonly MessagingVerb[]
  /** Elements that have no place in an answer to a message; they are passed over. */
  unknown: readonly string[]
}

/** Reads what a document asks for. Relative URLs go by where the document was. */
export function readMessagingTwiml(response: TwimlElement, documentUrl: string): MessagingTwiml {
  const verbs: MessagingVerb[] = []
  const unknown: string[] = []
  for (const element of response.children) {
    if (element.name === 'Message' || element.name === 'Sms') verbs.push(readMessage(element, documentUrl, unknown))
    else if (element.name === 'Redirect') {
      const method = element.attributes.method?.toUpperCase() === 'GET' ? 'GET' : 'POST'
      return { verbs: [...verbs, { kind: 'REDIRECT', url: absolute(element.text, documentUrl), method }], unknown }
    } else unknown.push(element.name)
  }
  return { verbs, unknown }
}

function readMessage(element: TwimlElement, documentUrl: string, unknown: string[]): MessagingVerb {
  const { attributes, children } = element
  const bodies = children.filter(({ name }) => name === 'Body')
  const media = children.filter(({ name }) => name === 'Media')
  unknown.push(...children.map(({ name }) => name).filter((name) => name !== 'Body' && name !== 'Media'))
  const callback = attributes.statusCallback ?? attributes.action
  return {
    kind: 'MESSAGE',
    body: bodies.length > 0 ? bodies.map(written).join('\n') : written(element),
    mediaUrls: media.map(({ text }) => absolute(text, documentUrl)),
    ...(attributes.from ? { from: attributes.from } : {}),
    ...(attributes.to ? { to: attributes.to } : {}),
    ...(callback ? { statusCallback: absolute(callback, documentUrl) } : {}),
  }
}

function written({ text, lines }: TwimlElement): string {
  return lines ?? text
}

function absolute(url: string, base: string): string {
  return URL.parse(url, base)?.href ?? url
}
