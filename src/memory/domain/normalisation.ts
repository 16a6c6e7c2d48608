import { possiblePhone } from '../../kernel/phone.ts'

export const normalizations = ['phone', 'email', 'trim', 'none'] as const
export type Normalization = (typeof normalizations)[number]

/** Characters an identifier may have, before and after normalisation. */
export const maxIdentifierLength = 255

/**
 * The form in which an identifier is stored and compared, or undefined when the value can not be one: empty, too long,
 * or no telephone number where one is asked for. Normalising twice changes nothing.
 */
export function normalizeIdentifier(
  type: { idType: string; normalization: Normalization },
  value: string,
): string | undefined {
  const normalized = normalize(type, value)
  return normalized === undefined || normalized === '' || normalized.length > maxIdentifierLength
    ? undefined
    : normalized
}

function normalize({ idType, normalization }: { idType: string; normalization: Normalization }, value: string) {
  const isWhatsApp = idType === 'whatsapp'
  const plain = isWhatsApp ? value.replace(/^(\s*whatsapp:)+/i, '') : value
  switch (normalization) {
    case 'phone':
      return normalizePhone(plain)
    case 'email':
      return value.replaceAll(/\s/g, '').toLowerCase()
    case 'trim':
      return isWhatsApp ? normalizeWhatsApp(plain.trim()) : plain.trim()
    case 'none':
      return value
  }
}

/**
 * A number; or the id of a user who hides it, which is made for one business and begins with a country; or a username, which
 * WhatsApp does not tell apart by its letters' case.
 */
function normalizeWhatsApp(value: string): string {
  if (/^@[\w.]{3,35}$/.test(value)) return value.toLowerCase()
  if (/^[a-z]{2}(\.[a-z\d]+)+$/i.test(value)) return value.slice(0, 2).toUpperCase() + value.slice(2)
  return numberIn(value) ?? value
}

/**
 * E.164, or undefined. The library knows what people write: a trunk zero in brackets, an extension, the number as it is
 * dialled at home. What it takes for impossible still counts when it has the published shape, as addresses do.
 */
function normalizePhone(value: string): string | undefined {
  if (northAmerican.test(value)) return value
  if (known.has(value)) return known.get(value)
  const shaped = shapedPhone(value)
  const normalized = settled(readPhone(value) ?? shaped)
  if (known.size >= maxKnown) known.clear()
  known.set(value, normalized)
  return normalized
}

/** By far the most frequent form of all, in which there is nothing to mend. */
const northAmerican = /^\+1[2-9]\d{9}$/
/** Answers of the library, which takes longer than all else that is done with an address. */
const known = new Map<string, string | undefined>()
const maxKnown = 10_000

/** What the library makes of a text, when the country knows numbers of that length. */
function readPhone(value: string): string | undefined {
  const digits = value.replaceAll(/\D/g, '')
  const international = value.trimStart().startsWith('+')
  const texts = international ? [value] : digits.length >= 11 ? [value, `+${digits}`] : [value]
  for (const text of texts) {
    const number = possiblePhone(text)
    if (number !== undefined && isE164(number)) return number
  }
  return undefined
}

/** Once mended a number may show another trunk zero; so often until it stays as it is. */
function settled(number: string | undefined): string | undefined {
  if (number === undefined) return undefined
  const again = readPhone(number)
  return again === undefined || again === number ? number : settled(again)
}

/** Without a plus, 10 digits are a North American number and more begin with a country code. */
function shapedPhone(value: string): string | undefined {
  const marked = value.replaceAll(/[^+\d]/g, '')
  const digits = marked.replaceAll('+', '')
  if (!marked.startsWith('+') && digits.length === 10) return `+1${digits}`
  const number = `+${digits}`
  return marked.startsWith('+') || digits.length >= 11 ? (isE164(number) ? number : undefined) : undefined
}

function isE164(text: string): boolean {
  return /^\+[1-9]\d{7,14}$/.test(text)
}

function numberIn(value: string): string | undefined {
  return /^[+\d\s().-]+$/.test(value) ? normalizePhone(value) : undefined
}
