import { Button, Group, Paper, Slider, Text } from '@mantine/core'
import { useState } from 'react'
import { useAdvance, useClock } from '../../api/clock.ts'
import { Act } from '../../parts/act.tsx'
import { Time } from '../../parts/time.tsx'

/** Where the server's clock stands still until it is moved, it is moved here. */
export function ClockPanel() {
  const { data } = useClock()
  const advance = useAdvance()
  const [minutes, setMinutes] = useState(15)
  if (data?.mode !== 'virtual') return null
  return (
    <Paper withBorder p="md">
      <Group gap="lg">
        <Text size="sm">
          The virtual clock shows{' '}
          <b>
            <Time at={data.now} />
          </b>
        </Text>
        <Slider
          flex={1}
          miw={220}
          min={1}
          max={120}
          value={minutes}
          onChange={setMinutes}
          label={(value) => `${value} min`}
          thumbLabel="Minutes to let pass"
        />
        <Act run={() => advance(minutes)}>Let {minutes} min pass</Act>
        <Button variant="subtle" onClick={() => void advance(0.1)}>
          6 seconds
        </Button>
      </Group>
    </Paper>
  )
}
