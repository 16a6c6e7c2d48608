import { Button, MultiSelect, Select, SimpleGrid, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { channelNames, useConfigurations } from '../configurations/editing.ts'

/** Everything that the list can be narrowed by; it stands in the address of the page. */
export function Filters(props: {
  query: URLSearchParams
  filter: (name: string, values: string[]) => void
  onClear: () => void
}) {
  const { query, filter, onClear } = props
  const statuses = query.getAll('status')
  const configurations = useConfigurations().data?.configurations ?? []
  const text = (name: string, label: string, placeholder: string) => (
    <TextFilter
      label={label}
      placeholder={placeholder}
      value={query.get(name) ?? ''}
      onSettled={(value) => filter(name, [value])}
    />
  )
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 4 }} spacing="sm" role="search" aria-label="Filters">
      <MultiSelect
        label="Status"
        placeholder={statuses.length === 0 ? 'any' : ''}
        data={['ACTIVE', 'INACTIVE', 'CLOSED']}
        value={statuses}
        onChange={(values) => filter('status', values)}
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
      />
      <Select
        label="Channel"
        placeholder="any"
        data={[...channelNames]}
        value={query.get('channel')}
        onChange={(value) => filter('channel', [value ?? ''])}
        clearable
        clearButtonProps={{ 'aria-label': 'Any channel' }}
      />
      <Select
        label="Configuration"
        placeholder="any"
        data={configurations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
        value={query.get('configurationId')}
        onChange={(value) => filter('configurationId', [value ?? ''])}
        clearable
        clearButtonProps={{ 'aria-label': 'Any configuration' }}
      />
      {text('address', 'Address', '+15551234567')}
      {text('channelId', 'Channel id', 'Call SID, Message SID or resource id')}
      {text('text', 'Text', 'part of what was said')}
      <Button variant="default" onClick={onClear} disabled={query.size === 0} style={{ alignSelf: 'end' }}>
        Clear filters
      </Button>
    </SimpleGrid>
  )
}

interface TextFilterProps {
  label: string
  placeholder: string
  value: string
  onSettled: (value: string) => void
}

/** Holds what is typed itself, since the address follows later than people type; what the address says by other ways is taken over. */
function TextFilter({ label, placeholder, value, onSettled }: TextFilterProps) {
  const [text, setText] = useState(value)
  const [seen, setSeen] = useState(value)
  const [told, setTold] = useState(value)
  if (value !== seen) {
    setSeen(value)
    if (value !== told) {
      setText(value)
      setTold(value)
    }
  }
  const settle = useDebouncedCallback((typed: string) => {
    setTold(typed)
    onSettled(typed)
  }, 250)
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        settle(event.currentTarget.value)
      }}
    />
  )
}
