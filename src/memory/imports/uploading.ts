import type { Vault } from '../../accounts/vault.ts'
import { Failure, notFound } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import { holdStore } from '../steps.ts'
import { deleteUpload, type ImportRow, importById, importLocked, importTable, states, textTable } from './rows.ts'
import { tellBegun } from './telling.ts'

/** Whose file an address takes, for which import, and until when (wall time, epoch milliseconds). */
export interface UploadPlace {
  accountSid: string
  storeId: string
  id: string
  until: number
}

/** The signature of an address: whoever has it may send the file, and nothing else. */
export function signUpload(vault: Vault, place: UploadPlace): string {
  return Buffer.from(vault.hash(signedText(place)), 'base64').toString('base64url')
}

export function isSigned(vault: Vault, place: UploadPlace, signature: string): boolean {
  return vault.matches(signedText(place), Buffer.from(signature, 'base64url').toString('base64'))
}

function signedText({ accountSid, storeId, id, until }: UploadPlace): string {
  return `import upload ${accountSid} ${storeId} ${id} ${until}`
}

/** Characters of one piece of a file, and pieces of one transaction. */
const pieceLength = 16_384
const piecesPerCommit = 32

export interface ImportPlace {
  account: number
  storeId: string
  id: string
}

/**
 * Takes the file of an import as it comes in, piece by piece, and makes the import ready for its turn when all of it is there.
 * Throws when the import has its file already, and when this is no text or not as long as was said; nothing stays of it then.
 */
export async function takeUpload(
  store: Store,
  place: ImportPlace,
  body: AsyncIterable<Uint8Array>,
  now: number,
): Promise<void> {
  const row = await requireWaiting(await store.read.get(importById, place))
  const uploadId = newId()
  try {
    await keepText(store, place, uploadId, body, row.file_size)
    await store.transact(async (tx) => {
      const waiting = await requireWaiting(await tx.get(importLocked, place))
      const ready = {
        account: place.account,
        store_id: place.storeId,
        id: place.id,
        state: states.uploaded,
        upload_id: uploadId,
        updated_at: now,
      }
      await tx.update(importTable, ['account', 'store_id', 'id'], ['state', 'upload_id', 'updated_at'], [ready])
      await tellBegun(tx, waiting, 'IMPORT_SUBMITTED', now)
    })
  } catch (error) {
    await store.transact((tx) => tx.run(deleteUpload, { ...place, uploadId }))
    throw error
  }
}

async function requireWaiting(row: ImportRow | undefined): Promise<ImportRow> {
  if (!row) throw notFound('There is no such import any more.')
  if (row.state === states.waiting) return row
  throw new Failure('conflict', 'The file of this import has been uploaded already.')
}

async function keepText(
  store: Store,
  { account, storeId, id }: ImportPlace,
  uploadId: string,
  body: AsyncIterable<Uint8Array>,
  fileSize: number,
): Promise<void> {
  const pieces = new Pieces()
  const keep = (contents: Piece[]) =>
    store.transact(async (tx) => {
      // Held with its store, so that neither is deleted before this piece is there to be deleted with it.
      await holdStore(tx, account, storeId)
      await requireWaiting(await tx.get(importLocked, { account, storeId, id }))
      await tx.insert(
        textTable,
        contents.map((piece) => ({ account, store_id: storeId, import_id: id, upload_id: uploadId, ...piece })),
      )
    })
  let size = 0
  for await (const bytes of body) {
    size += bytes.length
    if (size > fileSize) throw refused(`The file has more than the ${fileSize} bytes that were announced.`)
    const ready = pieces.add(bytes)
    for (let at = 0; at < ready.length; at += piecesPerCommit) await keep(ready.slice(at, at + piecesPerCommit))
  }
  if (size < fileSize) throw refused(`The file has ${size} bytes, not the ${fileSize} that were announced.`)
  await keep(pieces.end())
}

interface Piece {
  start: number
  size: number
  content: string
}

/** Cuts a stream of UTF-8 into pieces of text, none of which ends inside a character. */
class Pieces {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #rest = ''
  #start = 0

  add(bytes: Uint8Array): Piece[] {
    this.#rest += this.#decode(() => this.#decoder.decode(bytes, { stream: true }))
    const ready: Piece[] = []
    while (this.#rest.length >= pieceLength) {
      // A character that takes two places must not be divided.
      const isHalf = /[\uD800-\uDBFF]/.test(this.#rest[pieceLength - 1] ?? '')
      ready.push(this.#cut(isHalf ? pieceLength - 1 : pieceLength))
    }
    return ready
  }

  end(): Piece[] {
    this.#rest += this.#decode(() => this.#decoder.decode())
    return this.#rest === '' ? [] : [this.#cut(this.#rest.length)]
  }

  #cut(length: number): Piece {
    const content = this.#rest.slice(0, length)
    this.#rest = this.#rest.slice(length)
    const piece = { start: this.#start, size: Buffer.byteLength(content), content }
    this.#start += piece.size
    return piece
  }

  #decode(decode: () => string): string {
    try {
      const text = decode()
      if (text.includes('\0')) throw refused('The file contains the NUL character.')
      return text
    } catch (error) {
      throw error instanceof TypeError ? refused('The file is not text in UTF-8.') : error
    }
  }
}

function refused(message: string): Failure {
  return new Failure('invalid', message, { code: 520046, field: 'body' })
}
