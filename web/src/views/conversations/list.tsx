import { Group, Paper, Text } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { Link, useSearchParams } from 'react-router'
import { Empty } from '../../parts/empty.tsx'
import { More, type Source } from '../../parts/listing.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Filters } from './filters.tsx'
import { type SearchedConversation, useSearched } from './searched.ts'

const rowHeight = 64

export default function Conversations() {
  const [query, setQuery] = useSearchParams()
  const source = useSearched(query.toString())
  const filter = (name: string, values: string[]) => {
    const next = new URLSearchParams(query)
    next.delete(name)
    for (const value of values) if (value !== '') next.append(name, value)
    setQuery(next, { replace: true })
  }
  const isEmpty = source.isSuccess && source.items.length === 0

  return (
    <Page title="Conversations" lead="The newest first. What happens appears by itself.">
      <Filters query={query} filter={filter} onClear={() => setQuery({}, { replace: true })} />
      {source.isPending && <Loading height={rowHeight - 12} />}
      {source.isError && <Trouble error={source.error} onRetry={() => void source.refetch()} />}
      {isEmpty && source.hasNextPage && <SearchOn source={source} />}
      {isEmpty && !source.hasNextPage && (
        <Empty title="No conversation here">
          <Text c="dimmed">
            {query.size > 0 ? 'None is like that. Take filters away, or ' : 'Write a message from a handset, or '}
            <Link to="/diagnosis">find out why a message was not captured</Link>.{' '}
            <Link to="/phones">Go to the phones</Link>.
          </Text>
        </Empty>
      )}
      {source.items.length > 0 && <Rows source={source} look={source.look} />}
    </Page>
  )
}

/** A search looks through a part of all conversations at a time, and goes on by itself while nothing was found. */
function SearchOn({ source }: { source: Source<SearchedConversation> }) {
  const { fetchNextPage, isFetchingNextPage } = source
  useEffect(() => {
    if (!isFetchingNextPage) void fetchNextPage?.()
  }, [fetchNextPage, isFetchingNextPage])
  return (
    <Text c="dimmed" role="status">
      Looking through older conversations…
    </Text>
  )
}

/** Only the rows on the screen exist; more are fetched as the end comes near. */
function Rows({ source, look }: { source: Source<SearchedConversation>; look: (ids: readonly string[]) => void }) {
  const top = useRef<HTMLDivElement>(null)
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = source
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top.current?.offsetTop ?? 0,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= items.length - 20) void fetchNextPage?.()
  }, [last, items.length, hasNextPage, isFetchingNextPage, fetchNextPage])
  const onScreen = [items[shown[0]?.index ?? 0]?.id, items[last]?.id].filter((id) => id !== undefined)
  useEffect(() => look(onScreen))
  useKeepInPlace(items, shown[0]?.index ?? 0, top)
  return (
    <Paper withBorder ref={top}>
      <ul
        style={{ position: 'relative', height: rows.getTotalSize(), margin: 0, padding: 0, listStyle: 'none' }}
        aria-label="Conversations"
      >
        {shown.map(({ index, start }) => {
          const item = items[index]
          return (
            item && (
              <li
                key={item.id}
                style={{
                  position: 'absolute',
                  insetInline: 0,
                  height: rowHeight,
                  transform: `translateY(${start - rows.options.scrollMargin}px)`,
                }}
              >
                <Row conversation={item} />
              </li>
            )
          )
        })}
      </ul>
      <More source={source} />
    </Paper>
  )
}

/** What somebody reads stays where it is when rows come or go above it. */
function useKeepInPlace(items: readonly SearchedConversation[], first: number, list: { current: HTMLElement | null }) {
  const kept = useRef<{ id: string; index: number }>(undefined)
  useLayoutEffect(() => {
    const { id, index } = kept.current ?? {}
    const isScrolled = window.scrollY > (list.current?.offsetTop ?? 0)
    if (id !== undefined && index !== undefined && isScrolled && items[index]?.id !== id) {
      const now = items.findIndex((item) => item.id === id)
      if (now >= 0) window.scrollBy(0, (now - index) * rowHeight)
    }
  }, [items, list])
  useLayoutEffect(() => {
    const item = items[first]
    kept.current = item && { id: item.id, index: first }
  })
}

function Row({ conversation }: { conversation: SearchedConversation }) {
  const { id, name, status, participants, channels, configurationName, createdAt, lastCommunicationAt } = conversation
  const people = participants.map((one) => one.name || one.addresses[0]?.address || one.type).join(' · ')
  return (
    <Link to={`/conversations/${id}`} className="row-link">
      <Group px="md" h={rowHeight} wrap="nowrap" gap="md">
        <Status of={status} />
        <div style={{ minWidth: 0, flex: 1 }}>
          <Text truncate fw={600}>
            {name ?? (people || id)}
          </Text>
          <Text truncate size="sm" c="dimmed">
            {[channels.join(', ') || 'no channel yet', configurationName, people || 'nobody yet'].join(' · ')}
          </Text>
        </div>
        <Text size="sm" c="dimmed" visibleFrom="sm">
          <Time at={lastCommunicationAt ?? createdAt} />
        </Text>
      </Group>
    </Link>
  )
}
