/** The characters of GSM 03.38, the extension table apart: those count twice. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension = '\f^{}\\[~]|€'
const basicSet = new Set(basic)
const extensionSet = new Set(extension)

/** Into how many segments a text message is split: 160 characters of the GSM alphabet, or 70 others; less when there are several. */
export function segmentsOf(text: string): number {
  const gsm = septets(text)
  return gsm === undefined ? parts(text.length, 70, 67) : parts(gsm, 160, 153)
}

function septets(text: string): number | undefined {
  let count = 0
  for (const character of text) {
    if (basicSet.has(character)) count += 1
    else if (extensionSet.has(character)) count += 2
    else return undefined
  }
  return count
}

function parts(length: number, alone: number, each: number): number {
  return length <= alone ? 1 : Math.ceil(length / each)
}
