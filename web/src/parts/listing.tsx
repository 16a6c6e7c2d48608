import { Button, Center, Paper, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Empty } from './empty.tsx'
import { Loading } from './loading.tsx'
import { Trouble } from './trouble.tsx'

/** What a list comes from: a query in pages, or a whole answer. */
export interface Source<T> {
  items: T[]
  isPending: boolean
  isError: boolean
  error: unknown
  hasNextPage?: boolean
  isFetchingNextPage?: boolean
  refetch: () => unknown
  fetchNextPage?: () => unknown
}

/** A table of what the server lists: with what is told while it comes, when it fails and when there is nothing. */
export function Listing<T>(props: {
  label: string
  source: Source<T>
  columns: string[]
  rowKey: (item: T) => string
  row: (item: T) => ReactNode[]
  empty: { title: string; todo: ReactNode }
  /** What stands below the last row of a list that may not be the whole. */
  end?: ReactNode
}) {
  const { source, columns, rowKey, row, empty } = props
  if (source.isPending) return <Loading />
  if (source.isError) return <Trouble error={source.error} onRetry={() => void source.refetch()} />
  if (source.items.length === 0) return <Empty title={empty.title}>{empty.todo}</Empty>
  return (
    <Paper withBorder>
      <Table.ScrollContainer
        minWidth={Math.min(640, columns.length * 125)}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': props.label, role: 'region' } }}
      >
        <Table verticalSpacing="xs" highlightOnHover aria-label={props.label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {source.items.map((item) => (
              <Table.Tr key={rowKey(item)}>
                {row(item).map((cell, column) => (
                  <Table.Td key={columns[column]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <More source={source} end={props.end} />
    </Paper>
  )
}

export function More<T>({ source, end = 'These are all.' }: { source: Source<T>; end?: ReactNode }) {
  return (
    <Center p="xs">
      {source.hasNextPage ? (
        <Button
          variant="default"
          loading={source.isFetchingNextPage ?? false}
          onClick={() => void source.fetchNextPage?.()}
        >
          Show more
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {end}
        </Text>
      )}
    </Center>
  )
}
