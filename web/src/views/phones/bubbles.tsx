import { Paper, ScrollArea, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { Time } from '../../parts/time.tsx'

export interface Bubble {
  key: string
  mine: boolean
  text: string
  note: string
  at: string
}

/** What a phone shows, the newest at the bottom and in sight. */
export function Bubbles({ bubbles, label, hint }: { bubbles: Bubble[]; label: string; hint: string }) {
  const viewport = useRef<HTMLDivElement>(null)
  const count = bubbles.length
  useEffect(() => {
    viewport.current?.scrollTo({ top: count > 0 ? viewport.current.scrollHeight : 0 })
  }, [count])
  return (
    <ScrollArea
      h={240}
      type="auto"
      scrollbarSize={6}
      viewportRef={viewport}
      viewportProps={{ tabIndex: 0, role: 'log', 'aria-label': label }}
    >
      <Stack gap={6} p={6}>
        {count === 0 && (
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        )}
        {bubbles.map(({ key, mine, text, note, at }) => (
          <Paper
            key={key}
            className="appears wrap-anywhere"
            p="xs"
            maw="85%"
            ml={mine ? 'auto' : 0}
            bg={mine ? 'var(--mantine-color-teal-light)' : 'var(--mantine-color-default-hover)'}
          >
            <Text size="sm">{text}</Text>
            <Text size="xs" c="dimmed">
              {note} · <Time at={at} brief />
            </Text>
          </Paper>
        ))}
      </Stack>
    </ScrollArea>
  )
}
