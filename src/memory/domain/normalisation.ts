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
      // WhatsApp addresses are numbers, or opaque ids of users who hide theirs.
      return (isWhatsApp ? numberIn(plain) : undefined) ?? plain.trim()
    case 'none':
      return value
  }
}

/** E.164, or undefined. Without a plus, 10 digits are a North American number and more begin with a country code. */
function normalizePhone(value: string): string | undefined {
  const marked = value.replaceAll(/[^+\d]/g, '')
  const digits = marked.replaceAll('+', '')
  if (!marked.startsWith('+') && digits.length === 10) return `+1${digits}`
  const fewest = marked.startsWith('+') ? 8 : 11
  return digits.length >= fewest && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : undefined
}

function numberIn(value: string): string | undefined {
  return /^[+\d\s().-]+$/.test(value) ? normalizePhone(value) : undefined
}
