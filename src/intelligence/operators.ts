import { numberedPosition, type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { notFound } from '../kernel/failure.ts'
import { wireId } from '../kernel/ids.ts'
import type { Reader } from '../store/store.ts'
import { builtinOperator, builtinOperators } from './builtin-operators.ts'
import type { Operator } from './domain/operator.ts'
import { latestVersions, type OperatorVersionRow, operatorPages, operatorVersion, versionPages } from './rows.ts'

/** Sorts after every id. */
const beyondIds = '~'

/** An operator's version, the latest for null; the vendor's own ones too. */
export async function findOperator(
  read: Reader,
  account: number,
  id: string,
  version: number | null = null,
): Promise<Operator | undefined> {
  const builtin = builtinOperator(id)
  if (builtin) return version === null || version === builtin.version ? builtin : undefined
  const row =
    version === null
      ? (await read.all(latestVersions, { account, ids: [id] }))[0]
      : await read.get(operatorVersion, { account, id, version })
  return row && operatorOf(row)
}

export async function requireOperator(
  read: Reader,
  account: number,
  id: string,
  version: number | null = null,
): Promise<Operator> {
  const operator = await findOperator(read, account, id, version)
  if (operator) return operator
  const name = wireId('operator', id)
  throw notFound(version === null ? unknownOperator(id) : `Operator ${name} has no version ${version}.`)
}

export function unknownOperator(id: string): string {
  return `There is no operator ${wireId('operator', id)}.`
}

/** Own operators and the built-in ones, newest first. */
export async function listOperators(read: Reader, account: number, request: PageRequest): Promise<Page<Operator>> {
  const backwards = request.from?.direction === 'previous'
  const at = String(request.from?.at[0] ?? beyondIds)
  const limit = request.size + 1
  const rows = await read.all(backwards ? operatorPages.previous : operatorPages.next, { account, id: at, limit })
  const builtins = builtinOperators.filter(({ id }) => (backwards ? id > at : id < at))
  const sorted = [...rows.map(operatorOf), ...builtins].sort((a, b) => (a.id < b.id === backwards ? -1 : 1))
  return pageOf(request, sorted.slice(0, limit), ({ id }) => [id])
}

/** Every version of an operator, newest first. */
export async function listVersions(
  read: Reader,
  account: number,
  id: string,
  request: PageRequest,
): Promise<Page<Operator>> {
  const builtin = builtinOperator(id)
  if (builtin) return pageOf(request, request.from ? [] : [builtin], ({ version }) => [version])
  await requireOperator(read, account, id)
  const backwards = request.from?.direction === 'previous'
  const rows = await read.all(backwards ? versionPages.previous : versionPages.next, {
    account,
    id,
    version: numberedPosition(request, Number.MAX_SAFE_INTEGER),
    limit: request.size + 1,
  })
  return pageOf(request, rows.map(operatorOf), ({ version }) => [version])
}

function operatorOf(row: OperatorVersionRow): Operator {
  return {
    ...JSON.parse(row.body),
    id: row.operator_id,
    version: row.version,
    author: 'SELF',
    createdAt: row.created_at,
  }
}
