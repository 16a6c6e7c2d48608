import { Failure } from '../../kernel/failure.ts'

/** The id of a store in a path or query, without prefix; the prefix of earlier days is taken too. Throws `invalid`. */
export function storeIdOf(text: string): string {
  const id = /^mem_(?:store|service)_([0-7][0-9a-z]{25})$/.exec(text)?.[1]
  if (id !== undefined) return id
  throw malformed('storeId', text, 'mem_store_', 520049)
}

/** The id of a memory operation in a path, without prefix. Throws `invalid`. */
export function operationIdOf(text: string): string {
  const id = /^mem_operation_([0-7][0-9a-z]{25})$/.exec(text)?.[1]
  if (id !== undefined) return id
  throw malformed('operationId', text, 'mem_operation_', 520051)
}

function malformed(field: string, text: string, prefix: string, code: number): Failure {
  return new Failure('invalid', `"${text.slice(0, 100)}" is not of the form ${prefix} and 26 characters.`, {
    code,
    field,
  })
}
