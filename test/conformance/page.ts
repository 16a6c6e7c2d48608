import { nameOf, type Operation, operations } from './operations.ts'
import type { Outcome } from './run.ts'

const begin = '<!-- Written by "npm run conformance"; do not edit by hand. -->'
const end = '<!-- End of what "npm run conformance" writes. -->'

/** The page with what a run showed in the place between its marks. */
export function withOutcomes(page: string, outcomes: readonly Outcome[]): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error('The page has no place for the outcomes: its marks are gone.')
  return `${page.slice(0, from)}${begin}\n\n${tables(outcomes)}\n${page.slice(to)}`
}

function tables(outcomes: readonly Outcome[]): string {
  const apis = ['Conversations v2', 'Memory v1', 'Intelligence v3'] as const
  const together = outcomes.filter(({ operation }) => operation === undefined)
  return [
    ...apis.flatMap((api) => [`### ${api}`, '', ...operationTable(api, outcomes), '']),
    '### Across operations',
    '',
    ...row('what holds', 'result'),
    ...row('---', '---'),
    ...together.flatMap(({ name, problem }) => row(name, resultOf(problem === undefined))),
    '',
  ].join('\n')
}

const accessors: Readonly<Record<Operation['api'], string>> = {
  'Conversations v2': 'client.conversations.v2',
  'Memory v1': 'client.memory.v1',
  'Intelligence v3': 'client.intelligence.v3',
}

function operationTable(api: Operation['api'], outcomes: readonly Outcome[]): string[] {
  const accessor = accessors[api]
  return [
    `Called as \`${accessor}.…\` of the npm package \`twilio\`.`,
    '',
    ...row('operation', 'call', 'result', 'known difference'),
    ...row('---', '---', '---', '---'),
    ...operations
      .filter((operation) => operation.api === api)
      .flatMap((operation) => {
        const own = outcomes.filter((outcome) => outcome.operation === nameOf(operation))
        const held = own.length > 0 && own.every(({ problem }) => problem === undefined)
        return row(`${nameOf(operation)}`, `\`${operation.call}\``, resultOf(held), operation.difference ?? 'none')
      }),
  ]
}

function resultOf(held: boolean): string {
  return held ? 'pass' : '**fail**'
}

function row(...cells: string[]): string[] {
  return [`| ${cells.join(' | ')} |`]
}
