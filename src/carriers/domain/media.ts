import type { Media } from './message.ts'

const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    gif: 'image/gif',
    webp: 'image/webp',
    pdf: 'application/pdf',
    mp3: 'audio/mpeg',
    ogg: 'audio/ogg',
    amr: 'audio/amr',
    mp4: 'video/mp4',
    '3gp': 'video/3gpp',
    vcf: 'text/vcard',
    txt: 'text/plain',
  }),
)

/** An attachment of which only the URL is known: its type by the ending of its path. */
export function mediaAt(url: string): Media {
  const ending = /\.([A-Za-z0-9]+)$/.exec(URL.parse(url)?.pathname ?? '')?.[1]?.toLowerCase() ?? ''
  return { url, contentType: types.get(ending) ?? null }
}
