import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * The telephone number in a text as E.164, read as in North America unless it begins with a plus. Undefined when its country
 * has no numbers of that length; whether somebody has it is not asked.
 */
export function possiblePhone(text: string): string | undefined {
  const number = parsePhoneNumberFromString(text, 'US')
  return number?.isPossible() ? number.number : undefined
}

/** The two letters of the country whose number it is; undefined where that cannot be told. */
export function countryOfPhone(text: string): string | undefined {
  const number = parsePhoneNumberFromString(text)
  // Several countries share this code; numbers that nobody has, such as those of examples, count as the largest one's.
  return number?.country ?? (number?.countryCallingCode === '1' ? 'US' : undefined)
}
