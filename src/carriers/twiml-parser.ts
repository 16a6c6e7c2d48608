import { parseXml, type XmlDocument, XmlElement, XmlError, type XmlNode, XmlText } from '@rgrove/parse-xml'
import type { TwimlElement } from './domain/twiml-element.ts'

/** As the vendor has it: documents of more than 64 KB are refused. */
const maxTwimlBytes = 65_536
const maxDepth = 8
const maxElements = 2_000

/**
 * Reads a TwiML document, or says in a sentence why it cannot be read. Entities other than XML's own five, document types
 * and processing instructions have no place in TwiML and are refused; size, depth and number of elements are bounded.
 */
export function parseTwiml(text: string): { response: TwimlElement } | { problem: string } {
  if (Buffer.byteLength(text) > maxTwimlBytes) return problem(`it is larger than ${maxTwimlBytes} bytes`)
  if (text.trim() === '') return problem('it is empty; answer <Response/> to say nothing')
  if (/<!DOCTYPE/i.test(text)) return problem('a document type is not allowed')
  const document = readXml(text.replace(/^\uFEFF/, '').trimStart())
  if ('problem' in document) return document
  const { root } = document
  if (root?.name !== 'Response') return problem(`its root is <${root?.name ?? ''}> instead of <Response>`)
  const count = { elements: 0 }
  const response = elementOf(root, 1, count)
  return response === undefined ? problem(tooLarge) : { response }
}

const tooLarge = `it has more than ${maxElements} elements, or elements nested more than ${maxDepth} deep`

function readXml(text: string): XmlDocument | { problem: string } {
  try {
    return parseXml(text, { includeOffsets: true })
  } catch (error) {
    if (error instanceof XmlError) {
      const said = error.message.split('\n', 1)[0]?.replace(/ \(line .*$/, '') ?? ''
      return problem(`line ${error.line}, column ${error.column}: ${said.slice(0, 200)}`)
    }
    // The parser descends into elements by calling itself.
    if (error instanceof RangeError) return problem(tooLarge)
    throw error
  }
}

function problem(why: string): { problem: string } {
  return { problem: `The TwiML document cannot be read: ${why}.` }
}

function elementOf(element: XmlElement, depth: number, count: { elements: number }): TwimlElement | undefined {
  count.elements += 1
  if (depth > maxDepth || count.elements > maxElements) return undefined
  const children: TwimlElement[] = []
  for (const child of element.children) {
    if (!(child instanceof XmlElement)) continue
    const read = elementOf(child, depth + 1, count)
    if (read === undefined) return undefined
    children.push(read)
  }
  return {
    name: element.name,
    attributes: { ...element.attributes },
    ...textOf(element.children),
    ...(children.length > 0 ? { words: squeezed(element.text) } : {}),
    children,
    span: { start: element.start, end: element.end },
  }
}

function textOf(nodes: readonly XmlNode[]): { text: string; lines?: string } {
  const written = nodes
    .map((node) => (node instanceof XmlText ? node.text : ' '))
    .join('')
    .trim()
  const text = squeezed(written)
  return written.includes('\n') ? { text, lines: written } : { text }
}

function squeezed(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}
